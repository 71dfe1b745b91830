"""The self-assessment sheet as a PDF file, to print, sign and seal."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from evidence.printed import SIZES, file_name, form_pdf
from evidence.selectors.form import form_for


@login_required
@require_GET
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The form on A4, or ``?paper=a3``; every other paper is a 404."""
    size = request.GET.get("paper", SIZES[0])
    if size not in SIZES:
        raise Http404
    form = form_for(request.user, pk)
    content = form_pdf(form, size=size, printed_at=timezone.now())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, file_name(form)) or "inline"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
