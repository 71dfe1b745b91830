"""What stands around the items of a sheet: dates, what is open, what came back, why it is locked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from evidence import wording
from evidence.models import Submission
from evidence.outline import slug
from evidence.selectors.sheetdata import SheetData


@dataclass(frozen=True)
class SheetHead:
    """What stands around the items of a sheet."""

    unit: str
    title: str
    series: str
    due: str
    days_left: str
    saved_at: datetime | None
    editable: bool
    locked_title: str
    locked_reason: str
    receipt_url: str
    open_items: int
    lacking: int
    filled: int
    total: int
    progress: str
    returned_title: str
    returned_text: str
    returned_url: str
    version: int

    @property
    def returned(self) -> bool:
        return bool(self.returned_text)


def head_of(data: SheetData, *, editable: bool, closes_at: datetime | None, now: datetime) -> SheetHead:
    """The head of the sheet: dates, what is open, and why it cannot be written where it cannot."""
    claimable = data.claimable
    open_items = sum(1 for entry in claimable if data.is_open(entry))
    lacking = sum(1 for entry in claimable if data.lacking(entry))
    filled = len(claimable) - open_items
    series = next((s.title or s.code for s in data.definition.series if s.code == data.enrolment.series_code), "")
    locked_title, locked_reason = ("", "") if editable else _why_locked(data, closes_at, now)
    submission = data.submission
    received = submission is not None and bool(submission.receipt_number)
    returned_title, returned_text, returned_url = _returned(data)
    return SheetHead(
        unit=data.enrolment.unit.title,
        title=_("Self-assessment %(year)s") % {"year": data.enrolment.cycle.year},
        series=series,
        due=wording.due_text(closes_at) if closes_at else "",
        days_left=wording.left_text(now, closes_at) if closes_at else "",
        saved_at=submission.saved_at if submission else None,
        editable=editable,
        locked_title=locked_title,
        locked_reason=locked_reason,
        receipt_url=reverse("evidence:receipt", args=[data.enrolment.pk]) if received else "",
        open_items=open_items,
        lacking=lacking,
        filled=filled,
        total=len(claimable),
        progress=_("%(filled)d of %(total)d filled in") % {"filled": filled, "total": len(claimable)},
        returned_title=returned_title,
        returned_text=returned_text,
        returned_url=returned_url,
        version=submission.version if submission else 0,
    )


def _why_locked(data: SheetData, closes_at: datetime | None, now: datetime) -> tuple[str, str]:
    submission = data.submission
    if submission is not None and submission.state in (Submission.State.SUBMITTED, Submission.State.RULED):
        when = wording.day_and_time(submission.submitted_at) if submission.submitted_at else ""
        return _("Submitted %(when)s.") % {"when": when}, _("The sheet is locked; the reviewers can return it.")
    if closes_at is not None and closes_at > now:
        return _("For reading only."), _("It is filled in by the unit's clerk.")
    if closes_at is not None:
        return _("The time to fill in is over."), _("It ended on %(when)s.") % {"when": wording.day_and_time(closes_at)}
    return _("Not open yet."), _("The sheet opens with the phase of self-assessment.")


def _returned(data: SheetData) -> tuple[str, str, str]:
    """What came back: title, the reviewers' words, and where to go."""
    submission = data.submission
    if submission is None or submission.state != Submission.State.RETURNED:
        return "", "", ""
    rows = [row for row in data.rows.values() if row.reopened]
    names = {entry.code: entry.item for entry in data.entries}
    words = [submission.returned_reason] if submission.returned_scope == Submission.Scope.SHEET else []
    for row in rows:
        item = names.get(row.item_code)
        if item is not None:
            words.append(f"{item.ref} {item.title}: {row.returned_reason}".strip())
    first = f"#item-{slug(rows[0].item_code)}" if rows else "#items"
    if submission.returned_scope == Submission.Scope.SHEET:
        return _("The reviewers returned the whole sheet."), " ".join(words), first
    return _("The reviewers returned %(n)d items.") % {"n": len(rows)}, " ".join(words), first
