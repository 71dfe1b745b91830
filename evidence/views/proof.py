"""Files out of the store: downloaded as attachments, or shown inside a page where their kind is harmless there."""

from __future__ import annotations

from typing import Any, BinaryIO

from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from evidence import archives, files, store, wording
from evidence.selectors import access
from evidence.selectors.looks import look_of

BARE = {
    name: ["'none'"]
    for name in (
        "default-src",
        "script-src",
        "style-src",
        "img-src",
        "font-src",
        "connect-src",
        "form-action",
        "worker-src",
    )
}
"""What a page of ours may do, and a stranger's file may not: the policy of the house is taken back word for word."""
NOTHING = {**BARE, "sandbox": True, "frame-ancestors": ["'none'"]}
FRAMED = {**BARE, "style-src": ["'unsafe-inline'"], "object-src": ["'self'"], "frame-ancestors": ["'self'"]}
"""What Chromium's own PDF viewer needs; a PDF is no document that could run scripts of ours."""
PICTURE = {**BARE, "sandbox": True, "frame-ancestors": ["'self'"]}
PAGE = {**BARE, "style-src": ["'self'"], "sandbox": ["allow-same-origin"], "frame-ancestors": ["'self'"]}
"""A page of ours around what somebody else wrote: our stylesheet, and no scripts at all."""
KEPT = 30 * 60
"""Seconds that a browser keeps a thumbnail: no longer than an idle session."""
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
    """A picture or PDF as itself, text and the list of an archive as pages of ours; other kinds only download (404)."""
    found = access.attachment_for(request.user, pk)
    if found.kind == "text":
        return _text(request, found)
    if found.kind == "archive":
        return _archive(request, found)
    content_type = files.CONTENT_TYPES.get(files.ending_of(found.name))
    if found.kind not in ("image", "pdf") or content_type is None:
        raise Http404
    policy = FRAMED if found.kind == "pdf" else PICTURE
    return csp_replace(policy)(_send)(found, content_type=content_type, download=False)


@login_required
@require_GET
@csp_replace(NOTHING)
def thumb(request: HttpRequest, pk: int) -> HttpResponse:
    """The small copy of a picture; 404 while there is none. It never changes, so a browser may keep it."""
    look = look_of(access.attachment_for(request.user, pk))
    if look is None or not look.thumb:
        raise Http404
    response = _stored(look.thumb, filename="thumb.webp", content_type="image/webp", download=False)
    response.headers["Cache-Control"] = f"private, max-age={KEPT}, immutable"
    return response


def _send(found: Any, *, content_type: str, download: bool) -> HttpResponse:
    return _stored(found.file, filename=found.name, content_type=content_type, download=download)


def _stored(name: str, *, filename: str, content_type: str, download: bool) -> HttpResponse:
    try:
        stream = store.open_file(name)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(stream, as_attachment=download, filename=filename, content_type=content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _opened(found: Any) -> BinaryIO:
    try:
        return store.open_file(found.file)
    except FileNotFoundError:
        raise Http404 from None


@csp_replace(PAGE)
def _text(request: HttpRequest, found: Any) -> HttpResponse:
    with _opened(found) as stream:
        text = files.decode(stream.read(SHOWN_TEXT)) or ""
    return render(request, "evidence/_text.html", {"text": text, "more": found.size > SHOWN_TEXT})


@csp_replace(PAGE)
def _archive(request: HttpRequest, found: Any) -> HttpResponse:
    with _opened(found) as stream:
        listing = archives.listing_of(stream)
    context: dict[str, Any] = {"name": found.name, "listing": listing}
    if listing is not None:
        entries = [{"name": entry.name, "size": wording.size_text(entry.size)} for entry in listing.entries]
        size = wording.size_text(listing.size)
        context |= {"entries": entries, "size": size, "more": listing.count - len(entries)}
    return render(request, "evidence/_archive.html", context)
