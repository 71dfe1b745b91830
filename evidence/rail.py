"""What this room hangs into the rail: the own sheet, the review, the ledger."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from appraisal_site.toolkit.shell import RailEntry
from evidence import policies
from evidence.selectors import access
from evidence.selectors.review import reach_of
from evidence.selectors.targets import has_targets, waiting_in
from rubrics import selectors as rubrics_selectors


def entries(user: Any, cycle: Any) -> list[RailEntry]:
    """Entries by what the person is in the cycle."""
    if cycle is None or not user.is_authenticated:
        return []
    found = []
    own = access.own_sheets(user, cycle)
    if own:
        url = reverse("evidence:sheet", args=[own[0].pk]) if len(own) == 1 else reverse("evidence:own", args=[cycle.pk])
        found.append(RailEntry(_("Own sheet"), url, "form", place=10))
    for enrolment in access.given_sheets(user, cycle):
        found.append(RailEntry(_("My items"), reverse("evidence:sheet", args=[enrolment.pk]), "form", place=10))
    reach = reach_of(user, cycle)
    if reach.everything or reach.assignments:
        found.append(RailEntry(_("By unit"), reverse("evidence:review_list", args=[cycle.pk]), "scale", place=12))
    if policies.may_see_target_plans(user, cycle) and has_targets(cycle):
        url = reverse("evidence:target_plans", args=[cycle.pk])
        found.append(RailEntry(_("Targets of the units"), url, "flag", waiting_in(cycle) or None, place=13))
    if rubrics_selectors.provider_codes_of(user, cycle):
        found.append(RailEntry(_("Facts ledger"), reverse("evidence:ledger", args=[cycle.pk]), "ledger", place=14))
    return found
