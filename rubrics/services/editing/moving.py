"""Entries in another place: by drag to a parent and position, or by keys one step up, down, in or out."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from appraisal_site.toolkit.models import compare_and_set
from rubrics.models import Category, Item
from rubrics.selectors.entries import KIND_OF, PARENTS, Entry, entry_of_row, full_code_of, parent_of, row_of
from rubrics.services.common import Refused
from rubrics.services.editing.edit import Edit, Snapshot, about_row, editing, nothing_changed, snapshot
from rubrics.services.editing.references import follow_codes
from rubrics.services.editing.tree import behind_of, demand_code, last_of, make_room, parent_column, siblings

if TYPE_CHECKING:
    from rubrics.models import Rubric
    from units.models import User

DIRECTIONS = ("up", "down", "in", "out")


class Spot(NamedTuple):
    """Where a row is to stand: the key of its parent and of the sibling just before it."""

    parent: int | None
    behind: int | None


def move_entry(
    *, actor: User | None, rubric: Rubric, kind: str, key: str | int, parent: str | int | None, position: int,
    version: int | str | None = None,
) -> Entry:  # fmt: skip
    """Put an entry under `parent` (None at the top), as the sibling number `position` (from 0) of its own kind.

    Refused("wrong_place" | "no_parent" | "circle") where it cannot stand there, Refused("code_taken") where a sibling
    there has its code.
    """
    with editing(actor=actor, rubric=rubric) as edit:
        row = edit.row(kind, key, version)
        above = _above(edit, row, parent)
        others = siblings(edit.rubric, kind, above).exclude(pk=row.pk)
        before = others.values_list("pk", flat=True)[max(position - 1, 0) : max(position, 0)] if position > 0 else ()
        behind = next(iter(before), None)
        if position > 0 and behind is None:
            behind = others.order_by("-position", "-pk").values_list("pk", flat=True).first()
        _move(edit, row, Spot(above, behind))
    return entry_of_row(row)


def step_entry(
    *, actor: User | None, rubric: Rubric, kind: str, key: str | int, direction: str, version: int | str | None = None
) -> Entry:
    """One step by the keys: `up` and `down` among siblings and at their end on to the neighbouring parent, `in` to the
    category before (an item: to the first category below its own), `out` to where the parent stands.

    Refused("no_step") where there is nowhere to go.
    """
    with editing(actor=actor, rubric=rubric) as edit:
        row = edit.row(kind, key, version)
        spot = _STEPS[direction](edit, row) if direction in _STEPS else None
        if spot is None:
            raise Refused("no_step")
        _move(edit, row, spot)
    return entry_of_row(row)


def _above(edit: Edit, row: Any, parent: str | int | None) -> int | None:
    kind = KIND_OF[type(row)]
    if kind not in PARENTS or (parent in (None, "") and kind != "category"):
        if kind not in PARENTS and parent in (None, ""):
            return None
        raise Refused("wrong_place")
    if parent in (None, ""):
        return None
    found = row_of(edit.rubric, PARENTS[kind][0], parent)  # type: ignore[arg-type]
    if found is None:
        raise Refused("no_parent")
    above = found
    while kind == "category" and above is not None:
        if above.pk == row.pk:
            raise Refused("circle")
        above = above.parent
    return int(found.pk)


def _move(edit: Edit, row: Any, spot: Spot) -> None:
    """Write the new place; what names the row by its full code goes on naming it."""
    kind, old = KIND_OF[type(row)], full_code_of(row)
    was = Spot(parent_of(row), behind_of(edit.rubric, row))
    if was == spot:
        nothing_changed()
    if spot.parent != was.parent:
        demand_code(edit.rubric, kind, spot.parent, row.code, but=row)
    before = snapshot(row, behind=was.behind)
    row = place(edit, row, spot)
    after = snapshot(row, behind=spot.behind)
    followed: tuple[list[Snapshot], list[Snapshot]] = ([], [])
    if spot.parent != was.parent:
        followed = follow_codes(edit, kind, old, full_code_of(row))
    edit.note("moved", about_row(row), before=[before, *followed[0]], after=[after, *followed[1]])


def place(edit: Edit, row: Any, spot: Spot) -> Any:
    """Put a row behind a sibling under a parent; the row then knows its new parent."""
    kind = KIND_OF[type(row)]
    position = make_room(edit.rubric, kind, spot.parent, spot.behind)
    return compare_and_set(row, version=row.version, position=position, **parent_column(kind, spot.parent))


# --- one step by the keys ---------------------------------------------------------------------------------------------


def _up(edit: Edit, row: Any) -> Spot | None:
    keys = _keys_beside(edit, row)
    place = keys.index(row.pk)
    if place:
        return Spot(parent_of(row), keys[place - 2] if place > 1 else None)
    parent = _neighbour(edit, row, -1)
    return None if parent is None else Spot(parent, last_of(edit.rubric, KIND_OF[type(row)], parent))


def _down(edit: Edit, row: Any) -> Spot | None:
    keys = _keys_beside(edit, row)
    place = keys.index(row.pk)
    if place + 1 < len(keys):
        return Spot(parent_of(row), keys[place + 1])
    parent = _neighbour(edit, row, 1)
    return None if parent is None else Spot(parent, None)


def _in(edit: Edit, row: Any) -> Spot | None:
    if isinstance(row, Category):
        before = behind_of(edit.rubric, row)
        return None if before is None else Spot(before, last_of(edit.rubric, "category", before))
    if isinstance(row, Item):
        first = siblings(edit.rubric, "category", row.category_id).values_list("pk", flat=True).first()
        return None if first is None else Spot(first, last_of(edit.rubric, "item", first))
    return None


def _out(edit: Edit, row: Any) -> Spot | None:
    if isinstance(row, Category) and row.parent is not None:
        return Spot(row.parent.parent_id, row.parent_id)
    if isinstance(row, Item) and row.category.parent_id is not None:
        return Spot(row.category.parent_id, last_of(edit.rubric, "item", row.category.parent_id))
    return None


_STEPS = {"up": _up, "down": _down, "in": _in, "out": _out}


def _keys_beside(edit: Edit, row: Any) -> list[int]:
    return list(siblings(edit.rubric, KIND_OF[type(row)], parent_of(row)).values_list("pk", flat=True))


def _neighbour(edit: Edit, row: Any, step: int) -> int | None:
    """The parent that comes before or after the row's own in reading order; items and clauses only."""
    if not isinstance(row, Item) and KIND_OF[type(row)] != "clause":
        return None
    order = _categories_in_order(edit) if isinstance(row, Item) else _items_in_order(edit)
    place = order.index(parent_of(row)) + step  # type: ignore[arg-type]
    return order[place] if 0 <= place < len(order) else None


def _categories_in_order(edit: Edit) -> list[int]:
    """The keys of all categories in reading order; one query."""
    below: dict[int | None, list[int]] = defaultdict(list)
    rows = Category.objects.filter(rubric=edit.rubric).order_by("position", "pk")
    for pk, parent in rows.values_list("pk", "parent_id"):
        below[parent].append(pk)
    order: list[int] = []
    waiting = below[None][::-1]
    while waiting:
        pk = waiting.pop()
        order.append(pk)
        waiting += below[pk][::-1]
    return order


def _items_in_order(edit: Edit) -> list[int]:
    """The keys of all items in reading order; two queries."""
    inside: dict[int, list[int]] = defaultdict(list)
    rows = Item.objects.filter(category__rubric=edit.rubric).order_by("position", "pk")
    for pk, category in rows.values_list("pk", "category_id"):
        inside[category].append(pk)
    return [pk for category in _categories_in_order(edit) for pk in inside[category]]
