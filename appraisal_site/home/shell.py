"""The frame around every page: cycle switcher, rail, notices, account, and in a demonstration the role switcher."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, get_script_prefix, resolve, reverse
from django.utils.translation import gettext as _

from appraisal_site.home import demo, selectors
from appraisal_site.toolkit.sessions import person_key
from appraisal_site.toolkit.shell import RailEntry

APPS = ("evidence", "scoring", "rubrics", "units")
CYCLE_KEY = "cycle"


def site_title() -> str:
    return getattr(settings, "KAOPING_SITE_TITLE", "") or _("Kaoping")


def contributed(room: str, user: Any, cycle: Any) -> list[Any]:
    """All that the apps offer in a room (`rail`, `awaiting`); an app without that room offers nothing."""
    found: list[Any] = []
    for app in APPS:
        if find_spec(f"{app}.{room}"):
            found.extend(import_module(f"{app}.{room}").entries(user, cycle))
    return found


def first_url(*names: str) -> str:
    """The address of the first of these pages that the installation has, or nothing."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


KIN = {
    "review": ("evidence:review_list", "rubrics:board"),
    "sheets": ("evidence:own", "evidence:sheet", "evidence:review_list", "rubrics:board"),
    "results": ("scoring:results", "scoring:why"),
    "cycles": ("rubrics:board", "rubrics:cycles"),
}
"""For pages about one unit or outside the chosen cycle: first part of the address → entries, the first there is."""


def view_name(url: str) -> str:
    """The name of the page at an address of this site, or nothing."""
    prefix = get_script_prefix().rstrip("/")
    try:
        return resolve(url.partition("?")[0].removeprefix(prefix)).view_name
    except Resolver404:
        return ""


@dataclass(frozen=True)
class RailLine:
    label: str
    url: str
    icon: str
    count: int | str | None
    current: bool


class Shell:
    """Lazy: each part is worked out when a template first reads it, once a request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user: Any = getattr(request, "user", None)
        self._about: Any = None

    def about(self, cycle: Any) -> None:
        """The page is about this cycle, whatever was chosen before."""
        self._about = cycle

    @property
    def signed_in(self) -> bool:
        return bool(self.user is not None and self.user.is_authenticated)

    @cached_property
    def site_title(self) -> str:
        return site_title()

    @cached_property
    def contact(self) -> str:
        return str(getattr(settings, "KAOPING_CONTACT", ""))

    @cached_property
    def account(self) -> str:
        return str(self.user) if self.signed_in else ""

    @cached_property
    def person(self) -> str:
        """Under which name the browser keeps what this person typed."""
        return person_key(self.user)

    @cached_property
    def cycles(self) -> list[Any]:
        return selectors.cycles(self.user) if self.signed_in else []

    @cached_property
    def cycle(self) -> Any:
        """The page's own cycle; else the one chosen last; else the first that goes on."""
        if self._about is not None:
            return self._about
        wanted = self.request.GET.get("cycle") or self.request.session.get(CYCLE_KEY)
        return next(
            (cycle for cycle in self.cycles if str(cycle.pk) == str(wanted)), self.cycles[0] if self.cycles else None
        )

    @cached_property
    def home_url(self) -> str:
        home = reverse("home")
        return f"{home}?cycle={self.cycle.pk}" if self.signed_in and self.cycle else home

    @cached_property
    def rail(self) -> list[RailLine]:
        if not self.signed_in:
            return []
        entries = [
            RailEntry(_("What awaits me"), self.home_url, "list", place=0),
            *contributed("rail", self.user, self.cycle),
        ]
        entries.sort(key=lambda entry: getattr(entry, "place", 50))
        here = self._nearest([entry.url for entry in entries])
        return [RailLine(entry.label, entry.url, entry.icon, entry.count, entry.url == here) for entry in entries]

    def _nearest(self, urls: list[str]) -> str:
        """The entry that the page stands under: the longest address that the page's begins with, or its kin."""
        path = self.request.path
        home = reverse("home")
        under = [
            url for url in urls if (bare := url.partition("?")[0]) == path or (bare != home and path.startswith(bare))
        ]
        return max(under, key=len, default="") or self._kin(urls)

    def _kin(self, urls: list[str]) -> str:
        """The entry from which one comes to pages of this kind, though their address does not begin with its own."""
        kind = self.request.path_info.strip("/").partition("/")[0]
        by_name = {view_name(url): url for url in reversed(urls)}
        return next((by_name[name] for name in KIN.get(kind, ()) if name in by_name), "")

    @cached_property
    def notices(self) -> int:
        return selectors.unread_notices(self.user) if self.signed_in else 0

    @cached_property
    def notices_url(self) -> str:
        return first_url("units:notices", "notices") if self.signed_in else ""

    @cached_property
    def sign_out_url(self) -> str:
        return first_url("units:sign_out", "sign_out", "units:sign-out") if self.signed_in else ""

    @cached_property
    def account_links(self) -> list[dict[str, str]]:
        url = first_url("units:password", "password", "units:password_change")
        return [{"label": _("Password and address for mail"), "url": url}] if url else []

    @cached_property
    def people(self) -> list[dict[str, Any]]:
        """Who one may become: in a demonstration only."""
        return demo.people() if demo.is_on() and self.signed_in else []
