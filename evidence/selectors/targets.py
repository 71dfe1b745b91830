"""Targets of single units: what is drawn up, proposed or agreed, for one unit and for all of a cycle."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from evidence import beforehand, targets
from evidence.models import TargetPlan
from evidence.outline import slug
from evidence.selectors.records import unit_of
from rubrics import selectors as rubrics_selectors
from rubrics.kinds.numbers import plain

if TYPE_CHECKING:
    from rubrics.models import Cycle, Enrolment

AGREED = "approved"
"""The state of an item whose targets are on file, whether the unit proposed them or they came with the unit."""
FIRST = 1
"""The version of a plan before anything was typed."""


@dataclass(frozen=True)
class ItemPlan:
    """One item of a unit with its targets: those agreed on, else those of the plan. ``state`` is a plan's."""

    item: beforehand.TargetItem
    state: str
    version: int
    rows: tuple[Mapping[str, str], ...]
    reason: str
    proposed_by: str
    proposed_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    is_given: bool
    """Whether they are on file without ever having been proposed: they came with the unit."""

    @property
    def slug(self) -> str:
        return slug(self.item.code)

    @property
    def points(self) -> str:
        return plain(self.item.points) if self.item.points is not None else ""

    @property
    def sum(self) -> str:
        return plain(targets.sum_of(self.rows))

    @property
    def wrong(self) -> list[targets.Wrong]:
        return targets.problems_of(self.rows, self.item.points)

    @property
    def agreed(self) -> bool:
        return self.state == AGREED

    @property
    def editable(self) -> bool:
        return self.state in (TargetPlan.State.DRAFT, TargetPlan.State.RETURNED)


def has_targets(cycle: Cycle) -> bool:
    """Whether units of the cycle may have targets of their own; no query."""
    clauses = rubrics_selectors.definition_of(cycle.rubric).clauses.values()
    return any(clause.kind.code == beforehand.TARGETS for clause in clauses)


def plans_of(enrolment: Enrolment) -> tuple[ItemPlan, ...]:
    """The unit's items with targets in reading order; no query where it has none, else one."""
    definition = rubrics_selectors.definition_of(enrolment.cycle.rubric)
    items = beforehand.target_items(definition, unit_of(enrolment))
    if not items:
        return ()
    rows = TargetPlan.objects.filter(enrolment=enrolment).select_related("proposed_by", "decided_by")
    plans = {row.item_code: row for row in rows}
    return tuple(_item_plan(enrolment, item, plans.get(item.code)) for item in items)


def _item_plan(enrolment: Enrolment, item: beforehand.TargetItem, plan: TargetPlan | None) -> ItemPlan:
    on_file = enrolment.targets.get(item.code)
    rows: Sequence[Mapping[str, str]] = plan.rows if plan else ()
    if on_file:
        rows = [{name: _text(row.get(name)) for name in targets.FIELDS} for row in on_file]
    approved = plan is not None and plan.state == TargetPlan.State.APPROVED
    return ItemPlan(
        item=item,
        state=AGREED if on_file else plan.state if plan else TargetPlan.State.DRAFT,
        version=plan.version if plan else FIRST,
        rows=tuple(rows),
        reason=plan.reason if plan else "",
        proposed_by=str(plan.proposed_by) if plan and plan.proposed_by else "",
        proposed_at=plan.proposed_at if plan else None,
        decided_by=str(plan.decided_by) if plan and plan.decided_by else "",
        decided_at=plan.decided_at if plan else None,
        is_given=bool(on_file) and not approved,
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True)
class PlanLine:
    """One item of one unit in the administrator's list."""

    unit: str
    series: str
    plan: ItemPlan
    url: str

    @property
    def approvable(self) -> bool:
        return self.plan.state == TargetPlan.State.PROPOSED and not self.plan.wrong


ORDER = (TargetPlan.State.PROPOSED, TargetPlan.State.RETURNED, TargetPlan.State.DRAFT, TargetPlan.State.APPROVED)
"""What waits for a decision stands on top."""


def plan_list(cycle: Cycle) -> list[PlanLine]:
    """A line for each unit and item with targets: three queries whatever their number."""
    definition = rubrics_selectors.definition_of(cycle.rubric)
    titles = {series.code: series.title or series.code for series in definition.series}
    plans: dict[int, dict[str, TargetPlan]] = defaultdict(dict)
    rows = TargetPlan.objects.filter(enrolment__cycle=cycle).select_related("proposed_by", "decided_by")
    for plan in rows:
        plans[plan.enrolment_id][plan.item_code] = plan
    lines = [
        PlanLine(
            enrolment.unit.title,
            titles.get(enrolment.series_code, enrolment.series_code),
            _item_plan(enrolment, item, plans[enrolment.pk].get(item.code)),
            f"{reverse('evidence:targets', args=[enrolment.pk])}#targets-{slug(item.code)}",
        )
        for enrolment in rubrics_selectors.enrolments_in(cycle)
        for item in beforehand.target_items(definition, unit_of(enrolment))
    ]
    return sorted(lines, key=lambda line: ORDER.index(line.plan.state))


def counted(lines: Sequence[PlanLine]) -> Counter[str]:
    """How many are in which state."""
    return Counter(str(line.plan.state) for line in lines)


def waiting_in(cycle: Cycle) -> int:
    """How many proposals wait for a decision; no query where the rubric knows no targets."""
    if not has_targets(cycle):
        return 0
    return TargetPlan.objects.filter(enrolment__cycle=cycle, state=TargetPlan.State.PROPOSED).count()
