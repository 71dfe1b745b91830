"""The receipt of one version: what was handed in, by whom, when, and its content in figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evidence import explain
from evidence.models import SheetItem, SheetVersion
from evidence.selectors.printed import printed_of
from evidence.selectors.sheetdata import SheetData
from evidence.selectors.snapshot import data_of, last_versions, worth_kept
from rubrics.kinds.numbers import plain

if TYPE_CHECKING:
    from evidence.outline import Entry
    from rubrics.models import Enrolment


@dataclass(frozen=True)
class ReceiptLine:
    """One item: what was said of it in a few words, its files, its points."""

    title: str
    said: str
    files: int
    value: str
    full: str


@dataclass(frozen=True)
class ReceiptGroup:
    title: str
    lines: tuple[ReceiptLine, ...]


@dataclass(frozen=True)
class Receipt:
    """All that a receipt says."""

    number: str
    version: int
    at: datetime
    by: str
    unit: str
    series: str
    cycle: str
    year: int
    items: int
    claims: int
    files: int
    size: str
    value: str
    full: str
    note: str
    fingerprint: str
    groups: tuple[ReceiptGroup, ...]
    url: str
    form_url: str
    pdf_url: str


def latest_receipt(enrolment: Enrolment) -> Receipt | None:
    """The receipt of what was handed in last, also while it is back with the unit; None before that."""
    found = last_versions(enrolment, 1)
    return receipt_of(enrolment, found[0]) if found else None


def receipt_of(enrolment: Enrolment, version: SheetVersion) -> Receipt:
    """The receipt of one version, from what was kept of it."""
    data, worth, shown = data_of(version, enrolment), worth_kept(version, explain.lang()), version.shown
    printed, code = printed_of(data), shown.get("series", enrolment.series_code)
    args = [enrolment.pk, version.number]
    return Receipt(
        number=version.receipt_number,
        version=version.number,
        at=version.submitted_at,
        by=shown.get("by") or str(version.submitted_by),
        unit=shown.get("unit") or enrolment.unit.title,
        series=next((one.title or one.code for one in data.definition.series if one.code == code), ""),
        cycle=shown.get("cycle") or enrolment.cycle.title,
        year=enrolment.cycle.year,
        items=printed.items,
        claims=printed.claims,
        files=printed.files,
        size=printed.bytes_text,
        value=worth.value,
        full=worth.full,
        note=worth.note,
        fingerprint=version.fingerprint,
        groups=_groups(data, worth.nodes),
        url=reverse("evidence:version", args=args),
        form_url=reverse("evidence:version_form", args=args),
        pdf_url=reverse("evidence:version_receipt", args=args),
    )


def _groups(data: SheetData, points: Mapping[str, str]) -> tuple[ReceiptGroup, ...]:
    tops: dict[str, list[Entry]] = {}
    for entry in data.entries:
        if entry.claimable:
            tops.setdefault(entry.top_code, []).append(entry)
    return tuple(
        ReceiptGroup(entries[0].top.title or code, tuple(_line(data, entry, points) for entry in entries))
        for code, entries in tops.items()
    )


def _line(data: SheetData, entry: Entry, values: Mapping[str, str]) -> ReceiptLine:
    item = entry.item
    return ReceiptLine(
        title=f"{item.ref} {item.title or item.code}".strip(),
        said=_said(data, entry),
        files=len(data.files.get(entry.code, ())),
        value=values.get(entry.code, ""),
        full=plain(item.points) if item.points else "",
    )


def _said(data: SheetData, entry: Entry) -> str:
    count, state = len(data.claims_under(entry)), data.state_of(entry.code)
    if count:
        return ngettext("%(n)d claim", "%(n)d claims", count) % {"n": count}
    if state == SheetItem.State.NOT_DUTY:
        return _("not our duty")
    return _("nothing to report") if state == SheetItem.State.NOTHING else "—"
