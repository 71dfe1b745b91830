"""The history of a sheet: what was handed in when, what changed each time, and why it was returned in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from evidence import explain, policies, wording
from evidence.models import SheetItem, SheetVersion, Submission
from evidence.selectors.changes import Side
from evidence.selectors.sides import Reader, changes_for, side_now, side_of
from evidence.selectors.snapshot import entries_then, is_verified, versions_of, worth_kept

NOW = "now"
"""In place of a version's number: the sheet as it is being filled in."""


@dataclass(frozen=True)
class Returned:
    """Why a sheet was given back: the words for the whole, and for each item by its title."""

    at: datetime
    by: str
    until: str
    reason: str
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class VersionRow:
    """One version in the list, with what changed since the one before."""

    number: int
    receipt: str
    at: datetime
    by: str
    fingerprint: str
    verified: bool
    value: str
    full: str
    changed: str
    returned: Returned | None
    url: str
    form_url: str
    receipt_url: str
    content_url: str


@dataclass(frozen=True)
class History:
    """The list, the latest version first; ``open`` is what was changed since and not handed in."""

    unit: str
    rows: tuple[VersionRow, ...]
    open: str
    open_url: str
    returned: Returned | None
    whole: bool


def history_of(reader: Reader) -> History:
    """Every version; a constant number of queries."""
    enrolment, versions = reader.enrolment, versions_of(reader.enrolment)
    sides = [side_of(one, enrolment) for one in versions]
    rows = []
    for place, version in enumerate(versions):
        changed = ""
        if place:
            changed = changes_for(reader, sides[place - 1], sides[place]).summary
        rows.append(row_of(reader, version, changed))
    open_text, returned = "", returned_now(reader, sides[-1]) if sides else None
    if returned is not None and reader.whole:
        open_text = changes_for(reader, sides[-1], side_now(enrolment)).summary
    url = reverse("evidence:version", args=[enrolment.pk, versions[-1].number]) if versions else ""
    return History(
        unit=enrolment.unit.title,
        rows=tuple(rows[::-1]),
        open=open_text,
        open_url=f"{url}?with={NOW}",
        returned=returned,
        whole=reader.whole,
    )


def row_of(reader: Reader, version: SheetVersion, changed: str) -> VersionRow:
    worth, args = worth_kept(version, explain.lang()), [reader.enrolment.pk, version.number]
    return VersionRow(
        number=version.number,
        receipt=version.receipt_number,
        at=version.submitted_at,
        by=version.shown.get("by") or str(version.submitted_by),
        fingerprint=version.fingerprint,
        verified=is_verified(version),
        value=worth.value if reader.whole else "",
        full=worth.full if reader.whole else "",
        changed=changed,
        returned=returned_then(reader, version),
        url=reverse("evidence:version", args=args),
        form_url=reverse("evidence:version_form", args=args),
        receipt_url=reverse("evidence:version_receipt", args=args) if reader.whole else "",
        content_url=reverse("evidence:version_content", args=args) if reader.whole else "",
    )


def returned_then(reader: Reader, version: SheetVersion) -> Returned | None:
    """Why the version before it was given back."""
    kept: dict[str, Any] = version.shown.get("returned") or {}
    if not kept:
        return None
    at, until = datetime.fromisoformat(kept["at"]), kept.get("until")
    rows = [(code, reason) for code, reason in kept.get("items", ())]
    whole = kept["reason"] if kept.get("scope") == Submission.Scope.SHEET else ""
    due = datetime.fromisoformat(until) if until else None
    return _returned(reader, _titles(reader, version), at, kept["by"], due, whole, rows)


def returned_now(reader: Reader, last: Side) -> Returned | None:
    """Why the sheet is with its unit again; None where it is not. Titles are those of the version before."""
    submission = Submission.objects.filter(enrolment=reader.enrolment).select_related("returned_by").first()
    if submission is None or submission.state != Submission.State.RETURNED or submission.returned_at is None:
        return None
    rows = SheetItem.objects.filter(submission=submission, reopened=True).order_by("item_code")
    titles = {entry.code: f"{entry.item.ref} {entry.item.title or entry.item.code}".strip() for entry in last.entries}
    whole = submission.returned_reason if submission.returned_scope == Submission.Scope.SHEET else ""
    until = policies.correct_until(reader.enrolment, submission)
    items = [(row.item_code, row.returned_reason) for row in rows]
    return _returned(reader, titles, submission.returned_at, str(submission.returned_by or ""), until, whole, items)


def _returned(
    reader: Reader,
    titles: dict[str, str],
    at: datetime,
    by: str,
    until: datetime | None,
    reason: str,
    items: list[tuple[str, str]],
) -> Returned:
    readable = reader.codes(code for code, _reason in items)
    shown = tuple((titles.get(code, code), why) for code, why in items if readable is None or code in readable)
    return Returned(at, by, wording.day_and_time(until) if until else "", reason, shown)


def _titles(reader: Reader, version: SheetVersion) -> dict[str, str]:
    entries = entries_then(version, reader.enrolment)
    return {entry.code: f"{entry.item.ref} {entry.item.title or entry.item.code}".strip() for entry in entries}
