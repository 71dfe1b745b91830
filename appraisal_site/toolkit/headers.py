"""Headers every answer carries, and the address a request came from."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"


class HeadersMiddleware:
    """What Django's SecurityMiddleware leaves out; pages of signed-in people are kept out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


def client_address(request: HttpRequest) -> str:
    """The address of the person: the entry our outermost proxy wrote, or the other end of the connection.

    Entries further left in X-Forwarded-For were sent by the client and prove nothing.
    """
    entries = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if entry.strip()]
    count = settings.PROXY_COUNT
    if count and len(entries) >= count:
        return entries[-count]
    return request.META.get("REMOTE_ADDR", "")
