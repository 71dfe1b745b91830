"""A cycle gets another version of its rubric while somebody else does the same, or decides under the version before."""

from __future__ import annotations

from typing import Any

import pytest

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services
from evidence.models import Fact, Ruling
from evidence.selectors.impact import impact_of
from rubrics.models import Cycle, Enrolment, Rubric
from tests.concurrency.races import losers, race, winners
from tests.evidence.conftest import LATE
from tests.evidence.test_adoption import clause_in, edition
from units.models import JournalEntry, User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines, pytest.mark.long]


def _dearer(points: int) -> Rubric:
    """The next edition, in which being late costs that much."""

    def change(data: dict[str, Any]) -> None:
        clause_in(data, LATE)["points"] = points

    return edition(change)


def _now(cycle: Cycle) -> Cycle:
    return Cycle.objects.select_related("rubric").get(pk=cycle.pk)


def _adopt(seen: Cycle, rubric: Rubric, expected: str) -> services.Adopted:
    mine = _now(seen)
    return services.adopt_rubric(
        actor=None, cycle=mine, rubric=rubric, version=seen.version, reason="修订", expected=expected
    )


def _adopt_twice(cycle: Cycle, number: int) -> list[Any]:
    seen, one, other = _now(cycle), _dearer(number), _dearer(number + 1)
    expected = {rubric.pk: impact_of(seen, seen.rubric, rubric).seal for rubric in (one, other)}
    return race(lambda: _adopt(seen, one, expected[one.pk]), lambda: _adopt(seen, other, expected[other.pk]))


def test_of_two_administrators_one_moves_the_cycle_and_the_other_is_told(
    cycle: Cycle, own: Enrolment, judge: User, rounds: int
) -> None:
    for number in range(rounds):
        before = JournalEntry.objects.filter(verb="cycle.rubric_changed").count()
        came_to = _adopt_twice(cycle, 2 * number + 1)
        assert len(winners(came_to)) == 1, came_to
        (lost,) = losers(came_to)
        assert isinstance(lost, Conflict) or getattr(lost, "code", "") == "not_newer", came_to
        assert JournalEntry.objects.filter(verb="cycle.rubric_changed").count() == before + 1


def test_a_decision_under_the_old_version_never_stands_under_the_new(
    cycle: Cycle, own: Enrolment, judge: User, rounds: int
) -> None:
    for number in range(rounds):
        said = services.Claim({"count": 1}, {})
        own = Enrolment.objects.select_related("cycle__rubric", "unit").get(pk=own.pk)
        fact = services.record_fact(actor=judge, enrolment=own, clause_code=LATE, claim=said, origin="reviewer")
        fact = Fact.objects.select_related("enrolment__cycle__rubric", "enrolment__unit").get(pk=fact.pk)
        seen, rubric = _now(cycle), _dearer(number + 1)
        expected = impact_of(seen, seen.rubric, rubric).seal
        adopted, decided = race(
            lambda seen=seen, rubric=rubric, expected=expected: _adopt(seen, rubric, expected),
            lambda fact=fact: services.decide(
                actor=judge, fact=fact, version=fact.version, verdict="rejected", reason="不实"
            ),
        )
        moved = _now(cycle).rubric_id == rubric.pk
        rulings = Ruling.objects.filter(fact=fact).count()
        assert moved is not isinstance(adopted, Exception), (adopted, decided)
        assert (rulings == 1) is not isinstance(decided, Exception), (adopted, decided)
        assert not (moved and rulings), "a decision made under the old version stands under the new"
        assert moved or rulings
