"""Two administrators on one schedule, and a phase that is closed while somebody writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services
from evidence.models import Fact
from rubrics import selectors as rubrics_selectors
from rubrics import services as rubrics_services
from rubrics.models import Cycle, Enrolment
from tests.concurrency.races import losers, race, winners
from tests.evidence.conftest import LATE
from units.models import JournalEntry, User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines, pytest.mark.long]


def _move(administrator: User, cycle: Cycle, days: int) -> Any:
    now = timezone.now()
    return rubrics_services.change_phase(
        actor=administrator,
        cycle=Cycle.objects.select_related("rubric").get(pk=cycle.pk),
        code="self_assessment",
        version=cycle.version,
        opens_at=now - timedelta(1),
        closes_at=now + timedelta(days),
        reason="改期",
    )


def _moves(cycle: Cycle) -> int:
    return JournalEntry.objects.filter(scope=f"cycle:{cycle.pk}", verb="phase.changed").count()


def test_one_administrator_moves_the_dates_and_the_other_is_told_both_versions(
    cycle: Cycle, administrator: User, rounds: int
) -> None:
    for number in range(rounds):
        cycle.refresh_from_db()
        came_to = race(lambda: _move(administrator, cycle, 3), lambda: _move(administrator, cycle, 4))
        (phase,) = winners(came_to)
        (conflict,) = losers(came_to, Conflict)
        assert (conflict.sent, conflict.current) == (cycle.version, cycle.version + 1)
        assert cycle.phases.get(code="self_assessment").closes_at == phase.closes_at
        assert _moves(cycle) == number + 1


def test_without_the_guard_one_date_covers_the_other(cycle: Cycle, administrator: User, unguarded: None) -> None:
    came_to = race(lambda: _move(administrator, cycle, 3), lambda: _move(administrator, cycle, 4))
    assert losers(came_to) == []
    assert _moves(cycle) == 2


def test_a_phase_that_closes_while_a_claim_is_saved_loses_neither(
    cycle: Cycle, own: Enrolment, clerk: User, administrator: User, claim: Callable[..., Fact], rounds: int
) -> None:
    """Whoever is first: the phase is closed, the claim is saved whole or refused, and no error comes of it."""
    fact = claim(LATE, count=1)
    for number in range(rounds):
        cycle.refresh_from_db()
        fact.refresh_from_db()

        def save(count: int = number + 2, version: int = fact.version) -> Any:
            mine = rubrics_selectors.enrolments_in(cycle).get(pk=own.pk)
            said = services.Claim({"count": count}, {})
            return services.save_claim(
                actor=clerk, enrolment=mine, clause_code=LATE, claim=said, fact_pk=fact.pk, version=version
            )

        def close() -> Any:
            return rubrics_services.close_phase(
                actor=administrator, cycle=cycle, code="self_assessment", version=cycle.version, reason="提前结束"
            )

        saved, closed = race(save, close)
        assert not isinstance(closed, Exception), closed
        stored = Fact.objects.get(pk=fact.pk)
        if isinstance(saved, services.Refused):
            assert (stored.version, stored.said) == (fact.version, fact.said)
        else:
            assert (stored.version, stored.said) == (fact.version + 1, {"count": str(number + 2)}), saved
        rubrics_services.reopen_phase(
            actor=administrator,
            cycle=cycle,
            code="self_assessment",
            version=Cycle.objects.get(pk=cycle.pk).version,
            closes_at=timezone.now() + timedelta(5),
            reason="再开",
        )
