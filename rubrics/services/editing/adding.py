"""New entries: empty ones with sensible beginnings, and copies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rubrics.models.rubric import CODE_LENGTH
from rubrics.selectors.definitions import own_shape
from rubrics.selectors.entries import KIND_OF, MODELS, PARENTS, Entry, entry_of_row, parent_of, row_of
from rubrics.services.common import Refused
from rubrics.services.editing.edit import Edit, about_row, editing, snapshot
from rubrics.services.editing.tree import (
    codes_beside,
    demand_code,
    free_code,
    last_of,
    make_room,
    owner_column,
    parent_column,
    siblings,
    subtree,
)
from rubrics.services.storage import columns_of

if TYPE_CHECKING:
    from rubrics.models import Rubric
    from units.models import User

BEGINNINGS: dict[str, dict[str, Any]] = {
    "clause": {"effect": "deduct", "basis": "count"},
    "grading": {"rules": [{"code": "grade-1"}]},
}
"""What a new entry says before anybody has said anything; an item starts from full marks as it is."""
LAST = "last"


def add_entry(
    *, actor: User | None, rubric: Rubric, kind: str, parent: str | int | None = None,
    after: str | int | None = LAST, shape: Mapping[str, Any] | None = None,
) -> Entry:  # fmt: skip
    """A new entry under `parent` (its key; None at the top), after the sibling of the key `after` (None: as the first).

    Its code is free among its siblings unless the shape brings one: Refused("code_taken") with a problem where that is
    not free, Refused("no_parent" | "wrong_place") where it cannot stand there.
    """
    with editing(actor=actor, rubric=rubric) as edit:
        above = _above(edit, kind, parent)
        behind = _behind(edit, kind, above, after)
        said = {**BEGINNINGS.get(kind, {}), **(shape or {})}
        if said.get("code"):
            demand_code(edit.rubric, kind, above, said["code"])
        else:
            said = {"code": free_code(codes_beside(edit.rubric, kind, above), kind), **said}
        row = _insert(edit, kind, above, behind, said)
        edit.note("added", about_row(row), after=[snapshot(row, behind=behind)])
    return entry_of_row(row)


def duplicate_entry(
    *, actor: User | None, rubric: Rubric, kind: str, key: str | int, version: int | str | None = None
) -> Entry:
    """A copy with all that stands below it, just after the original, under a free code and marked as a copy."""
    with editing(actor=actor, rubric=rubric) as edit:
        original = edit.row(kind, key, version)
        rows = subtree(edit.rubric, original)
        made = _copy(edit, original, rows)
        copied = snapshot(made[0], behind=original.pk)
        edit.note("duplicated", about_row(made[0]), after=[copied, *map(snapshot, made[1:])])
    return entry_of_row(made[0])


def _above(edit: Edit, kind: str, parent: str | int | None) -> int | None:
    """The key of the parent, of the kind that this kind stands under."""
    if kind not in MODELS:
        raise Refused("wrong_place")
    if parent in (None, ""):
        if kind in ("item", "clause"):
            raise Refused("wrong_place")
        return None
    if kind not in PARENTS:
        raise Refused("wrong_place")
    row = row_of(edit.rubric, PARENTS[kind][0], parent)  # type: ignore[arg-type]
    if row is None:
        raise Refused("no_parent")
    return int(row.pk)


def _behind(edit: Edit, kind: str, parent: int | None, after: str | int | None) -> int | None:
    if after == LAST:
        return last_of(edit.rubric, kind, parent)
    if after in (None, ""):
        return None
    found = siblings(edit.rubric, kind, parent).filter(pk=after) if str(after).isdecimal() else None
    if found is None or not found.exists():
        return last_of(edit.rubric, kind, parent)
    return int(after)  # type: ignore[arg-type]


def _insert(edit: Edit, kind: str, parent: int | None, behind: int | None, shape: Mapping[str, Any]) -> Any:
    position = make_room(edit.rubric, kind, parent, behind)
    owner = owner_column(edit.rubric, kind) | parent_column(kind, parent)
    return MODELS[kind].objects.create(**owner, position=position, **columns_of(kind, shape))


def _copy(edit: Edit, original: Any, rows: list[Any]) -> list[Any]:
    """New rows for a subtree, one insert for each kind and level; the first is the copy of the original."""
    kind, parent = KIND_OF[type(original)], parent_of(original)
    taken = codes_beside(edit.rubric, kind, parent)
    shape = own_shape(original)
    marked = {**shape, "code": _copied_code(taken, original.code), **_marked(shape)}
    first = _insert(edit, kind, parent, original.pk, marked)
    made = {(kind, original.pk): first}
    waiting = rows[1:]
    while waiting:
        level = [row for row in waiting if (PARENTS[KIND_OF[type(row)]][0], parent_of(row)) in made]
        for each in {type(row): None for row in level}:
            olds = [row for row in level if type(row) is each]
            news = each.objects.bulk_create([_twin(edit, row, made) for row in olds])
            made |= {(KIND_OF[each], old.pk): new for old, new in zip(olds, news, strict=True)}
        waiting = [row for row in waiting if (KIND_OF[type(row)], row.pk) not in made]
    return [made[KIND_OF[type(row)], row.pk] for row in rows]


def _twin(edit: Edit, row: Any, made: Mapping[tuple[str, int], Any]) -> Any:
    kind = KIND_OF[type(row)]
    parent = made[PARENTS[kind][0], parent_of(row)].pk  # type: ignore[index]
    owner = owner_column(edit.rubric, kind) | parent_column(kind, parent)
    return type(row)(**owner, position=row.position, **columns_of(kind, own_shape(row)))


def _copied_code(taken: set[str], code: str) -> str:
    """`late-2` for `late`; the number counts on where there is one."""
    stem, _between, number = code.rpartition("-")
    stem = stem if stem and number.isdecimal() else code
    stem = stem[: CODE_LENGTH - 8].rstrip("-_")
    begin = int(number) + 1 if stem != code and number.isdecimal() and len(number) < 6 else 2
    return next(f"{stem}-{n}" for n in range(begin, begin + len(taken) + 1) if f"{stem}-{n}" not in taken)


def _marked(shape: Mapping[str, Any]) -> dict[str, str]:
    """The title or text with the word that it is a copy; nothing where there is none."""
    name = "text" if "text" in shape else "title"
    return {name: _("%(title)s (copy)") % {"title": shape[name]}} if shape.get(name) else {}
