"""Two definitions side by side: the head by sections, the tree entry by entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from rubrics.definition import Definition, canonical
from rubrics.differences.entries import BELOW, Entry, sections_of, tree_of
from rubrics.differences.fields import Change, changes_between
from rubrics.differences.pairing import Pairs
from rubrics.differences.records import ADDED, CHANGED, MOVED, REMOVED, RENAMED, REWORDED, Difference, Manner


def between(old: Definition, new: Definition) -> tuple[Difference, ...]:
    """Every difference: the head first, then entries in the reading order of `new`, what went after what stood before.

    Nothing exactly where both have the same fingerprint.
    """
    return between_shapes(canonical(old), canonical(new))


def between_shapes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """The same for the canonical forms of two definitions, as they are stored: much quicker for long rubrics."""
    sections = _sections(sections_of(before), sections_of(after))
    return (*sections, *_entries(tree_of(before), tree_of(after)))


def changes_of_entry(old: BaseModel, new: BaseModel) -> tuple[Change, ...]:
    """What one record says otherwise than another, apart from its code and from what has entries of its own."""
    return changes_between(_says(old), _says(new))


def changes_of_section(old: Definition, new: Definition, section: str) -> tuple[Change, ...]:
    """What one section of the head says otherwise."""
    before, after = (sections_of(canonical(_without(definition, BELOW))) for definition in (old, new))
    return changes_between(before[section], after[section])


def _says(record: BaseModel) -> dict[str, Any]:
    said = canonical(_without(record, BELOW))
    return {key: value for key, value in said.items() if key != "code"}


def _without(record: BaseModel, names: Iterable[str]) -> BaseModel:
    """The record with nothing below it, so that little has to be written out."""
    present = [name for name in names if name in type(record).model_fields]
    return record.model_copy(update=dict.fromkeys(present, ()))


def _sections(old: dict[str, Mapping[str, object]], new: dict[str, Mapping[str, object]]) -> Iterator[Difference]:
    for name in new:
        changes = changes_between(old[name], new[name])
        if changes:
            yield Difference("section", _manners(changes), name, name, changes=changes)


def _entries(old: Entry, new: Entry) -> list[Difference]:
    pairs = Pairs(old, new)
    moved = pairs.moved()
    found: list[Difference] = []
    _walk(pairs, moved, old, new, found)
    return found


def _walk(pairs: Pairs, moved: set[Entry], old: Entry | None, new: Entry, found: list[Difference]) -> None:
    """What stands below `new` now, and what stood below `old` and went, each after the one that stood before it."""
    went: dict[Entry | None, list[Entry]] = {}
    last: Entry | None = None
    for entry in old.below if old is not None else ():
        if entry in pairs.new_of:
            last = entry
        else:
            went.setdefault(last, []).append(entry)
    _gone(pairs, went.pop(None, ()), found)
    for entry in new.below:
        before = pairs.old_of.get(entry)
        difference = _difference(pairs, moved, before, entry)
        if difference is not None:
            found.append(difference)
        _walk(pairs, moved, before, entry, found)
        _gone(pairs, went.pop(before, ()) if before is not None else (), found)
    for rest in went.values():
        _gone(pairs, rest, found)


def _difference(pairs: Pairs, moved: set[Entry], old: Entry | None, new: Entry) -> Difference | None:
    if old is None:
        within = _outermost(pairs, new, pairs.old_of)
        return Difference(new.kind, (ADDED,), "", new.full, "", new.title, within=within)
    changes = changes_between(old.says, new.says)
    manners = _manners(changes)
    if old.code != new.code:
        manners = (*manners, RENAMED)
    if new in moved:
        manners = (*manners, MOVED)
    if not manners:
        return None
    return Difference(new.kind, manners, old.full, new.full, old.title, new.title, changes)


def _gone(pairs: Pairs, entries: Iterable[Entry], found: list[Difference]) -> None:
    """Entries that went, with those below them that went along; what moved out of them is told where it stands now."""
    for entry in entries:
        if entry not in pairs.new_of:
            within = _outermost(pairs, entry, pairs.new_of)
            found.append(Difference(entry.kind, (REMOVED,), entry.full, "", entry.title, within=within))
            _gone(pairs, entry.below, found)


def _outermost(pairs: Pairs, entry: Entry, paired: dict[Entry, Entry]) -> str:
    """The full code of the outermost entry above that is left over as well, or nothing."""
    found, above = "", pairs.parent(entry)
    while above not in paired:
        found, above = above.full, pairs.parent(above)
    return found


def _manners(changes: tuple[Change, ...]) -> tuple[Manner, ...]:
    worded = any(change.is_wording for change in changes)
    counted = any(not change.is_wording for change in changes)
    return tuple(manner for manner, holds in ((CHANGED, counted), (REWORDED, worded)) if holds)
