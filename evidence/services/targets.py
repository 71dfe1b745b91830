"""A unit's own targets: drawn up by the unit, agreed to by the administrator, then frozen for the year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.models import compare_and_set
from evidence import beforehand, lifecycle, policies, targets
from evidence.models import TargetPlan
from evidence.selectors.records import unit_of
from evidence.services import common
from evidence.services.common import Invalid, Refused
from rubrics import selectors as rubrics_selectors
from rubrics import services as rubrics_services
from units import selectors as units_selectors
from units import services as units_services
from units.services import journal

if TYPE_CHECKING:
    from rubrics.models import Cycle, Enrolment
    from units.models import User

FIRST = 1
"""The version of a plan before anything was typed: its row is made with this one."""


class Unfit(Invalid):
    """The rows are no targets yet: ``wrong`` lists everything at once."""

    def __init__(self, wrong: Sequence[targets.Wrong]) -> None:
        super().__init__({str(place): one.code for place, one in enumerate(wrong)})
        self.wrong = list(wrong)


def save_targets(
    *, actor: User, enrolment: Enrolment, item_code: str, rows: Iterable[Mapping[str, Any]], version: int
) -> TargetPlan:
    """Keep the rows as they are typed, be they finished or not. Not journalled; proposing is.

    ``version`` is that of the plan the person saw, 1 where there was none. Raises Refused, Conflict.
    """
    _require_item(actor, enrolment, item_code)
    plan = _plan(enrolment, item_code)
    state = _step(plan, "amend", version)
    kept = targets.tidy_rows(rows)
    if kept == plan.rows and version == plan.version:
        return plan
    return compare_and_set(plan, version=version, rows=kept, state=state)


def propose_targets(
    *, actor: User, enrolment: Enrolment, item_code: str, rows: Iterable[Mapping[str, Any]], version: int
) -> TargetPlan:
    """Lay the rows before the administrator; they get codes where they have none. Raises Unfit, Refused, Conflict."""
    item = _require_item(actor, enrolment, item_code)
    if not policies.may_propose_targets(actor, enrolment, timezone.now()):
        raise Refused("head_proposes")
    plan = _plan(enrolment, item_code)
    state = _step(plan, "propose", version)
    kept = targets.tidy_rows(rows)
    _require_fit(kept, item)
    with transaction.atomic():
        before = {"state": plan.state, "rows": plan.rows}
        compare_and_set(
            plan, version=version, rows=targets.with_codes(kept), state=state, reason="",
            proposed_by=actor, proposed_at=timezone.now(), decided_by=None, decided_at=None,
        )  # fmt: skip
        _note(actor, enrolment, plan, "targets.proposed", before)
    return plan


def take_back_targets(*, actor: User, enrolment: Enrolment, item_code: str, version: int) -> TargetPlan:
    """Take a proposal back to go on with it, while nobody has decided. Raises Refused, Conflict."""
    _require_item(actor, enrolment, item_code)
    if not policies.may_propose_targets(actor, enrolment, timezone.now()):
        raise Refused("head_proposes")
    plan = _plan(enrolment, item_code)
    state = _step(plan, "take_back", version)
    with transaction.atomic():
        before = {"state": plan.state}
        compare_and_set(plan, version=version, state=state, proposed_by=None, proposed_at=None)
        _note(actor, enrolment, plan, "targets.taken_back", before)
    return plan


def approve_targets(*, actor: User, enrolment: Enrolment, item_code: str, version: int) -> TargetPlan:
    """Agree to what the unit proposes: from now on these are its targets for the year, and frozen.

    Raises Refused, Unfit where the rows no longer add up to what the rubric says, Conflict where the unit took its
    proposal back or somebody decided meanwhile.
    """
    _require_decider(actor, enrolment.cycle)
    with transaction.atomic():
        common.touch(enrolment)
        plan = _plan(enrolment, item_code, make=False)
        _approve(actor, enrolment, plan, version)
    return plan


def return_targets(*, actor: User, enrolment: Enrolment, item_code: str, version: int, reason: str) -> TargetPlan:
    """Give a proposal back with a reason, which the unit reads. Raises Refused, Invalid, Conflict."""
    _require_decider(actor, enrolment.cycle)
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": "missing"})
    plan = _plan(enrolment, item_code, make=False)
    state = _step(plan, "return", version)
    with transaction.atomic():
        before = {"state": plan.state}
        compare_and_set(plan, version=version, state=state, reason=reason, decided_by=actor, decided_at=timezone.now())
        _note(actor, enrolment, plan, "targets.returned", before)
        _tell(enrolment, plan, "targets.returned")
    return plan


def approve_all_targets(*, actor: User, cycle: Cycle, expected: int) -> int:
    """Agree to every proposal that adds up. ``expected`` is the number that the person was shown: where it is no longer
    right nothing happens (Refused ``changed``).
    """
    _require_decider(actor, cycle)
    with transaction.atomic():
        waiting = TargetPlan.objects.filter(enrolment__cycle=cycle, state=TargetPlan.State.PROPOSED)
        keys = list(waiting.order_by("enrolment_id").values_list("enrolment_id", flat=True).distinct())
        enrolments = {row.pk: row for row in rubrics_selectors.enrolments_in(cycle).filter(pk__in=keys)}
        for key in keys:
            common.touch(enrolments[key])
        rows = [plan for plan in waiting.order_by("enrolment_id", "pk") if plan.enrolment_id in enrolments]
        plans = [plan for plan in rows if _fits(enrolments[plan.enrolment_id], plan)]
        if not plans:
            raise Refused("no_proposals")
        if len(plans) != expected:
            raise Refused("proposals_changed", count=len(plans))
        for plan in plans:
            _approve(actor, enrolments[plan.enrolment_id], plan, plan.version)
    return len(plans)


def _approve(actor: User, enrolment: Enrolment, plan: TargetPlan, version: int) -> None:
    state = _step(plan, "approve", version)
    _require_fit(plan.rows, _item(enrolment, plan.item_code))
    compare_and_set(plan, version=version, state=state, reason="", decided_by=actor, decided_at=timezone.now())
    rows = targets.as_agreed(plan.rows)
    try:
        rubrics_services.agree_targets(actor=actor, enrolment=enrolment, item_code=plan.item_code, targets=rows)
    except rubrics_services.Refused as fault:
        raise Refused(fault.code) from fault
    _tell(enrolment, plan, "targets.approved")


# --- what all of them ask -------------------------------------------------------------------------------------------


def _item(enrolment: Enrolment, item_code: str) -> beforehand.TargetItem:
    items = beforehand.target_items(common.definition_for(enrolment), unit_of(enrolment))
    found = next((one for one in items if one.code == item_code), None)
    if found is None:
        raise Refused("no_targets_here")
    return found


def _require_item(actor: User, enrolment: Enrolment, item_code: str) -> beforehand.TargetItem:
    """The item whose targets the person may draw up now, and which are not agreed as yet."""
    item = _item(enrolment, item_code)
    if not policies.may_draw_targets(actor, enrolment, timezone.now()):
        raise Refused("targets_closed")
    if enrolment.targets.get(item_code):
        raise Refused("targets_frozen")
    return item


def _require_decider(actor: User, cycle: Cycle) -> None:
    if not policies.may_decide_targets(actor, cycle, timezone.now()):
        raise Refused("targets_closed")


def _require_fit(rows: Sequence[Mapping[str, str]], item: beforehand.TargetItem) -> None:
    wrong = targets.problems_of(rows, item.points)
    if wrong:
        raise Unfit(wrong)


def _fits(enrolment: Enrolment, plan: TargetPlan) -> bool:
    items = beforehand.target_items(common.definition_for(enrolment), unit_of(enrolment))
    item = next((one for one in items if one.code == plan.item_code), None)
    frozen = bool(enrolment.targets.get(plan.item_code))
    return item is not None and not frozen and not targets.problems_of(plan.rows, item.points)


def _plan(enrolment: Enrolment, item_code: str, *, make: bool = True) -> TargetPlan:
    if make:
        return TargetPlan.objects.get_or_create(enrolment=enrolment, item_code=item_code)[0]
    plan = TargetPlan.objects.filter(enrolment=enrolment, item_code=item_code).first()
    if plan is None:
        raise Refused("no_proposals")
    return plan


def _step(plan: TargetPlan, action: str, version: int) -> str:
    """The state it leads to. Where it leads nowhere since the plan moved on meanwhile, that is a Conflict."""
    try:
        return lifecycle.step(lifecycle.TARGETS, plan.state, action)
    except lifecycle.NotPossible:
        if version != plan.version:
            raise Conflict(plan, sent=version, current=plan.version) from None
        raise Refused("targets_frozen" if plan.state == TargetPlan.State.APPROVED else "targets_moved") from None


def _note(actor: User, enrolment: Enrolment, plan: TargetPlan, verb: str, before: Mapping[str, Any]) -> None:
    after = {"item": plan.item_code, "state": plan.state, "rows": plan.rows, "reason": plan.reason}
    journal.append(actor=actor, scope=common.scope_of(enrolment), verb=verb, obj=plan, before=dict(before), after=after)


def _tell(enrolment: Enrolment, plan: TargetPlan, text_code: str) -> None:
    node = common.definition_for(enrolment).nodes[plan.item_code]
    units_services.notify(
        users=units_selectors.people_of_units([enrolment.unit_id], "clerk", "head"),
        text_code=text_code,
        params={"cycle": enrolment.cycle.title, "item": node.title or node.code, "reason": plan.reason},
        url=reverse("evidence:targets", args=[enrolment.pk]),
    )
