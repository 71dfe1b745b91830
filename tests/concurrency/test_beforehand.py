"""What comes before the sheet, by two people at once: prerequisites confirmed, and targets decided while they change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services
from evidence.models import PrerequisiteAnswer, Submission, TargetPlan
from rubrics import selectors as rubrics_selectors
from rubrics.models import Cycle, Enrolment
from tests.concurrency.races import losers, race, winners
from tests.evidence.before_cycle import ITEM, SAFE, WITH_PREREQUISITES, confirm, rows, with_targets
from units.models import JournalEntry, User
from units.services import journal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines, pytest.mark.long]
ITEMS = ("conduct.meetings", "conduct.files", "results.news", "results.plan", "results.contest")


@pytest.fixture
def cycle(start: Callable[..., Cycle]) -> Cycle:
    return start(**{**with_targets(), **WITH_PREREQUISITES})


@pytest.fixture
def second_administrator(person: Callable[..., User]) -> User:
    return person("second-administrator", "另一管理员", role="administrator")


def _fresh(own: Enrolment) -> Enrolment:
    return rubrics_selectors.enrolments_in(own.cycle).get(pk=own.pk)


def _proposed(own: Enrolment, clerk: User, version: int) -> TargetPlan:
    return services.propose_targets(
        actor=clerk, enrolment=_fresh(own), item_code=ITEM, rows=rows("10", "20"), version=version
    )


def _approve(person: User, own: Enrolment, plan: TargetPlan) -> Callable[[], Any]:
    enrolment = _fresh(own)
    return lambda: services.approve_targets(actor=person, enrolment=enrolment, item_code=ITEM, version=plan.version)


def _again(own: Enrolment) -> int:
    """Begin anew with the plan, for the next round; the version to go on from."""
    Enrolment.objects.filter(pk=own.pk).update(targets={})
    TargetPlan.objects.all().delete()
    return 1


def test_of_two_who_agree_at_once_one_does(
    own: Enrolment, clerk: User, administrator: User, second_administrator: User, rounds: int
) -> None:
    for number in range(rounds):
        plan = _proposed(own, clerk, _again(own))
        came_to = race(_approve(administrator, own, plan), _approve(second_administrator, own, plan))
        assert len(winners(came_to)) == 1, came_to
        assert len(losers(came_to, Conflict)) == 1, came_to
        assert [target["points"] for target in _fresh(own).targets[ITEM]] == ["10", "20"]
        assert JournalEntry.objects.filter(verb="targets.agreed").count() == number + 1
    assert journal.verify_chain(f"cycle:{own.cycle_id}/unit:{own.unit_id}").ok


def test_a_proposal_that_is_taken_back_while_it_is_agreed_to_is_one_or_the_other(
    own: Enrolment, clerk: User, administrator: User, rounds: int
) -> None:
    """What is on file is what was proposed, never what the unit typed afterwards."""
    for _number in range(rounds):
        plan = _proposed(own, clerk, _again(own))

        def change(version: int = plan.version) -> Any:
            enrolment = _fresh(own)
            back = services.take_back_targets(actor=clerk, enrolment=enrolment, item_code=ITEM, version=version)
            return services.save_targets(
                actor=clerk, enrolment=enrolment, item_code=ITEM, rows=rows("30"), version=back.version
            )

        came_to = race(_approve(administrator, own, plan), change)
        assert len(winners(came_to)) == 1, came_to
        state, targets = TargetPlan.objects.get().state, _fresh(own).targets
        if isinstance(came_to[0], TargetPlan):
            assert (state, [one["points"] for one in targets[ITEM]]) == ("approved", ["10", "20"])
        else:
            assert (state, targets) == ("draft", {})


def test_two_who_type_at_once_lose_nothing_silently(own: Enrolment, clerk: User, head: User, rounds: int) -> None:
    for _number in range(rounds):
        version = _again(own)

        def save(person: User, points: str, version: int = version) -> Callable[[], Any]:
            enrolment = _fresh(own)
            return lambda: services.save_targets(
                actor=person, enrolment=enrolment, item_code=ITEM, rows=rows(points), version=version
            )

        came_to = race(save(clerk, "10"), save(head, "20"))
        assert len(losers(came_to, Conflict)) == 1, came_to
        (kept,) = winners(came_to)
        assert TargetPlan.objects.get().rows == kept.rows


def test_without_the_guard_one_list_covers_the_other(own: Enrolment, clerk: User, head: User, unguarded: None) -> None:
    works = [
        lambda person=person, points=points: services.save_targets(
            actor=person, enrolment=_fresh(own), item_code=ITEM, rows=rows(points), version=1
        )
        for person, points in ((clerk, "10"), (head, "20"))
    ]
    assert losers(race(*works)) == []


def test_of_two_tabs_that_answer_a_prerequisite_one_is_told(own: Enrolment, clerk: User, rounds: int) -> None:
    version = 1
    for number in range(rounds):
        works = [
            lambda note=f"{number}-{tab}", version=version: services.answer_prerequisite(
                actor=clerk, enrolment=_fresh(own), code=SAFE, version=version, note=note
            )
            for tab in (1, 2)
        ]
        came_to = race(*works)
        assert len(losers(came_to, Conflict)) == 1, came_to
        (kept,) = winners(came_to)
        stored = PrerequisiteAnswer.objects.get()
        assert (stored.note, stored.version) == (kept.note, version + 1)
        version += 1


def test_a_confirmation_taken_back_while_the_sheet_is_submitted_is_not_missing_from_what_was_handed_in(
    own: Enrolment, clerk: User, judge: User, rounds: int
) -> None:
    confirm(clerk, own)
    for code in ITEMS:
        services.say_item(actor=clerk, enrolment=own, item_code=code, say="nothing")
    for _number in range(rounds):
        answer = PrerequisiteAnswer.objects.get(code=SAFE)

        def take_back(version: int = answer.version) -> Any:
            return services.answer_prerequisite(
                actor=clerk, enrolment=_fresh(own), code=SAFE, version=version, confirmed=False
            )

        def submit() -> Any:
            version = Submission.objects.get(enrolment=own).version
            return services.submit_sheet(actor=clerk, enrolment=_fresh(own), version=version)

        came_to = race(take_back, submit)
        assert len(winners(came_to)) == 1, came_to
        answer.refresh_from_db()
        if isinstance(came_to[1], Submission):
            assert answer.confirmed
            break  # handed in, and locked
        assert losers(came_to, services.Incomplete), came_to
        services.answer_prerequisite(
            actor=clerk, enrolment=_fresh(own), code=SAFE, version=answer.version, confirmed=True
        )
