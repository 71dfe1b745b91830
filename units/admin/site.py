"""The backstage's site: reached by administrators only, through the one sign-in page of the house."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.sites import UnfoldAdminSite

from units import policies
from units.views import sign_in
from units.views.guards import only_if

RELAXED = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}
"""What Unfold cannot do without: Alpine evaluates its attributes, the colours stand in the page. No nonce beside it."""
_NOT_HERE = {"view_on_site"}


class Backstage(UnfoldAdminSite):
    """No `is_staff`, no second sign-in: who administers the house comes in, for anybody else there is nothing here."""

    index_template = "admin/backstage/index.html"
    site_title = gettext_lazy("Backstage")
    index_title = gettext_lazy("Tables of the house")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the person administers the house."""
        return policies.is_administrator(request.user)

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Every page: sign-in for nobody, 404 for others, and for administrators a policy that lets Unfold work.

        What is refused keeps the strict policy of the rest of the site.
        """
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def relaxed(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
            response = inner(request, *args, **options)
            response._csp_update = RELAXED  # type: ignore[attr-defined]
            return response

        return only_if(policies.is_administrator)(relaxed)

    def get_urls(self) -> list[URLPattern]:
        """Without the addresses that have no use here."""
        return [entry for entry in super().get_urls() if getattr(entry, "name", "") not in _NOT_HERE]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The house has one sign-in page."""
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), settings.LOGIN_URL)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Leave, as everywhere (POST only)."""
        return sign_in.sign_out(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The house has one page for that."""
        return redirect("units:password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is nothing to say after it."""
        return redirect("admin:index")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Titles in the reader's language; the bare name of the house where it has none of its own."""
        context = super().each_context(request)
        return context | {"site_header": settings.KAOPING_SITE_TITLE or _("Kaoping"), "site_title": self.site_title}


site = Backstage(name="admin")


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The tables of the sidebar, and the ways back to the site."""
    tables = [
        {
            "title": capfirst(model._meta.verbose_name_plural),
            "icon": getattr(admin, "icon", "table"),
            "link": reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
        }
        for model, admin in site._registry.items()
    ]
    back = [
        {"title": _("Back to the site"), "icon": "arrow_back", "link": reverse("home"), "active": False},
        {"title": _("Journal"), "icon": "history", "link": reverse("units:journal")},
    ]
    return [{"title": _("Tables"), "items": tables}, {"title": _("Site"), "separator": True, "items": back}]
