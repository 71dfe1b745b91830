"""The one place where roles are given and taken: groups, memberships and guardian grants together.

What carries a role is listed in `units.roles`; nothing else in the house writes a grant.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm, get_objects_for_user, remove_perm

from units import grants, policies
from units.models import Membership, Unit, UnitUserObjectPermission, User
from units.roles import ROLES, Role
from units.services import journal

if TYPE_CHECKING:
    from django.db.models import Model


def require_manager(actor: User | None) -> None:
    """Refuse anybody but an administrator; the house itself (None) may."""
    if actor is not None and not policies.may_manage_people(actor):
        raise PermissionDenied


@transaction.atomic
def give_role(
    *, actor: User | None, user: User, role: str, unit: Unit | None = None, cycle: Model | None = None
) -> bool:
    """Give `user` the role of that name, on the unit or cycle it belongs to; False if they had it already.

    Raises PermissionDenied, and ValueError when the role asks for a unit or a cycle that is not given (or the reverse).
    """
    require_manager(actor)
    kind = _checked(role, unit, cycle)
    if not _put(kind, user, unit, cycle):
        return False
    _note("role.given", actor, user, kind, unit, cycle)
    return True


@transaction.atomic
def take_role(
    *, actor: User | None, user: User, role: str, unit: Unit | None = None, cycle: Model | None = None
) -> bool:
    """Take the role away; False if they did not have it. A membership ends today and stays as a record."""
    require_manager(actor)
    kind = _checked(role, unit, cycle)
    if not _lift(kind, user, unit, cycle):
        return False
    _note("role.taken", actor, user, kind, unit, cycle)
    return True


def _checked(role: str, unit: Unit | None, cycle: Model | None) -> Role:
    if role not in ROLES:
        raise ValueError(f"there is no role {role!r}; there are {', '.join(ROLES)}")
    kind = ROLES[role]
    if (unit is not None) != (kind.level == "unit") or (cycle is not None) != (kind.level == "cycle"):
        raise ValueError(f"the role {role!r} is given on the {kind.level}")
    return kind


def _put(kind: Role, user: User, unit: Unit | None, cycle: Model | None) -> bool:
    grants.forget(user)
    if kind.level == "house":
        group = role_group(kind)
        if user.groups.filter(pk=group.pk).exists():
            return False
        user.groups.add(group)
        return True
    if kind.level == "cycle":
        if user.has_perm(kind.permission, cycle):
            return False
        assign_perm(kind.permission, user, cycle)
        user.groups.add(role_group(kind))
        grants.forget(user)
        return True
    return bool(join_units([(user, kind, unit)]))


def _lift(kind: Role, user: User, unit: Unit | None, cycle: Model | None) -> bool:
    grants.forget(user)
    if kind.level == "house":
        group = role_group(kind)
        had = user.groups.filter(pk=group.pk).exists()
        user.groups.remove(group)
        return had
    if kind.level == "cycle":
        had = user.has_perm(kind.permission, cycle)
        remove_perm(kind.permission, user, cycle)
        grants.forget(user)
        if not get_objects_for_user(user, kind.permission, use_groups=False, with_superuser=False).exists():
            user.groups.remove(role_group(kind))
        return had
    ended = Membership.objects.filter(user=user, unit=unit, role=kind.name, until=None).update(until=_today())
    remove_perm(kind.permission, user, unit)
    return bool(ended)


def role_group(kind: Role) -> Group:
    """The group of a role, made when it is first asked for.

    For a role of the whole house it carries the permission; for a role on cycles it carries none and only tells that
    its members hold the role somewhere.
    """
    group, _created = Group.objects.get_or_create(name=kind.name)
    if kind.level != "house":
        return group
    app, codename = kind.permission.split(".")
    permission = Permission.objects.get(content_type__app_label=app, content_type__model="user", codename=codename)
    group.permissions.add(permission)
    return group


def join_units(wanted: Iterable[tuple[User, Role, Unit | None]]) -> list[Membership]:
    """Memberships and grants for many at once, in a constant number of queries; returns those that are new."""
    rows = [(user, kind, unit) for user, kind, unit in wanted if unit is not None]
    users = {user.pk for user, _kind, _unit in rows}
    standing = set(Membership.objects.filter(user__in=users, until=None).values_list("user_id", "unit_id", "role"))
    today = _today()
    fresh = {(user.pk, unit.pk, kind.name): kind for user, kind, unit in rows} if rows else {}
    missing = {key: kind for key, kind in fresh.items() if key not in standing}
    made = Membership.objects.bulk_create(
        [Membership(user_id=user, unit_id=unit, role=role, since=today) for user, unit, role in missing]
    )
    permissions = _unit_permissions()
    UnitUserObjectPermission.objects.bulk_create(
        [
            UnitUserObjectPermission(user_id=user, content_object_id=unit, permission=permissions[kind.codename])
            for (user, unit, _role), kind in missing.items()
        ],
        ignore_conflicts=True,
    )
    return made


def _unit_permissions() -> dict[str, Permission]:
    found = Permission.objects.filter(content_type__app_label="units", content_type__model="unit")
    return {permission.codename: permission for permission in found}


def _today() -> date:
    return timezone.localdate()


def _note(verb: str, actor: User | None, user: User, kind: Role, unit: Unit | None, cycle: Any) -> None:
    said = {"username": user.username, "role": kind.name}
    if unit is not None:
        said["unit"] = unit.code
    if cycle is not None:
        said["cycle"] = str(cycle)
    scope = f"cycle:{cycle.pk}" if cycle is not None else journal.HOUSE
    journal.append(actor=actor, scope=scope, verb=verb, obj=user, after=said)
