"""A session ends after a while without a request and, however busy, after a day's work."""

import hashlib
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

_BEGAN = "began_at"
_SEEN = "seen_at"
_STEP = 60  # seconds between two notes of activity: not every request writes the session


def person_key(user: Any) -> str:
    """Under which name a browser keeps what this person typed; empty for nobody. It tells nothing and opens nothing."""
    if user is None or not user.is_authenticated:
        return ""
    return hashlib.sha256(f"kaoping {user.pk} {user.date_joined.isoformat()}".encode()).hexdigest()[:20]


class SessionLimitMiddleware:
    """Signs a person out after SESSION_IDLE without activity or SESSION_ABSOLUTE after sign-in.

    A request that the page makes by itself says so by the header `X-Passive: 1` and is not activity.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.get("_auth_user_id"):
            self._note(request)
        return self.get_response(request)

    @staticmethod
    def _note(request: HttpRequest) -> None:
        now = int(time.time())
        session = request.session
        began = session.get(_BEGAN, now)
        seen = session.get(_SEEN, now)
        idle = settings.SESSION_IDLE.total_seconds()
        absolute = settings.SESSION_ABSOLUTE.total_seconds()
        if now - seen > idle or now - began > absolute:
            logout(request)
            return
        if _BEGAN not in session:
            session[_BEGAN] = now
        if _SEEN not in session or (now - seen >= _STEP and not request.headers.get("X-Passive")):
            session[_SEEN] = now
