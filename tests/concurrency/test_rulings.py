"""Two reviewers decide about one fact at the same moment."""

from __future__ import annotations

from typing import Any

import pytest

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services
from evidence.models import Fact, Ruling
from rubrics.models import Enrolment
from tests.concurrency.races import losers, race, winners
from tests.evidence.conftest import LATE
from units.models import JournalEntry, User
from units.services import journal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines, pytest.mark.long]


def _record(judge: User, own: Enrolment) -> Fact:
    said = services.Claim({"count": 2}, {})
    return services.record_fact(actor=judge, enrolment=own, clause_code=LATE, claim=said, origin="reviewer")


def _decide_at_once(fact: Fact, judge: User, other: User) -> list[Any]:
    def decide(actor: User, verdict: str, **more: Any) -> Ruling:
        mine = Fact.objects.select_related("enrolment__cycle__rubric", "enrolment__unit").get(pk=fact.pk)
        return services.decide(actor=actor, fact=mine, version=fact.version, verdict=verdict, **more)

    return race(lambda: decide(judge, "accepted"), lambda: decide(other, "changed", reason="核实", said={"count": 1}))


def _state(fact: Fact, own: Enrolment) -> tuple[int, int, int, int]:
    """Rulings, the fact's version, rows of the journal about decisions, and the unit's records version."""
    fact.refresh_from_db(fields=["version"])
    own.refresh_from_db(fields=["records_version"])
    decided = JournalEntry.objects.filter(verb="fact.decided", object_id=str(fact.pk)).count()
    return Ruling.objects.filter(fact=fact).count(), fact.version, decided, own.records_version


def test_one_reviewer_decides_and_the_other_is_told_both_versions(
    own: Enrolment, judge: User, second_judge: User, rounds: int
) -> None:
    for _round in range(rounds):
        fact = _record(judge, own)
        seen = fact.version
        _, _, _, records = _state(fact, own)
        came_to = _decide_at_once(fact, judge, second_judge)
        assert len(winners(came_to)) == 1, came_to
        (conflict,) = losers(came_to)
        assert isinstance(conflict, Conflict), came_to
        assert (conflict.sent, conflict.current) == (seen, seen + 1)
        assert _state(fact, own) == (1, seen + 1, 1, records + 1)
        assert Ruling.objects.get(fact=fact).fact_version == seen + 1
    scope = f"cycle:{own.cycle_id}/unit:{own.unit_id}"
    assert journal.verify_chain(scope).ok


def test_without_the_guard_one_decision_covers_the_other(
    own: Enrolment, judge: User, second_judge: User, unguarded: None
) -> None:
    fact = _record(judge, own)
    came_to = _decide_at_once(fact, judge, second_judge)
    assert losers(came_to) == []
    assert _state(fact, own)[0] == 2
