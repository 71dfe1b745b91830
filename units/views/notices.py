"""Notices, and the progress of jobs."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from appraisal_site.toolkit.htmx import is_htmx, refresh
from units import selectors, services, wording

PER_PAGE = 50


@login_required
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """What the person was told, the newest first."""
    page = Paginator(selectors.notices_for(request.user), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"notice": notice, "text": wording.notice_text(notice.text_code, notice.params)} for notice in page]
    shown = {"page": page, "rows": rows, "unread": selectors.unread_notices(request.user)}
    return render(request, "units/notices.html", shown)


@login_required
@require_POST
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a notice was read and go where it leads."""
    notice = selectors.notice_for(request.user, pk)
    services.mark_read(actor=request.user, notice=notice)
    if notice.url and url_has_allowed_host_and_scheme(notice.url, {request.get_host()}):
        return redirect(notice.url)
    return redirect("units:notices")


@login_required
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Note that all were read."""
    services.mark_all_read(actor=request.user)
    return redirect("units:notices")


@never_cache
@login_required
@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job is: a fragment that asks again every second; when it is over the page around it is loaded anew.

    `?stay=1`: do not load the page anew but show the end in place.
    """
    found = selectors.job_for(request.user, pk)
    over = found.finished_at is not None
    if over and is_htmx(request) and "stay" not in request.GET:
        return refresh()
    template = "units/_job.html" if is_htmx(request) else "units/job.html"
    return render(request, template, {"job": found, "stay": "stay" in request.GET})
