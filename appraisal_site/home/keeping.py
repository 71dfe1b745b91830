"""What a browser needs to get over a lost network or session: who is signed in, a small worker, an offline page."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from appraisal_site.toolkit.sessions import person_key

ASSETS = (
    "js-lib-bootstrap5/css/bootstrap.min.css",
    "css/theme.css",
    "css/pages.css",
    "js/offline.js",
    "js/keeping/store.js",
    "img/mark.svg",
)
"""What the offline page is made of; nothing else is ever kept, least of all a page that somebody signed in for."""
WORKER = "js/worker.js"


@never_cache
@require_GET
def who(request: HttpRequest) -> JsonResponse:
    """Who is signed in by now, and the token for what they send: asked before what was kept is sent again."""
    return JsonResponse({"person": person_key(request.user), "token": get_token(request)})


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """The page that a browser shows instead of a sheet while there is no network; the same for everybody."""
    return render(request, "keeping/offline.html")


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The worker that shows the offline page; its name for the cache changes with what is in it."""
    told = {
        "NAME": f"kaoping-offline-{_mark(request)}",
        "PAGE": reverse("offline"),
        "ASSETS": [static(path) for path in ASSETS],
        "SHEETS": reverse("evidence:sheet", args=[0]).partition("0")[0],
    }
    script = f"self.KEPT = {json.dumps(told)};\n".encode() + _read(WORKER)
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


def _mark(request: HttpRequest) -> str:
    """Changes with the words of the page, its language included, and with its style."""
    digest = hashlib.sha256(render_to_string("keeping/offline.html", request=request).encode())
    for path in ASSETS:
        digest.update(_read(path))
    return digest.hexdigest()[:12]


def _read(path: str) -> bytes:
    """A static file as it is served; nothing where the installation lacks it."""
    found = finders.find(path)
    return Path(found).read_bytes() if isinstance(found, str) else b""
