"""What was sent to remind people: when each was reminded last, and the messages that still have to go out by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q

from rubrics.models import Cycle, Reminder
from rubrics.reminders import PAUSE

MAIL_KEEPS = timedelta(hours=24)
"""A reminder by mail that could not go out for so long is old news."""

Key = tuple[str, int]
"""("unit", enrolment) or ("person", user): whom a reminder is about."""


@dataclass(frozen=True)
class Last:
    """The last reminders about one unit or to one person: of whatever kind, and the last by hand."""

    at: datetime
    by_hand_at: datetime | None

    def too_soon(self, now: datetime) -> bool:
        """Whether the next one by hand has to wait."""
        return self.by_hand_at is not None and now - self.by_hand_at < PAUSE


def last_reminders(cycle: Cycle) -> dict[Key, Last]:
    """For every unit and reviewer of the cycle that was ever reminded; one query."""
    hand = Max("at", filter=Q(days=None))
    rows = Reminder.objects.filter(cycle=cycle).order_by()
    found: dict[Key, Last] = {}
    for row in rows.values("enrolment_id", "user_id").annotate(last=Max("at"), hand=hand):
        key = ("unit", row["enrolment_id"]) if row["enrolment_id"] else ("person", row["user_id"])
        known = found.get(key)
        last = row["last"] if known is None else max(known.at, row["last"])
        by_hand = max((at for at in (row["hand"], known and known.by_hand_at) if at), default=None)
        found[key] = Last(last, by_hand)
    return found


def running_cycles() -> list[Cycle]:
    """The cycles whose deadlines count: every one that is not sealed, with its phases read along."""
    return list(Cycle.objects.exclude(state=Cycle.State.SEALED).select_related("rubric").prefetch_related("phases"))


def sent_steps(cycle: Cycle) -> set[tuple[object, ...]]:
    """What the clock has sent in the cycle, as `Wanted.step` names it."""
    columns = ("enrolment_id", "user_id", "kind", "phase", "ends_on", "days")
    return set(Reminder.objects.filter(cycle=cycle, days__isnull=False).values_list(*columns))


def mail_waiting(now: datetime) -> list[Reminder]:
    """Reminders whose message is due to be sent now, the oldest first; one whose sender died is found again too."""
    tried = [Reminder.Mail.WAITING, Reminder.Mail.SENDING]
    rows = Reminder.objects.filter(mail__in=tried, mail_after__lte=now)
    return list(rows.select_related("user", "cycle", "enrolment__unit").order_by("at", "pk"))
