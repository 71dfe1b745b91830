"""Two tabs, or two clerks of one unit, on one claim at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services
from evidence.models import Fact
from rubrics import selectors as rubrics_selectors
from rubrics.models import Enrolment
from tests.concurrency.races import losers, race, winners
from tests.evidence.conftest import LATE, PLAN
from units.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines, pytest.mark.long]


def _save(clerk: User, own: Enrolment, count: int, **more: Any) -> services.Saved:
    mine = rubrics_selectors.enrolments_in(own.cycle).get(pk=own.pk)
    said = services.Claim({"count": count}, {})
    return services.save_claim(actor=clerk, enrolment=mine, clause_code=LATE, claim=said, **more)


def _two_tabs(clerk: User, own: Enrolment, fact: Fact, counts: tuple[int, int]) -> list[Any]:
    works = [lambda count=count: _save(clerk, own, count, fact_pk=fact.pk, version=fact.version) for count in counts]
    return race(*works)


def test_one_tab_saves_and_the_other_is_told_both_versions(
    own: Enrolment, clerk: User, claim: Callable[..., Fact], rounds: int
) -> None:
    fact = claim(LATE, count=1)
    for number in range(rounds):
        seen = fact.version
        came_to = _two_tabs(clerk, own, fact, (2 * number + 2, 2 * number + 3))
        (saved,) = winners(came_to)
        (conflict,) = losers(came_to, Conflict)
        assert (conflict.sent, conflict.current) == (seen, seen + 1)
        fact.refresh_from_db()
        assert (fact.version, fact.said) == (seen + 1, saved.fact.said)


def test_the_first_claim_under_a_clause_is_made_once(
    own: Enrolment, clerk: User, claim: Callable[..., Fact], rounds: int
) -> None:
    claim(PLAN, points=3)  # the sheet is there already, as when two tabs are open on it
    for _round in range(rounds):
        came_to = race(*[lambda: _save(clerk, own, 1, first=True)] * 3)
        assert len(winners(came_to)) == 1, came_to
        assert len(losers(came_to, Conflict)) == 2, came_to
        live = Fact.objects.filter(enrolment=own, clause_code=LATE).exclude(state=Fact.State.WITHDRAWN)
        assert live.count() == 1
        services.withdraw_claim(actor=clerk, enrolment=own, fact_pk=live.get().pk, version=live.get().version)


def test_one_request_that_is_sent_twice_at_once_makes_one_claim(own: Enrolment, clerk: User, rounds: int) -> None:
    """The browser sends again what it had no answer to, while the first request is still under way."""
    for number in range(rounds):
        first = services.Attempt(form=f"form-key-{number}", key=f"save-key-{number}")
        again = services.Attempt(form=first.form, key=f"again-key-{number}", unanswered=frozenset({first.key}))
        came_to = race(*[lambda attempt=attempt: _save(clerk, own, 1, attempt=attempt) for attempt in (first, again)])
        assert losers(came_to) == [], came_to
        assert Fact.objects.filter(enrolment=own, client_key=first.form).count() == 1
    assert Fact.objects.filter(enrolment=own).count() == rounds


def test_two_people_who_begin_a_sheet_at_once_make_one_sheet(own: Enrolment, clerk: User) -> None:
    came_to = race(*[lambda count=count: _save(clerk, own, count) for count in range(1, 5)])
    assert losers(came_to) == []
    assert {saved.submission.pk for saved in came_to} == {own.submission.pk}
    assert Fact.objects.filter(enrolment=own).count() == 4


def test_without_the_guard_one_tab_covers_the_other(
    own: Enrolment, clerk: User, claim: Callable[..., Fact], unguarded: None
) -> None:
    fact = claim(LATE, count=1)
    came_to = _two_tabs(clerk, own, fact, (2, 3))
    assert losers(came_to) == []
    fact.refresh_from_db()
    assert fact.version == 3
