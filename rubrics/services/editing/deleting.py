"""Taking an entry away with all that stands below it; the history keeps it whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rubrics.models import DraftChange
from rubrics.selectors.entries import KIND_OF, MODELS
from rubrics.services.editing.edit import about_row, editing, snapshot
from rubrics.services.editing.tree import behind_of, subtree

if TYPE_CHECKING:
    from rubrics.models import Rubric
    from units.models import User

UPWARDS = ("clause", "item", "category", "series", "panel", "grading")
"""Kinds in an order in which rows can be removed: nothing is left hanging."""


def delete_entry(
    *, actor: User | None, rubric: Rubric, kind: str, key: str | int, version: int | str | None = None
) -> DraftChange:
    """Remove an entry with its subtree; the change that comes back can be undone by its number.

    What named it elsewhere is left as it is: the checks say so, and undoing makes it right again.
    """
    with editing(actor=actor, rubric=rubric) as edit:
        row = edit.row(kind, key, version)
        rows = subtree(edit.rubric, row)
        gone = [snapshot(row, behind=behind_of(edit.rubric, row)), *map(snapshot, rows[1:])]
        about = about_row(row)
        remove((KIND_OF[type(each)], each.pk) for each in rows)
        return edit.note("deleted", about, before=gone)


def remove(idents: Iterable[tuple[str, Any]]) -> None:
    """Remove rows by kind and key."""
    keys: dict[str, list[Any]] = {}
    for kind, key in idents:
        keys.setdefault(kind, []).append(key)
    for kind in UPWARDS:
        if kind in keys:
            MODELS[kind].objects.filter(pk__in=keys[kind]).delete()
