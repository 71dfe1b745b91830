"""Who may do what in a cycle, and that the selectors agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from rubrics import policies, selectors, services
from rubrics.models import Cycle, Enrolment, Rubric
from rubrics.services import Participant
from units import services as units_services
from units.models import Unit, User

DAY = timedelta(days=1)
CAST = ("administrator", "auditor", "leader", "assigned", "clerk", "head", "colleague", "provider", "stranger")


@pytest.fixture
def cast(request: pytest.FixtureRequest, cycle: Cycle) -> Callable[[str], User]:
    """One of the cast in the cycle, as a request finds them: with no right remembered."""

    def find(name: str) -> User:
        person = request.getfixturevalue(name)
        if name == "leader":
            units_services.give_role(actor=None, user=person, role="leader", cycle=cycle)
        return User.objects.get(pk=person.pk)

    return find


def allowed(cast: Callable[[str], User], policy: Callable[[User], bool]) -> set[str]:
    """Those of the cast whom a policy allows; every answer has to be a real bool."""
    answers = {name: policy(cast(name)) for name in CAST}
    assert all(type(answer) is bool for answer in answers.values()), answers
    assert policy(AnonymousUser()) is False  # type: ignore[arg-type]
    return {name for name, answer in answers.items() if answer}


HOUSE = {"administrator", "auditor"}


def test_who_may_do_what_with_rubrics(cast: Callable[[str], User], rubric: Rubric, small: dict[str, Any]) -> None:
    draft = services.load_rubric(actor=None, data=small)
    assert allowed(cast, policies.may_list_rubrics) == HOUSE
    assert allowed(cast, policies.may_write_rubrics) == {"administrator"}
    assert allowed(cast, lambda user: policies.may_see_rubric(user, draft)) == HOUSE
    assert allowed(cast, lambda user: policies.may_see_rubric(user, rubric)) == set(CAST) - {"stranger"}
    assert allowed(cast, lambda user: policies.may_publish_rubric(user, draft)) == {"administrator"}
    assert allowed(cast, lambda user: policies.may_publish_rubric(user, rubric)) == set()
    assert allowed(cast, lambda user: policies.may_clone_rubric(user, rubric)) == {"administrator"}
    assert allowed(cast, lambda user: policies.may_retire_rubric(user, rubric)) == {"administrator"}
    assert allowed(cast, lambda user: policies.may_retire_rubric(user, draft)) == set()


def test_who_may_do_what_with_a_cycle(cast: Callable[[str], User], cycle: Cycle, now: datetime) -> None:
    board = HOUSE | {"leader"}
    assert allowed(cast, policies.may_start_cycle) == {"administrator"}
    assert allowed(cast, lambda user: policies.may_see_cycle(user, cycle)) == set(CAST) - {"stranger"}
    assert allowed(cast, lambda user: policies.may_see_board(user, cycle)) == board
    assert allowed(cast, lambda user: policies.may_see_results(user, cycle)) == board
    assert allowed(cast, lambda user: policies.may_schedule(user, cycle)) == {"administrator"}
    assert allowed(cast, lambda user: policies.may_assign(user, cycle)) == {"administrator"}
    assert allowed(cast, lambda user: policies.may_enrol(user, cycle)) == {"administrator"}
    assert allowed(cast, lambda user: policies.may_configure(user, cycle)) == {"administrator"}
    assert allowed(cast, lambda user: policies.may_import_facts(user, cycle, now)) == {"administrator"}
    assert allowed(cast, lambda user: policies.may_settle(user, cycle, now)) == {"leader"}


def test_approving_and_publishing_belong_to_their_phases(
    cast: Callable[[str], User], cycle: Cycle, now: datetime
) -> None:
    approval, publicity = now + 18 * DAY, now + 11 * DAY
    assert allowed(cast, lambda user: policies.may_approve(user, cycle, now)) == set()
    assert allowed(cast, lambda user: policies.may_approve(user, cycle, approval)) == {"leader"}
    assert allowed(cast, lambda user: policies.may_publish(user, cycle, now)) == set()
    assert allowed(cast, lambda user: policies.may_publish(user, cycle, publicity)) == {"administrator"}


def test_who_may_do_what_with_a_units_sheet(
    cast: Callable[[str], User], own: Enrolment, other: Enrolment, now: datetime
) -> None:
    readers = HOUSE | {"leader", "assigned"}
    assert allowed(cast, lambda user: policies.may_fill_sheet(user, own, now)) == {"clerk"}
    assert allowed(cast, lambda user: policies.may_fill_sheet(user, own, now, given=True)) == {"colleague"}
    assert allowed(cast, lambda user: policies.may_correct_sheet(user, own, now, given=True)) == {"colleague"}
    assert allowed(cast, lambda user: policies.may_fill_sheet(user, other, now, given=True)) == set()
    assert allowed(cast, lambda user: policies.may_sign_sheet(user, own, now)) == {"head"}
    assert allowed(cast, lambda user: policies.may_submit_sheet(user, own, now)) == {"clerk", "head"}
    assert allowed(cast, lambda user: policies.may_correct_sheet(user, own, now)) == {"clerk"}
    assert allowed(cast, lambda user: policies.may_read_sheet(user, own)) == readers | {"clerk", "head"}
    assert allowed(cast, lambda user: policies.may_read_sheet(user, other)) == readers
    assert allowed(cast, lambda user: policies.may_fill_sheet(user, other, now)) == set()
    assert allowed(cast, lambda user: policies.may_review(user, other, "conduct.meetings", now)) == {"assigned"}
    assert allowed(cast, lambda user: policies.may_return_sheet(user, other, None, now)) == {"assigned"}
    assert allowed(cast, lambda user: policies.may_record_fact(user, other, "work.plan", now)) == {"assigned"}


def test_a_cycle_may_ask_the_head_to_submit(
    cast: Callable[[str], User], cycle: Cycle, own: Enrolment, now: datetime
) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(head_may_delegate_submit=False)
    strict = selectors.enrolments_in(cycle).get(pk=own.pk)
    assert allowed(cast, lambda user: policies.may_submit_sheet(user, strict, now)) == {"head"}


def test_nothing_is_filled_in_submitted_or_decided_out_of_its_phase(
    cast: Callable[[str], User], own: Enrolment, other: Enrolment, now: datetime
) -> None:
    after = now + 12 * DAY
    assert allowed(cast, lambda user: policies.may_fill_sheet(user, own, after)) == set()
    assert allowed(cast, lambda user: policies.may_fill_sheet(user, own, after, given=True)) == set()
    assert allowed(cast, lambda user: policies.may_submit_sheet(user, own, after)) == set()
    assert allowed(cast, lambda user: policies.may_correct_sheet(user, own, after)) == set()
    assert allowed(cast, lambda user: policies.may_review(user, other, None, after)) == set()
    assert allowed(cast, lambda user: policies.may_record_fact(user, other, "work.plan", after)) == {"assigned"}
    assert allowed(cast, lambda user: policies.may_record_fact(user, other, "work.plan", now + 30 * DAY)) == set()


def test_a_reviewer_judges_what_is_assigned_and_nothing_else(
    cycle: Cycle, own: Enrolment, other: Enrolment, reviewer: User, now: datetime
) -> None:
    services.assign_reviewer(actor=None, cycle=cycle, user=reviewer, series_code="offices", category_code="work")
    may = lambda row, item: policies.may_review(reviewer, row, item, now)  # noqa: E731
    assert may(own, "work.plan")
    assert may(own, None)
    assert not may(own, "conduct.meetings")
    assert not may(other, "work.plan")
    assert not may(other, None)


def test_an_assignment_may_name_one_unit(
    cycle: Cycle, own: Enrolment, other: Enrolment, other_unit: Unit, reviewer: User, now: datetime
) -> None:
    services.assign_reviewer(actor=None, cycle=cycle, user=reviewer, unit=other_unit)
    assert policies.may_review(reviewer, other, "work.plan", now)
    assert not policies.may_review(reviewer, own, "work.plan", now)


def test_nobody_judges_a_unit_they_act_for_however_they_are_assigned(
    cycle: Cycle,
    own: Enrolment,
    other: Enrolment,
    clerk: User,
    head: User,
    colleague: User,
    provider: User,
    now: datetime,
) -> None:
    for person in (clerk, head, colleague, provider):
        services.assign_reviewer(actor=None, cycle=cycle, user=person)
        assert policies.may_review(person, other, None, now)
        assert not policies.may_review(person, own, None, now)
        assert not policies.may_record_fact(person, own, "work.plan", now)


def test_an_assignment_without_the_reviewers_grant_gives_nothing(
    cycle: Cycle, other: Enrolment, assigned: User, now: datetime
) -> None:
    units_services.take_role(actor=None, user=assigned, role="reviewer", cycle=cycle)
    assert not policies.may_review(assigned, other, None, now)
    assert not policies.may_read_sheet(assigned, other)


def test_an_assignment_in_one_cycle_gives_nothing_in_another(
    start: Callable[..., Cycle], cycle: Cycle, assigned: User, now: datetime
) -> None:
    second = start(code="second")
    foreign = selectors.enrolments_in(second).get(unit__code="other")
    units_services.give_role(actor=None, user=assigned, role="reviewer", cycle=second)
    assert not policies.may_review(assigned, foreign, None, now)


def test_a_provider_records_facts_under_its_own_codes_about_every_unit(
    own: Enrolment, other: Enrolment, provider: User, clerk: User, now: datetime
) -> None:
    assert policies.may_provide_fact(provider, other, ["court"], now) is True
    assert policies.may_provide_fact(provider, own, ["court", "audit"], now) is True
    assert policies.may_provide_fact(provider, other, ["audit"], now) is False
    assert policies.may_provide_fact(provider, other, [], now) is False
    assert policies.may_provide_fact(clerk, other, ["court"], now) is False
    assert policies.may_provide_fact(provider, other, ["court"], now + 30 * DAY) is False


def test_a_unit_sees_its_own_result_once_it_is_released(
    cast: Callable[[str], User], own: Enrolment, other: Enrolment, now: datetime
) -> None:
    always = HOUSE | {"leader", "assigned"}
    assert allowed(cast, lambda user: policies.may_see_result(user, own, now)) == always
    published = now + 10 * DAY
    assert allowed(cast, lambda user: policies.may_see_result(user, own, published)) == always | {"clerk", "head"}
    assert allowed(cast, lambda user: policies.may_see_result(user, other, published)) == always


# --- selectors agree ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CAST)
def test_the_cycles_and_rubrics_one_finds_are_those_one_may_see(
    name: str, cast: Callable[[str], User], start: Callable[..., Cycle], cycle: Cycle, small: dict[str, Any]
) -> None:
    foreign = start(code="foreign", participants=[Participant("third", "offices", title="第三局")], provider_units={})
    services.load_rubric(actor=None, data=small)
    person = cast(name)
    may_see = {each for each in (cycle, foreign) if policies.may_see_cycle(person, each)}
    assert set(selectors.cycles_for(person)) == may_see
    readable = {rubric for rubric in Rubric.objects.all() if policies.may_see_rubric(person, rubric)}
    assert set(selectors.rubrics_for(person)) == readable
    for each in (cycle, foreign):
        if each in may_see:
            assert selectors.cycle_for(person, each.pk) == each
        else:
            with pytest.raises(Http404):
                selectors.cycle_for(person, each.pk)


@pytest.mark.parametrize("name", CAST)
def test_the_sheets_one_finds_are_those_one_may_read(name: str, cast: Callable[[str], User], cycle: Cycle) -> None:
    person = cast(name)
    rows = list(selectors.enrolments_in(cycle))
    readable = {row for row in rows if policies.may_read_sheet(person, row)}
    assert set(selectors.enrolments_for(person, cycle)) == readable
    for row in rows:
        if row in readable:
            assert selectors.enrolment_for(person, row.pk) == row
        else:
            with pytest.raises(Http404):
                selectors.enrolment_for(person, row.pk)


def test_a_reviewer_who_is_a_clerk_finds_the_assigned_sheets_and_their_own(
    cycle: Cycle, clerk: User, own: Enrolment, other: Enrolment
) -> None:
    services.assign_reviewer(actor=None, cycle=cycle, user=clerk, series_code="stations")
    assert set(selectors.enrolments_for(clerk, cycle)) == {own, other}
    assert [row.series_code for row in selectors.assignments_of(clerk, cycle)] == ["stations"]


def test_nobody_signed_in_finds_nothing(cycle: Cycle) -> None:
    nobody: Any = AnonymousUser()
    assert list(selectors.cycles_for(nobody)) == []
    assert list(selectors.rubrics_for(nobody)) == []


def test_a_right_that_was_withdrawn_bites_on_the_next_request(cycle: Cycle, assigned: User) -> None:
    units_services.take_role(actor=None, user=User.objects.get(pk=assigned.pk), role="reviewer", cycle=cycle)
    assert list(selectors.cycles_for(User.objects.get(pk=assigned.pk))) == []


def test_provider_codes_are_those_of_the_persons_own_units(cycle: Cycle, provider: User, clerk: User) -> None:
    assert selectors.provider_codes_of(provider, cycle) == {"court"}
    assert selectors.provider_codes_of(clerk, cycle) == set()


def test_the_units_of_a_cycle_are_read_in_as_many_queries_for_two_as_for_twenty(
    start: Callable[..., Cycle], cycle: Cycle
) -> None:
    many = [Participant(f"unit-{number}", "offices", title=f"科室{number}") for number in range(20)]
    large = start(code="large", participants=many, provider_units={})

    def queries(each: Cycle) -> int:
        with CaptureQueriesContext(connection) as seen:
            [(row.unit.title, row.schedule(), row.cycle.rubric.title) for row in selectors.enrolments_in(each)]
        return len(seen)

    assert queries(cycle) == queries(large) == 2
