"""The files of a sheet: given one by one with an answer each, tied again, described, replaced, taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appraisal_site.toolkit.htmx import is_htmx, trigger
from evidence import files, outline, services, wording
from evidence.forms import whole
from evidence.selectors import access
from evidence.selectors.closed import why_closed
from evidence.selectors.filerows import FilePanel, given_rows, known_among, panel_of, room_of
from evidence.selectors.sheet import SheetPage
from evidence.selectors.sheethead import head_of
from evidence.views.common import ACCEPT

if TYPE_CHECKING:
    from evidence.selectors.sheetdata import SheetData
    from rubrics.models import Enrolment

PART = 1024
"""Bytes that the head of one part of a form takes at most."""
MOST_ASKED = 200
"""Hashes that one question about known files may hold, and files that one press may tie."""


class Place:
    """An item of a sheet as the person at hand sees it; raises Http404 where they see none."""

    def __init__(self, request: HttpRequest, pk: int) -> None:
        sent = request.POST if request.method == "POST" else request.GET
        self.request = request
        self.enrolment: Enrolment = access.part_for(request.user, pk)
        self.code = sent.get("item", "")
        self.attachment = whole(sent.get("attachment")) or 0
        self.read()

    def read(self) -> None:
        """Read the sheet, again after a change."""
        self.data: SheetData = access.data_for(self.request.user, self.enrolment)
        self.editable = access.editable_items(self.request.user, self.data, timezone.now())
        entry = next((one for one in self.data.entries if one.code == self.code), None)
        if entry is None:
            raise Http404
        self.entry: outline.Entry = entry

    @property
    def who(self) -> dict[str, Any]:
        return {"actor": self.request.user, "enrolment": self.enrolment, "item_code": self.code}

    @property
    def address(self) -> str:
        """Where the item stands on the sheet."""
        return f"{reverse('evidence:sheet', args=[self.enrolment.pk])}#item-{outline.slug(self.code)}"

    def context(self, refused: list[tuple[str, str]] | None = None) -> dict[str, Any]:
        page = SheetPage(self.data, editable=self.editable)
        return {
            "sheet_pk": self.enrolment.pk,
            "sheet": head_of(self.data, editable=True, closes_at=None, now=timezone.now()),
            "item": page.item(self.entry, refused=refused),
            "entry": page.outline_entry(self.entry),
            "accept": ACCEPT,
            "room": room_of(self.data),
        }

    def why(self, fault: services.Refused) -> str:
        """Why something is refused; of a sheet that closed meanwhile also since when."""
        if fault.code == "closed":
            return why_closed(self.enrolment, self.code, timezone.now())
        return wording.refusal(fault.code)

    def panel(self) -> FilePanel:
        """The file at hand; Http404 where it is not at the item."""
        editable = self.code in self.editable
        found = panel_of(self.request.user, self.data, self.entry, self.attachment, editable=editable)
        if found is None:
            raise Http404
        return found


def _proofs(place: Place, refused: list[tuple[str, str]] | None = None) -> HttpResponse:
    """The files of the item as they stand now, with what changes around them."""
    return render(place.request, "evidence/_proofs_again.html", place.context(refused))


@login_required
@require_GET
def proofs(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of one item: asked for after an upload."""
    return _proofs(Place(request, pk))


@login_required
@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take files for an item. A script sends them one by one and gets the answer of each; the plain form sends what was
    chosen at once, and each that is refused is named with the reason.
    """
    place = Place(request, pk)
    uploads = request.FILES.getlist("files")
    if sent_by_script(request):
        return _answer_upload(place, uploads)
    refused = [(_("File"), wording.file_refusal("name", {}))] if _vanished(request, uploads) else []
    if not uploads and not is_htmx(request):
        return render(request, "400.html", {"text": wording.file_refusal("name", {})}, status=400)
    for upload in uploads:
        state, text = _give(place, upload)
        if state == "refused":
            refused.append((upload.name, text))
    if is_htmx(request):
        place.read()
        return _proofs(place, refused)
    for name, text in refused:
        messages.error(request, f"{name}: {text}")
    return redirect(place.address)


def _vanished(request: HttpRequest, uploads: list[Any]) -> bool:
    """Whether a file was sent that did not arrive: one whose name cannot be read is passed over without an error.

    Where others arrived, it is seen by what is missing of the length of the request, small files excepted.
    """
    if not uploads:
        return True
    length = request.META.get("CONTENT_LENGTH") or "0"
    values = sum(len(value.encode()) for name in request.POST for value in request.POST.getlist(name))
    parts = len(uploads) + len(request.POST)
    arrived = sum(upload.size for upload in uploads) + values + PART * (parts + 1)
    return length.isdigit() and int(length) > arrived


def sent_by_script(request: HttpRequest) -> bool:
    """Whether the upload was sent by files.js, which reads JSON."""
    return request.accepts("application/json") and not request.accepts("text/html")


def _answer_upload(place: Place, uploads: list[Any]) -> HttpResponse:
    """The answer to one file. A file whose name cannot be read never reaches the form: then none is there."""
    if len(uploads) != 1:
        return JsonResponse({"state": "refused", "text": wording.file_refusal("name", {})}, status=400)
    state, text = _give(place, uploads[0])
    return JsonResponse({"state": state, "text": text}, status=422 if state == "refused" else 200)


def _give(place: Place, upload: Any) -> tuple[str, str]:
    """What became of an upload: "kept", "known", "here" or "refused", and the sentence that says so."""
    try:
        given = services.give_file(**place.who, upload=upload)
    except files.Refused as fault:
        return "refused", wording.file_refusal(fault.code, fault.params)
    except services.Refused as fault:
        return "refused", place.why(fault)
    if given.here:
        return "here", _("This file was at the item already; nothing was stored twice.")
    if given.known:
        name = wording.file_text(given.attachment.title, given.attachment.name)
        return "known", _("The unit has given it already (%(name)s); it was not stored twice.") % {"name": name}
    return "kept", ""


@login_required
@require_POST
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file off an item."""
    place = Place(request, pk)
    if not place.attachment:
        raise Http404
    refused = []
    try:
        services.detach_file(**place.who, attachment_pk=place.attachment)
    except services.Refused as fault:
        refused = [(_("File"), place.why(fault))]
    place.read()
    return _proofs(place, refused)


@login_required
@require_POST
def known(request: HttpRequest, pk: int) -> HttpResponse:
    """Which of the files that are about to be sent the unit has given already, by their SHA-256."""
    place = Place(request, pk)
    asked = request.POST.getlist("sha256")[:MOST_ASKED]
    return JsonResponse({"known": known_among(place.data, place.entry, asked)})


@login_required
@require_http_methods(["GET", "POST"])
def given(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit's files of this cycle to choose from; POST ties those that were ticked to the item."""
    place = Place(request, pk)
    if request.method == "POST":
        return _reuse(place)
    query = request.GET.get("q", "")[:100]
    rows = given_rows(place.data, place.entry, query)
    context = {
        "sheet_pk": pk, "enrolment": place.enrolment, "item": place.entry, "code": place.code,
        "slug": outline.slug(place.code), "rows": rows, "query": query,
        "total": len(place.data.given), "back": place.address,
    }  # fmt: skip
    if request.headers.get("HX-Target") == "given-rows":
        return render(request, "evidence/_choose_rows.html", context)
    return render(request, "evidence/_choose.html" if is_htmx(request) else "evidence/choose.html", context)


def _reuse(place: Place) -> HttpResponse:
    request = place.request
    keys = [key for key in map(whole, request.POST.getlist("attachment")[:MOST_ASKED]) if key]
    try:
        tied = services.reuse_files(**place.who, attachment_pks=keys)
    except services.Refused as fault:
        text = place.why(fault)
        if sent_by_script(request):
            return JsonResponse({"state": "refused", "text": text}, status=422)
        place.read()
        if is_htmx(request):
            return _proofs(place, [(_("File"), text)])
        messages.error(request, text)
        return redirect(place.address)
    text = ngettext("%(n)d file serves this item too.", "%(n)d files serve this item too.", len(tied)) % {
        "n": len(tied)
    }
    if sent_by_script(request):
        return JsonResponse({"state": "kept", "text": text})
    if is_htmx(request):
        place.read()
        return trigger(_proofs(place), "kp:saved", {"item": place.code})
    messages.success(request, text)
    return redirect(place.address)
