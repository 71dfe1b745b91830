"""Who of the unit fills in what, and the way of a sheet between clerk and head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services, wording
from evidence.forms import whole
from evidence.selectors import access, sharing
from evidence.selectors.sheetdata import load

if TYPE_CHECKING:
    from collections.abc import Collection

    from evidence.selectors.sheetdata import SheetData

Chosen = dict[str, set[int]]


@login_required
@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """The items of the sheet and the people of the unit; POST gives and takes."""
    enrolment = access.sheet_for(request.user, pk)
    data = load(enrolment)
    if request.method == "GET":
        return _page(request, data)
    chosen, seen = _read(request.POST, data)
    try:
        handed = services.share_items(actor=request.user, enrolment=enrolment, wanted=chosen, seen=seen)
    except services.GivenMeanwhile as crossed:
        return _page(request, data, chosen, crossed=crossed.codes, status=409)
    except services.Refused as fault:
        return _page(request, data, chosen, fault=wording.refusal(fault.code), status=422)
    if handed.given or handed.taken:
        messages.success(request, _told(handed))
    else:
        messages.info(request, _("Nothing was changed; everybody has what they had."))
    return redirect("evidence:share", pk)


def _read(post: QueryDict, data: SheetData) -> tuple[Chosen, Chosen]:
    """For each item the people ticked on the page, and those the page showed as having it.

    A whole category that was ticked for somebody adds all of its items. Without a script that is the way to do it;
    with one the boxes of the items say so themselves.
    """
    chosen: Chosen = {}
    seen: Chosen = {}
    for entry in data.claimable:
        if f"seen-{entry.code}" not in post:
            continue
        ticked = [*post.getlist(f"to-{entry.code}"), *post.getlist(f"all-{entry.top_code}")]
        chosen[entry.code] = _keys(ticked)
        seen[entry.code] = _keys(post[f"seen-{entry.code}"].split(","))
    return chosen, seen


def _keys(texts: Collection[str]) -> set[int]:
    return {key for text in texts if (key := whole(text)) is not None}


def _told(handed: services.Handed) -> str:
    """What one saving did: “5 items given to 2 people; 1 taken back”."""
    parts = []
    if handed.given:
        items = len({code for code, _pk in handed.given})
        text = ngettext("%(items)d item given", "%(items)d items given", items) % {"items": items}
        whom = ngettext("to %(n)d person", "to %(n)d people", handed.people) % {"n": handed.people}
        parts.append(_("%(what)s %(whom)s") % {"what": text, "whom": whom})
    if handed.taken:
        n = len(handed.taken)
        parts.append(ngettext("%(n)d taken back", "%(n)d taken back", n) % {"n": n})
    return _("%(what)s. They are told.") % {"what": _("; ").join(parts)}


def _page(
    request: HttpRequest,
    data: SheetData,
    chosen: Chosen | None = None,
    *,
    crossed: Collection[str] = (),
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "enrolment": data.enrolment,
        "sheet_pk": data.enrolment.pk,
        "unit": data.enrolment.unit.title,
        "page": sharing.share_page(data, chosen=chosen, crossed=crossed),
        "may_share": access.may_share(request.user, data),
        "crossed": len(crossed),
        "fault": fault,
    }
    return render(request, "evidence/share.html", context, status=status)


@login_required
@require_POST
def lay_before(request: HttpRequest, pk: int) -> HttpResponse:
    """The clerk lays the sheet before the head."""
    enrolment = access.sheet_for(request.user, pk)
    try:
        services.lay_before_head(
            actor=request.user, enrolment=enrolment, version=whole(request.POST.get("version")) or 0
        )
        messages.success(request, _("The sheet lies before the unit's head, who is told."))
    except services.Incomplete as fault:
        text = _("It cannot be laid before the head yet: %(n)d places are open.") % {"n": len(fault.gaps)}
        messages.error(request, text)
    except services.Refused as fault:
        messages.error(request, wording.refusal(fault.code))
    except Conflict:
        messages.error(request, _("Somebody was faster; this is how the sheet stands now."))
    return redirect("evidence:check", pk)


@login_required
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The head gives the sheet back to the clerk with a remark."""
    enrolment = access.sheet_for(request.user, pk)
    remark = request.POST.get("remark", "")[:2000]
    try:
        laid_at = parse_datetime(request.POST.get("laid_at", ""))
    except ValueError:
        laid_at = None
    try:
        services.send_back(actor=request.user, enrolment=enrolment, remark=remark, laid_at=laid_at)
        messages.success(request, _("The sheet is with the clerk again, who is told what you wrote."))
    except services.Invalid:
        messages.error(request, _("Say in a few words what is to be changed."))
    except services.Refused as fault:
        messages.error(request, wording.refusal(fault.code))
    except Conflict:
        messages.error(request, _("Somebody was faster; this is how the sheet stands now."))
    return redirect("evidence:check", pk)
