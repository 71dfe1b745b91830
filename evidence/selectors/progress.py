"""How far every unit of a cycle is: sheet, items, claims and decisions; a constant number of queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count

from evidence import outline
from evidence.models import Attachment, Fact, SheetItem, Submission
from evidence.selectors.records import unit_of
from evidence.selectors.undecided import IN_QUEUE, is_decided, to_judge
from rubrics import selectors as rubrics_selectors

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from rubrics.models import Cycle, Enrolment

FILLED = (SheetItem.State.NOTHING, SheetItem.State.CLAIMED, SheetItem.State.NOT_DUTY)


@dataclass(frozen=True)
class Progress:
    """One unit. ``others`` are facts that providers, reviewers or an import recorded; ``late``: it missed the date."""

    pk: int
    unit: str
    state: str
    late: bool
    filled: int
    items: int
    claims: int
    decided: int
    others: int
    files: int

    @property
    def done(self) -> bool:
        return self.state in ("submitted", "ruled") and self.claims == self.decided


def progress_of(cycle: Cycle, now: datetime) -> list[Progress]:
    """A line for each unit, in series and name order."""
    definition = rubrics_selectors.definition_of(cycle.rubric)
    states = dict(Submission.objects.filter(enrolment__cycle=cycle).values_list("enrolment_id", "state"))
    filled = _filled(cycle)
    claims, decided, others = _facts(cycle)
    files = _counted(Attachment.objects.filter(enrolment__cycle=cycle))
    lines = []
    for enrolment in rubrics_selectors.enrolments_in(cycle):
        key, state = enrolment.pk, states.get(enrolment.pk, "none")
        items = claimable_items(definition, enrolment)
        phase = enrolment.schedule().phase("self_assessment")
        late = items > 0 and phase is not None and phase.closes_at <= now and state in ("none", "draft")
        lines.append(
            Progress(
                key, enrolment.unit.title, state, late, min(filled[key], items), items,
                claims[key], decided[key], others[key], files[key],
            )
        )  # fmt: skip
    return lines


def claimable_items(definition: Definition, enrolment: Enrolment) -> int:
    """How many items the unit answers itself; with none, it is asked for no sheet."""
    return sum(1 for entry in outline.outline_of(definition, unit_of(enrolment)) if entry.claimable)


def _filled(cycle: Cycle) -> Counter[int]:
    rows = SheetItem.objects.filter(submission__enrolment__cycle=cycle, state__in=FILLED)
    return Counter(dict(rows.values_list("submission__enrolment").annotate(n=Count("pk")).order_by()))


def _facts(cycle: Cycle) -> tuple[Counter[int], Counter[int], Counter[int]]:
    rows = Fact.objects.filter(enrolment__cycle=cycle, state=Fact.State.RECORDED)
    claims = to_judge(rows)
    others = rows.filter(IN_QUEUE).exclude(origin=Fact.Origin.UNIT)
    return _counted(claims), _counted(claims.filter(is_decided())), _counted(others)


def _counted(rows: object) -> Counter[int]:
    return Counter(dict(rows.values_list("enrolment").annotate(n=Count("pk")).order_by()))  # type: ignore[attr-defined]
