"""Files out of the store: downloaded as attachments, or shown inside a page where their kind is harmless there."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from evidence import files, store
from evidence.selectors import access

NOTHING = {"default-src": ["'none'"], "sandbox": True, "frame-ancestors": ["'none'"]}
FRAMED = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "object-src": ["'self'"],
    "frame-ancestors": ["'self'"],
}
"""What Chromium's own PDF viewer needs; a PDF is no document that could run scripts of ours."""
PICTURE = {"default-src": ["'none'"], "sandbox": True, "frame-ancestors": ["'self'"]}
SHOWN_TEXT = 200_000
"""Bytes of a text file that are shown."""


@login_required
@require_GET
@csp_replace(NOTHING)
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """Download: never opened by the browser on our address."""
    found = access.attachment_for(request.user, pk)
    return _send(found, content_type="application/octet-stream", download=True)


@login_required
@require_GET
@xframe_options_sameorigin
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """A picture or PDF as itself, text as a page of ours; every other kind only downloads (404 here)."""
    found = access.attachment_for(request.user, pk)
    if found.kind == "text":
        return _text(request, found)
    content_type = files.CONTENT_TYPES.get(files.ending_of(found.name))
    if found.kind not in ("image", "pdf") or content_type is None:
        raise Http404
    policy = FRAMED if found.kind == "pdf" else PICTURE
    return csp_replace(policy)(_send)(found, content_type=content_type, download=False)


def _send(found: Any, *, content_type: str, download: bool) -> HttpResponse:
    try:
        stream = store.open_file(found.file)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(stream, as_attachment=download, filename=found.name, content_type=content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _text(request: HttpRequest, found: Any) -> HttpResponse:
    with store.open_file(found.file) as stream:
        text = files.decode(stream.read(SHOWN_TEXT)) or ""
    return render(request, "evidence/_text.html", {"text": text, "more": found.size > SHOWN_TEXT})
