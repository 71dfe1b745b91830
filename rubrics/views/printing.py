"""The rubric on paper: a page to print, and the same as a PDF file."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from rubrics import selectors
from rubrics.printed import rubric_pdf
from rubrics.selectors.annex import annex_of


@login_required
@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The annex as a page; what cannot be read of a draft is said in its place."""
    rubric = selectors.rubric_for(request.user, pk)
    shown = {"rubric": rubric, "annex": annex_of(rubric), "now": timezone.now()}
    return render(request, "rubrics/print.html", shown, status=200 if shown["annex"] else 409)


@login_required
@require_GET
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The annex as a file; where the draft cannot be read at all the page says so instead."""
    rubric = selectors.rubric_for(request.user, pk)
    annex = annex_of(rubric)
    if annex is None:
        return render(request, "rubrics/print.html", {"rubric": rubric, "annex": None}, status=409)
    content = rubric_pdf(annex, printed_at=timezone.now())
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{rubric.code}-{rubric.year}{'-draft' if annex.is_draft else ''}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
