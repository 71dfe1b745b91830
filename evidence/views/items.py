"""What is said about an item as a whole, and the files given as its proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.htmx import is_htmx, trigger
from evidence import files, outline, services, wording
from evidence.forms import whole
from evidence.selectors import access
from evidence.selectors.sheetdata import load
from evidence.selectors.sheethead import head_of
from evidence.views.common import ACCEPT, page_of, refused

if TYPE_CHECKING:
    from rubrics.models import Enrolment


@login_required
@require_POST
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something about an item as a whole."""
    enrolment = access.sheet_for(request.user, pk)
    code = request.POST.get("item", "")
    if not any(entry.code == code for entry in load(enrolment).entries):
        raise Http404
    try:
        services.say_item(
            actor=request.user, enrolment=enrolment, item_code=code, say=request.POST.get("say", ""),
            reason=request.POST.get("reason", "")[:2000], version=whole(request.POST.get("version")) or 0,
        )  # fmt: skip
    except (services.Refused, services.Invalid) as fault:
        text = wording.refusal(fault.code) if isinstance(fault, services.Refused) else _("A reason is needed.")
        answer = render(request, "evidence/_invalid.html", {"problems": [text]}, status=422)
        answer.headers["HX-Reswap"] = "afterbegin"  # the item stays as it is, with the reason on top
        return answer
    except Conflict:
        return _item_again(request, enrolment, code, status=409)
    if not is_htmx(request):
        return redirect(f"{reverse('evidence:sheet', args=[pk])}#item-{outline.slug(code)}")
    return _item_again(request, enrolment, code)


def _item_again(request: HttpRequest, enrolment: Enrolment, code: str, status: int = 200) -> HttpResponse:
    """The item as it stands now, with what changes around it."""
    data, page = page_of(request, enrolment)
    entry = next(one for one in data.entries if one.code == code)
    context = {
        "sheet_pk": enrolment.pk,
        "sheet": head_of(data, editable=True, closes_at=None, now=timezone.now()),
        "item": page.item(entry),
        "entry": page.outline_entry(entry),
        "accept": ACCEPT,
        "meanwhile": status == 409,
    }
    return trigger(render(request, "evidence/_item_again.html", context, status=status), "kp:saved", {"item": code})


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


@login_required
@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the files dropped on an item; each that is refused is named with the reason, the others are kept."""
    enrolment = access.sheet_for(request.user, pk)
    code = request.POST.get("item", "")
    entry = next((one for one in load(enrolment).entries if one.code == code), None)
    if entry is None:
        raise Http404
    uploads = request.FILES.getlist("files")
    refused = [] if uploads else [(_("File"), wording.file_refusal("name", {}))]
    for upload in uploads:
        try:
            services.attach_file(actor=request.user, enrolment=enrolment, upload=upload, item_code=code)
        except files.Refused as fault:
            refused.append((upload.name, wording.file_refusal(fault.code, fault.params)))
        except services.Refused as fault:
            refused.append((upload.name, wording.refusal(fault.code)))
    if not is_htmx(request):
        return redirect(f"{reverse('evidence:sheet', args=[pk])}#item-{outline.slug(code)}")
    return _proofs(request, enrolment, entry, refused)


@login_required
@require_POST
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file off an item."""
    enrolment = access.sheet_for(request.user, pk)
    code = request.POST.get("item", "")
    entry = next((one for one in load(enrolment).entries if one.code == code), None)
    attachment = whole(request.POST.get("attachment"))
    if entry is None or attachment is None:
        raise Http404
    refused = []
    try:
        services.detach_file(actor=request.user, enrolment=enrolment, item_code=code, attachment_pk=attachment)
    except services.Refused as fault:
        refused = [(_("File"), wording.refusal(fault.code))]
    return _proofs(request, enrolment, entry, refused)


def _proofs(
    request: HttpRequest, enrolment: Enrolment, entry: outline.Entry, refused: list[tuple[str, str]]
) -> HttpResponse:
    data, page = page_of(request, enrolment)
    context = {
        "sheet_pk": enrolment.pk,
        "sheet": head_of(data, editable=True, closes_at=None, now=timezone.now()),
        "item": page.item(entry, refused=refused),
        "entry": page.outline_entry(entry),
        "accept": ACCEPT,
    }
    return render(request, "evidence/_proofs_again.html", context)
