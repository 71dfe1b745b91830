"""What this app hangs into the rail of every page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from appraisal_site.toolkit.shell import RailEntry
from units import policies


def entries(user: Any, cycle: Any) -> list[RailEntry]:
    """Units, people and the backstage for administrators, units and the journal for auditors."""
    administrator, auditor = policies.is_administrator(user), policies.is_auditor(user)
    found = []
    if administrator or auditor:
        found.append(RailEntry(_("Units"), reverse("units:unit_list"), "units", place=70))
    if administrator:
        found.append(RailEntry(_("Accounts"), reverse("units:person_list"), "user", place=72))
        found.append(RailEntry(_("Backstage"), reverse("admin:index"), "gear", place=90))
    if policies.may_read_journal(user):
        found.append(RailEntry(_("Journal"), reverse("units:journal"), "chain", place=80 if administrator else 10))
    return found
