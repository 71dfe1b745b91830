"""Tasks that follow from a person's part in a cycle and its dates; what depends on records comes from the apps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from appraisal_site.home import selectors, timeline
from appraisal_site.toolkit.shell import Task
from rubrics.wording import phase_title
from units import policies as units_policies

UNITS_WORK = ("application", "self_assessment")
REVIEWERS_WORK = ("verification", "review")


def entries(user: Any, cycle: Any, now: datetime) -> list[Task]:
    """What the administrator and the auditor have to see to."""
    if not user.is_authenticated:
        return []
    found = []
    if units_policies.is_administrator(user):
        found += _phases(cycle, now) if cycle is not None else [_first_cycle()]
    if units_policies.is_auditor(user):
        detail = _("The check names the first entry that does not fit, if there is one.")
        found.append(Task(_("Verify the journal"), reverse("units:journal"), detail))
    return found


def _first_cycle() -> Task:
    detail = _("Load a rubric, publish it, then start a cycle from it with units and accounts from Excel.")
    return Task(_("Start the first cycle"), reverse("rubrics:rubrics"), detail)


def _phases(cycle: Any, now: datetime) -> list[Task]:
    """One task for every phase that goes on, with what stands in the way of its end; the next phase for later."""
    found = selectors.phases(cycle)
    board = reverse("rubrics:board", args=[cycle.pk])
    tasks = []
    for phase in timeline.open_now(found, now):
        title = _("See %(phase)s through") % {"phase": phase_title(phase.code)}
        tasks.append(Task(title, board, _standing(cycle, phase.code, now), timeline.end_of(phase), "going"))
    coming = next((phase for phase in found if phase.opens_at > now), None)
    if coming is not None:
        title = _("%(phase)s begins") % {"phase": phase_title(coming.code)}
        detail = _("Check its dates and who takes part before it opens.")
        tasks.append(Task(title, reverse("rubrics:phases", args=[cycle.pk]), detail, coming.opens_at, "later"))
    return tasks


def _standing(cycle: Any, phase: str, now: datetime) -> str:
    """How far a phase has come, in numbers."""
    if phase not in (*UNITS_WORK, *REVIEWERS_WORK):
        return ""
    count = selectors.progress(cycle, now)
    if phase in UNITS_WORK:
        return _("%(units)d units, %(missing)d without a submission") % count
    return _("%(claims)d claims, %(open)d not decided") % count
