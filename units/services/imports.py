"""Lists from Excel: check a list whole, say what it would do, and do exactly that.

`plan_units` and `plan_accounts` write nothing. `import_units` and `import_accounts` check again inside their
transaction and refuse with `Outdated` when the list would now do something else than what was shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from tablib import Dataset

from units import chain, policies
from units.resources import ACCOUNT_HEADS, UNIT_HEADS, AccountResource, UnitResource
from units.services.people import Account, add_roles, first_hash, open_accounts, rename
from units.services.units import save_units
from units.tables import Problem, Table

if TYPE_CHECKING:
    from units.models import User

HEADS = {"units": UNIT_HEADS, "accounts": ACCOUNT_HEADS}
REQUIRED = {"units": ("code", "title"), "accounts": ("username", "display_name")}
NEW, CHANGED, SAME = "new", "changed", "same"


class Outdated(Exception):
    """What the list would do has changed since it was shown; `plan` says what it would do now."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("the list would now do something else")
        self.plan = plan


class Step(NamedTuple):
    """What one row would do: where it stands, what it is about, new, changed or same, and the changes in words."""

    sheet: str
    number: int
    key: str
    label: str
    state: str
    changes: tuple[str, ...]


class Plan(NamedTuple):
    """What a list would do, or everything that is wrong with it; `found` is what the resource read, for the service."""

    steps: list[Step]
    problems: list[Problem]
    found: Any = None

    def count(self, state: str) -> int:
        """How many different things are new, changed or same."""
        return len({step.key for step in self.steps if step.state == state})

    @property
    def fingerprint(self) -> str:
        """The same for two plans that do the same."""
        said = [[step.key, step.state, list(step.changes)] for step in self.steps]
        return hashlib.sha256(chain.canonical_json(said)).hexdigest()


def _require(actor: User | None) -> None:
    if actor is not None and not (policies.may_manage_units(actor) and policies.may_manage_people(actor)):
        raise PermissionDenied


def _dataset(table: Table, fields: tuple[str, ...]) -> Dataset:
    """The table as import-export wants it; a column the list does not have says None and changes nothing."""
    data = Dataset(headers=["sheet", "number", *fields])
    for row in table.rows:
        data.append([row.sheet, row.number, *(row.values.get(field) for field in fields)])
    return data


def _problems(table: Table, result: Any) -> list[Problem]:
    """Every complaint of every row, by sheet and cell."""
    found = [Problem("", "", str(error.error)) for error in result.base_errors]
    for bad in result.invalid_rows:
        row = table.rows[bad.number - 1]
        for field, messages in bad.field_specific_errors.items():
            found.extend(Problem(row.sheet, table.cell(row, field), message) for message in messages)
        found.extend(Problem(row.sheet, table.cell(row, ""), message) for message in bad.non_field_specific_errors)
    for number, errors in result.row_errors():
        row = table.rows[number - 1]
        found.extend(Problem(row.sheet, table.cell(row, ""), str(error.error)) for error in errors)
    return sorted(found, key=lambda problem: (problem.sheet, _place(problem.cell)))


def _place(cell: str) -> tuple[int, str]:
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :] or 0), letters


def plan_units(*, actor: User | None, table: Table) -> Plan:
    """What a list of units would do."""
    _require(actor)
    resource = UnitResource()
    result = resource.import_data(_dataset(table, ("code", "title", "short_title", "level")), use_transactions=False)
    problems = _problems(table, result)
    if problems:
        return Plan([], problems)
    steps, records = [], []
    for row, outcome in zip(table.rows, result.rows, strict=True):
        unit = outcome.instance
        old = resource.before.get(unit.code, {})
        fields = [field for field in UNIT_HEADS if field in row.values]
        changes = tuple(
            _("{what}: {old} → {new}").format(what=UNIT_HEADS[field][0], old=old[field] or "—", new=new or "—")
            for field in fields
            if old and (new := getattr(unit, field)) != old[field]
        )
        state = NEW if outcome.is_new() else CHANGED if changes else SAME
        steps.append(Step(row.sheet, row.number, unit.code, unit.title, state, changes))
        records.append({field: getattr(unit, field) for field in fields})
    return Plan(steps, [], records)


def plan_accounts(*, actor: User | None, table: Table) -> Plan:
    """What a list of accounts would do."""
    _require(actor)
    resource = AccountResource()
    result = resource.import_data(_dataset(table, ("username", "display_name", "role", "unit")), use_transactions=False)
    problems = _problems(table, result)
    if problems:
        return Plan([], problems)
    steps, roles = [], []
    for row, outcome in zip(table.rows, result.rows, strict=True):
        person = outcome.instance
        role = _role_of(resource, row.values)
        changes = _account_changes(resource, person, role)
        state = NEW if person.pk is None else CHANGED if changes else SAME
        steps.append(Step(row.sheet, row.number, person.username, str(person), state, changes))
        roles.append((person, role))
    return Plan(steps, [], roles)


def _role_of(resource: AccountResource, values: dict[str, str]) -> tuple[str, Any] | None:
    name, unit, _errors = resource.role_in(values)
    return (name, unit) if name else None


def _account_changes(resource: AccountResource, person: User, role: tuple[str, Any] | None) -> tuple[str, ...]:
    changes = []
    stored = resource.shown.get(person.username)
    if stored is not None and stored != person.display_name:
        changes.append(
            _("{what}: {old} → {new}").format(what=_("shown as"), old=stored or "—", new=person.display_name)
        )
    if role and not resource.is_held(person.username, role):
        name, unit = role
        changes.append(f"{unit.title} · {resource.role_label(name)}" if unit else resource.role_label(name))
    return tuple(changes)


@transaction.atomic
def import_units(*, actor: User | None, table: Table, shown: str, source: str) -> Plan:
    """Do what the plan with the fingerprint `shown` said. Raises Outdated, PermissionDenied."""
    plan = plan_units(actor=actor, table=table)
    if plan.problems or plan.fingerprint != shown:
        raise Outdated(plan)
    save_units(actor=actor, units=plan.found, source=source)
    return plan


@transaction.atomic
def import_accounts(
    *, actor: User | None, table: Table, shown: str, source: str, first_password: Callable[[str], str]
) -> list[User]:
    """Do what the plan with the fingerprint `shown` said; returns the new people, whose slips are to be printed.

    `first_password` gives each new name its first password. Raises Outdated, PermissionDenied.
    """
    plan = plan_accounts(actor=actor, table=table)
    if plan.problems or plan.fingerprint != shown:
        raise Outdated(plan)
    people: dict[str, tuple[User, list[tuple[str, Any]]]] = {}
    for person, role in plan.found:
        _person, roles = people.setdefault(person.username, (person, []))
        if role:
            roles.append(role)
    fresh = [
        Account(person.username, person.display_name, first_hash(first_password(person.username)), tuple(roles))
        for person, roles in people.values()
        if person.pk is None
    ]
    known = [(person, roles) for person, roles in people.values() if person.pk is not None]
    rename([person for person, _roles in known])
    add_roles(known)
    changed = [[step.key, *step.changes] for step in plan.steps if step.state == CHANGED]
    return open_accounts(actor=actor, accounts=fresh, source=source, changed=changed)
