"""People: accounts, what they are, whom to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from guardian.shortcuts import get_users_with_perms

from units import policies
from units.models import Membership, User
from units.roles import ROLES
from units.wording import role_name

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def people_for(user: User | AnonymousUser) -> QuerySet[User]:
    """The accounts the person may see listed: all for an administrator, none for anybody else."""
    return User.objects.all() if policies.may_manage_people(user) else User.objects.none()


def person_for(user: User | AnonymousUser, pk: int) -> User:
    """One of `people_for`; raises Http404."""
    person = people_for(user).filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def search_people(user: User, words: str = "", role: str = "") -> QuerySet[User]:
    """`people_for` by words in name, shown name or unit and by role, with what they do prefetched as `acting`."""
    found = people_for(user)
    for word in words.split():
        found = found.filter(
            Q(username__icontains=word)
            | Q(display_name__icontains=word)
            | Q(pk__in=Membership.objects.filter(until=None, unit__title__icontains=word).values("user"))
        )
    if role in ROLES and ROLES[role].level == "unit":
        found = found.filter(pk__in=Membership.objects.filter(until=None, role=role).values("user"))
    elif role in ROLES and ROLES[role].level == "house":
        found = found.filter(groups__name=role)
    return with_roles(found.order_by("-is_active", "sort_key", "username"))


def with_roles(people: QuerySet[User]) -> QuerySet[User]:
    """The people with groups and present memberships read along (`acting`), two more queries for all of them."""
    acting = Membership.objects.filter(until=None).select_related("unit").order_by("unit__sort_key", "role")
    return people.prefetch_related("groups", Prefetch("memberships", queryset=acting, to_attr="acting"))


def people_in(keys: list[int]) -> list[User]:
    """The people with these keys, in order, with what they do; for slips."""
    return list(with_roles(User.objects.filter(pk__in=keys).order_by("sort_key", "username")))


def active_people() -> QuerySet[User]:
    """Everybody who can sign in, for choosing reviewers and leaders; ask a policy first."""
    return User.objects.filter(is_active=True)


def user_by_pk(pk: int) -> User | None:
    """An active user, or None."""
    return User.objects.filter(pk=pk, is_active=True).first()


def users_by_name(names: list[str]) -> dict[str, User]:
    """The users with these names, by name."""
    wanted = [User.normalize_username(name) for name in names]
    return {user.username: user for user in User.objects.filter(username__in=wanted)}


def people_of_units(units: list[int], *roles: str) -> QuerySet[User]:
    """The active people of these units in these roles (any if none is named): whom to remind or tell."""
    rows = Membership.objects.filter(unit__in=units, until=None)
    if roles:
        rows = rows.filter(role__in=roles)
    return User.objects.filter(pk__in=rows.values("user"), is_active=True)


def holders(permission: str, obj: Any) -> list[User]:
    """The active people who hold a permission on one object by a grant of their own."""
    codename = permission.partition(".")[2] or permission
    found = get_users_with_perms(obj, only_with_perms_in=[codename], with_superusers=False)
    return [person for person in found if person.is_active]


def is_house_empty() -> bool:
    """Whether nobody has an account yet."""
    return not User.objects.exists()


def demo_people() -> list[dict[str, Any]]:
    """The people of the demonstration: `pk`, `label`, `hint` (user name) and `group` (their first role)."""
    found = []
    for person in with_roles(User.objects.filter(is_demo=True, is_active=True)):
        names = role_names(person)
        group = role_name(names[0]) if names else _("Others")
        place = list(ROLES).index(names[0]) if names else len(ROLES)
        found.append((place, {"pk": person.pk, "label": str(person), "hint": person.username, "group": group}))
    return [entry for _place, entry in sorted(found, key=lambda pair: pair[0])]


def role_names(person: User) -> list[str]:
    """The roles of a person (from `with_roles`), each once, in the order of `units.roles`."""
    names = {group.name for group in person.groups.all()} | {membership.role for membership in person.acting}  # type: ignore[attr-defined]
    return [name for name in ROLES if name in names]


def role_words(person: User) -> str:
    """What a person (from `with_roles`) is, in words."""
    return pgettext("enumeration", ", ").join(role_name(name) for name in role_names(person))


def unit_words(person: User, *, short: bool = True) -> str:
    """The units a person (from `with_roles`) acts for, each once."""
    units = dict.fromkeys(membership.unit for membership in person.acting)  # type: ignore[attr-defined]
    return pgettext("enumeration", ", ").join(unit.label if short else unit.title for unit in units)
