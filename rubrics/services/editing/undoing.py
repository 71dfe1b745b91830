"""Taking a change back: every row it touched stands again as it stood, unless it has been changed since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet

from rubrics.models import DraftChange
from rubrics.selectors.definitions import own_shape
from rubrics.selectors.entries import HEAD, MODELS, PARENTS, parent_of, row_of, section_of
from rubrics.services.common import Refused
from rubrics.services.editing.deleting import UPWARDS, remove
from rubrics.services.editing.edit import Edit, Snapshot, editing, head_snapshot, same, snapshot
from rubrics.services.editing.moving import Spot, place
from rubrics.services.editing.tree import demand_code, make_room, owner_column, parent_column, siblings
from rubrics.services.storage import BATCH, columns_of

if TYPE_CHECKING:
    from rubrics.models import Rubric
    from units.models import User

Ident = tuple[str, Any]
ORDER = "order"
"""A pseudo kind among snapshots: the keys of a list in their order."""


def undo(*, actor: User | None, rubric: Rubric, number: int | str | None = None) -> DraftChange:
    """Take back the change of that number, or the last one that is not taken back yet; the new row of the history.

    Refused("nothing_to_undo") where there is none or it is taken back already; Refused("changed_since") where what it
    touched says something else by now, so that nobody's later work is lost.
    """
    with editing(actor=actor, rubric=rubric) as edit:
        change = _chosen(edit, number)
        before, after = ({_ident(each): each for each in rows} for rows in (change.before, change.after))
        _demand_last(edit, change, {**before, **after})
        rows = _stored(edit, {**before, **after})
        _demand_untouched(edit, change, before, after, rows)
        noted = [snapshot(row) for ident, row in rows.items() if ident[0] != HEAD]
        noted += [head_snapshot(key, section_of(edit.rubric, key).shape) for kind, key in after if kind == HEAD]
        remove(ident for ident in after if ident not in before and ident[0] != ORDER)
        _restore(edit, change, [each for ident, each in before.items() if ident not in after])
        _put_back(edit, change, before, after, rows)
        _reorder(edit, [each for each in change.before if each["kind"] == ORDER])
        now = _stored(edit, {**before, **after})
        about = {name: getattr(change, name) for name in ("kind", "key", "place", "title")}
        stands = [snapshot(row) for ident, row in now.items() if ident[0] != HEAD]
        stands += [head_snapshot(key, section_of(edit.rubric, key).shape) for kind, key in before if kind == HEAD]
        return edit.note("undone", about, before=noted, after=stands, undoes=change.number)


def _ident(each: Snapshot) -> Ident:
    return each["kind"], (each["key"] if each["kind"] != ORDER else (each["of"], each["parent"]))


def _standing(edit: Edit) -> QuerySet[DraftChange]:
    """The changes that nobody has taken back."""
    again = DraftChange.objects.filter(rubric_id=OuterRef("rubric_id"), undoes=OuterRef("number"))
    return DraftChange.objects.filter(~Exists(again), rubric=edit.rubric).exclude(verb=DraftChange.Verb.UNDONE)


def _chosen(edit: Edit, number: int | str | None) -> DraftChange:
    changes = _standing(edit)
    if number not in (None, ""):
        changes = changes.filter(number=int(number)) if str(number).isdecimal() else changes.none()
    change = changes.order_by("-number").first()
    if change is None:
        raise Refused("nothing_to_undo")
    return change


def _demand_last(edit: Edit, change: DraftChange, idents: Mapping[Ident, Any]) -> None:
    """Nothing that the change touched may have been touched since by a change that still stands: first that one."""
    later = _standing(edit).filter(number__gt=change.number)
    for before, after in later.values_list("before", "after"):
        if any(_ident(each) in idents for each in (*before, *after)):
            raise _since(change)


def _stored(edit: Edit, idents: Mapping[Ident, Any]) -> dict[Ident, Any]:
    """The rows of these idents that exist, with sections of the top as themselves; one query a kind."""
    found: dict[Ident, Any] = {ident: None for ident in idents if ident[0] == HEAD}
    for kind in UPWARDS:
        keys = [key for each, key in idents if each == kind]
        if keys:
            found |= {(kind, row.pk): row for row in MODELS[kind].objects.filter(pk__in=keys).order_by("pk")}
    return found


def _demand_untouched(
    edit: Edit, change: DraftChange, before: Mapping[Ident, Snapshot], after: Mapping[Ident, Snapshot],
    rows: Mapping[Ident, Any],
) -> None:  # fmt: skip
    for ident, each in after.items():
        if ident[0] == ORDER:
            continue
        if ident[0] == HEAD:
            fits = same(section_of(edit.rubric, ident[1]).shape, each["shape"])
        else:
            row = rows.get(ident)
            fits = row is not None and parent_of(row) == each["parent"] and same(own_shape(row), each["shape"])
        if not fits:
            raise _since(change)
    if any(ident in rows for ident in before if ident not in after and ident[0] != HEAD):
        raise _since(change)
    added = {ident for ident in after if ident not in before}
    for kind, (above, column) in PARENTS.items():
        parents = [key for each, key in added if each == above]
        below = MODELS[kind].objects.filter(**{f"{column}__in": parents}) if parents else ()
        if any((kind, row.pk) not in added for row in below):
            raise _since(change)


def _since(change: DraftChange) -> Refused:
    return Refused("changed_since", [], title=change.title or change.place)


def _restore(edit: Edit, change: DraftChange, gone: list[Snapshot]) -> None:
    """Rows that were removed, with their keys; parents before children."""
    again = {_ident(each) for each in gone}
    for kind in reversed(UPWARDS):
        waiting = [each for each in gone if each["kind"] == kind]
        for each in waiting:
            above = (PARENTS[kind][0], each["parent"]) if kind in PARENTS else None
            if above not in again:
                _demand_free(edit, change, each)
        while waiting:
            ready = [each for each in waiting if not _waits(each, waiting)]
            MODELS[kind].objects.bulk_create([_made(edit, each) for each in ready], batch_size=BATCH)
            waiting = [each for each in waiting if each not in ready]


def _waits(each: Snapshot, waiting: list[Snapshot]) -> bool:
    return each["kind"] == "category" and any(other["key"] == each["parent"] for other in waiting)


def _made(edit: Edit, each: Snapshot) -> Any:
    kind = each["kind"]
    position = each["position"]
    if "behind" in each:
        position = make_room(edit.rubric, kind, each["parent"], each["behind"])
    owner = owner_column(edit.rubric, kind) | parent_column(kind, each["parent"])
    version = each["version"] + 1
    return MODELS[kind](
        pk=each["key"], version=version, position=position, **owner, **columns_of(kind, each["shape"])
    )  # fmt: skip


def _demand_free(edit: Edit, change: DraftChange, each: Snapshot) -> None:
    """The place that a row goes back to: its parent is there, and no sibling has its code."""
    kind, parent = each["kind"], each["parent"]
    if parent is not None and row_of(edit.rubric, PARENTS[kind][0], parent) is None:
        raise _since(change)
    try:
        demand_code(edit.rubric, kind, parent, each["shape"]["code"])
    except Refused:
        raise _since(change) from None


def _put_back(
    edit: Edit, change: DraftChange, before: Mapping[Ident, Snapshot], after: Mapping[Ident, Snapshot],
    rows: Mapping[Ident, Any],
) -> None:  # fmt: skip
    """Rows that were changed or moved."""
    for ident, was in before.items():
        if ident not in after or ident[0] == ORDER:
            continue
        if ident[0] == HEAD:
            edit.write_section(ident[1], was["shape"])
            continue
        row, now = rows[ident], after[ident]
        if (was["parent"], was["shape"]["code"]) != (now["parent"], now["shape"]["code"]):
            _demand_free(edit, change, was)
        if not same(was["shape"], now["shape"]):
            edit.write(row, was["shape"])
        if "behind" in was:
            place(edit, row, Spot(was["parent"], was["behind"]))


def _reorder(edit: Edit, orders: list[Snapshot]) -> None:
    """Lists in the order in which they stood; what has come since follows."""
    for each in orders:
        kind = each["of"]
        wanted = {key: place for place, key in enumerate(each["keys"])}
        rows = sorted(siblings(edit.rubric, kind, each["parent"]), key=lambda row: wanted.get(row.pk, len(wanted)))
        for place_, row in enumerate(rows):
            row.position = place_
        if rows:
            MODELS[kind].objects.bulk_update(rows, ["position"], batch_size=BATCH)
