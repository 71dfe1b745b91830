"""What holds on every request of a person: a first password is changed before anything else, their language is kept."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from units import jobs

# What is open while the first password still stands: changing it, leaving, the language.
OPEN_BEFORE_CHANGE = {"units:password", "units:sign_out", "units:sign_in", "set_language"}


class PeopleMiddleware:
    """Stands after authentication.

    Sends people with a first password to change it; with htmx by a whole-page redirect.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        jobs.keep_watch()
        user = request.user
        if user.is_authenticated and user.must_change_password and not self._is_open(request):
            if getattr(request, "htmx", None) or request.headers.get("HX-Request"):
                return HttpResponse(status=204, headers={"HX-Refresh": "true"})
            return redirect("units:password")
        return self.get_response(request)

    @staticmethod
    def _is_open(request: HttpRequest) -> bool:
        if request.path.startswith(settings.STATIC_URL):
            return True
        try:
            return resolve(request.path_info).view_name in OPEN_BEFORE_CHANGE
        except Resolver404:
            return False
