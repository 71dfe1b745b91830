"""The clerk's sheet, whole or one item at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from evidence import outline, policies
from evidence.selectors import access, sharing
from evidence.selectors.before import before_of
from evidence.selectors.misfits import misfits_among
from evidence.selectors.sheet import SheetPage
from evidence.selectors.sheetdata import SheetData
from evidence.selectors.sheethead import head_of
from evidence.selectors.signing import signing_of
from evidence.views.common import ACCEPT, about_files
from rubrics import lifecycle as rubrics_lifecycle
from rubrics import selectors as rubrics_selectors

WHOLE, SINGLE = "whole", "single"
REMEMBERED, YEAR = "sheet_view", 365 * 24 * 3600
"""The cookie that remembers how a person likes to fill in a sheet, and for how many seconds."""


@login_required
@require_GET
def own(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """To the sheet of one's own unit, or of which one was given items; a short list where there are several."""
    cycle = rubrics_selectors.cycle_for(request.user, cycle_pk)
    sheets = [*access.own_sheets(request.user, cycle), *access.given_sheets(request.user, cycle)]
    if not sheets:
        raise Http404
    if len(sheets) == 1:
        return redirect("evidence:sheet", sheets[0].pk)
    return render(request, "evidence/own.html", {"cycle": cycle, "sheets": sheets})


@login_required
@require_GET
@csp_update({"frame-src": ["'self'"]})
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole sheet, or one item of it (``?item=``). What ``?view=`` asks for, "whole" or "single", is remembered."""
    enrolment = access.part_for(request.user, pk)
    now = timezone.now()
    data = access.data_for(request.user, enrolment)
    editable = access.editable_items(request.user, data, now)
    only = request.GET.get("item", "")
    is_part = not access.may_read_whole(request.user, enrolment)
    mine = None if is_part else sharing.mine_in(request.user, data, wanted="mine" in request.GET, item=only)
    shown = mine.filtered(data) if mine else data
    if only and all(entry.code != only for entry in data.entries):
        raise Http404
    view = request.GET.get("view", "")
    if not only and (view == SINGLE or (not view and editable and request.COOKIES.get(REMEMBERED) == SINGLE)):
        only = _first_open(shown)
    query = mine.query if mine else ""
    people = sharing.names_by_item(enrolment)
    page = SheetPage(shown, editable=editable, single=bool(only), people=people, query=query)
    head = head_of(data, editable=bool(editable), closes_at=closes_at(data, now), now=now)
    context = {
        "enrolment": enrolment,
        "sheet_pk": enrolment.pk,
        "sheet": sharing.head_of_part(head) if is_part else head,
        "is_part": is_part,
        "before": before_of(data, whole=not is_part),
        "mine": mine,
        "groups": page.groups(),
        "items": page.items(only or None),
        "accept": ACCEPT,
        **about_files(data),
        "score_url": "" if is_part else reverse("scoring:score", args=[enrolment.pk]),
        "may_share": access.may_share(request.user, data),
        "signing": signing_of(request.user, data, now),
        "misfits": misfits_among(enrolment, (fact for facts in data.claims.values() for fact in facts)),
        "nothing_count": 0 if is_part else len(access.untouched_deductions(data, editable)),
        **_steps(pk, shown, only, query),
    }
    response = render(request, "evidence/sheet.html", context)
    if view in (WHOLE, SINGLE):
        response.set_cookie(
            REMEMBERED, view, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )
    return response


def _first_open(data: SheetData) -> str:
    """The item to begin with: the first one that still asks for something, else the first; empty without items."""
    waiting = (entry.code for entry in data.entries if data.awaits(entry))
    return next(waiting, data.entries[0].code if data.entries else "")


def _steps(pk: int, data: SheetData, only: str, query: str) -> dict[str, Any]:
    """Where "whole sheet", "one at a time", "previous", "next" and "next open" lead."""
    address = f"{reverse('evidence:sheet', args=[pk])}?{query}"
    if not only:
        return {"single_url": f"{address}view={SINGLE}", "whole_url": f"{address}view={WHOLE}"}
    codes = [entry.code for entry in data.entries]
    place = codes.index(only)
    around = (*data.entries[place + 1 :], *data.entries[:place])
    waiting = next((entry.code for entry in around if data.awaits(entry)), "")
    return {
        "single_url": f"{address}view={SINGLE}&item={only}",
        "whole_url": f"{address}view={WHOLE}#item-{outline.slug(only)}",
        "current": outline.slug(only),
        "place": place + 1,
        "places": len(codes),
        "previous_url": _at(address, codes[place - 1]) if place else "",
        "next_url": _at(address, codes[place + 1]) if place + 1 < len(codes) else "",
        "open_url": _at(address, waiting) if waiting else "",
    }


def _at(address: str, code: str) -> str:
    """One item by itself, and down to it past the head of the page."""
    return f"{address}item={code}#item-{outline.slug(code)}"


def closes_at(data: SheetData, now: datetime) -> datetime | None:
    """Until when the sheet may be written in, or when that ended; None before it begins."""
    until = policies.correct_until(data.enrolment, data.submission)
    if until is not None:
        return until
    schedule = data.enrolment.schedule()
    returned = data.submission is not None and data.submission.state == "returned"
    phase = rubrics_lifecycle.opening("correct_sheet" if returned else "fill_sheet", schedule, now)
    if phase is not None:
        return phase.closes_at
    phase = schedule.phase("self_assessment") or schedule.phase("application")
    return phase.closes_at if phase is not None and phase.opens_at <= now else None
