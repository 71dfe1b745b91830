"""Starting a cycle, its dates, its units, its reviewers and providers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from rubrics import policies, selectors, services
from rubrics.lifecycle import open_phases
from rubrics.models import Assignment, Cycle, CyclePhase, Enrolment, ProviderUnit, Rubric
from rubrics.services import Participant
from units.models import JournalEntry, Notice, Unit, User

DAY = timedelta(days=1)


def journal(cycle: Cycle, verb: str) -> JournalEntry:
    return JournalEntry.objects.get(scope__startswith=f"cycle:{cycle.pk}", verb=verb)


def refused(code: str, action: Callable[..., Any], /, **options: Any) -> list[Any]:
    """The problems of an action that must be refused with this code."""
    with pytest.raises(services.Refused) as refusal, transaction.atomic():
        action(actor=None, **options)
    assert refusal.value.code == code
    return refusal.value.problems


# --- starting -------------------------------------------------------------------------------------------------------


def test_a_cycle_begins_with_phases_units_and_providers_in_one_go(start: Callable[..., Cycle], now: datetime) -> None:
    cycle = start()
    assert (cycle.code, cycle.year, cycle.state) == ("small-2026", 2026, "open")
    assert [phase.code for phase in cycle.phases.all()] == ["self_assessment", "review", "publicity", "approval"]
    assert (cycle.starts_on, cycle.ends_on) == (
        timezone.localdate(now - 5 * DAY),
        timezone.localdate(now + 20 * DAY),
    )
    assert open_phases(cycle.schedule().phases, now) == ("self_assessment", "review")
    rows = {row.unit.code: (row.series_code, row.tags) for row in selectors.enrolments_in(cycle)}
    assert rows == {"own": ("offices", []), "other": ("stations", ["key"])}
    assert {code: [row.unit.code for row in rows] for code, rows in selectors.provider_units_in(cycle).items()} == {
        "court": ["own"]
    }
    after = journal(cycle, "cycle.started").after
    assert (after["units"], after["fingerprint"]) == (2, cycle.rubric.fingerprint)


def test_units_that_do_not_exist_are_made_and_known_ones_kept(start: Callable[..., Cycle]) -> None:
    start(
        participants=[
            Participant("own", "offices", title="别的名字"),
            Participant("new", "offices", title="新设科", level="city"),
        ]
    )
    assert Unit.objects.get(code="new").title == "新设科"
    assert Unit.objects.get(code="own").title != "别的名字"


def test_a_unit_may_be_a_member_of_another_one_of_the_cycle(start: Callable[..., Cycle]) -> None:
    cycle = start(participants=[Participant("own", "offices"), Participant("other", "stations", member_of="own")])
    assert selectors.enrolments_in(cycle).get(unit__code="other").member_of.unit.code == "own"


@pytest.mark.parametrize(
    ("participants", "problem"),
    [
        ([Participant("own", "nowhere")], ("own", "series", "nowhere")),
        ([Participant("own", "offices"), Participant("own", "offices")], ("own", "twice", "own")),
        ([Participant("own", "offices", member_of="ghost")], ("own", "member_of", "ghost")),
        ([Participant("own", "offices", member_of="own")], ("own", "member_of", "own")),
        ([Participant("unheard", "offices")], ("unheard", "title", "")),
        (
            [Participant("own", "offices", not_applicable=["conduct.nothing"])],
            ("own", "not_applicable", "conduct.nothing"),
        ),
        ([Participant("own", "offices", targets={"conduct": []})], ("own", "targets", "conduct")),
    ],
)
def test_a_list_of_units_with_a_mistake_starts_nothing(
    rubric: Rubric, unit: Unit, now: datetime, participants: list[Participant], problem: tuple[str, str, str]
) -> None:
    phases = [services.PhaseDates("review", now, now + DAY)]
    found = refused("units", services.start_cycle, rubric=rubric, title="x", phases=phases, participants=participants)
    assert found == [problem]
    assert not Cycle.objects.exists()
    assert Unit.objects.count() == 1


def test_a_unit_whose_full_marks_do_not_reach_the_total_cannot_take_part(
    small: dict[str, Any], unit: Unit, now: datetime
) -> None:
    """Such a rubric is not published any more; one that was published before the marks were checked still may run."""
    small["categories"][0]["applies_to"] = {"series": ["stations"]}
    draft = services.load_rubric(actor=None, data=small)
    Rubric.objects.filter(pk=draft.pk).update(state=Rubric.State.PUBLISHED, fingerprint=uuid4().hex * 2)
    rubric = Rubric.objects.get(pk=draft.pk)
    phases = [services.PhaseDates("review", now, now + DAY)]
    found = refused(
        "units",
        services.start_cycle,
        rubric=rubric,
        title="x",
        phases=phases,
        participants=[Participant("own", "offices")],
    )
    assert found == [("own", "marks", "60 / 100")]


def test_a_cycle_is_not_started_from_a_draft(small: dict[str, Any], unit: Unit, now: datetime) -> None:
    draft = services.load_rubric(actor=None, data=small)
    phases = [services.PhaseDates("review", now, now + DAY)]
    refused("not_published", services.start_cycle, rubric=draft, title="x", phases=phases, participants=[])


@pytest.mark.parametrize("days", [{}, {"review": (3, 3)}, {"review": (5, 2)}, {"lunch": (0, 2)}])
def test_phases_have_to_be_known_and_to_end_after_they_begin(
    start: Callable[..., Cycle], days: dict[str, tuple[int, int]]
) -> None:
    with pytest.raises(services.Refused) as refusal:
        start(days=days)
    assert refusal.value.code == "phases"


def test_two_cycles_never_share_a_code(start: Callable[..., Cycle], cycle: Cycle) -> None:
    with pytest.raises(services.Refused) as refusal:
        start()
    assert refusal.value.code == "code"
    assert selectors.free_cycle_code(cycle.rubric) == "small-2026-2026"
    assert start(code="small-2026-2026").code != cycle.code


def test_units_added_later_make_every_result_stale(cycle: Cycle) -> None:
    before = selectors.records_version_of(cycle)
    services.enrol_units(actor=None, cycle=cycle, participants=[Participant("late", "offices", title="后来的")])
    assert selectors.enrolments_in(cycle).count() == 3
    assert selectors.records_version_of(cycle) > before
    assert journal(cycle, "units.enrolled").after == {"count": 1, "units": ["late"]}
    refused("units", services.enrol_units, cycle=cycle, participants=[Participant("late", "offices")])


def test_what_a_cycle_says_of_a_unit_changes_with_a_reason_and_a_version(cycle: Cycle, own: Enrolment) -> None:
    stale = selectors.enrolments_in(cycle).get(pk=own.pk)
    services.change_enrolment(actor=None, enrolment=own, version=own.version, reason="转为重点", tags=["key"])
    own.refresh_from_db()
    assert (own.tags, own.records_version) == (["key"], 1)
    entry = journal(cycle, "enrolment.changed")
    assert (entry.before, entry.after) == ({"tags": []}, {"tags": ["key"], "reason": "转为重点"})
    with pytest.raises(Conflict):
        services.change_enrolment(actor=None, enrolment=stale, version=stale.version, reason="x", tags=[])
    refused("units", services.change_enrolment, enrolment=own, version=own.version, reason="x", series_code="nowhere")


# --- phases ---------------------------------------------------------------------------------------------------------


def test_a_phase_is_extended_by_moving_its_end(administrator: User, cycle: Cycle, now: datetime) -> None:
    services.change_phase(
        actor=administrator,
        cycle=cycle,
        code="self_assessment",
        version=cycle.version,
        opens_at=now - 5 * DAY,
        closes_at=now + 30 * DAY,
        reason="汛期",
    )
    cycle = selectors.cycle_for(administrator, cycle.pk)
    assert "self_assessment" in open_phases(cycle.schedule().phases, now + 29 * DAY)
    assert cycle.ends_on == timezone.localdate(now + 30 * DAY)
    entry = journal(cycle, "phase.changed")
    assert (entry.actor, entry.after["reason"], entry.after["phase"]) == (administrator, "汛期", "self_assessment")
    assert entry.before["closes_at"] != entry.after["closes_at"]


def test_a_phase_closed_early_is_over_at_once_and_can_be_opened_again(cycle: Cycle, own: Enrolment) -> None:
    moment = timezone.now()
    assert policies.is_open("fill_sheet", own.schedule(), moment)
    services.close_phase(actor=None, cycle=cycle, code="self_assessment", version=cycle.version, reason="都交了")
    later = timezone.now()
    assert not policies.is_open("fill_sheet", fresh(own).schedule(), later)
    services.reopen_phase(
        actor=None,
        cycle=cycle,
        code="self_assessment",
        version=cycle.version,
        closes_at=later + DAY,
        reason="补正",
    )
    assert policies.is_open("fill_sheet", fresh(own).schedule(), timezone.now())
    assert CyclePhase.objects.get(cycle=cycle, code="self_assessment").closed_early_at is None
    assert journal(cycle, "phase.closed").after["reason"] == "都交了"
    assert journal(cycle, "phase.reopened").after["reason"] == "补正"


def fresh(enrolment: Enrolment) -> Enrolment:
    return selectors.enrolments_in(enrolment.cycle).get(pk=enrolment.pk)


def test_dates_are_not_changed_without_a_reason_or_backwards_or_in_a_phase_that_is_not_there(
    cycle: Cycle, now: datetime
) -> None:
    good = {"cycle": cycle, "code": "review", "version": cycle.version, "opens_at": now, "closes_at": now + DAY}
    refused("reason", services.change_phase, **good, reason="  ")
    refused("dates", services.change_phase, **(good | {"closes_at": now - DAY}), reason="x")
    refused("no_phase", services.change_phase, **(good | {"code": "panel"}), reason="x")
    refused("not_open", services.close_phase, cycle=cycle, code="approval", version=cycle.version, reason="x")
    refused(
        "not_over",
        services.reopen_phase,
        cycle=cycle,
        code="review",
        version=cycle.version,
        closes_at=now + DAY,
        reason="x",
    )
    assert not JournalEntry.objects.filter(verb__startswith="phase.").exists()


def test_a_phase_that_is_over_is_only_opened_again_into_the_future(start: Callable[..., Cycle], now: datetime) -> None:
    cycle = start(days={"self_assessment": (-9, -2), "review": (-2, 5)})
    refused(
        "dates",
        services.reopen_phase,
        cycle=cycle,
        code="self_assessment",
        version=cycle.version,
        closes_at=now - DAY,
        reason="x",
    )


def test_two_people_moving_dates_at_once_are_told(cycle: Cycle, now: datetime) -> None:
    seen = Cycle.objects.get(pk=cycle.pk)
    change = {"code": "review", "opens_at": now, "closes_at": now + DAY, "reason": "x"}
    services.change_phase(actor=None, cycle=cycle, version=cycle.version, **change)
    with pytest.raises(Conflict), transaction.atomic():
        services.change_phase(actor=None, cycle=seen, version=seen.version, **change)
    assert JournalEntry.objects.filter(verb="phase.changed").count() == 1


def test_one_unit_gets_more_time_and_its_people_are_told(
    cycle: Cycle, own: Enrolment, other: Enrolment, clerk: User, head: User, stranger: User, now: datetime
) -> None:
    until = now + 12 * DAY
    services.extend_enrolment(
        actor=None, enrolment=own, version=own.version, code="self_assessment", until=until, reason="停电"
    )
    late = now + 11 * DAY
    assert policies.is_open("fill_sheet", fresh(own).schedule(), late)
    assert not policies.is_open("fill_sheet", other.schedule(), late)
    told = Notice.objects.filter(text_code="phase.extended")
    assert {notice.user for notice in told} == {clerk, head}
    entry = JournalEntry.objects.get(scope=f"cycle:{cycle.pk}/unit:{own.unit_id}")
    assert (entry.verb, entry.after["reason"]) == ("extension.given", "停电")


def test_more_time_can_be_taken_back_and_never_means_less(own: Enrolment, now: datetime) -> None:
    until = now + 12 * DAY
    give = {"enrolment": own, "code": "self_assessment", "reason": "x"}
    refused("dates", services.extend_enrolment, version=own.version, until=now + DAY, **give)
    services.extend_enrolment(actor=None, version=own.version, until=until, **give)
    services.extend_enrolment(actor=None, version=own.version, until=None, **give)
    own.refresh_from_db()
    assert own.extensions == {}


def test_a_sealed_cycle_keeps_its_dates_units_and_reviewers(
    cycle: Cycle, own: Enrolment, administrator: User, reviewer: User, now: datetime
) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(state="sealed")
    cycle = selectors.cycle_for(administrator, cycle.pk)
    change = {"code": "review", "version": cycle.version, "opens_at": now, "closes_at": now + DAY, "reason": "x"}
    refused("sealed", services.change_phase, cycle=cycle, **change)
    refused("sealed", services.assign_reviewer, cycle=cycle, user=reviewer)
    with pytest.raises(PermissionDenied):
        services.change_phase(actor=administrator, cycle=cycle, **change)
    with pytest.raises(PermissionDenied):
        services.enrol_units(actor=administrator, cycle=cycle, participants=[])
    assert CyclePhase.objects.get(cycle=cycle, code="review").closes_at != change["closes_at"]


# --- reviewers and providers ----------------------------------------------------------------------------------------


def test_an_assignment_makes_a_reviewer_and_the_last_one_taken_unmakes_them(
    administrator: User, cycle: Cycle, reviewer: User
) -> None:
    assert not policies.reviews(reviewer, cycle)
    first = services.assign_reviewer(actor=administrator, cycle=cycle, user=reviewer, series_code="offices")
    second = services.assign_reviewer(actor=administrator, cycle=cycle, user=reviewer, category_code="work")
    assert policies.reviews(User.objects.get(pk=reviewer.pk), cycle)
    services.unassign_reviewer(actor=administrator, assignment=first)
    assert policies.reviews(User.objects.get(pk=reviewer.pk), cycle)
    services.unassign_reviewer(actor=administrator, assignment=second)
    assert not policies.reviews(User.objects.get(pk=reviewer.pk), cycle)
    assert not Assignment.objects.exists()
    assert JournalEntry.objects.filter(verb__startswith="assignment.").count() == 4


def test_only_parts_that_exist_are_assigned_and_none_twice(cycle: Cycle, reviewer: User, person: Any) -> None:
    outside = Unit.objects.create(code="outside", title="局外")
    assign = {"cycle": cycle, "user": reviewer}
    refused("series", services.assign_reviewer, **assign, series_code="nowhere")
    refused("category", services.assign_reviewer, **assign, category_code="conduct.meetings")
    refused("unit", services.assign_reviewer, **assign, unit=outside)
    services.assign_reviewer(actor=None, **assign, category_code="work")
    refused("twice", services.assign_reviewer, **assign, category_code="work")
    assert Assignment.objects.count() == 1


def test_the_database_keeps_a_part_from_being_assigned_twice(cycle: Cycle, reviewer: User) -> None:
    Assignment.objects.create(cycle=cycle, user=reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(cycle=cycle, user=reviewer)


def test_nobody_is_assigned_their_own_unit(cycle: Cycle, clerk: User, unit: Unit) -> None:
    refused("own_unit", services.assign_reviewer, cycle=cycle, user=clerk, unit=unit)


def test_a_unit_is_tied_to_a_provider_of_the_rubric_once(cycle: Cycle, other_unit: Unit) -> None:
    refused("provider", services.tie_provider, cycle=cycle, provider_code="police", unit=other_unit)
    row = services.tie_provider(actor=None, cycle=cycle, provider_code="court", unit=other_unit)
    refused("twice", services.tie_provider, cycle=cycle, provider_code="court", unit=other_unit)
    services.untie_provider(actor=None, row=row)
    assert [row.unit.code for row in ProviderUnit.objects.all()] == ["own"]
    assert journal(cycle, "provider.tied").after == {"provider": "court", "unit": "other"}
    assert journal(cycle, "provider.untied").before == {"provider": "court", "unit": "other"}


@pytest.mark.parametrize("who", ["clerk", "head", "provider", "assigned", "leader", "auditor", "stranger"])
def test_only_administrators_move_dates_and_assign(
    who: str, request: pytest.FixtureRequest, cycle: Cycle, own: Enrolment, other_unit: Unit, now: datetime
) -> None:
    person = request.getfixturevalue(who)
    before = JournalEntry.objects.count()
    change = {"version": cycle.version, "opens_at": now, "closes_at": now + DAY, "reason": "x"}
    attempts: list[tuple[Callable[..., Any], dict[str, Any]]] = [
        (services.start_cycle, {"rubric": cycle.rubric, "title": "x", "phases": [], "participants": []}),
        (services.enrol_units, {"cycle": cycle, "participants": []}),
        (services.change_phase, {"cycle": cycle, "code": "review", **change}),
        (services.close_phase, {"cycle": cycle, "code": "review", "version": cycle.version, "reason": "x"}),
        (services.extend_enrolment, {"enrolment": own, "version": 1, "code": "review", "until": now, "reason": "x"}),
        (services.assign_reviewer, {"cycle": cycle, "user": person}),
        (services.tie_provider, {"cycle": cycle, "provider_code": "audit", "unit": other_unit}),
        (services.untie_provider, {"row": ProviderUnit.objects.get()}),
    ]
    for action, options in attempts:
        with pytest.raises(PermissionDenied):
            action(actor=person, **options)
    assert JournalEntry.objects.count() == before


def test_touching_the_records_of_a_unit_raises_its_number_and_the_cycles_sum(cycle: Cycle, own: Enrolment) -> None:
    before = selectors.records_version_of(cycle)
    assert services.touch_records(own) == 1
    assert services.touch_records(own) == 2
    assert selectors.records_version_of(cycle) == before + 2
    assert services.touch_cycle(cycle) == cycle.records_version
    assert selectors.records_version_of(cycle) == before + 3
