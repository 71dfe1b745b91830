"""The journal as auditors and administrators read it."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from appraisal_site.toolkit.xlsx import answer
from units import jobs, policies, selectors, wording
from units.forms import JournalFilter
from units.models import JournalEntry
from units.services import journal
from units.views.guards import only_if
from units.workbooks import journal_workbook

PER_PAGE = 50
LONGEST = 600  # characters of a value on the page; the workbook has all of it
DOWNLOAD = 50_000  # rows; Excel takes a million, a person fewer
VERIFY = "units.verify_journal"


@only_if(policies.may_read_journal)
@require_GET
def journal_page(request: HttpRequest) -> HttpResponse:
    """What the last check found, the filter, and the rows, newest first; `open` shows one row's before and after."""
    form = JournalFilter(request.GET or None)
    said = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = selectors.search_journal(request.user, **said)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    opened = request.GET.get("open", "")
    rows = _rows(list(page), opened)
    query = request.GET.copy()
    for name in ("page", "open"):
        query.pop(name, None)
    shown = {
        "form": form,
        "page": page,
        "days": [{"day": day, "rows": list(group)} for day, group in groupby(rows, key=lambda row: row["day"])],
        "query": f"{query.urlencode()}&" if query else "",
        "verdict": _verdict(),
        "job": selectors.pending_job(VERIFY),
        "size": selectors.journal_size(),
        "filtered": any(said.values()),
        "read_only": not policies.is_administrator(request.user),
    }
    return render(request, "units/journal.html", shown, status=422 if form.errors else 200)


@only_if(policies.may_read_journal)
@require_GET
def download(request: HttpRequest) -> HttpResponse:
    """The rows that the filter shows, with full fingerprints, as a workbook."""
    form = JournalFilter(request.GET or None)
    said = form.cleaned_data if form.is_bound and form.is_valid() else {}
    entries = selectors.search_journal(request.user, **said)[:DOWNLOAD]
    units = selectors.unit_titles({key for entry in entries if (key := _unit_of(entry.scope)) is not None})
    rows = (
        [
            scope_name(entry.scope, units),
            entry.number,
            entry.at,
            entry.actor_name or _("The house"),
            wording.verb_text(entry.verb, entry.before, entry.after),
            entry.object_label,
            _said(entry.before),
            _said(entry.after),
            entry.hash,
            entry.previous_hash,
        ]
        for entry in entries
    )
    return answer(journal_workbook(rows, head=journal.head_of()), "journal.xlsx")


def _said(record: Any) -> str:
    return "" if record is None else json.dumps(record, ensure_ascii=False)


@only_if(policies.may_verify_journal)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Have every chain checked; a check that is already asked for is not asked for twice."""
    with transaction.atomic():
        if selectors.pending_job(VERIFY) is None:
            jobs.enqueue(VERIFY, [], actor=request.user)
    return redirect("units:journal")


def _rows(entries: list[JournalEntry], opened: str) -> list[dict[str, Any]]:
    """Finished values for the table: one query more for the units that scopes name."""
    units = selectors.unit_titles({key for entry in entries if (key := _unit_of(entry.scope)) is not None})
    rows = []
    for entry in entries:
        rows.append(
            {
                "pk": entry.pk,
                "number": entry.number,
                "scope": scope_name(entry.scope, units),
                "at": entry.at,
                "day": timezone.localtime(entry.at).date(),
                "who": entry.actor_name or _("The house"),
                "what": wording.verb_text(entry.verb, entry.before, entry.after),
                "about": entry.object_label,
                "hash": grouped(entry.hash[:8]),
                "more": _more(entry) if str(entry.pk) == opened else None,
            }
        )
    return rows


def _more(entry: JournalEntry) -> dict[str, Any]:
    return {
        "before": _pairs(entry.before),
        "after": _pairs(entry.after),
        "previous": grouped(entry.previous_hash[:8]) if entry.number > 1 else "",
        "previous_number": entry.number - 1,
        "hash": grouped(entry.hash),
        "scope": entry.scope,
    }


def _pairs(said: Any) -> list[tuple[str, str]]:
    """A record as lines to read: name and value."""
    if said is None:
        return []
    items = said.items() if isinstance(said, dict) else [("", said)]
    return [(wording.field_name(str(key)), _short(value)) for key, value in items]


def _short(value: Any) -> str:
    text = _read(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def _read(value: Any) -> str:
    """A value of a record in words; what is nested stands in one line."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return pgettext("enumeration", ", ").join(
            f"{wording.field_name(key)} {_read(item)}" for key, item in value.items()
        )
    if isinstance(value, list):
        return "; ".join(_read(item) for item in value) or "—"
    return str(value)


def grouped(digest: str) -> str:
    """A fingerprint in groups of four, as it is printed."""
    return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))


def _unit_of(scope: str) -> int | None:
    key = scope.partition("/unit:")[2]
    return int(key) if key.isdigit() else None


def scope_name(scope: str, units: dict[int, str]) -> str:
    """Which chain a row stands in, in words."""
    cycle, _slash, _unit = scope.partition("/")
    number = cycle.partition(":")[2]
    key = _unit_of(scope)
    if key is not None:
        return _("Cycle {number} · {unit}").format(number=number, unit=units.get(key, key))
    return _("Cycle {number}").format(number=number) if number else _("House")


_REASONS = {
    "missing": _lazy("The row is missing."),
    "altered": _lazy("The row does not fit its own fingerprint: it was altered."),
    "unlinked": _lazy("The row does not follow the one before it."),
    "algorithm": _lazy("The row names an algorithm this program does not know."),
    "cut": _lazy("This row and what followed it are gone: the end was cut off."),
    "head": _lazy("The last row is not the one that was noted as the last."),
}


def _verdict() -> dict[str, Any] | None:
    """What the last check of the whole journal found, or None if there was none."""
    entry = selectors.last_verification()
    if entry is None:
        return None
    said = entry.after
    return {
        "whole": said["outcome"] == "whole",
        "rows": said["rows"],
        "chains": said["chains"],
        "seconds": f"{said['milliseconds'] / 1000:.2f}",
        "head": grouped(said["head"]),
        "at": entry.at,
        "who": entry.actor_name,
        "broken": [
            {"scope": scope, "number": place["number"], "reason": str(_REASONS.get(place["reason"], place["reason"]))}
            for scope, place in said["broken"].items()
        ],
    }
