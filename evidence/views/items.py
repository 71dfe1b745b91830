"""What is said about an item as a whole, and the files given as its proof."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.htmx import is_htmx, trigger
from evidence import outline, services
from evidence.forms import whole
from evidence.selectors import access, sharing
from evidence.selectors.clash import item_clash
from evidence.selectors.sheethead import head_of
from evidence.views.common import ACCEPT, invalid, page_of, refused
from evidence.views.kept import attempt_of, saved, unsaved

if TYPE_CHECKING:
    from rubrics.models import Enrolment


@login_required
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something about an item as a whole; GET gives the item as it is stored now."""
    enrolment = access.part_for(request.user, pk)
    code = request.POST.get("item", "") or request.GET.get("item", "")
    entry = next((one for one in access.data_for(request.user, enrolment).entries if one.code == code), None)
    if entry is None:
        raise Http404
    if request.method == "GET":
        return trigger(_item_again(request, enrolment, code), "kp:saved")
    try:
        services.say_item(
            actor=request.user, enrolment=enrolment, item_code=code, say=request.POST.get("say", ""),
            reason=request.POST.get("reason", "")[:2000], version=whole(request.POST.get("version")) or 0,
            attempt=attempt_of(request),
        )  # fmt: skip
    except services.Refused as fault:
        return _beside(refused(request, fault, enrolment, code), code)
    except services.Invalid:
        return _beside(invalid(request, {"reason": _("A reason is needed.")}), code)
    except Conflict:
        return _beside(_clash(request, enrolment, entry), code)
    if not is_htmx(request):
        return redirect(f"{reverse('evidence:sheet', args=[pk])}#item-{outline.slug(code)}")
    return saved(request, _item_again(request, enrolment, code), item=code)


def _beside(answer: HttpResponse, code: str) -> HttpResponse:
    """The item stays on the page as it is; what is to be said stands in its own place there."""
    answer.headers["HX-Retarget"] = f"#answer-item-{outline.slug(code)}"
    answer.headers["HX-Reswap"] = "innerHTML"
    return answer


def _clash(request: HttpRequest, enrolment: Enrolment, entry: outline.Entry) -> HttpResponse:
    """What the person wanted to say beside what is said of the item now; nothing is written until one is chosen."""
    data = access.data_for(request.user, enrolment)
    row = data.rows.get(entry.code)
    say, reason = request.POST.get("say", ""), request.POST.get("reason", "").strip()[:2000]
    context = {
        "sheet_pk": enrolment.pk,
        "slug": outline.slug(entry.code),
        "ref": entry.item.title or entry.code,
        "code": entry.code,
        "clash": item_clash(say, reason, row),
        "say": say,
        "reason": reason,
        "version": row.version if row else 0,
        "claimed": bool(data.claims_under(entry)),
    }
    text = _("It was changed meanwhile: choose which version stands.")
    return unsaved(render(request, "evidence/_item_clash.html", context, status=409), "conflict", text)


def _item_again(request: HttpRequest, enrolment: Enrolment, code: str) -> HttpResponse:
    """The item as it stands now, with what changes around it."""
    data, page = page_of(request, enrolment)
    entry = next(one for one in data.entries if one.code == code)
    context = {
        "sheet_pk": enrolment.pk,
        "sheet": head_of(data, editable=True, closes_at=None, now=timezone.now()),
        "item": replace(page.item(entry), people=sharing.names_by_item(enrolment).get(code, ())),
        "entry": page.outline_entry(entry),
        "accept": ACCEPT,
    }
    return render(request, "evidence/_item_again.html", context)


@login_required
@require_POST
def nothing_everywhere(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing to report in every item that starts from full marks and is still untouched."""
    enrolment = access.sheet_for(request.user, pk)
    try:
        services.say_nothing_everywhere(actor=request.user, enrolment=enrolment)
    except services.Refused as fault:
        return refused(request, fault)
    return redirect("evidence:sheet", pk)
