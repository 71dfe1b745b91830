"""The versions of a sheet that were handed in: the list, one of them with its differences, and its papers."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from evidence.printed import SIZES, file_name, form_pdf, safe_name
from evidence.receipts import receipt_file_name, receipt_pdf
from evidence.selectors.history import history_of
from evidence.selectors.receipts import receipt_of
from evidence.selectors.sides import reader_for
from evidence.selectors.versions import version_for, version_form, version_page
from evidence.versions import canonical_bytes


@login_required
@require_GET
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version with its receipt, and what changed each time."""
    reader = reader_for(request.user, pk)
    context = {"enrolment": reader.enrolment, "sheet_pk": pk, "history": history_of(reader)}
    return render(request, "evidence/versions.html", context)


@login_required
@require_GET
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version as its paper; ``?with=`` names the other side, a number or ``now``."""
    reader = reader_for(request.user, pk)
    page = version_page(reader, number, request.GET.get("with", ""))
    context = {"enrolment": reader.enrolment, "sheet_pk": pk, "page": page, "whole": reader.whole}
    return render(request, "evidence/version.html", context)


@login_required
@require_GET
def form(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The paper form of exactly this version on A4, or ``?paper=a3``."""
    size = request.GET.get("paper", SIZES[0])
    if size not in SIZES:
        raise Http404
    reader = reader_for(request.user, pk)
    found = version_for(reader, number)
    shown = version_form(reader, found)
    content = form_pdf(shown, size=size, printed_at=found.submitted_at)
    return _pdf(content, file_name(shown))


@login_required
@require_GET
def receipt(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The receipt of this version, for those who read the whole sheet."""
    reader = reader_for(request.user, pk)
    if not reader.whole:
        raise Http404
    shown = receipt_of(reader.enrolment, version_for(reader, number))
    return _pdf(receipt_pdf(shown), receipt_file_name(shown))


@login_required
@require_GET
def content(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The content as the fingerprint was taken of it: the SHA-256 of this file, worked out by anybody's own means."""
    reader = reader_for(request.user, pk)
    if not reader.whole:
        raise Http404
    found = version_for(reader, number)
    name = safe_name(found.receipt_number, ".json")
    return _file(canonical_bytes(found.content), name, "application/json; charset=utf-8", download=True)


def _pdf(content: bytes, name: str) -> HttpResponse:
    return _file(content, name, "application/pdf")


def _file(content: bytes, name: str, content_type: str, *, download: bool = False) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(download, name) or "inline"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
