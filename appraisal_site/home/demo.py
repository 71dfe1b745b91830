"""The role switcher of the demonstration: one press, another person. Off unless KAOPING_DEMO is set."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from units import selectors as units_selectors


def is_on() -> bool:
    return bool(getattr(settings, "KAOPING_DEMO", False))


def people() -> list[dict[str, Any]]:
    """The people of the demonstration, in groups: `{"title", "people": [{"pk", "label", "hint"}]}`."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for person in units_selectors.demo_people():
        groups.setdefault(person["group"] or _("People"), []).append(person)
    return [{"title": title, "people": members} for title, members in groups.items()]


def person(pk: str) -> Any:
    """The person of the demonstration with that key, or None; nobody else can be chosen."""
    allowed = {str(entry["pk"]) for entry in units_selectors.demo_people()}
    return units_selectors.user_by_pk(int(pk)) if pk in allowed else None
