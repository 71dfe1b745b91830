"""What still keeps a unit's score from being told: a sheet that is not handed in, claims without a decision."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from evidence.models import Fact, Submission
from evidence.selectors.progress import claimable_items
from evidence.selectors.undecided import is_decided, to_judge
from rubrics import selectors as rubrics_selectors

if TYPE_CHECKING:
    from rubrics.models import Cycle

FILLING = ("application", "self_assessment")
"""The phases in which units fill in sheets; a cycle without any of them waits for none."""


@dataclass(frozen=True)
class Unsettled:
    """One unit. ``sheet``: "missing" (never handed in), "returned" or "" (handed in, or not asked for)."""

    sheet: str
    undecided: int


def unsettled_in(cycle: Cycle) -> dict[int, Unsettled]:
    """By enrolment, for every unit of the cycle; a constant number of queries."""
    asked = any(phase.code in FILLING for phase in rubrics_selectors.schedule_of(cycle).phases)
    states = dict(Submission.objects.filter(enrolment__cycle=cycle).values_list("enrolment_id", "state"))
    undecided = _undecided(cycle)
    definition = rubrics_selectors.definition_of(cycle.rubric)
    found = {}
    for enrolment in rubrics_selectors.enrolments_in(cycle):
        key, answers = enrolment.pk, asked and claimable_items(definition, enrolment) > 0
        found[key] = _of(answers, states.get(key, ""), undecided[key])
    return found


def _of(asked: bool, state: str, undecided: int) -> Unsettled:
    """Claims of a sheet that was never handed in wait for nobody yet."""
    if state == Submission.State.RETURNED:
        return Unsettled("returned", undecided)
    if asked and state not in (Submission.State.SUBMITTED, Submission.State.RULED):
        return Unsettled("missing", 0)
    return Unsettled("", undecided)


def _undecided(cycle: Cycle) -> Counter[int]:
    rows = to_judge(Fact.objects.filter(enrolment__cycle=cycle, state=Fact.State.RECORDED))
    waiting = rows.filter(~is_decided())
    return Counter(dict(waiting.values_list("enrolment").annotate(n=Count("pk")).order_by()))
