"""Two people who give the same items at once, and two clerks who lay one sheet before the head."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evidence import services
from evidence.models import ItemShare, Submission
from rubrics import selectors as rubrics_selectors
from rubrics.models import Cycle, Enrolment
from tests.concurrency.races import losers, race, winners
from units.models import JournalEntry, Notice, Unit, User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines, pytest.mark.long]
MEETINGS, PLANS = "conduct.meetings", "results.plan"
ITEMS = (MEETINGS, "conduct.files", "results.news", PLANS, "results.contest")


def _fresh(own: Enrolment) -> Enrolment:
    return rubrics_selectors.enrolments_in(own.cycle).get(pk=own.pk)


def _give(actor: User, own: Enrolment, item: str, person: User) -> Callable[[], Any]:
    """Give one item to one person alone, as somebody does who saw it with nobody."""
    return lambda: services.share_items(actor=actor, enrolment=_fresh(own), wanted={item: [person.pk]}, seen={item: []})


def test_of_two_who_give_one_item_to_different_people_one_is_told_of_the_other(
    own: Enrolment, clerk: User, head: User, colleague: User, person: Any, unit: Unit, rounds: int
) -> None:
    second = person("colleague-2", role="colleague", unit=unit)
    for number in range(rounds):
        came_to = race(_give(clerk, own, MEETINGS, colleague), _give(head, own, MEETINGS, second))
        assert len(winners(came_to)) == 1, came_to
        (crossed,) = losers(came_to, services.GivenMeanwhile)
        assert crossed.codes == {MEETINGS}
        stored = ItemShare.objects.get()
        assert stored.given_by == (clerk if stored.user == colleague else head)
        assert JournalEntry.objects.filter(verb="items.given").count() == number + 1
        ItemShare.objects.all().delete()


def test_two_who_give_different_items_both_get_their_way(
    own: Enrolment, clerk: User, head: User, colleague: User, rounds: int
) -> None:
    for _number in range(rounds):
        came_to = race(_give(clerk, own, MEETINGS, colleague), _give(head, own, PLANS, colleague))
        assert losers(came_to) == []
        assert set(ItemShare.objects.values_list("item_code", flat=True)) == {MEETINGS, PLANS}
        ItemShare.objects.all().delete()


def test_two_who_give_one_item_to_the_same_person_give_it_once(
    own: Enrolment, clerk: User, head: User, colleague: User, rounds: int
) -> None:
    for number in range(rounds):
        came_to = race(_give(clerk, own, MEETINGS, colleague), _give(head, own, MEETINGS, colleague))
        assert losers(came_to) == []
        assert sorted(len(handed.given) for handed in came_to) == [0, 1]
        assert ItemShare.objects.count() == 1
        assert Notice.objects.filter(text_code="items.given").count() == number + 1
        ItemShare.objects.all().delete()


def test_of_two_clerks_who_lay_one_sheet_before_the_head_one_does(
    own: Enrolment, cycle: Cycle, clerk: User, head: User, person: Any, unit: Unit, rounds: int
) -> None:
    type(cycle).objects.filter(pk=cycle.pk).update(head_may_delegate_submit=False)
    cycle.refresh_from_db()
    own.cycle = cycle
    other = person("clerk-2", role="clerk", unit=unit)
    for code in ITEMS:
        services.say_item(actor=clerk, enrolment=own, item_code=code, say="nothing")
    for number in range(rounds):
        works = [
            lambda who=who: services.lay_before_head(actor=who, enrolment=_fresh(own), version=1)
            for who in (clerk, other)
        ]
        came_to = race(*works)
        assert len(winners(came_to)) == 1, came_to
        assert Notice.objects.filter(user=head, text_code="sheet.laid_before").count() == number + 1
        Submission.objects.update(ready_at=None, ready_by=None)
