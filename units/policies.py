"""Who may do what to units, people and the journal. Deny by default; every answer is a real bool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from units import grants, roles
from units.models import UnitUserObjectPermission

if TYPE_CHECKING:
    from units.models import Job, Notice, Unit, User


def _holds_house(user: Any, role: roles.Role) -> bool:
    return bool(user.is_authenticated and user.is_active and user.has_perm(role.permission))


def _holds_unit(user: Any, unit: Unit, role: roles.Role) -> bool:
    if not (user.is_authenticated and user.is_active and unit.is_active):
        return False
    return unit.pk in grants.held(user, UnitUserObjectPermission).get(role.codename, frozenset())


def is_administrator(user: Any) -> bool:
    """Whether the person administers the house."""
    return _holds_house(user, roles.ADMINISTRATOR)


def is_auditor(user: Any) -> bool:
    """Whether the person reads everything and verifies the journal."""
    return _holds_house(user, roles.AUDITOR)


def may_fill(user: Any, unit: Unit) -> bool:
    """Whether the person fills in sheets of `unit` (clerk)."""
    return _holds_unit(user, unit, roles.CLERK)


def may_sign(user: Any, unit: Unit) -> bool:
    """Whether the person signs for `unit` (head)."""
    return _holds_unit(user, unit, roles.HEAD)


def may_help(user: Any, unit: Unit) -> bool:
    """Whether the person fills in what was given to them of the sheets of `unit` (colleague)."""
    return _holds_unit(user, unit, roles.COLLEAGUE)


def may_provide(user: Any, unit: Unit) -> bool:
    """Whether the person records facts in the name of `unit` (data provider)."""
    return _holds_unit(user, unit, roles.PROVIDER)


def belongs_to(user: Any, unit: Unit) -> bool:
    """Whether the person acts for `unit` in any role: such a one is recused from judging it."""
    held = grants.held(user, UnitUserObjectPermission) if user.is_authenticated else {}
    return any(unit.pk in keys for keys in held.values())


def may_manage_units(user: Any) -> bool:
    """Whether the person adds and changes units."""
    return is_administrator(user)


def may_manage_people(user: Any) -> bool:
    """Whether the person opens and closes accounts and gives and takes roles."""
    return is_administrator(user)


def may_see_unit(user: Any, unit: Unit) -> bool:
    """Whether the person may open the page of `unit` with its people."""
    return is_administrator(user) or is_auditor(user) or belongs_to(user, unit)


def may_reset_password(user: Any, person: User) -> bool:
    """Whether `user` may give `person` a new first password; one's own is changed, never reset."""
    return may_manage_people(user) and user.pk != person.pk and bool(person.is_active)


def may_retire(user: Any, person: User) -> bool:
    """Whether `user` may close the account of `person`; nobody closes their own."""
    return may_manage_people(user) and user.pk != person.pk


def may_read_journal(user: Any) -> bool:
    """Whether the person reads the journal."""
    return is_auditor(user) or is_administrator(user)


def may_verify_journal(user: Any) -> bool:
    """Whether the person has the journal verified."""
    return may_read_journal(user)


def may_see_job(user: Any, job: Job) -> bool:
    """Whether the person may watch a job: whoever asked for it, and administrators."""
    return bool(user.is_authenticated) and (job.asked_by_id == user.pk or is_administrator(user))


def may_read_notice(user: Any, notice: Notice) -> bool:
    """Whether a notice is the person's own."""
    return bool(user.is_authenticated) and notice.user_id == user.pk
