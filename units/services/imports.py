"""Lists from Excel: check a list whole, say what it would do, and do exactly that.

The `plan_…` functions write nothing. The `import_…` functions check again inside their transaction and refuse with
`Outdated` when the list would now do something else than what was shown. With `keep_known`, rows about what is there
already are passed over instead of changing it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tablib import Dataset

from units import chain, policies
from units.resources import (
    ACCOUNT_HEADS,
    MEMBERSHIP_HEADS,
    UNIT_HEADS,
    AccountResource,
    MembershipResource,
    UnitResource,
)
from units.services import journal
from units.services.people import Account, add_roles, first_hash, open_accounts, restate
from units.services.units import save_units
from units.tables import Problem, Table

if TYPE_CHECKING:
    from units.models import User

HEADS = {"units": UNIT_HEADS, "accounts": ACCOUNT_HEADS, "memberships": MEMBERSHIP_HEADS}
REQUIRED = {
    "units": ("code", "title"),
    "accounts": ("username", "display_name"),
    "memberships": ("username", "role", "unit"),
}
NEW, CHANGED, SAME, KEPT = "new", "changed", "same", "kept"
_HASHERS = 4  # threads that hash first passwords


class Outdated(Exception):
    """What the list would do has changed since it was shown; `plan` says what it would do now."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("the list would now do something else")
        self.plan = plan


class Step(NamedTuple):
    """What one row would do: where it stands, what it is about, its state (new, changed, same, kept), the changes."""

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
        """How many different things are new, changed, same or kept."""
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


def _problems(table: Table, result: Any, heads: Mapping[str, tuple[str, ...]]) -> list[Problem]:
    """Every complaint of every row, by sheet and cell."""
    found = [Problem("", "", str(error.error)) for error in result.base_errors]
    for bad in result.invalid_rows:
        row = table.rows[bad.number - 1]
        for field, messages in bad.field_specific_errors.items():
            head = heads[field][0] if field in heads else ""
            found.extend(Problem(row.sheet, table.cell(row, field), message, head) for message in messages)
        found.extend(Problem(row.sheet, table.cell(row, ""), message) for message in bad.non_field_specific_errors)
    for number, errors in result.row_errors():
        row = table.rows[number - 1]
        found.extend(Problem(row.sheet, table.cell(row, ""), str(error.error)) for error in errors)
    return sorted(found, key=lambda problem: (problem.sheet, _place(problem.cell)))


def whole_plan(problems: list[Problem], plan: Callable[[], Plan]) -> Plan:
    """What `plan` says; or, all at once, what was wrong with single cells when the list was read and with its rows.

    Where a column is missing or nothing could be read, the rows are not looked at.
    """
    if not problems:
        return plan()
    if not all(problem.head for problem in problems):
        return Plan([], problems)
    known = {(problem.sheet, problem.cell) for problem in problems}
    more = [problem for problem in plan().problems if (problem.sheet, problem.cell) not in known]
    return Plan([], sorted([*problems, *more], key=lambda problem: (problem.sheet, _place(problem.cell))))


def _place(cell: str) -> tuple[int, str]:
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :] or 0), letters


def plan_units(*, actor: User | None, table: Table, keep_known: bool = False) -> Plan:
    """What a list of units would do."""
    _require(actor)
    resource = UnitResource(keep_known=keep_known)
    result = resource.import_data(_dataset(table, ("code", "title", "short_title", "level")), use_transactions=False)
    problems = _problems(table, result, UNIT_HEADS)
    if problems:
        return Plan([], problems)
    steps, records = [], []
    for row, outcome in zip(table.rows, result.rows, strict=True):
        unit = outcome.instance
        if resource.passes_over(row.values):
            steps.append(Step(row.sheet, row.number, unit.code, unit.title, KEPT, ()))
            continue
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


def plan_accounts(*, actor: User | None, table: Table, keep_known: bool = False) -> Plan:
    """What a list of accounts would do."""
    _require(actor)
    resource = AccountResource(keep_known=keep_known)
    result = resource.import_data(_dataset(table, tuple(ACCOUNT_HEADS)), use_transactions=False)
    problems = _problems(table, result, ACCOUNT_HEADS)
    if problems:
        return Plan([], problems)
    steps, roles = [], []
    for row, outcome in zip(table.rows, result.rows, strict=True):
        person = outcome.instance
        if keep_known and person.pk is not None:
            steps.append(Step(row.sheet, row.number, person.username, str(person), KEPT, ()))
            continue
        role = _role_of(resource, row.values)
        changes = _account_changes(resource, person, role)
        state = NEW if person.pk is None else CHANGED if changes else SAME
        steps.append(Step(row.sheet, row.number, person.username, str(person), state, changes))
        roles.append((person, role))
    return Plan(steps, [], roles)


def plan_memberships(*, actor: User | None, table: Table, keep_known: bool = False) -> Plan:
    """What a list of memberships would do: add those that do not stand. A standing one is never changed by a list."""
    _require(actor)
    resource = MembershipResource(keep_known=keep_known)
    result = resource.import_data(_dataset(table, ("username", "role", "unit", "until")), use_transactions=False)
    problems = _problems(table, result, MEMBERSHIP_HEADS)
    if problems:
        return Plan([], problems)
    steps, wanted = [], []
    for row, outcome in zip(table.rows, result.rows, strict=True):
        person, role = outcome.instance, _role_of(resource, row.values)
        words = _account_changes(resource, person, role)
        state = KEPT if resource.passes_over(row.values) else NEW if words else SAME
        held = f"{role[1].code} · {role[0]}" if role and role[1] else ""
        key = f"{person.username} · {held}"
        steps.append(Step(row.sheet, row.number, key, str(person), state, words if state == NEW else ()))
        if state == NEW:
            wanted.append((person, role))
    return Plan(steps, [], wanted)


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
    if stored is not None and resource.mailed[person.username] != person.email:
        changes.append(_("address for mail: changed"))
    if role and not resource.is_held(person.username, role):
        name, unit = role
        changes.append(f"{unit.title} · {resource.role_label(name)}" if unit else resource.role_label(name))
    return tuple(changes)


@transaction.atomic
def import_units(*, actor: User | None, table: Table, shown: str, source: str, keep_known: bool = False) -> Plan:
    """Do what the plan with the fingerprint `shown` said. Raises Outdated, PermissionDenied."""
    plan = _still(plan_units(actor=actor, table=table, keep_known=keep_known), shown)
    save_units(actor=actor, units=plan.found, source=source)
    return plan


def import_accounts(
    *,
    actor: User | None,
    table: Table,
    shown: str,
    source: str,
    first_password: Callable[[str], str],
    keep_known: bool = False,
) -> list[User]:
    """Do what the plan with the fingerprint `shown` said; returns the new people, whose slips are to be printed.

    `first_password` gives each new name its first password. Raises Outdated, PermissionDenied. Passwords are hashed
    before the transaction begins: a long list would otherwise keep everybody else waiting for the database.
    """
    plan = _still(plan_accounts(actor=actor, table=table, keep_known=keep_known), shown)
    names = sorted({person.username for person, _role in plan.found if person.pk is None})
    with ThreadPoolExecutor(_HASHERS) as pool:  # the arithmetic runs beside Python's lock
        hashes = dict(zip(names, pool.map(lambda name: first_hash(first_password(name)), names), strict=True))
    with transaction.atomic():
        plan = _still(plan_accounts(actor=actor, table=table, keep_known=keep_known), shown)
        return _save_accounts(actor, plan, source, hashes)


def _save_accounts(actor: User | None, plan: Plan, source: str, hashes: Mapping[str, str]) -> list[User]:
    people: dict[str, tuple[User, list[tuple[str, Any]]]] = {}
    for person, role in plan.found:
        _person, roles = people.setdefault(person.username, (person, []))
        if role:
            roles.append(role)
    fresh = [
        Account(person.username, person.display_name, hashes[person.username], tuple(roles), email=person.email)
        for person, roles in people.values()
        if person.pk is None
    ]
    known = [(person, roles) for person, roles in people.values() if person.pk is not None]
    restate([person for person, _roles in known])
    add_roles(known)
    changed = [[step.key, *step.changes] for step in plan.steps if step.state == CHANGED]
    return open_accounts(actor=actor, accounts=fresh, source=source, changed=changed)


@transaction.atomic
def import_memberships(*, actor: User | None, table: Table, shown: str, source: str, keep_known: bool = False) -> Plan:
    """Do what the plan with the fingerprint `shown` said; one row in the journal. Raises Outdated, PermissionDenied."""
    plan = _still(plan_memberships(actor=actor, table=table, keep_known=keep_known), shown)
    made = add_roles([(person, [role]) for person, role in plan.found])
    if made:
        given = [{"username": person.username, "role": role, "unit": unit.code} for person, (role, unit) in plan.found]
        journal.append(
            actor=actor,
            scope=journal.HOUSE,
            verb="memberships.imported",
            obj=source or gettext_lazy("Memberships"),
            after={"created": made, "memberships": given},
        )
    return plan


def _still(plan: Plan, shown: str) -> Plan:
    """The plan, if it is in order and does what was shown; raises Outdated."""
    if plan.problems or plan.fingerprint != shown:
        raise Outdated(plan)
    return plan
