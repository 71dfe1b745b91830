"""Putting the plan into the database, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rubrics import services as rubrics_services
from scoring.demo import people, records, schedule
from scoring.demo.plan import CyclePlan, Plan, dated, year_for
from scoring.services import store_run
from units import selectors as units_selectors

if TYPE_CHECKING:
    from rubrics.models import Cycle, Rubric

Say = Callable[[str], None]
"""Told what has been done, a line at a time."""


def is_loaded() -> bool:
    """Whether the demonstration is there already."""
    return bool(units_selectors.demo_people())


@transaction.atomic
def load(plan: Plan, *, now: datetime, say: Say) -> None:
    """Load the whole demonstration into an empty house, as it stands at `now`. Nothing is kept if it fails."""
    today = timezone.localdate(now)
    year = year_for(plan, today)
    password = make_password(plan.password)
    people.open_house(plan, password)
    for cycle_plan in plan.cycles:
        cycle = start(cycle_plan, year, today)
        users = people.open_cycle(cycle_plan, cycle, password)
        counts = records.fill(cycle_plan, cycle, users, dated(cycle_plan.facts_data, year), now)
        for stand in cycle_plan.results:
            store_run(actor=None, cycle=cycle, stand=stand)
        say(
            _("%(title)s: %(units)d units, %(people)d people, %(facts)d facts")
            % {"title": cycle.title, "people": len(users), **counts}
        )


def start(plan: CyclePlan, year: int, today: date) -> Cycle:
    """The rubric as it is shipped, a completed clone of it, published, and a cycle that runs it."""
    shipped = rubrics_services.load_rubric(actor=None, data=plan.rubric_data, filename=f"{plan.rubric}.yaml")
    rubric: Rubric = rubrics_services.clone_rubric(actor=None, rubric=shipped, year=year, figures=plan.figures_data)
    rubrics_services.publish_rubric(actor=None, rubric=rubric, version=rubric.version)
    people.make_units(plan)
    return rubrics_services.start_cycle(
        actor=None,
        rubric=rubric,
        title=plan.title % {"year": year},
        year=year,
        phases=schedule.phases(plan, today),
        participants=[_participant(plan, unit) for unit in plan.facts_data["units"]],
        provider_units={code: [plan.prefix + unit for unit in units] for code, units in plan.providers.items()},
    )


def _participant(plan: CyclePlan, unit: dict[str, Any]) -> rubrics_services.Participant:
    return rubrics_services.Participant(
        code=plan.prefix + unit["code"],
        series=unit["series"],
        title=unit["title"],
        level=plan.level,
        tags=unit.get("tags", ()),
        member_of=plan.prefix + unit["member_of"] if unit.get("member_of") else "",
        holds=[{**held, "years": str(held.get("years", 1))} for held in unit.get("holds", ())],
        targets=unit.get("targets", {}),
        not_applicable=unit.get("not_applicable", ()),
    )
