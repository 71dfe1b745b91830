"""What stands around the items of a sheet: dates, what is open, what came back, why it is locked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from evidence import wording
from evidence.models import SheetItem, Submission
from evidence.outline import slug
from evidence.selectors.sheetdata import SheetData
from rubrics.kinds.numbers import plain


@dataclass(frozen=True)
class ReturnedItem:
    """One item that came back: what it is called, the reviewers' words, and whether it was amended since."""

    code: str
    slug: str
    title: str
    reason: str
    done: bool


@dataclass(frozen=True)
class SheetHead:
    """What stands around the items of a sheet."""

    unit: str
    title: str
    series: str
    due: str
    days_left: str
    extended: str
    """Until when the unit's own time runs, and why it was given; blank where the usual dates hold."""
    saved_at: datetime | None
    editable: bool
    locked_title: str
    locked_reason: str
    receipt_url: str
    open_items: int
    open_points: str
    lacking: int
    filled: int
    total: int
    progress: str
    returned_title: str
    returned_text: str
    returned_items: tuple[ReturnedItem, ...]
    returned_due: str
    version: int

    @property
    def returned(self) -> bool:
        return bool(self.returned_title)


def head_of(data: SheetData, *, editable: bool, closes_at: datetime | None, now: datetime) -> SheetHead:
    """The head of the sheet: dates, what is open, and why it cannot be written where it cannot."""
    claimable = data.claimable
    waiting = [entry for entry in claimable if data.is_open(entry)]
    open_items = len(waiting)
    lacking = sum(1 for entry in claimable if data.lacking(entry))
    filled = len(claimable) - open_items
    series = next((s.title or s.code for s in data.definition.series if s.code == data.enrolment.series_code), "")
    locked_title, locked_reason = ("", "") if editable else _why_locked(data, closes_at, now)
    submission = data.submission
    received = submission is not None and bool(submission.receipt_number)
    returned_title, returned_text, returned_items = _returned(data)
    return SheetHead(
        unit=data.enrolment.unit.title,
        title=_("Self-assessment %(year)s") % {"year": data.enrolment.cycle.year},
        series=series,
        due=wording.due_text(closes_at) if closes_at else "",
        days_left=wording.left_text(now, closes_at) if closes_at else "",
        extended=_extended(data, closes_at, now),
        saved_at=submission.saved_at if submission else None,
        editable=editable,
        locked_title=locked_title,
        locked_reason=locked_reason,
        receipt_url=reverse("evidence:receipt", args=[data.enrolment.pk]) if received else "",
        open_items=open_items,
        open_points=plain(sum((entry.item.points or Decimal(0) for entry in waiting), Decimal(0))),
        lacking=lacking,
        filled=filled,
        total=len(claimable),
        progress=_("%(filled)d of %(total)d filled in") % {"filled": filled, "total": len(claimable)},
        returned_title=returned_title,
        returned_text=returned_text,
        returned_items=returned_items,
        returned_due=_returned_due(data, closes_at, now),
        version=submission.version if submission else 0,
    )


def _extended(data: SheetData, closes_at: datetime | None, now: datetime) -> str:
    """Said while the end that holds is the unit's own."""
    own = data.enrolment
    code = next((code for code in own.extensions if own.extension(code) == closes_at), "")
    if not code or closes_at is None or closes_at <= now:
        return ""
    said = {"when": wording.day_and_time(closes_at), "reason": own.extension_reason(code)}
    if not said["reason"]:
        return _("Your unit has more time than others, until %(when)s.") % said
    return _("Your unit has more time than others, until %(when)s, because: %(reason)s") % said


def _why_locked(data: SheetData, closes_at: datetime | None, now: datetime) -> tuple[str, str]:
    submission = data.submission
    if submission is not None and submission.state in (Submission.State.SUBMITTED, Submission.State.RULED):
        when = wording.day_and_time(submission.submitted_at) if submission.submitted_at else ""
        return _("Submitted %(when)s.") % {"when": when}, _("The sheet is locked; the reviewers can return it.")
    if closes_at is not None and closes_at <= now and submission is not None and submission.returned_until is not None:
        when = wording.day_and_time(closes_at)
        return _("The time to amend what was returned is over."), _(
            "It ended on %(when)s. The reviewers can set another date; the administrator can give the unit more time."
        ) % {"when": when}
    if closes_at is not None and closes_at > now:
        if data.unmet:
            return "", ""  # what is to be done first is said with its link, in _before.html
        return _("For reading only."), _("It is filled in by the unit's clerk.")
    if closes_at is not None:
        return _("The time to fill in is over."), _("It ended on %(when)s.") % {"when": wording.day_and_time(closes_at)}
    return _("Not open yet."), _("The sheet opens with the phase of self-assessment.")


def _returned_due(data: SheetData, closes_at: datetime | None, now: datetime) -> str:
    """By when what came back is to be handed in again, where a date was set for it."""
    submission = data.submission
    if submission is None or submission.state != Submission.State.RETURNED or submission.returned_until is None:
        return ""
    if closes_at is None or closes_at <= now:
        return ""
    return _("To be handed in again by %(when)s, %(left)s.") % {
        "when": wording.day_and_time(closes_at), "left": wording.left_text(now, closes_at),
    }  # fmt: skip


def _returned(data: SheetData) -> tuple[str, str, tuple[ReturnedItem, ...]]:
    """What came back: title, the words about the sheet as a whole, and the single items in reading order."""
    submission = data.submission
    if submission is None or submission.state != Submission.State.RETURNED:
        return "", "", ()
    items = tuple(
        ReturnedItem(entry.code, slug(entry.code), f"{entry.item.ref} {entry.item.title}".strip(), row.returned_reason,
                     done=row.state != SheetItem.State.RETURNED and not data.lacking(entry))
        for entry in data.entries
        if (row := data.rows.get(entry.code)) is not None and row.reopened
    )  # fmt: skip
    if submission.returned_scope == Submission.Scope.SHEET:
        return _("The reviewers returned the whole sheet."), submission.returned_reason, items
    return _("The reviewers returned %(n)d items.") % {"n": len(items)}, "", items
