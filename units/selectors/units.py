"""Units: which there are, and which are whose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from units import grants, policies
from units.models import Membership, Unit, UnitUserObjectPermission
from units.roles import CLERK, COLLEAGUE, HEAD, PROVIDER, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from units.models import User


def units_for(user: User | AnonymousUser) -> QuerySet[Unit]:
    """The units whose page the person may open: all for administrators and auditors, else their own."""
    if policies.is_administrator(user) or policies.is_auditor(user):
        return Unit.objects.all()
    if not user.is_authenticated:
        return Unit.objects.none()
    held = grants.held(user, UnitUserObjectPermission)
    return Unit.objects.filter(pk__in=frozenset().union(*held.values()))


def unit_for(user: User | AnonymousUser, pk: int) -> Unit:
    """One of `units_for`; raises Http404."""
    unit = units_for(user).filter(pk=pk).first()
    if unit is None:
        raise Http404
    return unit


def _held(user: User | AnonymousUser, role: Role) -> QuerySet[Unit]:
    keys = grants.held(user, UnitUserObjectPermission).get(role.codename, ()) if user.is_authenticated else ()
    return Unit.objects.filter(pk__in=keys, is_active=True)


def units_filled_by(user: User | AnonymousUser) -> QuerySet[Unit]:
    """The units whose sheets the person fills in (clerk)."""
    return _held(user, CLERK)


def units_signed_by(user: User | AnonymousUser) -> QuerySet[Unit]:
    """The units the person signs for (head)."""
    return _held(user, HEAD)


def units_helped_by(user: User | AnonymousUser) -> QuerySet[Unit]:
    """The units in whose sheets the person fills in what was given to them (colleague)."""
    return _held(user, COLLEAGUE)


def units_provided_by(user: User | AnonymousUser) -> QuerySet[Unit]:
    """The units in whose name the person records facts (provider)."""
    return _held(user, PROVIDER)


def units_of(user: User | AnonymousUser) -> QuerySet[Unit]:
    """The units the person acts for in any role: those they must not judge."""
    held = grants.held(user, UnitUserObjectPermission) if user.is_authenticated else {}
    return Unit.objects.filter(pk__in=frozenset().union(*held.values()))


def all_units() -> QuerySet[Unit]:
    """The units in use, for setting up a cycle; ask a policy first."""
    return Unit.objects.filter(is_active=True)


def units_by_code(codes: list[str]) -> dict[str, Unit]:
    """The units with these codes, by code."""
    return {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}


def unit_titles(keys: set[int]) -> dict[int, str]:
    """Titles by key, one query."""
    return dict(Unit.objects.filter(pk__in=keys).values_list("pk", "title"))


def search_units(user: User, words: str) -> QuerySet[Unit]:
    """`units_for` with all of the words in code or title, and how many people act for each (`people`)."""
    found = units_for(user)
    for word in words.split():
        found = found.filter(Q(title__icontains=word) | Q(short_title__icontains=word) | Q(code__icontains=word))
    acting = Count("memberships__user", filter=Q(memberships__until=None), distinct=True)
    return found.annotate(people=acting).order_by("-is_active", "sort_key", "code")


def memberships_of_unit(unit: Unit) -> QuerySet[Membership]:
    """Who acts for the unit now and who did, the present ones first."""
    rows = Membership.objects.filter(unit=unit).select_related("user")
    return rows.order_by("until", "role", "user__sort_key")


def present_membership(user: User, unit: Unit, role: str) -> Membership | None:
    """The standing membership of a person in a role for a unit, if there is one."""
    return Membership.objects.filter(user=user, unit=unit, role=role, until=None).first()
