"""Small helpers for pages that exchange fragments by htmx."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asked for a fragment (a boosted link wants the whole page)."""
    details = getattr(request, "htmx", None)
    return bool(details) and not details.boosted


def trigger(response: HttpResponse, event: str, detail: Mapping[str, Any] | None = None) -> HttpResponse:
    """Let the page hear `event` when the answer arrives; several events may be added one after another."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[event] = dict(detail or {})
    response.headers["HX-Trigger"] = json.dumps(events)
    return response


def go_to(url: str) -> HttpResponse:
    """An answer to htmx that makes the browser open `url` as a whole page."""
    return HttpResponse(status=204, headers={"HX-Redirect": url})


def refresh() -> HttpResponse:
    """An answer to htmx that makes the browser load the present page anew."""
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


class HtmxSignInMiddleware:
    """When a session has ended, a fragment request opens the sign-in page whole instead of drawing it inside a cell."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_htmx(request) and response.status_code == 302 and _leads_to_sign_in(response):
            return refresh()
        return response


def _leads_to_sign_in(response: HttpResponse) -> bool:
    return response.headers.get("Location", "").partition("?")[0] == str(settings.LOGIN_URL)
