"""Accounts: opening, changing, closing; passwords; what is noted of signing in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from units import grants, policies
from units.models import Unit, User
from units.pinyin import sort_key
from units.roles import ROLES
from units.services import journal
from units.services.roles import join_units, require_manager, role_group

if TYPE_CHECKING:
    from django.contrib.auth.models import Group

# A first password is random (some 58 bits) and lives for one sign-in, at which Django hashes its successor at full
# cost; so a list of two hundred accounts need not cost two hundred full hashes.
_FIRST_ITERATIONS = 20_000


class Account(NamedTuple):
    """One account to open: roles as (role name, unit), with None for a role of the house."""

    username: str
    display_name: str
    password_hash: str
    roles: tuple[tuple[str, Unit | None], ...] = ()
    must_change_password: bool = True
    is_demo: bool = False
    language: str = ""
    email: str = ""


def first_hash(password: str) -> str:
    """The stored form of a generated first password."""
    hasher = get_hasher()
    if isinstance(hasher, PBKDF2PasswordHasher):
        return hasher.encode(password, hasher.salt(), iterations=_FIRST_ITERATIONS)
    return make_password(password)


@transaction.atomic
def create_user(
    *,
    actor: User | None,
    username: str,
    password: str,
    display_name: str = "",
    must_change_password: bool = True,
    language: str = "",
    email: str = "",
) -> User:
    """Open one account with a password that meets the rules. Raises PermissionDenied, ValidationError."""
    require_manager(actor)
    user = User(
        username=User.normalize_username(username),
        display_name=display_name,
        must_change_password=must_change_password,
        language=language,
        email=email,
        sort_key=sort_key(display_name or username),
    )
    validate_password(password, user)
    user.password = first_hash(password) if must_change_password else make_password(password)
    user.full_clean()
    user.save()
    journal.append(actor=actor, scope=journal.HOUSE, verb="user.created", obj=user, after=said(user))
    return user


@transaction.atomic
def open_accounts(
    *, actor: User | None, accounts: Iterable[Account], source: str = "", changed: list[list[str]] | None = None
) -> list[User]:
    """Open many accounts with their roles in a constant number of queries; one row in the journal.

    The records were checked by the caller; a name that exists already is an IntegrityError, and nothing is written.
    `changed` is what the same list changed in known accounts (name and changes in words), for the journal's row.
    """
    require_manager(actor)
    records = list(accounts)
    users = User.objects.bulk_create([_row(record) for record in records])
    add_roles([(user, record.roles) for user, record in zip(users, records, strict=True)])
    names = [
        said(user) | {"roles": [_role_said(name, unit) for name, unit in record.roles]}
        for user, record in zip(users, records, strict=True)
    ]
    after = {"created": len(users), "updated": len(changed or ()), "accounts": names, "changes": changed or []}
    if users or changed:
        journal.append(
            actor=actor, scope=journal.HOUSE, verb="users.imported", obj=source or gettext_lazy("Accounts"), after=after
        )
    return users


def _row(record: Account) -> User:
    return User(
        username=User.normalize_username(record.username),
        display_name=record.display_name,
        password=record.password_hash,
        must_change_password=record.must_change_password,
        is_demo=record.is_demo,
        language=record.language,
        email=record.email,
        sort_key=sort_key(record.display_name or record.username),
    )


def add_roles(wanted: Iterable[tuple[User, Iterable[tuple[str, Unit | None]]]]) -> int:
    """Put people into their roles, many at once; returns how many roles were new. Not for roles on a cycle."""
    rows = [(user, ROLES[name], unit) for user, roles in wanted for name, unit in roles]
    made = len(join_units([row for row in rows if row[1].level == "unit"]))
    groups: dict[str, Group] = {}
    for user, kind, _unit in rows:
        if kind.level == "house":
            group = groups.setdefault(kind.name, role_group(kind))
            made += int(not user.groups.filter(pk=group.pk).exists())
            user.groups.add(group)
        grants.forget(user)
    return made


def restate(people: list[User]) -> None:
    """Store the shown names and addresses that a list brought, in one query. Part of an import, which notes it."""
    for person in people:
        person.sort_key = sort_key(person.display_name or person.username)
    User.objects.bulk_update(people, ["display_name", "sort_key", "email"])


def _role_said(name: str, unit: Unit | None) -> str:
    return f"{name}@{unit.code}" if unit else name


def said(user: User) -> dict[str, Any]:
    """What the journal keeps of an account; never anything of its password."""
    return {"username": user.username, "display_name": user.display_name, "is_active": user.is_active}


@transaction.atomic
def change_person(*, actor: User | None, person: User, display_name: str, email: str | None = None) -> User:
    """Change how a person is shown, and where reminders are mailed to (None leaves that as it is, "" ends it).

    The journal notes that the address was changed and keeps no address. Raises ValidationError by field.
    """
    require_manager(actor)
    stored = User.objects.select_for_update().get(pk=person.pk)
    before, address = said(stored), stored.email
    stored.display_name = display_name
    stored.sort_key = sort_key(display_name or stored.username)
    stored.email = address if email is None else email
    stored.full_clean()
    after = said(stored) | ({"email_changed": True} if stored.email != address else {})
    if after != before:
        stored.save(update_fields=["display_name", "sort_key", "email"])
        journal.append(actor=actor, scope=journal.HOUSE, verb="user.changed", obj=stored, before=before, after=after)
    return stored


@transaction.atomic
def change_own_address(*, actor: User, email: str) -> bool:
    """Where one's own reminders are mailed to; blank: nowhere. Whether that changed anything.

    The journal notes that the address was changed and keeps no address. Raises ValidationError by field.
    """
    stored = User.objects.select_for_update().get(pk=actor.pk)
    if stored.email == email:
        return False
    before = said(stored)
    stored.email = actor.email = email
    stored.clean_fields(exclude=[field.name for field in User._meta.fields if field.name != "email"])
    stored.save(update_fields=["email"])
    after = {**said(stored), "email_changed": True}
    journal.append(actor=actor, scope=journal.HOUSE, verb="user.changed", obj=stored, before=before, after=after)
    return True


@transaction.atomic
def reset_password(*, actor: User | None, person: User, password: str) -> User:
    """Give a person a new first password (a generated one), to be changed at the next sign-in; ends their sessions."""
    if actor is not None and not policies.may_reset_password(actor, person):
        raise PermissionDenied
    person.password = first_hash(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    journal.append(actor=actor, scope=journal.HOUSE, verb="user.password_reset", obj=person, after=said(person))
    return person


@transaction.atomic
def change_password(*, actor: User, old: str, new: str) -> None:
    """Change one's own password. Raises ValidationError by field (`old`, `new`)."""
    if not actor.check_password(old):
        raise ValidationError({"old": _("This is not your present password.")})
    if old == new:
        raise ValidationError({"new": _("The new password must differ from the present one.")})
    try:
        validate_password(new, actor)
    except ValidationError as problem:
        raise ValidationError({"new": problem.messages}) from problem
    actor.set_password(new)
    actor.must_change_password = False
    actor.save(update_fields=["password", "must_change_password"])
    journal.append(actor=actor, scope=journal.HOUSE, verb="user.password_changed", obj=actor)


@transaction.atomic
def retire_person(*, actor: User | None, person: User) -> None:
    """Close an account: nobody signs in with it any more, what it did stays. Its roles stay for a possible return."""
    if actor is not None and not policies.may_retire(actor, person):
        raise PermissionDenied
    if User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        journal.append(
            actor=actor, scope=journal.HOUSE, verb="user.retired", obj=person, after={"username": person.username}
        )


@transaction.atomic
def reinstate_person(*, actor: User | None, person: User) -> None:
    """Open a closed account again, with the roles it had."""
    require_manager(actor)
    if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        journal.append(
            actor=actor, scope=journal.HOUSE, verb="user.reinstated", obj=person, after={"username": person.username}
        )


def change_language(*, actor: User, language: str) -> None:
    """Remember the language a person chose; not of consequence, so not in the journal."""
    if actor.language != language:
        User.objects.filter(pk=actor.pk).update(language=language)
        actor.language = language


def record_sign_in(*, actor: User) -> None:
    """Note that a person signed in."""
    journal.append(actor=actor, scope=journal.HOUSE, verb="user.signed_in", obj=actor)


def record_lockout(*, username: str, failures: int) -> None:
    """Note that a name was locked after so many failures; what was typed as a name is kept only if it is one."""
    person = User.objects.filter(username=User.normalize_username(username)).first()
    label: Any = person or gettext_lazy("an unknown name")
    journal.append(actor=None, scope=journal.HOUSE, verb="user.locked_out", obj=label, after={"failures": failures})


def switch_demo_user(*, actor: User, person: User) -> User:
    """In the demonstration only: become another of its people. Raises PermissionDenied elsewhere."""
    if not getattr(settings, "KAOPING_DEMO", False) or not person.is_demo or not person.is_active:
        raise PermissionDenied
    journal.append(actor=actor, scope=journal.HOUSE, verb="demo.switched", obj=person)
    return person
