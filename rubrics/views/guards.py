"""What the pages of this app share: who may open them, and what is said when a service refuses."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from rubrics import policies, selectors
from rubrics.models import Cycle
from rubrics.services import Refused
from rubrics.wording import refusal

View = Callable[..., HttpResponse]


def only_if(policy: Callable[[Any], bool]) -> Callable[[View], View]:
    """Signed in and allowed by `policy(user)`; otherwise the sign-in page or 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
            if not policy(request.user):
                raise PermissionDenied
            return view(request, *args, **options)

        return login_required(guarded)

    return decorate


def board_cycle(request: HttpRequest, pk: int) -> Cycle:
    """The cycle for somebody who may see its board: 404 without a part in it, 403 without that right."""
    cycle = selectors.cycle_for(request.user, pk)
    if not policies.may_see_board(request.user, cycle):
        raise PermissionDenied
    return cycle


def words_of(refused: Refused) -> str:
    """Why a service refused, in the reader's language."""
    return refusal(refused.code, **{"count": len(refused.problems), **refused.params})


def say_refused(request: HttpRequest, refused: Refused) -> None:
    messages.error(request, words_of(refused))
