"""What of this app awaits a person: their unit's result, the table to approve."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal_site.toolkit.shell import Task
from rubrics import policies as rubrics_policies
from rubrics import selectors as rubrics_selectors
from scoring import policies, selectors

RELEASING = ("publicity", "appeal", "approval")


def entries(user: Any, cycle: Any) -> list[Task]:
    """For a unit its result, for the leading group the ranking."""
    if cycle is None or not user.is_authenticated:
        return []
    own = [_own(user, enrolment) for enrolment in selectors.own_enrolments(user, cycle)]
    found = [task for task in own if task is not None]
    if rubrics_policies.leads(user, cycle):
        found.append(_ranking(cycle))
    return found


def _own(user: Any, enrolment: Any) -> Task | None:
    """The unit's result: to be looked at once it is released, announced for later before that."""
    now, schedule = timezone.now(), rubrics_selectors.schedule_of(enrolment)
    url = reverse("scoring:why", args=[enrolment.pk])
    title = _("%(unit)s: look at the result") % {"unit": enrolment.unit.title}
    if policies.may_see_stand(user, enrolment, "final", now):
        appeal = schedule.phase("appeal")
        due = appeal.closes_at if appeal and appeal.is_open(now) else None
        return Task(title, url, _("Every number opens, down to the clause, the fact, the proof and the decision."), due)
    opens = [phase.opens_at for phase in schedule.phases if phase.code in RELEASING and phase.opens_at > now]
    if not opens:
        return None
    return Task(title, "", _("Place, grade and the reason for every point."), min(opens), "later")


def _ranking(cycle: Any) -> Task:
    """The ranked table, with the end of approval as its date."""
    now, schedule = timezone.now(), rubrics_selectors.schedule_of(cycle)
    url = reverse("scoring:results", args=[cycle.pk])
    phase = schedule.phase("approval")
    title, detail = _("Look through the ranking"), _("Totals, places and grades, with every reason behind them.")
    if phase is None or phase.closes_at <= now:
        return Task(title, url, detail)
    if phase.opens_at > now:
        return Task(title, url, detail, phase.opens_at, "later")
    return Task(title, url, detail, phase.closes_at, "going")
