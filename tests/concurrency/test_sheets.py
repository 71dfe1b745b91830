"""Submitting twice, and writing while the sheet is submitted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services
from evidence.models import Fact, SheetVersion, Submission
from evidence.selectors.content import content_of
from evidence.versions import content_data, fingerprint
from rubrics import selectors as rubrics_selectors
from rubrics.models import Enrolment
from tests.concurrency.races import losers, race, winners
from tests.evidence.conftest import LATE
from units.models import JournalEntry, User
from units.services import journal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines, pytest.mark.long]
ITEMS = ("conduct.meetings", "conduct.files", "results.news", "results.plan", "results.contest")


def _fresh(own: Enrolment) -> Enrolment:
    return rubrics_selectors.enrolments_in(own.cycle).get(pk=own.pk)


def _submit(clerk: User, own: Enrolment, version: int) -> Submission:
    return services.submit_sheet(actor=clerk, enrolment=_fresh(own), version=version)


def _complete(own: Enrolment, clerk: User) -> Submission:
    """Nothing to report wherever nothing was said."""
    for code in ITEMS[1:]:
        services.say_item(actor=clerk, enrolment=own, item_code=code, say="nothing")
    return Submission.objects.get(enrolment=own)


def _give_back(own: Enrolment, judge: User) -> Submission:
    sheet = Submission.objects.get(enrolment=own)
    services.return_sheet(actor=judge, enrolment=_fresh(own), reason="补充", version=sheet.version)
    return Submission.objects.get(enrolment=own)


def test_a_sheet_submitted_twice_at_once_is_handed_in_once(
    own: Enrolment, clerk: User, judge: User, claim: Callable[..., Fact], rounds: int
) -> None:
    claim(LATE, count=1)
    sheet = _complete(own, clerk)
    for number in range(rounds):
        works = [lambda version=sheet.version: _submit(clerk, own, version)] * 2
        came_to = race(*works)
        assert len(winners(came_to)) == 1, came_to
        (conflict,) = losers(came_to, Conflict)
        assert (conflict.sent, conflict.current) == (sheet.version, sheet.version + 1)
        assert Submission.objects.get(enrolment=own).times == number + 1
        assert JournalEntry.objects.filter(verb="sheet.submitted").count() == number + 1
        assert list(SheetVersion.objects.order_by("number").values_list("number", flat=True)) == [*range(1, number + 2)]
        sheet = _give_back(own, judge)
    assert journal.verify_chain(f"cycle:{own.cycle_id}/unit:{own.unit_id}").ok


def test_what_is_written_while_the_sheet_is_submitted_is_in_it_or_refused(
    own: Enrolment, clerk: User, judge: User, claim: Callable[..., Fact], rounds: int
) -> None:
    """The fingerprint on the receipt is that of what is stored, whoever was first."""
    fact = claim(LATE, count=1)
    sheet = _complete(own, clerk)
    for number in range(rounds):
        fact.refresh_from_db()

        def save(count: int = number + 2, version: int = fact.version) -> Any:
            said = services.Claim({"count": count}, {})
            return services.save_claim(
                actor=clerk, enrolment=_fresh(own), clause_code=LATE, claim=said, fact_pk=fact.pk, version=version
            )

        came_to = race(save, lambda version=sheet.version: _submit(clerk, own, version))
        assert isinstance(came_to[1], Submission), came_to
        assert not losers(came_to) or isinstance(came_to[0], services.Refused | Conflict), came_to
        stored = Submission.objects.get(enrolment=own)
        assert stored.fingerprint == fingerprint(content_data(content_of(_fresh(own), stored))), came_to
        assert SheetVersion.objects.get(number=stored.times).fingerprint == stored.fingerprint
        assert Fact.objects.get(pk=fact.pk).state == Fact.State.RECORDED
        sheet = _give_back(own, judge)
