"""Who may do what: every policy answers a real bool for everybody, and the selectors agree with it."""

from __future__ import annotations

from collections.abc import Callable
from inspect import getmembers, isfunction, signature

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import timezone

from units import grants, policies, selectors, services
from units.models import Job, Notice, Unit, User

POLICIES = {
    name: function
    for name, function in getmembers(policies, isfunction)
    if function.__module__ == "units.policies" and not name.startswith("_")
}
CAST = ["administrator", "auditor", "clerk", "head", "colleague", "provider", "reviewer", "leader", "stranger"]


@pytest.fixture
def everybody(request: pytest.FixtureRequest) -> dict[str, User | AnonymousUser]:
    return {name: request.getfixturevalue(name) for name in CAST} | {"nobody": AnonymousUser()}


def allowed(function: Callable[..., bool], people: dict[str, User | AnonymousUser], *about: object) -> set[str]:
    answers = {name: function(person, *about) for name, person in people.items()}
    assert all(type(answer) is bool for answer in answers.values())
    return {name for name, answer in answers.items() if answer}


EXPECTED = {
    "is_administrator": {"administrator"},
    "is_auditor": {"auditor"},
    "may_manage_units": {"administrator"},
    "may_manage_people": {"administrator"},
    "may_read_journal": {"administrator", "auditor"},
    "may_verify_journal": {"administrator", "auditor"},
}
ON_OWN_UNIT = {
    "may_fill": {"clerk"},
    "may_sign": {"head"},
    "may_help": {"colleague"},
    "may_provide": {"provider"},
    "belongs_to": {"clerk", "head", "colleague", "provider"},
    "may_see_unit": {"administrator", "auditor", "clerk", "head", "colleague", "provider"},
}
ON_PERSON = {"may_reset_password": {"administrator"}, "may_retire": {"administrator"}}
ON_ROW = {"may_see_job", "may_read_notice"}


def test_every_policy_is_listed_here() -> None:
    assert set(POLICIES) == {*EXPECTED, *ON_OWN_UNIT, *ON_PERSON, *ON_ROW}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_rights_on_the_house(name: str, everybody: dict[str, User]) -> None:
    assert len(signature(POLICIES[name]).parameters) == 1
    assert allowed(POLICIES[name], everybody) == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(ON_OWN_UNIT))
def test_rights_on_a_unit_are_for_that_unit_only(
    name: str, everybody: dict[str, User], unit: Unit, other_unit: Unit
) -> None:
    assert allowed(POLICIES[name], everybody, unit) == ON_OWN_UNIT[name]
    assert allowed(POLICIES[name], everybody, other_unit) == ON_OWN_UNIT[name] - {
        "clerk",
        "head",
        "colleague",
        "provider",
    }


@pytest.mark.parametrize("name", ["may_fill", "may_sign", "may_help", "may_provide"])
def test_a_unit_out_of_use_lets_nobody_act_for_it(name: str, everybody: dict[str, User], unit: Unit) -> None:
    stored = services.change_unit(actor=None, unit=unit, is_active=False)
    assert allowed(POLICIES[name], everybody, stored) == set()


@pytest.mark.parametrize("name", sorted(ON_PERSON))
def test_accounts_are_the_administrators_and_nobody_does_it_to_themselves(
    name: str, everybody: dict[str, User]
) -> None:
    assert allowed(POLICIES[name], everybody, everybody["clerk"]) == ON_PERSON[name]
    assert allowed(POLICIES[name], everybody, everybody["administrator"]) == set()


def test_a_job_is_watched_by_whoever_asked_and_by_administrators(everybody: dict[str, User], clerk: User) -> None:
    job = Job(name="x", ids=[], asked_by=clerk, asked_at=timezone.now())
    assert allowed(policies.may_see_job, everybody, job) == {"administrator", "clerk"}


def test_a_job_that_nobody_asked_for_is_not_everybodys(everybody: dict[str, User]) -> None:
    job = Job(name="x", ids=[], asked_at=timezone.now())
    assert allowed(policies.may_see_job, everybody, job) == {"administrator"}


def test_a_notice_is_its_readers_alone(everybody: dict[str, User], head: User) -> None:
    notice = Notice(user=head, text_code="x", at=timezone.now())
    assert allowed(policies.may_read_notice, everybody, notice) == {"head"}


def test_a_closed_account_holds_no_right(administrator: User, clerk: User, unit: Unit) -> None:
    for person in (administrator, clerk):
        User.objects.filter(pk=person.pk).update(is_active=False)
    closed, former = User.objects.get(pk=administrator.pk), User.objects.get(pk=clerk.pk)
    assert policies.is_administrator(closed) is False
    assert policies.may_fill(former, unit) is False
    assert policies.belongs_to(former, unit) is False


def test_a_right_taken_away_is_gone_for_the_next_request(clerk: User, unit: Unit) -> None:
    assert policies.may_fill(clerk, unit)
    services.take_role(actor=None, user=User.objects.get(pk=clerk.pk), role="clerk", unit=unit)
    assert policies.may_fill(User.objects.get(pk=clerk.pk), unit) is False
    grants.forget(clerk)
    assert policies.may_fill(clerk, unit) is False


def test_the_list_of_units_agrees_with_the_policy(everybody: dict[str, User], unit: Unit, other_unit: Unit) -> None:
    for person in everybody.values():
        for one in (unit, other_unit):
            seen = one in selectors.units_for(person)
            assert seen is policies.may_see_unit(person, one)
            if not seen:
                with pytest.raises(Http404):
                    selectors.unit_for(person, one.pk)


def test_units_by_role_agree_with_the_policies(everybody: dict[str, User], unit: Unit, other_unit: Unit) -> None:
    pairs = [
        (selectors.units_filled_by, policies.may_fill),
        (selectors.units_signed_by, policies.may_sign),
        (selectors.units_helped_by, policies.may_help),
        (selectors.units_provided_by, policies.may_provide),
        (selectors.units_of, policies.belongs_to),
    ]
    for find, may in pairs:
        for person in everybody.values():
            assert {one for one in (unit, other_unit) if may(person, one)} == set(find(person))


def test_people_and_journal_are_found_only_by_those_who_may_see_them(everybody: dict[str, User]) -> None:
    assert {name for name, person in everybody.items() if selectors.people_for(person).exists()} == {"administrator"}
    readers = {name for name, person in everybody.items() if selectors.journal_for(person).exists()}
    assert readers == {"administrator", "auditor"}


def test_rights_on_many_units_cost_one_query(
    clerk: User, unit: Unit, other_unit: Unit, django_assert_num_queries: Callable[..., object]
) -> None:
    person = User.objects.get(pk=clerk.pk)
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        for one in [unit, other_unit] * 50:
            policies.may_fill(person, one)
            policies.may_sign(person, one)
