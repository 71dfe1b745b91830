"""Accounts, passwords and roles: what the services do, refuse and note."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.cast import PASSWORD
from units import selectors, services
from units.models import JournalEntry, Membership, Unit, UnitUserObjectPermission, User
from units.services.people import Account, first_hash
from units.slips import first_password, new_seed

pytestmark = pytest.mark.django_db


def last_entry() -> JournalEntry:
    return JournalEntry.objects.filter(scope="house").order_by("-number")[0]


def test_an_account_is_opened_with_a_name_in_one_spelling(administrator: User) -> None:
    person = services.create_user(
        actor=administrator, username=" CZJ－01 ", display_name="财政局经办人", password="Kq7m-2hdx-9fwr"
    )
    assert person.username == "czj-01"
    assert person.must_change_password
    assert person.check_password("Kq7m-2hdx-9fwr")
    assert str(person) == "财政局经办人"
    assert (last_entry().verb, last_entry().actor) == ("user.created", administrator)


def test_the_journal_says_nothing_of_a_password(administrator: User) -> None:
    person = services.create_user(actor=administrator, username="a1", password="Kq7m-2hdx-9fwr")
    services.reset_password(actor=administrator, person=person, password="Zz9m-2hdx-8fwr")
    for entry in JournalEntry.objects.all():
        text = f"{entry.before}{entry.after}{entry.object_label}"
        assert "2hdx" not in text
        assert "md5" not in text


@pytest.mark.parametrize("password", ["short", "1234567890", "password123"])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        services.create_user(actor=None, username="a1", password=password)
    assert not User.objects.exists()


def test_two_names_that_differ_in_case_only_are_one(administrator: User) -> None:
    with pytest.raises(ValidationError):
        services.create_user(actor=None, username="ADMINISTRATOR", password="Kq7m-2hdx-9fwr")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="Administrator", password="!")


def test_first_passwords_meet_the_rules_and_can_be_worked_out_again() -> None:
    seed = new_seed()
    found = {first_password(seed, f"user-{number}") for number in range(500)}
    assert len(found) == 500
    assert first_password(seed, "user-7") == first_password(seed, "user-7") != first_password(new_seed(), "user-7")
    for password in found:
        assert len(password) == 14
        assert not set(password) & set("0O1lIio")
        assert any(letter.isdigit() for letter in password)
        assert any(letter.isupper() for letter in password)


def test_a_first_password_signs_in_and_is_hashed_anew_at_full_cost(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # type: ignore[attr-defined]
    account = Account("a1", "甲", first_hash("Kq7m-2hdx-9fwr"))
    person = services.open_accounts(actor=None, accounts=[account])[0]
    assert person.password.startswith("pbkdf2_sha256$20000$")
    assert User.objects.get(pk=person.pk).check_password("Kq7m-2hdx-9fwr")
    assert int(User.objects.get(pk=person.pk).password.split("$")[1]) > 500_000


def test_many_accounts_cost_as_many_queries_as_few(unit: Unit, other_unit: Unit) -> None:
    def accounts(prefix: str, count: int) -> list[Account]:
        units = [unit, other_unit]
        return [Account(f"{prefix}{n}", "甲", "!", (("clerk", units[n % 2]),)) for n in range(count)]

    with CaptureQueriesContext(connection) as few:
        services.open_accounts(actor=None, accounts=accounts("a", 2))
    with CaptureQueriesContext(connection) as many:
        services.open_accounts(actor=None, accounts=accounts("b", 40))
    assert len(many) == len(few)
    assert Membership.objects.count() == UnitUserObjectPermission.objects.count() == 42


def test_changing_ones_password_asks_for_the_present_one(stranger: User) -> None:
    with pytest.raises(ValidationError) as wrong:
        services.change_password(actor=stranger, old="nonsense", new="Tian-gao-yun-dan-9")
    assert set(wrong.value.message_dict) == {"old"}
    with pytest.raises(ValidationError) as same:
        services.change_password(actor=stranger, old=PASSWORD, new=PASSWORD)
    assert set(same.value.message_dict) == {"new"}
    with pytest.raises(ValidationError) as weak:
        services.change_password(actor=stranger, old=PASSWORD, new="stranger1")
    assert set(weak.value.message_dict) == {"new"}
    services.change_password(actor=stranger, old=PASSWORD, new="Tian-gao-yun-dan-9")
    assert User.objects.get(pk=stranger.pk).check_password("Tian-gao-yun-dan-9")


def test_a_reset_password_must_be_changed(administrator: User, clerk: User) -> None:
    services.reset_password(actor=administrator, person=clerk, password="Kq7m-2hdx-9fwr")
    stored = User.objects.get(pk=clerk.pk)
    assert stored.must_change_password
    assert not stored.check_password(PASSWORD)


@pytest.mark.parametrize("name", ["clerk", "head", "provider", "reviewer", "leader", "auditor", "stranger"])
def test_nobody_but_administrators_touches_accounts_roles_and_units(
    name: str, request: pytest.FixtureRequest, unit: Unit, person: Callable[..., User]
) -> None:
    actor, target = request.getfixturevalue(name), person("target")
    rows = JournalEntry.objects.count()
    attempts: list[Callable[[], object]] = [
        lambda: services.create_user(actor=actor, username="x", password="Kq7m-2hdx-9fwr"),
        lambda: services.open_accounts(actor=actor, accounts=[Account("x", "x", "!")]),
        lambda: services.reset_password(actor=actor, person=target, password="Kq7m-2hdx-9fwr"),
        lambda: services.retire_person(actor=actor, person=target),
        lambda: services.reinstate_person(actor=actor, person=target),
        lambda: services.change_person(actor=actor, person=target, display_name="x"),
        lambda: services.give_role(actor=actor, user=actor, role="administrator"),
        lambda: services.give_role(actor=actor, user=actor, role="clerk", unit=unit),
        lambda: services.take_role(actor=actor, user=target, role="clerk", unit=unit),
        lambda: services.create_unit(actor=actor, code="x", title="x"),
        lambda: services.change_unit(actor=actor, unit=unit, title="x"),
        lambda: services.save_units(actor=actor, units=[{"code": "x", "title": "x"}]),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()
    assert JournalEntry.objects.count() == rows
    assert not User.objects.filter(username="x").exists()
    assert Unit.objects.count() == 1


def test_a_role_on_a_unit_is_a_membership_and_a_grant(stranger: User, unit: Unit) -> None:
    assert services.give_role(actor=None, user=stranger, role="clerk", unit=unit) is True
    assert services.give_role(actor=None, user=stranger, role="clerk", unit=unit) is False
    assert stranger.has_perm("units.fill_unit", unit)
    assert services.take_role(actor=None, user=stranger, role="clerk", unit=unit) is True
    assert services.take_role(actor=None, user=stranger, role="clerk", unit=unit) is False
    assert not User.objects.get(pk=stranger.pk).has_perm("units.fill_unit", unit)
    assert Membership.objects.get(user=stranger).until is not None
    verbs = JournalEntry.objects.filter(object_id=str(stranger.pk), verb__startswith="role.").order_by("number")
    assert list(verbs.values_list("verb", flat=True)) == ["role.given", "role.taken"]


def test_a_role_that_was_taken_can_be_given_again(stranger: User, unit: Unit) -> None:
    for _time in range(2):
        services.give_role(actor=None, user=stranger, role="head", unit=unit)
        services.take_role(actor=None, user=stranger, role="head", unit=unit)
    assert Membership.objects.filter(user=stranger, role="head").count() == 2
    assert not UnitUserObjectPermission.objects.filter(user=stranger).exists()


def test_a_role_of_the_house_comes_by_its_group(stranger: User) -> None:
    services.give_role(actor=None, user=stranger, role="auditor")
    assert User.objects.get(pk=stranger.pk).has_perm("units.audit_house")
    services.take_role(actor=None, user=stranger, role="auditor")
    assert not User.objects.get(pk=stranger.pk).has_perm("units.audit_house")
    assert Group.objects.filter(name="auditor").exists()


@pytest.mark.parametrize(
    ("role", "on_unit"),
    [("clerk", False), ("administrator", True), ("reviewer", True), ("reviewer", False), ("king", False)],
)
def test_a_role_on_the_wrong_thing_is_refused(role: str, on_unit: bool, stranger: User, unit: Unit) -> None:
    with pytest.raises(ValueError, match="role"):
        services.give_role(actor=None, user=stranger, role=role, unit=unit if on_unit else None)


def test_a_closed_account_does_not_sign_in_until_it_is_opened_again(administrator: User, clerk: User) -> None:
    services.retire_person(actor=administrator, person=clerk)
    assert selectors.user_by_pk(clerk.pk) is None
    services.reinstate_person(actor=administrator, person=clerk)
    assert selectors.user_by_pk(clerk.pk) == clerk
    assert last_entry().verb == "user.reinstated"


def test_the_demonstrations_switch_is_closed_elsewhere(
    stranger: User, person: Callable[..., User], settings: object
) -> None:
    other = person("demo", is_demo=True)
    with pytest.raises(PermissionDenied):
        services.switch_demo_user(actor=stranger, person=other)
    settings.KAOPING_DEMO = True  # type: ignore[attr-defined]
    assert services.switch_demo_user(actor=stranger, person=other) == other
    with pytest.raises(PermissionDenied):
        services.switch_demo_user(actor=other, person=stranger)


def test_people_of_the_demonstration_stand_under_their_role(person: Callable[..., User], unit: Unit) -> None:
    person("b", "甲局经办人", role="clerk", unit=unit, is_demo=True)
    person("a", "管理员", role="administrator", is_demo=True)
    person("c", "真人", role="auditor")
    found = [(entry["label"], entry["hint"]) for entry in selectors.demo_people()]
    assert found == [("管理员", "a"), ("甲局经办人", "b")]


def test_units_sort_by_pinyin(administrator: User) -> None:
    titles = ["市住建局", "市财政局", "市教育局", "市安监局"]
    records = [{"code": f"u{place}", "title": title} for place, title in enumerate(titles)]
    assert services.save_units(actor=administrator, units=records) == (4, 0)
    assert [unit.title for unit in selectors.all_units()] == ["市安监局", "市财政局", "市教育局", "市住建局"]
    assert last_entry().after["created"] == 4


def test_a_units_code_never_changes(unit: Unit) -> None:
    with pytest.raises(ValueError, match="code"):
        services.change_unit(actor=None, unit=unit, code="new")


def test_a_change_that_changes_nothing_is_not_noted(unit: Unit) -> None:
    rows = JournalEntry.objects.count()
    services.change_unit(actor=None, unit=unit, title=unit.title)
    assert JournalEntry.objects.count() == rows


def test_a_role_on_a_cycle_is_a_grant_on_it_and_shows_in_the_group(reviewer: User, administrator: User) -> None:
    cycles = apps.get_model("rubrics", "Cycle")
    rubric = apps.get_model("rubrics", "Rubric").objects.create(code="r", year=2026, title="办法", head={})
    first, second = (
        cycles.objects.create(
            code=code, rubric=rubric, title=code, year=2026, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
        )
        for code in ("one", "two")
    )
    for cycle in (first, second):
        assert services.give_role(actor=administrator, user=reviewer, role="reviewer", cycle=cycle) is True
        assert services.give_role(actor=administrator, user=reviewer, role="reviewer", cycle=cycle) is False
    services.take_role(actor=administrator, user=reviewer, role="reviewer", cycle=first)
    stored = selectors.people_in([reviewer.pk])[0]
    assert not stored.has_perm("rubrics.review_cycle", first)
    assert stored.has_perm("rubrics.review_cycle", second)
    assert not stored.has_perm("rubrics.review_cycle")
    assert selectors.role_names(stored) == ["reviewer"]
    assert selectors.holders("rubrics.review_cycle", second) == [reviewer]
    services.take_role(actor=administrator, user=reviewer, role="reviewer", cycle=second)
    assert selectors.role_names(selectors.people_in([reviewer.pk])[0]) == []
    scopes = JournalEntry.objects.filter(verb="role.taken").values_list("scope", flat=True)
    assert set(scopes) == {f"cycle:{first.pk}", f"cycle:{second.pk}"}
