"""Guards of whole pages: a page one may not see does not exist (404)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def only_if(policy: Callable[[Any], bool]) -> Callable[[View], View]:
    """Signed in and allowed by `policy(user)`, else the sign-in page or 404."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
            if not policy(request.user):
                raise Http404
            return view(request, *args, **options)

        return login_required(guarded)

    return decorate
