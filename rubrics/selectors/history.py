"""The history of a draft as finished rows: who did what to which entry, and what it said before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import get_language

from rubrics.definition.entries import fields_of
from rubrics.models import DraftChange, Rubric
from rubrics.selectors.differences.words import Teller
from rubrics.selectors.drafts import changes_of, draft_of
from rubrics.selectors.entries import HEAD

PER_PAGE = 50


class Line(NamedTuple):
    """One field that got another value, both in words."""

    label: str
    was: str
    now: str


@dataclass(frozen=True)
class Row:
    number: int
    at: datetime
    who: str
    verb: str
    title: str
    place: str
    lines: tuple[Line, ...]
    more: int
    """How many rows it touched beside the entry itself: what stands below it, what names it."""
    is_undone: bool
    can_undo: bool
    undoes: int | None


def rows_of(rubric: Rubric, changes: Sequence[DraftChange]) -> list[Row]:
    """Rows for changes of `history_of`."""
    definition = draft_of(rubric).definition
    teller = None if definition is None else Teller(definition, definition)
    return [_row(change, teller) for change in changes]


def history_of(rubric: Rubric) -> Any:
    """The changes with what the rows held, the last one first."""
    return changes_of(rubric).defer(None)


def _row(change: DraftChange, teller: Teller | None) -> Row:
    stands = change.verb != DraftChange.Verb.UNDONE and not change.is_undone
    rows = {(row["kind"], str(row.get("key", row.get("keys")))) for row in (*change.before, *change.after)}
    return Row(
        number=change.number,
        at=change.at,
        who=change.actor_name,
        verb=change.get_verb_display(),
        title=change.title,
        place=change.place if change.kind != HEAD else "",
        lines=tuple(_lines(change, teller)),
        more=len([kind for kind, _key in rows if kind != "order"]) - 1,
        is_undone=change.is_undone,
        can_undo=stands,
        undoes=change.undoes,
    )


def _lines(change: DraftChange, teller: Teller | None) -> list[Line]:
    """The fields of the entry itself that differ; nothing where it came or went."""
    before, after = (_own(change, rows) for rows in (change.before, change.after))
    if before is None or after is None:
        return []
    section = change.key if change.kind == HEAD else ""
    fields = {each.name: each for shape in (before, after) for each in fields_of(change.kind, shape, section=section)}
    lang = get_language() or "zh-hans"
    return [
        Line(
            fields[name].title_in(lang) if name in fields else name,
            *(
                str(each or "–") if teller is None else teller.value(fields.get(name), each)
                for each in (before.get(name), after.get(name))
            ),
        )
        for name in dict.fromkeys([*fields, *before, *after])
        if before.get(name) != after.get(name)
    ]


def _own(change: DraftChange, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    found = (row["shape"] for row in rows if (row["kind"], str(row.get("key"))) == (change.kind, change.key))
    return next(found, None)
