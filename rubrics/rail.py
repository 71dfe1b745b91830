"""What this app hangs into the rail of every page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from appraisal_site.toolkit.shell import RailEntry
from rubrics import policies


def entries(user: Any, cycle: Any) -> list[RailEntry]:
    """The board and the rubrics for those who run the house, the cycle's own rubric for everybody else in it."""
    found = []
    overseer = policies.may_list_rubrics(user)
    if cycle is not None and policies.may_see_board(user, cycle):
        found.append(RailEntry(_("Cycle"), reverse("rubrics:board", args=[cycle.pk]), "board", place=20))
    elif overseer:
        found.append(RailEntry(_("Cycles"), reverse("rubrics:cycles"), "board", place=20))
    if overseer:
        found.append(RailEntry(_("Rubrics"), reverse("rubrics:rubrics"), "book", place=60))
    elif cycle is not None and policies.may_see_cycle(user, cycle):
        found.append(RailEntry(_("Rubric"), reverse("rubrics:rubric", args=[cycle.rubric_id]), "book", place=60))
    return found
