"""What changed between two contents of one sheet: every claim, word, file, answer and target that differs.

A change carries what was and what is, whole, so that taking all `before` out of the one content and putting all `after`
in gives the other. Claims are told apart by their keys, where there are any; otherwise by what they say.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from evidence.versions.content import Content, FactState, FileState

Kind = Literal["added", "changed", "removed"]
What = Literal["fact", "item", "file", "prerequisite", "target"]


@dataclass(frozen=True)
class Changed:
    """One field of a thing that was and is there."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """One thing that came, went or says something else. `item` is blank for a prerequisite.

    A file that took the place of another is one change from the other to it.
    """

    what: What
    kind: Kind
    item: str
    before: Any
    after: Any
    fields: tuple[Changed, ...] = ()

    @property
    def state(self) -> Any:
        """What there is to name: as it is now, else as it was."""
        return self.after if self.after is not None else self.before


@dataclass(frozen=True)
class Keyed:
    """A content with the keys of its claims, in their order, and for each file the hashes of those it replaced."""

    content: Content
    keys: tuple[int, ...] = ()
    replaced: Mapping[str, tuple[str, ...]] | None = None


def differences(before: Keyed, after: Keyed) -> tuple[Change, ...]:
    """All changes: what was said about items first, then claims, files, answers to prerequisites, and targets."""
    old, new = before.content, after.content
    return (
        *_by_key("item", old.items, new.items, lambda one: one.code, lambda one: one.code),
        *_facts(before, after),
        *_files(old.files, new.files, after.replaced or {}),
        *_by_key("prerequisite", old.prerequisites, new.prerequisites, lambda one: one.code, lambda one: ""),
        *_by_key("target", old.targets, new.targets, lambda one: (one.item, one.code), lambda one: one.item),
    )


def touched(changes: Iterable[Change]) -> set[str]:
    """The items under which something changed."""
    return {change.item for change in changes if change.item}


def _by_key(
    what: What, old: Sequence[Any], new: Sequence[Any], key: Callable[[Any], Any], item: Callable[[Any], str]
) -> Iterable[Change]:
    before, after = {key(one): one for one in old}, {key(one): one for one in new}
    for name in sorted({*before, *after}):
        yield from _pair(what, before.get(name), after.get(name), item)


def _pair(what: What, before: Any, after: Any, item: Callable[[Any], str]) -> Iterable[Change]:
    if before == after:
        return
    kind: Kind = "added" if before is None else "removed" if after is None else "changed"
    place = item(after if after is not None else before)
    yield Change(what, kind, place, before, after, fields_between(before, after) if kind == "changed" else ())


def fields_between(before: Any, after: Any) -> tuple[Changed, ...]:
    """The fields in which two states of one thing differ; what a claim says is taken apart into its own fields."""
    found: list[Changed] = []
    for one in fields(before):
        old, new = getattr(before, one.name), getattr(after, one.name)
        if one.name == "said":
            found += _said_between(old, new)
        elif old != new:
            found.append(Changed(one.name, old, new))
    return tuple(found)


def _said_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Changed]:
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield Changed(f"said.{name}", old.get(name), new.get(name))


# --- claims -----------------------------------------------------------------------------------------------------------


def item_of(clause: str) -> str:
    """The full code of the item in which a clause stands."""
    return clause.rpartition(".")[0]


def _facts(before: Keyed, after: Keyed) -> Iterable[Change]:
    old, new = _keyed(before), _keyed(after)
    pairs = [(old.pop(key), new.pop(key)) for key in sorted({*old} & {*new})]
    pairs += _equal(old, new)
    if not (before.keys and after.keys):
        pairs += _in_order(old, new)
    changed = [change for was, now in pairs for change in _pair("fact", was, now, _place)]
    gone = [change for was in old.values() for change in _pair("fact", was, None, _place)]
    came = [change for now in new.values() for change in _pair("fact", None, now, _place)]
    return (*changed, *gone, *came)


def _place(fact: FactState) -> str:
    return item_of(fact.clause)


def _keyed(one: Keyed) -> dict[Any, FactState]:
    """Claims by their key; without keys, by a place that no other content has."""
    keys: Sequence[Any] = one.keys or [(id(one), place) for place in range(len(one.content.facts))]
    return dict(zip(keys, one.content.facts, strict=True))


def _equal(old: dict[Any, FactState], new: dict[Any, FactState]) -> list[tuple[FactState, FactState]]:
    """Claims that say the very same under other keys (taken back and made again) are no change."""
    pairs = []
    for key, was in list(old.items()):
        match = next((other for other, now in new.items() if now == was), None)
        if match is not None:
            pairs.append((old.pop(key), new.pop(match)))
    return pairs


def _in_order(old: dict[Any, FactState], new: dict[Any, FactState]) -> list[tuple[FactState, FactState]]:
    """The first of a clause with the first, the second with the second: where nobody knows better."""
    waiting: dict[str, list[Any]] = defaultdict(list)
    for key, now in new.items():
        waiting[now.clause].append(key)
    pairs = []
    for key, was in list(old.items()):
        if waiting[was.clause]:
            pairs.append((old.pop(key), new.pop(waiting[was.clause].pop(0))))
    return pairs


# --- files ------------------------------------------------------------------------------------------------------------


def _files(
    old: Sequence[FileState], new: Sequence[FileState], replaced: Mapping[str, tuple[str, ...]]
) -> Iterable[Change]:
    before = {(one.item, one.sha256): one for one in old}
    after = {(one.item, one.sha256): one for one in new}
    for key in sorted({*before} & {*after}):
        yield from _pair("file", before.pop(key), after.pop(key), _of_file)
    for _name, file in sorted(after.items(), key=_key):
        earlier = next((pair for sha in replaced.get(file.sha256, ()) if (pair := (file.item, sha)) in before), None)
        yield from _pair("file", before.pop(earlier) if earlier else None, file, _of_file)
    for _name, file in sorted(before.items(), key=_key):
        yield from _pair("file", file, None, _of_file)


def _key(entry: tuple[tuple[str, str], FileState]) -> tuple[str, str]:
    return entry[0]


def _of_file(file: FileState) -> str:
    return file.item


# --- how much ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Size:
    """How much changed, in numbers."""

    claims_added: int = 0
    claims_changed: int = 0
    claims_removed: int = 0
    files_added: int = 0
    files_changed: int = 0
    files_removed: int = 0
    others: int = 0

    @property
    def total(self) -> int:
        return sum(getattr(self, one.name) for one in fields(self))


def size_of(changes: Iterable[Change]) -> Size:
    """Counted by what came, went and differs."""
    counts = Counter((change.what, change.kind) for change in changes)
    return Size(
        claims_added=counts["fact", "added"],
        claims_changed=counts["fact", "changed"],
        claims_removed=counts["fact", "removed"],
        files_added=counts["file", "added"],
        files_changed=counts["file", "changed"],
        files_removed=counts["file", "removed"],
        others=sum(n for (what, _kind), n in counts.items() if what not in ("fact", "file")),
    )
