"""Small helpers for pages that exchange fragments by htmx."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from appraisal_site.toolkit.sessions import person_key


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
    """When a session has ended, a fragment request is answered with 401: nothing on the page is replaced or reloaded.

    A request that names the person it was typed by (``X-Person``) is not taken from anybody else: the same answer
    where another person signed in meanwhile in the same browser.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        typed_by = request.headers.get("X-Person")
        if typed_by and typed_by != person_key(request.user):
            return signed_out()
        response = self.get_response(request)
        if is_htmx(request) and response.status_code == 302 and _leads_to_sign_in(response):
            return signed_out()
        return response


def signed_out() -> HttpResponse:
    """The answer that keeps the page as it is and tells it that nobody, or somebody else, is signed in."""
    answer = HttpResponse(_("You were signed out."), status=401, headers={"Cache-Control": "no-store"})
    return trigger(answer, "kp:signed-out")


def _leads_to_sign_in(response: HttpResponse) -> bool:
    return response.headers.get("Location", "").partition("?")[0] == str(settings.LOGIN_URL)
