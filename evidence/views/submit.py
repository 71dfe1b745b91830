"""Check and submit: the sheet as it will be printed, what it lacks, and the receipt."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services, wording
from evidence.forms import whole
from evidence.selectors import access
from evidence.selectors.printed import next_steps, printed_of
from evidence.selectors.receipts import latest_receipt
from evidence.selectors.sheetdata import load
from evidence.selectors.sheethead import head_of
from evidence.selectors.sides import open_changes
from evidence.selectors.signing import signing_of
from evidence.views.sheet import closes_at


@login_required
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything on one page with its gaps; POST hands the sheet in."""
    enrolment = access.sheet_for(request.user, pk)
    if request.method == "POST":
        version = whole(request.POST.get("version")) or 0
        try:
            services.submit_sheet(actor=request.user, enrolment=enrolment, version=version)
            return redirect("evidence:receipt", pk)
        except services.Incomplete as fault:
            text = _("The sheet cannot be submitted yet: %(n)d places are open.") % {"n": len(fault.gaps)}
            messages.error(request, text)
        except services.Refused as fault:
            messages.error(request, wording.refusal(fault.code))
        except Conflict:
            messages.error(request, _("The sheet was submitted or returned meanwhile; this is how it stands now."))
        return redirect("evidence:check", pk)
    now = timezone.now()
    data = load(enrolment)
    editable = access.editable_items(request.user, data, now)
    context = {
        "enrolment": enrolment,
        "changes": open_changes(enrolment, data),
        "sheet_pk": pk,
        "sheet": head_of(data, editable=bool(editable), closes_at=closes_at(data, now), now=now),
        "printed": printed_of(data),
        "signing": signing_of(request.user, data, now),
        "score_url": reverse("scoring:score", args=[pk]),
    }
    return render(request, "evidence/check.html", context)


@login_required
@require_GET
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """What was handed in, when, under which number, and what comes next; 404 before it was."""
    enrolment = access.sheet_for(request.user, pk)
    data = load(enrolment)
    if data.submission is None or not data.submission.receipt_number:
        raise Http404
    now = timezone.now()
    context = {
        "enrolment": enrolment,
        "sheet_pk": pk,
        "sheet": head_of(data, editable=False, closes_at=closes_at(data, now), now=now),
        "printed": printed_of(data),
        "submission": data.submission,
        "receipt": latest_receipt(enrolment),
        "steps": next_steps(enrolment, now),
        "score_url": reverse("scoring:score", args=[pk]),
    }
    return render(request, "evidence/receipt.html", context)
