"""Two people changed the same thing: the one who came second is told so and loses nothing silently."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class Conflict(Exception):
    """A write was refused because what it was based on has changed meanwhile.

    `label` names the thing in words a person knows; `sent` is the version the person had in front of them, `current`
    the one that is stored now.
    """

    def __init__(self, label: object, *, sent: int, current: int | None) -> None:
        super().__init__(f"{label}: version {sent} was sent, version {current} is stored")
        self.label = str(label)
        self.sent = sent
        self.current = current


class ConflictMiddleware:
    """Answers a Conflict with 409 and both versions, as a page or as a fragment for htmx."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Conflict):
            return None
        template = "_409.html" if getattr(request, "htmx", None) else "409.html"
        return render(request, template, {"conflict": exception}, status=409)
