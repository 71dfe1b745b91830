"""Who judges what in a cycle, who leads it, and which units supply its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from rubrics import policies
from rubrics.models import Assignment, Cycle, Enrolment, ProviderUnit
from rubrics.selectors.definitions import definition_of
from rubrics.services.common import Refused, demand, scope_of
from units import policies as units_policies
from units import services as units_services
from units.services import journal

if TYPE_CHECKING:
    from units.models import Unit, User


@transaction.atomic
def assign_reviewer(
    *,
    actor: User | None,
    cycle: Cycle,
    user: User,
    series_code: str = "",
    category_code: str = "",
    unit: Unit | None = None,
) -> Assignment:
    """Let a person judge a part of the cycle (blank: all of it); they become a reviewer of it if they were not.

    Refused("own_unit") where the one unit named is their own, Refused("twice") where they have that part already.
    """
    demand(actor, policies.may_assign(actor, cycle) if actor else True)
    if cycle.sealed:
        raise Refused("sealed")
    part = {"series_code": series_code, "category_code": category_code, "unit": unit}
    _check_part(cycle, user, **part)
    if Assignment.objects.filter(cycle=cycle, user=user, **part).exists():
        raise Refused("twice")
    units_services.give_role(actor=actor, user=user, role="reviewer", cycle=cycle)
    assignment = Assignment.objects.create(cycle=cycle, user=user, **part)
    _note(actor, "assignment.given", assignment)
    return assignment


@transaction.atomic
def unassign_reviewer(*, actor: User | None, assignment: Assignment) -> None:
    """Take a part away again; with the last one the person is no longer a reviewer of the cycle. Decisions made
    stay.
    """
    cycle, user = assignment.cycle, assignment.user
    demand(actor, policies.may_assign(actor, cycle) if actor else True)
    if cycle.sealed:
        raise Refused("sealed")
    _note(actor, "assignment.taken", assignment)
    assignment.delete()
    if not Assignment.objects.filter(cycle=cycle, user=user).exists():
        units_services.take_role(actor=actor, user=user, role="reviewer", cycle=cycle)


@transaction.atomic
def name_leader(*, actor: User | None, cycle: Cycle, user: User) -> None:
    """Make a person a member of the leading group of the cycle; they are told.

    They see every unit, settle open questions, decide appeals and approve. Refused("sealed" | "twice").
    """
    demand(actor, policies.may_assign(actor, cycle) if actor else True)
    if cycle.sealed:
        raise Refused("sealed")
    if not units_services.give_role(actor=actor, user=user, role="leader", cycle=cycle):
        raise Refused("twice")
    units_services.notify(users=[user], text_code="leader.named", params={"cycle": cycle.title}, url="/")


@transaction.atomic
def withdraw_leader(*, actor: User | None, cycle: Cycle, user: User) -> None:
    """Take a person out of the leading group; what they decided stays, and they are told.

    Refused("sealed" | "no_leader").
    """
    demand(actor, policies.may_assign(actor, cycle) if actor else True)
    if cycle.sealed:
        raise Refused("sealed")
    if not units_services.take_role(actor=actor, user=user, role="leader", cycle=cycle):
        raise Refused("no_leader")
    units_services.notify(users=[user], text_code="leader.withdrawn", params={"cycle": cycle.title}, url="/")


@transaction.atomic
def tie_provider(*, actor: User | None, cycle: Cycle, provider_code: str, unit: Unit) -> ProviderUnit:
    """Let a unit answer for a provider code of the rubric in this cycle."""
    demand(actor, policies.may_assign(actor, cycle) if actor else True)
    if cycle.sealed:
        raise Refused("sealed")
    if provider_code not in {provider.code for provider in definition_of(cycle.rubric).providers}:
        raise Refused("provider")
    row, made = ProviderUnit.objects.get_or_create(cycle=cycle, provider_code=provider_code, unit=unit)
    if not made:
        raise Refused("twice")
    said = {"provider": provider_code, "unit": unit.code}
    journal.append(actor=actor, scope=scope_of(cycle), verb="provider.tied", obj=cycle, after=said)
    return row


@transaction.atomic
def untie_provider(*, actor: User | None, row: ProviderUnit) -> None:
    """The unit no longer answers for the code; facts it recorded stay."""
    demand(actor, policies.may_assign(actor, row.cycle) if actor else True)
    if row.cycle.sealed:
        raise Refused("sealed")
    said = {"provider": row.provider_code, "unit": row.unit.code}
    journal.append(actor=actor, scope=scope_of(row.cycle), verb="provider.untied", obj=row.cycle, before=said)
    row.delete()


def _check_part(cycle: Cycle, user: User, *, series_code: str, category_code: str, unit: Unit | None) -> None:
    definition = definition_of(cycle.rubric)
    if series_code and series_code not in {series.code for series in definition.series}:
        raise Refused("series")
    if category_code and category_code not in {category.code for category in definition.categories}:
        raise Refused("category")
    if unit is None:
        return
    if not Enrolment.objects.filter(cycle=cycle, unit=unit).exists():
        raise Refused("unit")
    if units_policies.belongs_to(user, unit):
        raise Refused("own_unit")


def _note(actor: User | None, verb: str, assignment: Assignment) -> None:
    said: dict[str, Any] = {
        "username": assignment.user.username,
        "series": assignment.series_code,
        "category": assignment.category_code,
        "unit": assignment.unit.code if assignment.unit else "",
    }
    key = "after" if verb == "assignment.given" else "before"
    journal.append(actor=actor, scope=scope_of(assignment.cycle), verb=verb, obj=assignment.cycle, **{key: said})
