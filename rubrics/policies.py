"""Who may do what with rubrics and cycles. Every answer is a real bool, refusal is the rule, the phase is part of
the answer.

Administrator and auditor are rights on the whole house; leader and reviewer are grants on a cycle; clerk, head,
colleague and provider are grants on a unit. A reviewer is never asked about a unit of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rubrics.lifecycle import is_open, is_released
from rubrics.models import Assignment, Cycle, CycleUserObjectPermission, Enrolment, ProviderUnit, Rubric
from units import grants
from units import policies as units_policies

if TYPE_CHECKING:
    from units.models import User

LEAD, REVIEW = "lead_cycle", "review_cycle"


# --- what a person is -----------------------------------------------------------------------------------------------


def is_administrator(user: User) -> bool:
    return bool(user.is_authenticated and user.is_active and units_policies.is_administrator(user))


def is_auditor(user: User) -> bool:
    return bool(user.is_authenticated and user.is_active and units_policies.is_auditor(user))


def holds(user: User, cycle: Cycle, codename: str) -> bool:
    """Whether the person holds this grant on the cycle."""
    if not (user.is_authenticated and user.is_active):
        return False
    return cycle.pk in grants.held(user, CycleUserObjectPermission).get(codename, frozenset())


def leads(user: User, cycle: Cycle) -> bool:
    return holds(user, cycle, LEAD)


def reviews(user: User, cycle: Cycle) -> bool:
    return holds(user, cycle, REVIEW)


def covers(assignment: Assignment, enrolment: Enrolment, item_code: str | None = None) -> bool:
    """Whether an assignment takes in the unit, and the item (any item where None). Blank fields take in everything."""
    if assignment.cycle_id != enrolment.cycle_id:
        return False
    if assignment.series_code and assignment.series_code != enrolment.series_code:
        return False
    if assignment.unit_id and assignment.unit_id != enrolment.unit_id:
        return False
    return not (item_code and assignment.category_code and assignment.category_code != item_code.partition(".")[0])


def assigned(user: User, enrolment: Enrolment, item_code: str | None = None) -> bool:
    """Whether the person reviews in the cycle, is assigned the unit (and item), and does not act for the unit."""
    if not reviews(user, enrolment.cycle) or units_policies.belongs_to(user, enrolment.unit):
        return False
    rows = Assignment.objects.filter(cycle_id=enrolment.cycle_id, user=user)
    return any(covers(row, enrolment, item_code) for row in rows)


# --- rubrics --------------------------------------------------------------------------------------------------------


def may_list_rubrics(user: User) -> bool:
    return is_administrator(user) or is_auditor(user)


def may_write_rubrics(user: User) -> bool:
    return is_administrator(user)


def may_see_rubric(user: User, rubric: Rubric) -> bool:
    """Drafts are for administrators and auditors; everybody with a part in one of its cycles reads a published one."""
    if may_list_rubrics(user):
        return True
    if rubric.state == Rubric.State.DRAFT:
        return False
    return any(may_see_cycle(user, cycle) for cycle in rubric.cycles.all())


def may_edit_rubric(user: User, rubric: Rubric) -> bool:
    """Drafts are written by administrators; what is published or retired by nobody."""
    return may_write_rubrics(user) and rubric.state == Rubric.State.DRAFT


def may_publish_rubric(user: User, rubric: Rubric) -> bool:
    return may_write_rubrics(user) and rubric.state == Rubric.State.DRAFT


def may_clone_rubric(user: User, rubric: Rubric) -> bool:
    return may_write_rubrics(user) and bool(rubric.pk)


def may_retire_rubric(user: User, rubric: Rubric) -> bool:
    return may_write_rubrics(user) and rubric.state == Rubric.State.PUBLISHED


# --- a cycle as a whole ---------------------------------------------------------------------------------------------


def may_start_cycle(user: User) -> bool:
    return is_administrator(user)


def takes_part(user: User, cycle: Cycle) -> bool:
    """Whether the person acts for a unit that is appraised here or supplies facts here."""
    if not (user.is_authenticated and user.is_active):
        return False
    units = user.memberships.filter(until=None).values("unit_id")
    return (
        Enrolment.objects.filter(cycle=cycle, unit_id__in=units).exists()
        or ProviderUnit.objects.filter(cycle=cycle, unit_id__in=units).exists()
    )


def may_see_cycle(user: User, cycle: Cycle) -> bool:
    return (
        is_administrator(user)
        or is_auditor(user)
        or leads(user, cycle)
        or reviews(user, cycle)
        or takes_part(user, cycle)
    )


def may_see_board(user: User, cycle: Cycle) -> bool:
    """The board names every unit and what it is late with."""
    return is_administrator(user) or is_auditor(user) or leads(user, cycle)


def may_schedule(user: User, cycle: Cycle) -> bool:
    """Dates of phases are kept by administrators until the cycle is sealed, since a late cycle must be reopenable."""
    return is_administrator(user) and not cycle.sealed


def may_change_rubric(user: User, cycle: Cycle) -> bool:
    """Give a running cycle another version of its rubric."""
    return is_administrator(user) and not cycle.sealed


def may_configure(user: User, cycle: Cycle) -> bool:
    """Change the cycle's title, who submits, and how much proof is taken."""
    return is_administrator(user) and not cycle.sealed


def may_assign(user: User, cycle: Cycle) -> bool:
    return is_administrator(user) and not cycle.sealed


def may_enrol(user: User, cycle: Cycle) -> bool:
    return is_administrator(user) and not cycle.sealed


def may_remind(user: User, cycle: Cycle) -> bool:
    """Write to people about their deadlines."""
    return is_administrator(user) and not cycle.sealed


def may_publish(user: User, cycle: Cycle, now: datetime) -> bool:
    return is_administrator(user) and is_open("publish", cycle.schedule(), now)


def may_approve(user: User, cycle: Cycle, now: datetime) -> bool:
    return leads(user, cycle) and is_open("approve", cycle.schedule(), now)


def may_settle(user: User, cycle: Cycle, now: datetime) -> bool:
    """Open questions go to the leading group."""
    return leads(user, cycle) and is_open("settle", cycle.schedule(), now)


def may_import_facts(user: User, cycle: Cycle, now: datetime) -> bool:
    return is_administrator(user) and is_open("import_facts", cycle.schedule(), now)


def may_see_results(user: User, cycle: Cycle) -> bool:
    """All units' results side by side, before and after they are published."""
    return may_see_board(user, cycle)


# --- one unit's sheet -----------------------------------------------------------------------------------------------


def acts_for(user: User, enrolment: Enrolment) -> bool:
    """Clerk or head of the unit."""
    return bool(units_policies.may_fill(user, enrolment.unit) or units_policies.may_sign(user, enrolment.unit))


def fills(user: User, enrolment: Enrolment) -> bool:
    """Clerk of the unit."""
    return bool(units_policies.may_fill(user, enrolment.unit))


def signs(user: User, enrolment: Enrolment) -> bool:
    """Head of the unit."""
    return bool(units_policies.may_sign(user, enrolment.unit))


def helps(user: User, enrolment: Enrolment) -> bool:
    """Colleague of the unit: sees and fills in only what of its sheet was given to them."""
    return bool(units_policies.may_help(user, enrolment.unit))


def may_fill_sheet(user: User, enrolment: Enrolment, now: datetime, *, given: bool = False) -> bool:
    """Write anywhere in the sheet; with `given`, the colleague's right to write where something was given to them."""
    person = helps if given else fills
    return person(user, enrolment) and is_open("fill_sheet", enrolment.schedule(), now)


def may_correct_sheet(
    user: User, enrolment: Enrolment, now: datetime, *, given: bool = False, until: datetime | None = None
) -> bool:
    """Put right what was returned: longer open than filling in, or until the date that was set for it."""
    person = helps if given else fills
    return person(user, enrolment) and is_open("correct_sheet", enrolment.schedule(), now, until=until)


def may_sign_sheet(user: User, enrolment: Enrolment, now: datetime) -> bool:
    return bool(units_policies.may_sign(user, enrolment.unit)) and is_open("sign_sheet", enrolment.schedule(), now)


def may_submit_sheet(
    user: User, enrolment: Enrolment, now: datetime, *, verb: str = "submit_sheet", until: datetime | None = None
) -> bool:
    """The head submits; a clerk too where the cycle lets them. `verb` is correct_sheet for a sheet that was
    returned, `until` the date that was set for it.
    """
    person = units_policies.may_sign(user, enrolment.unit) or (
        enrolment.cycle.head_may_delegate_submit and units_policies.may_fill(user, enrolment.unit)
    )
    return bool(person) and is_open(verb, enrolment.schedule(), now, until=until)


def may_draw_targets(user: User, enrolment: Enrolment, now: datetime) -> bool:
    """Draw up the unit's own targets: its clerk or head, from the start of the cycle."""
    return acts_for(user, enrolment) and is_open("propose_targets", enrolment.schedule(), now)


def may_propose_targets(user: User, enrolment: Enrolment, now: datetime) -> bool:
    """Lay the unit's own targets before the administrator: the head; a clerk too where the cycle lets them submit."""
    return may_submit_sheet(user, enrolment, now, verb="propose_targets")


def may_approve_targets(user: User, cycle: Cycle, now: datetime) -> bool:
    """Agree to the targets that units propose, or return them."""
    return is_administrator(user) and is_open("approve_targets", cycle.schedule(), now)


def may_read_sheet(user: User, enrolment: Enrolment) -> bool:
    return acts_for(user, enrolment) or may_see_board(user, enrolment.cycle) or assigned(user, enrolment)


def may_review(user: User, enrolment: Enrolment, item_code: str | None, now: datetime) -> bool:
    """Decide on what the unit claims under an item (any item where None)."""
    return is_open("decide", enrolment.schedule(), now) and assigned(user, enrolment, item_code)


def may_return_sheet(user: User, enrolment: Enrolment, item_code: str | None, now: datetime) -> bool:
    return is_open("return_sheet", enrolment.schedule(), now) and assigned(user, enrolment, item_code)


def may_record_fact(user: User, enrolment: Enrolment, item_code: str, now: datetime) -> bool:
    """A reviewer records what they found, from the start of the cycle to its approval."""
    return is_open("record_fact", enrolment.schedule(), now) and assigned(user, enrolment, item_code)


def may_provide_fact(user: User, enrolment: Enrolment, provider_codes: Iterable[str], now: datetime) -> bool:
    """A provider records facts about any unit under the clauses that name one of its codes, even about its own unit."""
    if not is_open("record_fact", enrolment.schedule(), now):
        return False
    rows: Any = ProviderUnit.objects.filter(cycle_id=enrolment.cycle_id, provider_code__in=list(provider_codes))
    return any(units_policies.may_provide(user, row.unit) for row in rows.select_related("unit"))


def may_see_result(user: User, enrolment: Enrolment, now: datetime) -> bool:
    """One unit's result: its own once released, an assigned one for its reviewer, all for leaders, administrators,
    auditors.
    """
    if may_see_board(user, enrolment.cycle) or assigned(user, enrolment):
        return True
    procedure = (enrolment.cycle.rubric.head or {}).get("procedure") or {}
    of = procedure.get("publicity_of", "results")
    return acts_for(user, enrolment) and is_released(enrolment.schedule(), now, publicity_of=of)
