"""The contract with forms that keep what is typed in the browser until the server says that it is saved.

Such a form sends ``client_key``, ``save_key`` and ``unanswered`` (see ``services.Attempt``). The answer to a save names
the ``save_key`` in the event ``kp:saved``; only then does the browser forget what was typed. Any other answer keeps it.
"""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse

from appraisal_site.toolkit.htmx import trigger
from evidence import services

_KEY = re.compile(r"[A-Za-z0-9_-]{8,40}")
MOST = 20


def attempt_of(request: HttpRequest) -> services.Attempt:
    """Which request of which form this is; what is not a key is left out."""
    unanswered = re.split(r"[,\s]+", request.POST.get("unanswered", "")[: 41 * MOST])
    return services.Attempt(
        form=_key(request.POST.get("client_key", "")),
        key=_key(request.POST.get("save_key", "")),
        unanswered=frozenset(key for key in map(_key, unanswered) if key),
    )


def _key(raw: str) -> str:
    return raw if _KEY.fullmatch(raw) else ""


def saved(request: HttpRequest, response: HttpResponse, **detail: Any) -> HttpResponse:
    """The answer says that this very request is saved."""
    return trigger(response, "kp:saved", {**detail, "save_key": _key(request.POST.get("save_key", ""))})


def unsaved(response: HttpResponse, why: str, text: str) -> HttpResponse:
    """The answer says why nothing was saved: ``closed``, ``invalid``, ``incomplete`` or ``conflict``."""
    return trigger(response, "kp:unsaved", {"why": why, "text": text})
