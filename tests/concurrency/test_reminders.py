"""Two processes that keep the clock, and two administrators who press at once: each reminder goes out once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from evidence.selectors.late import open_work
from evidence.services import reminders
from rubrics.models import Cycle, CyclePhase, Reminder
from rubrics.services import Refused
from tests.concurrency.races import losers, race, winners
from units.models import JournalEntry, Notice, User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines, pytest.mark.long]


@pytest.fixture
def noon(cycle: Cycle) -> datetime:
    """Today's noon by the clock of the house; self-assessment ends three days later."""
    today = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    row = CyclePhase.objects.get(cycle=cycle, code="self_assessment")
    row.opens_at, row.closes_at = today - timedelta(days=20), today + timedelta(days=3, hours=1)
    row.save()
    return today


def _forget() -> None:
    Reminder.objects.all().delete()
    Notice.objects.all().delete()
    mail.outbox.clear()


def test_two_sweeps_at_once_send_one_of_each(
    cycle: Cycle, clerk: User, head: User, noon: datetime, rounds: int
) -> None:
    User.objects.filter(pk=clerk.pk).update(email="clerk@kaoping.example")
    for _round in range(rounds):
        _forget()
        came_to = race(lambda: reminders.remind_due(noon), lambda: reminders.remind_due(noon))
        assert sum(winners(came_to)) == 2, came_to
        assert sorted(Reminder.objects.values_list("user", flat=True)) == sorted([clerk.pk, head.pk])
        assert Notice.objects.count() == 2
        came_to = race(lambda: reminders.mail_reminders(noon), lambda: reminders.mail_reminders(noon))
        assert sum(winners(came_to)) == 1, came_to
        assert len(mail.outbox) == 1


def test_two_who_press_at_once_remind_once(
    cycle: Cycle, clerk: User, administrator: User, noon: datetime, rounds: int
) -> None:
    for number in range(rounds):
        _forget()
        lines = open_work(cycle, noon).sheets

        def press(lines: Any = lines) -> int:
            return reminders.remind(actor=administrator, cycle=cycle, lines=lines)

        came_to = race(press, press)
        assert winners(came_to) == [1], came_to
        assert [refused.code for refused in losers(came_to, Refused)] == ["reminded"]
        assert Reminder.objects.count() == Notice.objects.count() == 1
        assert JournalEntry.objects.filter(verb="reminders.sent").count() == number + 1
