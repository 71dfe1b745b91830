"""The clerk's sheet, whole or one item at a time."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from evidence import outline
from evidence.selectors import access
from evidence.selectors.misfits import misfits_among
from evidence.selectors.sheet import SheetPage
from evidence.selectors.sheetdata import SheetData, load
from evidence.selectors.sheethead import head_of
from evidence.views.common import ACCEPT
from rubrics import lifecycle as rubrics_lifecycle
from rubrics import selectors as rubrics_selectors


@login_required
@require_GET
def own(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """To the sheet of one's own unit; a short list where a person acts for several."""
    cycle = rubrics_selectors.cycle_for(request.user, cycle_pk)
    sheets = access.own_sheets(request.user, cycle)
    if not sheets:
        raise Http404
    if len(sheets) == 1:
        return redirect("evidence:sheet", sheets[0].pk)
    return render(request, "evidence/own.html", {"cycle": cycle, "sheets": sheets})


@login_required
@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole sheet, or one item of it (``?item=``)."""
    enrolment = access.sheet_for(request.user, pk)
    now = timezone.now()
    data = load(enrolment)
    editable = access.editable_items(request.user, data, now)
    only = request.GET.get("item", "")
    codes = [entry.code for entry in data.entries]
    if only and only not in codes:
        raise Http404
    page = SheetPage(data, editable=editable, single=bool(only))
    context = {
        "enrolment": enrolment,
        "sheet_pk": enrolment.pk,
        "sheet": head_of(data, editable=bool(editable), closes_at=closes_at(data, now), now=now),
        "groups": page.groups(),
        "items": page.items(only or None),
        "accept": ACCEPT,
        "score_url": reverse("scoring:score", args=[enrolment.pk]),
        "may_submit": access.may_submit(request.user, data, now),
        "misfits": misfits_among(enrolment, (fact for facts in data.claims.values() for fact in facts)),
        "nothing_count": len(access.untouched_deductions(data, editable)),
        **_steps(pk, codes, only),
    }
    return render(request, "evidence/sheet.html", context)


def _steps(pk: int, codes: list[str], only: str) -> dict[str, str]:
    """Where "whole sheet", "one at a time", "previous" and "next" lead."""
    address = reverse("evidence:sheet", args=[pk])
    if not only:
        return {"single_url": f"{address}?item={codes[0]}"} if codes else {}
    place = codes.index(only)
    return {
        "whole_url": f"{address}#item-{outline.slug(only)}",
        "current": outline.slug(only),
        "previous_url": f"{address}?item={codes[place - 1]}" if place else "",
        "next_url": f"{address}?item={codes[place + 1]}" if place + 1 < len(codes) else "",
    }


def closes_at(data: SheetData, now: datetime) -> datetime | None:
    """Until when the sheet may be written in, or when that ended; None before it begins."""
    schedule = data.enrolment.schedule()
    returned = data.submission is not None and data.submission.state == "returned"
    phase = rubrics_lifecycle.opening("correct_sheet" if returned else "fill_sheet", schedule, now)
    if phase is not None:
        return phase.closes_at
    phase = schedule.phase("self_assessment") or schedule.phase("application")
    return phase.closes_at if phase is not None and phase.opens_at <= now else None
