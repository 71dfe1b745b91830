"""Units that only supply facts, accounts for everybody, and their roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evidence import services as evidence_services
from rubrics import selectors as rubrics_selectors
from rubrics import services as rubrics_services
from scoring.demo.plan import CyclePlan, PersonPlan, Plan
from units import selectors as units_selectors
from units import services as units_services
from units.services.people import Account

if TYPE_CHECKING:
    from rubrics.models import Cycle
    from units.models import Unit, User


def make_units(plan: CyclePlan) -> None:
    """The units that supply facts and are not appraised."""
    if plan.units:
        rows = [{**unit, "code": plan.prefix + unit["code"], "level": plan.level} for unit in plan.units]
        units_services.save_units(actor=None, units=rows, source="demo")


def open_house(plan: Plan, password: str) -> None:
    """The people who belong to no cycle."""
    accounts = [_account(person, password, roles=((person.role, None),)) for person in plan.house]
    units_services.open_accounts(actor=None, accounts=accounts, source="demo")


def open_cycle(plan: CyclePlan, cycle: Cycle, password: str) -> dict[str, User]:
    """Everybody of one cycle: a clerk for each unit, some heads and providers, reviewers, leaders; by user name."""
    units = _units(plan, cycle)
    accounts = [_account(person, password) for person in plan.people]
    accounts += [
        Account(code, f"{unit.title}经办人", password, (("clerk", unit),), False, code in _featured(plan))
        for code, unit in units.items()
        if _fills_in(plan, code)
    ]
    accounts += _more(plan, units, plan.heads, "head", "head", "负责人", password)
    accounts += _more(plan, units, tuple(plan.colleagues), "help", "colleague", "协办人", password)
    accounts += _more(plan, units, plan.data, "data", "provider", "数据员", password)
    made = units_services.open_accounts(actor=None, accounts=accounts, source="demo")
    users = {user.username: user for user in made}
    for person in plan.people:
        _give(cycle, person, users[person.username])
    _share(plan, cycle, users)
    return users


def _share(plan: CyclePlan, cycle: Cycle, users: dict[str, User]) -> None:
    """Clerks give some items of their unit's sheet to its colleague."""
    for row in rubrics_selectors.enrolments_in(cycle) if plan.colleagues else ():
        code = row.unit.code
        items = plan.colleagues.get(code.removeprefix(plan.prefix), ())
        if items:
            wanted = {item: [users[f"{code}-help"].pk] for item in items}
            evidence_services.share_items(actor=users[code], enrolment=row, wanted=wanted, seen={})


def _units(plan: CyclePlan, cycle: Cycle) -> dict[str, Unit]:
    """By code: the units that are appraised, and those that supply facts."""
    found = {row.unit.code: row.unit for row in rubrics_selectors.enrolments_in(cycle)}
    return {**found, **units_selectors.units_by_code([plan.prefix + unit["code"] for unit in plan.units])}


def _fills_in(plan: CyclePlan, code: str) -> bool:
    """A clerk is for units that are appraised."""
    return code not in {plan.prefix + unit["code"] for unit in plan.units}


def _featured(plan: CyclePlan) -> set[str]:
    return set(plan.featured)


def _more(
    plan: CyclePlan, units: dict[str, Unit], codes: Sequence[str], ending: str, role: str, word: str, password: str
) -> list[Account]:
    """Accounts of some units in one role: user name with an ending, shown with a word behind the unit."""
    found = []
    for code in codes:
        unit, username = units[plan.prefix + code], f"{plan.prefix}{code}-{ending}"
        shown = plan.names.get(code, unit.title) if role == "provider" else unit.title
        featured = username in _featured(plan)
        found.append(Account(username, shown + word, password, ((role, unit),), False, featured))
    return found


def _account(person: PersonPlan, password: str, roles: tuple[tuple[str, None], ...] = ()) -> Account:
    return Account(person.username, person.name, password, roles, must_change_password=False, is_demo=True)


def _give(cycle: Cycle, person: PersonPlan, user: User) -> None:
    if person.role == "leader":
        units_services.give_role(actor=None, user=user, role="leader", cycle=cycle)
    for part in person.parts:
        rubrics_services.assign_reviewer(
            actor=None,
            cycle=cycle,
            user=user,
            series_code=part.get("series", ""),
            category_code=part.get("category", ""),
        )
