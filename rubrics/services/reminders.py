"""Reminding people of a deadline: in the house at once, by mail as soon as a server takes it, each step once.

Who is to be reminded of what is for the room above to say (`Wanted`), since it knows how far the work is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from appraisal_site.toolkit import mail
from rubrics import policies
from rubrics.models import Cycle, Enrolment, Reminder
from rubrics.reminders import last_day
from rubrics.selectors import late
from rubrics.selectors.remindertext import message_of, notice_of
from rubrics.services.common import Refused, demand, scope_of
from units import services as units_services
from units.services import journal

if TYPE_CHECKING:
    from units.models import User

logger = logging.getLogger(__name__)

TRIES = 5
AGAIN = timedelta(minutes=10)
"""How long a message that could not be sent waits; a sender that says nothing for an hour is taken for dead."""
DEAD = timedelta(hours=1)


@dataclass(frozen=True)
class Wanted:
    """One person to be reminded: of a unit's sheet, or with `enrolment` None of what they have to decide."""

    user: User
    kind: str
    phase: str
    closes_at: datetime
    url: str
    count: int = 0
    enrolment: Enrolment | None = None

    @property
    def about(self) -> late.Key:
        return ("unit", self.enrolment.pk) if self.enrolment else ("person", self.user.pk)

    @property
    def ends_on(self) -> date:
        return last_day(self.closes_at, timezone.get_current_timezone())

    def step(self, days: int) -> tuple[object, ...]:
        """What makes one step of the clock's unique, as `selectors.late.sent_steps` lists it."""
        unit = self.enrolment.pk if self.enrolment else None
        return (unit, self.user.pk, self.kind, self.phase, self.ends_on, days)


def remind_once(*, cycle: Cycle, wanted: Wanted, days: int, now: datetime) -> bool:
    """Send one step of the clock's; False where it went out before, be it this very moment by another process."""
    key = {"days": days, "ends_on": wanted.ends_on, "enrolment": wanted.enrolment, "user": wanted.user}
    key |= {"cycle": cycle, "kind": wanted.kind, "phase": wanted.phase}
    with transaction.atomic():
        row, made = Reminder.objects.get_or_create(**key, defaults=_rest(wanted, now))
        if made:
            _tell(row)
    return made


@transaction.atomic
def remind_by_hand(*, actor: User | None, cycle: Cycle, wanted: Sequence[Wanted], now: datetime | None = None) -> int:
    """Remind these people now; how many there were. Whom somebody reminded by hand within the hour is left out.

    Refused("sealed"), Refused("nobody") where the list is empty and Refused("reminded") where nobody is left of it.
    """
    demand(actor, policies.may_remind(actor, cycle) if actor else True)
    now = now or timezone.now()
    held = Cycle.objects.select_for_update().get(pk=cycle.pk)  # two people who press at once: the second finds it done
    if held.sealed:
        raise Refused("sealed")
    if not wanted:
        raise Refused("nobody")
    last = late.last_reminders(cycle)
    left = [one for one in wanted if one.about not in last or not last[one.about].too_soon(now)]
    if not left:
        raise Refused("reminded")
    for one in left:
        row = Reminder.objects.create(
            cycle=cycle, enrolment=one.enrolment, user=one.user, kind=one.kind, phase=one.phase,
            ends_on=one.ends_on, asked_by=actor, **_rest(one, now),
        )  # fmt: skip
        _tell(row)
    journal.append(actor=actor, scope=scope_of(cycle), verb="reminders.sent", obj=cycle, after=_summary(left))
    return len({one.about for one in left})


def _summary(sent: Sequence[Wanted]) -> dict[str, Any]:
    """What the journal keeps: how many people, and about which units."""
    units = sorted({one.enrolment.unit.code for one in sent if one.enrolment})
    return {"count": len({one.user.pk for one in sent}), "phase": sent[0].phase, "units": units}


def _rest(wanted: Wanted, now: datetime) -> dict[str, Any]:
    mailed = bool(wanted.user.email) and mail.is_set_up()
    return {
        "closes_at": wanted.closes_at,
        "count": wanted.count,
        "url": wanted.url,
        "at": now,
        "mail": Reminder.Mail.WAITING if mailed else Reminder.Mail.NONE,
        "mail_after": now if mailed else None,
    }


def _tell(row: Reminder) -> None:
    code, params = notice_of(row, row.at)
    units_services.notify(users=[row.user], text_code=code, params=params, url=row.url)


# --- mail -----------------------------------------------------------------------------------------------------------


def send_waiting(*, still_open: Callable[[Sequence[Reminder]], set[int]], now: datetime | None = None) -> int:
    """Send the messages that wait; how many went out. Safe to run at once in several processes.

    `still_open` tells the keys of the reminders whose work is not done yet; the others need no message any more. One
    that fails is tried again later, five times at most and no longer than a day; where the server itself does not
    answer, the rest waits too. Never called in a transaction: a slow server must not hold the database.
    """
    now = now or timezone.now()
    waiting = late.mail_waiting(now)
    wanted = still_open(waiting) if waiting else set()
    sent = 0
    for row in waiting:
        if row.pk not in wanted or now - row.at > late.MAIL_KEEPS:
            gone = Reminder.Mail.DROPPED if row.pk not in wanted else Reminder.Mail.FAILED
            Reminder.objects.filter(pk=row.pk, mail=row.mail, mail_after=row.mail_after).update(mail=gone)
            continue
        if not _claimed(row, now):
            continue
        try:
            mail.send_plain(to=row.user.email, **message_of(row, now))
        except mail.MailFailed as failed:
            logger.warning("reminder %s could not be mailed: %s", row.pk, failed)
            _put_back(row, now, counts=not failed.everybody)
            if failed.everybody:
                break
        else:
            Reminder.objects.filter(pk=row.pk).update(mail=Reminder.Mail.SENT)
            sent += 1
    return sent


def _claimed(row: Reminder, now: datetime) -> bool:
    """Take one message for oneself; False where another process has it."""
    mine = Reminder.objects.filter(pk=row.pk, mail=row.mail, mail_after=row.mail_after)
    return bool(mine.update(mail=Reminder.Mail.SENDING, mail_after=now + DEAD))


def _put_back(row: Reminder, now: datetime, *, counts: bool) -> None:
    tries = row.mail_tries + counts
    state = Reminder.Mail.FAILED if tries >= TRIES else Reminder.Mail.WAITING
    Reminder.objects.filter(pk=row.pk).update(mail=state, mail_tries=tries, mail_after=now + AGAIN)
