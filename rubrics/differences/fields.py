"""What changed inside one entry: the places in it that have another value, old and new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

WORDS = frozenset({"title", "text", "ref", "note", "source"})
"""Fields that people read and nothing counts with (`source` at the top of a file; a clause's source is a figure)."""


class Code(str):
    """A step of a path that leads into a list by the code of one of its entries."""

    __slots__ = ()


Path = tuple[str | int, ...]
"""Names of fields, codes of listed entries (`Code`), places in lists without codes (from 0)."""


class Change(NamedTuple):
    """One place with another value. `old` or `new` is None where it was not there; both in the canonical form."""

    path: Path
    old: Any
    new: Any
    is_order: bool = False
    """Whether only the order of a list changed: old and new are then its codes."""

    @property
    def is_wording(self) -> bool:
        """Whether it changes only what people read."""
        last = self.path[-1]
        if self.is_order or not isinstance(last, str) or isinstance(last, Code):
            return False
        return last in WORDS and not isinstance(self.old, (list, dict)) and not isinstance(self.new, (list, dict))


def changes_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """Every place in which two records in canonical form differ; empty exactly where they are equal."""
    return () if old == new else tuple(_of_mappings(old, new, ()))


def _of_values(old: Any, new: Any, path: Path) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _of_mappings(old, new, path)
    elif _is_coded(old) and _is_coded(new):
        yield from _of_coded(old, new, path)
    elif _are_records(old, new):
        for place, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _of_values(one, other, (*path, place))
    else:
        yield Change(path, old, new)


def _of_mappings(old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[Change]:
    for key in [*old, *(key for key in new if key not in old)]:
        if (key in old) != (key in new):
            yield Change((*path, key), old.get(key), new.get(key))
        else:
            yield from _of_values(old[key], new[key], (*path, key))


def _of_coded(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], path: Path) -> Iterator[Change]:
    """Lists whose entries have codes are compared by code; their order is a change of its own."""
    before, after = {entry["code"]: entry for entry in old}, {entry["code"]: entry for entry in new}
    for code in [*before, *(code for code in after if code not in before)]:
        here = (*path, Code(code))
        if code not in before or code not in after:
            yield Change(here, before.get(code), after.get(code))
        else:
            yield from _of_mappings(before[code], after[code], here)
    kept, placed = [code for code in before if code in after], [code for code in after if code in before]
    if kept != placed:
        yield Change(path, list(before), list(after), is_order=True)


def _is_coded(value: Any) -> bool:
    """A list of records each of which has a code of its own."""
    if not isinstance(value, list) or not value:
        return False
    codes = [entry.get("code") if isinstance(entry, Mapping) else None for entry in value]
    return all(isinstance(code, str) for code in codes) and len(set(codes)) == len(codes)


def _are_records(old: Any, new: Any) -> bool:
    """Two lists of as many records without codes, such as the bands of a clause."""
    if not (isinstance(old, list) and isinstance(new, list) and len(old) == len(new)):
        return False
    return all(isinstance(entry, Mapping) for entry in (*old, *new))
