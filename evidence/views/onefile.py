"""One file at one item: what is said of it, which clause it proves, and a new file in its place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.htmx import is_htmx
from evidence import files, services, wording
from evidence.forms import whole
from evidence.views.files import Place, sent_by_script
from evidence.views.kept import saved, unsaved

TITLE, NOTE = 200, 2000
"""Most signs of a title and of a note."""


@login_required
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """One file at one item: what is said of it, saved as it is typed; its earlier versions, and what it serves."""
    place = Place(request, pk)
    panel = place.panel()
    if request.method == "GET":
        context = {**place.context(), "panel": panel, "enrolment": place.enrolment, "back": place.address}
        return render(request, "evidence/_file.html" if is_htmx(request) else "evidence/file.html", context)
    day = request.POST.get("happened_on", "").strip()
    happened_on = _day(day)
    said = {"title": request.POST.get("title", "")[:TITLE], "note": request.POST.get("note", "")[:NOTE]}
    if day and happened_on is None:
        text = wording.refusal("other_date")
        return unsaved(_file_invalid(request, text), "invalid", text)
    try:
        services.describe_file(
            **place.who, attachment_pk=place.attachment, version=whole(request.POST.get("version")) or 0,
            happened_on=happened_on, **said,
        )  # fmt: skip
    except services.Refused as fault:
        return unsaved(_file_invalid(request, place.why(fault)), fault.code, wording.refusal(fault.code))
    except Conflict:
        place.read()
        context = {**place.context(), "panel": place.panel(), "mine": {**said, "happened_on": day}}
        return unsaved(render(request, "evidence/_file_clash.html", context, status=409), "conflict", "")
    return _file_saved(place)


def _day(text: str) -> Any:
    """A date as a field of a form sends it; None where it is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def _file_invalid(request: HttpRequest, text: str) -> HttpResponse:
    return render(request, "evidence/_invalid.html", {"problems": [text]}, status=422)


def _file_saved(place: Place) -> HttpResponse:
    """What a save changes: the version in the form, and the tiles of the item."""
    if not is_htmx(place.request):
        return redirect(place.address)
    place.read()
    panel = place.panel()
    context = {**place.context(), "panel": panel, "oob": True}
    answer = render(place.request, "evidence/_file_saved.html", context)
    return saved(place.request, answer, item=place.code, version=panel.version)


@login_required
@require_POST
def name_clause(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which clause of the item a file proves."""
    place = Place(request, pk)
    place.panel()
    try:
        services.name_clause(
            **place.who, attachment_pk=place.attachment, clause_code=request.POST.get("clause", ""),
            seen=request.POST.get("seen", ""),
        )  # fmt: skip
    except services.Refused as fault:
        return _file_invalid(request, place.why(fault))
    except Conflict:
        place.read()
        context = {**place.context(), "panel": place.panel(), "clause_clash": True}
        return render(request, "evidence/_file_clash.html", context, status=409)
    return _file_saved(place)


@login_required
@require_POST
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a new file in the place of one; the earlier one is kept and named."""
    place = Place(request, pk)
    place.panel()
    uploads = request.FILES.getlist("files")
    state, text = "refused", wording.file_refusal("name", {})
    status = 400
    if len(uploads) == 1:
        state, text = _replace(place, uploads[0])
        status = 422 if state == "refused" else 200
    if sent_by_script(request):
        return JsonResponse({"state": state, "text": text}, status=status)
    (messages.error if state == "refused" else messages.success)(request, text)
    return redirect(place.address)


def _replace(place: Place, upload: Any) -> tuple[str, str]:
    everywhere = place.request.POST.get("everywhere") == "1"
    try:
        done = services.replace_file(
            **place.who, attachment_pk=place.attachment, upload=upload, everywhere=everywhere
        )  # fmt: skip
    except files.Refused as fault:
        return "refused", wording.file_refusal(fault.code, fault.params)
    except services.Refused as fault:
        return "refused", place.why(fault)
    text = ngettext("Replaced at %(n)d item.", "Replaced at %(n)d items.", done.items) % {"n": done.items}
    if done.kept:
        kept = ngettext(
            "%(n)d item that is locked keeps the earlier file.", "%(n)d items that are locked keep the earlier file.",
            done.kept,
        )  # fmt: skip
        text = f"{text} {kept % {'n': done.kept}}"
    return "kept", text
