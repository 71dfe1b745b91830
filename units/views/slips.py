"""Slips with first passwords, from the browser of the administrator who made the accounts, for half an hour.

Nothing of a password is kept on the server: `units.slips` says how.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from units import policies, selectors
from units.models import User
from units.slips import first_password, new_seed
from units.views.guards import only_if

LIFETIME = 30 * 60  # seconds
_SALT = "units.slips"
_KEY = "slips"


class Batch:
    """One set of slips in the making: hands out first passwords, then answers with the page that prints them."""

    def __init__(self) -> None:
        self.name = secrets.token_hex(8)
        self.seed = new_seed()

    def password(self, username: str) -> str:
        """The first password of that name in this batch."""
        return first_password(self.seed, username)

    def answer(self, request: HttpRequest, people: Iterable[User]) -> HttpResponse:
        """Remember whose slips they are (in the session) and the seed (in a signed cookie), and open the page."""
        marks = {str(person.pk): _mark(person) for person in people}
        kept = request.session.get(_KEY, {})
        request.session[_KEY] = {name: entry for name, entry in kept.items() if entry["until"] > time.time()} | {
            self.name: {"marks": marks, "until": int(time.time()) + LIFETIME}
        }
        url = reverse("units:slips", args=[self.name])
        response = redirect(url)
        response.set_signed_cookie(
            f"slips_{self.name}",
            f"{request.user.pk}:{self.seed}",
            salt=_SALT,
            max_age=LIFETIME,
            path=url,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )
        return response


def _mark(person: User) -> str:
    """Shows whether the password is still the one of the slip, and nothing else."""
    return person.password[-12:]


@never_cache
@only_if(policies.may_manage_people)
@require_GET
def slips(request: HttpRequest, batch: str) -> HttpResponse:
    """The slips to print; once the half hour is over, a page that says how to get new ones."""
    entry = request.session.get(_KEY, {}).get(batch)
    secret = request.get_signed_cookie(f"slips_{batch}", default="", salt=_SALT, max_age=LIFETIME)
    owner, _colon, seed = (secret or "").partition(":")
    if not entry or entry["until"] < time.time() or owner != str(request.user.pk):
        return render(request, "units/slips_gone.html", status=410)
    people = selectors.people_in([int(pk) for pk in entry["marks"]])
    page = {
        "batch": batch,
        "slips": [_slip(person, seed, entry["marks"]) for person in people],
        "minutes": max(1, int(entry["until"] - time.time()) // 60),
        "address": request.build_absolute_uri(reverse("units:sign_in")),
    }
    return render(request, "units/slips.html", page)


def _slip(person: User, seed: str, marks: dict[str, str]) -> dict[str, object]:
    standing = person.must_change_password and marks[str(person.pk)] == _mark(person)
    return {
        "name": str(person),
        "username": person.username,
        "roles": selectors.role_words(person),
        "units": selectors.unit_words(person, short=False),
        "password": first_password(seed, person.username) if standing else "",
    }


@only_if(policies.may_manage_people)
@require_POST
def slips_done(request: HttpRequest, batch: str) -> HttpResponse:
    """They are printed: forget the seed at once."""
    kept = dict(request.session.get(_KEY, {}))
    kept.pop(batch, None)
    request.session[_KEY] = kept
    response = redirect("units:person_list")
    response.delete_cookie(f"slips_{batch}", path=reverse("units:slips", args=[batch]), samesite="Strict")
    return response
