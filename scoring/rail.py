"""What this app hangs into the rail of every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from appraisal_site.toolkit.shell import RailEntry
from scoring import policies, selectors

if TYPE_CHECKING:
    from rubrics.models import Cycle
    from units.models import User


def entries(user: User, cycle: Cycle | None) -> list[RailEntry]:
    """The ranked results for those who may see them; for a unit's own people the way to their score."""
    if cycle is None:
        return []
    found = []
    if policies.may_see_list(user, cycle):
        found.append(RailEntry(_("Results"), reverse("scoring:results", args=[cycle.pk]), "rank", place=40))
    own = selectors.own_enrolments(user, cycle)
    if own:
        found.append(RailEntry(_("Score"), reverse("scoring:why", args=[own[0].pk]), "rank", place=40))
    return found
