"""A draft's whole content at once, as an import does it: one change, undone like any other.

Rows whose full code stays keep their keys, and those that say the same keep their versions, so that a colleague who has
one of them open is not disturbed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from rubrics.definition import Definition, canonical, canonical_json
from rubrics.definition.entries import HEAD_FIELDS
from rubrics.models import DraftChange, Rubric
from rubrics.models.rubric import CODE_LENGTH, TITLE_LENGTH
from rubrics.selectors.definitions import Rows, file_shape_of, own_shape, rows_of
from rubrics.selectors.entries import KIND_OF, MODELS, parent_of
from rubrics.services.common import Refused
from rubrics.services.editing.deleting import remove
from rubrics.services.editing.edit import Edit, Snapshot, about_section, editing, head_snapshot, nothing_changed, same
from rubrics.services.editing.edit import snapshot as snapshot_of
from rubrics.services.editing.tree import owner_column, parent_column
from rubrics.services.editing.undoing import ORDER
from rubrics.services.storage import BATCH, PARTS, columns_of

if TYPE_CHECKING:
    from units.models import User

Name = tuple[str, str]
"""Kind and full code: by these a row is the same before and after."""


class Wanted(NamedTuple):
    """An entry as the new content has it."""

    kind: str
    full_code: str
    above: Name | None
    position: int
    shape: dict[str, Any]

    @property
    def name(self) -> Name:
        return self.kind, self.full_code


def replace_content(
    *, actor: User | None, rubric: Rubric, version: int | str, content: Definition | Mapping[str, Any]
) -> DraftChange | None:
    """Put a definition (or a canonical shape) in the place of all that the draft holds, its name and year included.

    `version` is that of the draft which the person compared it with: Conflict where the draft was changed since.
    Refused("file") where two siblings share a code. The change in the history; None where nothing differs.
    """
    shape = canonical(content) if isinstance(content, Definition) else dict(content)
    with editing(actor=actor, rubric=rubric, version=version) as edit:
        before, after = _replace(edit, shape)
        if not before and not after:
            nothing_changed()
        if canonical_json(file_shape_of(edit.rubric)) != canonical_json(shape):
            raise RuntimeError(f"rubric {rubric.pk} reads back differently from what was put into it")
        return edit.note("replaced", about_section("general"), before=before, after=after)
    return None


def _replace(edit: Edit, shape: Mapping[str, Any]) -> tuple[list[Snapshot], list[Snapshot]]:
    wanted = {entry.name: entry for entry in _wanted(shape)}
    _demand_good(shape, wanted)
    stored = dict(_stored(rows_of(edit.rubric)))
    before, after = _sections(edit, shape)
    orders = _orders(stored)
    gone = [row for name, row in stored.items() if name not in wanted]
    before += [snapshot_of(row) for row in gone]
    remove((KIND_OF[type(row)], row.pk) for row in gone)
    kept = {name: row for name, row in stored.items() if name in wanted}
    befores, afters, moved = _change(kept, wanted)
    made = _make(edit, kept, [entry for name, entry in wanted.items() if name not in stored])
    before += befores
    after += afters + [snapshot_of(row) for row in made]
    if moved or gone or made:
        before += orders
        after += _orders(dict(_stored(rows_of(edit.rubric))))
    return before, after


def _demand_good(shape: Mapping[str, Any], wanted: Mapping[Name, Wanted]) -> None:
    nodes = [code for kind, code in wanted if kind in ("category", "item")]
    if sum(1 for _ in _wanted(shape)) != len(wanted) or len(set(nodes)) != len(nodes):
        raise Refused("file", [])
    codes = [shape["code"], *(entry.shape["code"] for entry in wanted.values())]
    if len(shape["title"]) > TITLE_LENGTH or any(len(code) > CODE_LENGTH for code in codes):
        raise Refused("too_long", code_length=CODE_LENGTH, title_length=TITLE_LENGTH)


def _wanted(shape: Mapping[str, Any]) -> Iterator[Wanted]:
    """Every entry of a file shape without what stands below it, parents before children."""
    for kind, (_model, key) in PARTS.items():
        for place, entry in enumerate(shape.get(key, ())):
            yield Wanted(kind, f"{key}.{entry['code']}", None, place, dict(entry))
    yield from _below(shape.get("categories", ()), None, "")


def _below(categories: Any, above: Name | None, prefix: str) -> Iterator[Wanted]:
    for place, entry in enumerate(categories):
        code = f"{prefix}{entry['code']}"
        here = ("category", code)
        yield Wanted("category", code, above, place, _own(entry))
        for number, item in enumerate(entry.get("items", ())):
            full = f"{code}.{item['code']}"
            yield Wanted("item", full, here, number, _own(item))
            for last, clause in enumerate(item.get("clauses", ())):
                yield Wanted("clause", f"{full}.{clause['code']}", ("item", full), last, dict(clause))
        yield from _below(entry.get("categories", ()), here, f"{code}.")


def _own(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in ("items", "categories", "clauses")}


def _stored(rows: Rows) -> Iterator[tuple[Name, Any]]:
    """Every row by kind and full code, parents before children."""
    for key, parts in (("series", rows.series), ("panels", rows.panels), ("gradings", rows.gradings)):
        for part in parts:
            yield (KIND_OF[type(part)], f"{key}.{part.code}"), part

    def below(parent: int | None, prefix: str) -> Iterator[tuple[Name, Any]]:
        for category in rows.categories[parent]:
            code = f"{prefix}{category.code}"
            yield ("category", code), category
            for item in rows.items[category.pk]:
                yield ("item", f"{code}.{item.code}"), item
                for clause in rows.clauses[item.pk]:
                    yield ("clause", f"{code}.{item.code}.{clause.code}"), clause
            yield from below(category.pk, f"{code}.")

    yield from below(None, "")


def _sections(edit: Edit, shape: Mapping[str, Any]) -> tuple[list[Snapshot], list[Snapshot]]:
    before, after = [], []
    for section, names in HEAD_FIELDS.items():
        was = {name: edit.rubric.head[name] for name in names if name in edit.rubric.head}
        now = {name: shape[name] for name in names if name in shape}
        if not same(was, now):
            edit.write_section(section, now)
            before.append(head_snapshot(section, was))
            after.append(head_snapshot(section, now))
    return before, after


def _change(
    kept: Mapping[Name, Any], wanted: Mapping[Name, Wanted]
) -> tuple[list[Snapshot], list[Snapshot], bool]:  # fmt: skip
    """Rows that say something else now, or stand elsewhere in their list; and whether any does the latter."""
    before, after, moved = [], [], False
    said: dict[str, list[Any]] = {}
    shifted: dict[str, list[Any]] = {}
    for name, row in kept.items():
        entry = wanted[name]
        if row.position != entry.position:
            moved = True
            row.position = entry.position
            shifted.setdefault(entry.kind, []).append(row)
        if same(own_shape(row), entry.shape):
            continue
        before.append(snapshot_of(row))
        for column, value in columns_of(entry.kind, entry.shape).items():
            setattr(row, column, value)
        row.version += 1
        after.append(snapshot_of(row))
        said.setdefault(entry.kind, []).append(row)
    for kind, rows in said.items():
        columns = ["version", *columns_of(kind, {"code": "x"})]
        MODELS[kind].objects.bulk_update(rows, columns, batch_size=BATCH)
    for kind, rows in shifted.items():
        MODELS[kind].objects.bulk_update(rows, ["position"], batch_size=BATCH)
    return before, after, moved


def _make(edit: Edit, kept: Mapping[Name, Any], new: list[Wanted]) -> list[Any]:
    """Rows for the entries that were not there; one insert for each kind and level."""
    there = {name: row.pk for name, row in kept.items()}
    made: list[Any] = []
    waiting = list(new)
    while waiting:
        ready = [entry for entry in waiting if entry.above is None or entry.above in there]
        for kind in dict.fromkeys(entry.kind for entry in ready):
            entries = [entry for entry in ready if entry.kind == kind]
            rows = [_row(edit, entry, there) for entry in entries]
            for entry, row in zip(entries, MODELS[kind].objects.bulk_create(rows, batch_size=BATCH), strict=True):
                there[entry.name] = row.pk
                made.append(row)
        waiting = [entry for entry in waiting if entry.name not in there]
    return made


def _row(edit: Edit, entry: Wanted, there: Mapping[Name, int]) -> Any:
    parent = there[entry.above] if entry.above is not None else None
    owner = owner_column(edit.rubric, entry.kind) | parent_column(entry.kind, parent)
    return MODELS[entry.kind](**owner, position=entry.position, **columns_of(entry.kind, entry.shape))


def _orders(stored: Mapping[Name, Any]) -> list[Snapshot]:
    """The keys of every list in their order."""
    lists: dict[tuple[str, int | None], list[int]] = {}
    for (kind, _code), row in stored.items():
        lists.setdefault((kind, parent_of(row)), []).append(row.pk)
    return [{"kind": ORDER, "of": kind, "parent": parent, "keys": keys} for (kind, parent), keys in lists.items()]
