"""What a person may open of results; everything else is a 404, as if it were not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import Http404

from rubrics import selectors as rubrics_selectors
from scoring import policies
from units import selectors as units_selectors

if TYPE_CHECKING:
    from rubrics.models import Cycle, Enrolment
    from units.models import User


@dataclass(frozen=True)
class View:
    """A cycle whose results a person may open, and the units they may see: code → key of the enrolment."""

    cycle: Cycle
    keys: dict[str, int]
    sees_all: bool


def results_for(user: User, cycle_pk: int) -> View:
    """The results of a cycle as far as the person may see them; raises Http404."""
    cycle = rubrics_selectors.cycle_for(user, cycle_pk)
    if not policies.may_see_list(user, cycle):
        raise Http404
    sees_all = policies.may_see_all(user, cycle)
    rows = rubrics_selectors.enrolments_for(user, cycle)
    if not sees_all:
        rows = rows.exclude(unit__in=units_selectors.units_of(user))
    return View(cycle, {row.unit.code: row.pk for row in rows}, sees_all)


def stands_for(user: User, enrolment: Enrolment, now: datetime) -> list[str]:
    """The stands in which the person may see one unit's result."""
    return [stand for stand in ("self", "provisional", "final") if policies.may_see_stand(user, enrolment, stand, now)]


def result_for(user: User, enrolment_pk: int, now: datetime) -> tuple[Enrolment, list[str]]:
    """One unit's enrolment with the stands that are open to the person; raises Http404 where there are none."""
    enrolment = rubrics_selectors.enrolment_for(user, enrolment_pk)
    stands = stands_for(user, enrolment, now)
    if not stands:
        raise Http404
    return enrolment, stands


def usual_stand(cycle: Cycle, now: datetime) -> str:
    """What people come for: claims until reviewing begins, then what is decided so far, in the end what holds."""
    schedule = rubrics_selectors.schedule_of(cycle)
    begun = {phase.code for phase in schedule.phases if phase.opens_at <= now}
    if schedule.sealed or begun & {"publicity", "appeal", "approval"}:
        return "final"
    return "provisional" if begun & {"verification", "review", "panel"} else "self"


def own_enrolments(user: User, cycle: Cycle) -> list[Enrolment]:
    """The units of the cycle for which the person is clerk or head."""
    units = units_selectors.units_filled_by(user) | units_selectors.units_signed_by(user)
    return list(rubrics_selectors.enrolments_in(cycle).filter(unit__in=units.values("pk")))
