"""What a unit confirms before its sheet opens; every change is saved at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.htmx import is_htmx
from evidence import files, policies, services, wording
from evidence.forms import whole
from evidence.outline import slug
from evidence.selectors import access
from evidence.selectors.prerequisites import Confirmation, PrerequisiteRow, confirmations_of, row_of
from evidence.selectors.sheetdata import load
from evidence.selectors.sheethead import head_of
from evidence.views.common import ACCEPT, refused
from evidence.views.sheet import closes_at

if TYPE_CHECKING:
    from rubrics.models import Enrolment

LONGEST = 2000
SAYINGS = {"confirm": True, "take_back": False}


@login_required
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """All that apply to the unit; POST answers one of them. For htmx ``?only=`` is one of them alone."""
    enrolment = access.sheet_for(request.user, pk)
    if request.method == "POST":
        return _answer(request, enrolment)
    data, now = load(enrolment), timezone.now()
    if not data.prerequisites:
        raise Http404
    editable = policies.may_confirm(request.user, enrolment, data.submission, now)
    only = request.GET.get("only", "")
    if only:
        one = _find(data.prerequisites, only)
        return render(request, "evidence/_prerequisite.html", _one(enrolment, data.prerequisites, one, editable))
    context = {
        "enrolment": enrolment,
        "sheet": head_of(data, editable=editable, closes_at=closes_at(data, now), now=now),
        "rows": [row_of(one, data.prerequisites, editable=editable) for one in data.prerequisites],
        "editable": editable,
        "accept": ACCEPT,
        **_count(enrolment, data.prerequisites),
    }
    return render(request, "evidence/prerequisites.html", context)


def _find(confirmations: tuple[Confirmation, ...], code: str) -> Confirmation:
    found = next((one for one in confirmations if one.code == code), None)
    if found is None:
        raise Http404
    return found


def _count(enrolment: Enrolment, confirmations: tuple[Confirmation, ...]) -> dict[str, Any]:
    """How many are confirmed out of how many, and whether the sheet is open by that."""
    met = sum(1 for one in confirmations if one.met)
    return {"sheet_pk": enrolment.pk, "met": met, "due": len(confirmations), "left": len(confirmations) - met}


def _one(
    enrolment: Enrolment, confirmations: tuple[Confirmation, ...], one: Confirmation, editable: bool, **extra: Any
) -> dict[str, Any]:
    row = row_of(one, confirmations, editable=editable, refused=extra.pop("refused", ()))
    return {"row": row, "accept": ACCEPT, **_count(enrolment, confirmations), **extra}


def _answer(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """Confirm one, take that back (``say``), or keep its note only."""
    code, say = request.POST.get("code", ""), request.POST.get("say", "")
    seen = _find(confirmations_of(enrolment), code)
    note = request.POST.get("note", seen.note)[:LONGEST]
    try:
        services.answer_prerequisite(
            actor=request.user, enrolment=enrolment, code=code, version=whole(request.POST.get("version")) or 0,
            confirmed=SAYINGS.get(say), note=note,
        )  # fmt: skip
    except services.Refused as fault:
        return _refuse(request, enrolment, code, fault)
    except Conflict:
        return _clash(request, enrolment, code, note, say)
    if not is_htmx(request):
        return _back(enrolment, code)
    confirmations = confirmations_of(enrolment)
    context = _one(enrolment, confirmations, _find(confirmations, code), editable=True, oob=True, at=timezone.now())
    if say not in SAYINGS:
        return render(request, "evidence/_prerequisite_saved.html", context)
    response = render(request, "evidence/_prerequisite_again.html", context)
    return _in_place_of(response, context["row"])


def _in_place_of(response: HttpResponse, row: PrerequisiteRow) -> HttpResponse:
    """Let the answer take the place of the whole entry, not only of what is said below its form."""
    response.headers["HX-Retarget"] = f"#{row.slug}"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def _back(enrolment: Enrolment, code: str) -> HttpResponse:
    return redirect(f"{reverse('evidence:prerequisites', args=[enrolment.pk])}#pre-{slug(code)}")


def _refuse(request: HttpRequest, enrolment: Enrolment, code: str, fault: services.Refused) -> HttpResponse:
    if is_htmx(request):
        return refused(request, fault)
    messages.error(request, wording.refusal(fault.code))
    return _back(enrolment, code)


def _clash(request: HttpRequest, enrolment: Enrolment, code: str, note: str, say: str) -> HttpResponse:
    """Both versions side by side; nothing is written until one is chosen."""
    confirmations = confirmations_of(enrolment)
    stored = _find(confirmations, code)
    mine = replace(stored, note=note, confirmed=SAYINGS.get(say, stored.confirmed))
    context = _one(enrolment, confirmations, stored, editable=True)
    context |= {"mine": _told(mine), "theirs": _told(stored), "say": say, "stored": stored, "note": note}
    template = "evidence/_prerequisite_clash.html"
    if not is_htmx(request):
        template = "evidence/prerequisite_clash.html"
        context |= {"enrolment": enrolment}
    return render(request, template, context, status=409)


def _told(one: Confirmation) -> str:
    return " · ".join(text for text in (_("confirmed") if one.confirmed else _("not confirmed"), one.note) if text)


@login_required
@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the files dropped on a prerequisite, or one that the unit gave already (``given``).

    Each that is refused is named with the reason, the others are kept.
    """
    enrolment = access.sheet_for(request.user, pk)
    code = request.POST.get("code", "")
    _find(confirmations_of(enrolment), code)
    given = whole(request.POST.get("given"))
    if given is not None:
        return _proofs(request, enrolment, code, _prove(request, enrolment, code, given))
    uploads = request.FILES.getlist("files")
    failed = [] if uploads else [(_("File"), wording.file_refusal("name", {}))]
    for upload in uploads:
        try:
            services.attach_file(actor=request.user, enrolment=enrolment, upload=upload, prerequisite=code)
        except files.Refused as fault:
            failed.append((upload.name, wording.file_refusal(fault.code, fault.params)))
        except services.Refused as fault:
            failed.append((upload.name, wording.refusal(fault.code)))
    return _proofs(request, enrolment, code, failed)


def _prove(request: HttpRequest, enrolment: Enrolment, code: str, attachment_pk: int) -> list[tuple[str, str]]:
    try:
        services.prove_by_given(actor=request.user, enrolment=enrolment, code=code, attachment_pk=attachment_pk)
    except services.Refused as fault:
        return [(_("File"), wording.refusal(fault.code))]
    return []


@login_required
@require_POST
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file off a prerequisite."""
    enrolment = access.sheet_for(request.user, pk)
    code, attachment = request.POST.get("code", ""), whole(request.POST.get("attachment"))
    _find(confirmations_of(enrolment), code)
    if attachment is None:
        raise Http404
    failed = []
    try:
        services.detach_from_prerequisite(actor=request.user, enrolment=enrolment, code=code, attachment_pk=attachment)
    except services.Refused as fault:
        failed = [(_("File"), wording.refusal(fault.code))]
    return _proofs(request, enrolment, code, failed)


def _proofs(request: HttpRequest, enrolment: Enrolment, code: str, failed: list[tuple[str, str]]) -> HttpResponse:
    """The files as they are now, and whether it can be confirmed by that."""
    if not is_htmx(request):
        for name, text in failed:
            messages.error(request, f"{name}: {text}")
        return _back(enrolment, code)
    data = load(enrolment)
    editable = policies.may_confirm(request.user, enrolment, data.submission, timezone.now())
    one = _find(data.prerequisites, code)
    context = _one(enrolment, data.prerequisites, one, editable, refused=failed, oob=True)
    return render(request, "evidence/_prerequisite_files.html", context)
