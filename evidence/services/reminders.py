"""Reminders: what the clock sends before a phase ends, and what an administrator sends by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from appraisal_site.toolkit import mail
from evidence.selectors.late import OpenReview, OpenSheet, nearest_returns, open_work
from rubrics import selectors as rubrics_selectors
from rubrics import services as rubrics_services
from rubrics.reminders import step_due
from rubrics.selectors import late as rubrics_late
from rubrics.services import Wanted
from units import jobs

if TYPE_CHECKING:
    from rubrics.models import Cycle
    from units.models import User

MAIL = "evidence.mail_reminders"


def remind(*, actor: User | None, cycle: Cycle, lines: Sequence[OpenSheet | OpenReview]) -> int:
    """Remind the people of these lines now; of how many units or reviewers that was. Refused as by `remind_by_hand`.

    Mail goes out afterwards: no page waits for a mail server.
    """
    with transaction.atomic():
        wanted = [one for line in lines for one in wanted_of(cycle, line)]
        count = rubrics_services.remind_by_hand(actor=actor, cycle=cycle, wanted=wanted)
        if mail.is_set_up():
            jobs.enqueue(MAIL, [], actor=actor)
    return count


def wanted_of(cycle: Cycle, line: OpenSheet | OpenReview) -> list[Wanted]:
    """A reminder for each of the people; none where a unit has nobody."""
    enrolment = line.enrolment if isinstance(line, OpenSheet) else None
    url = (
        reverse("evidence:sheet", args=[enrolment.pk])
        if enrolment
        else reverse("evidence:review_list", args=[cycle.pk])
    )
    return [
        Wanted(user, line.kind, line.phase.code, line.phase.closes_at, url, line.count, enrolment)
        for user in line.people
    ]


def remind_due(now: datetime | None = None) -> int:
    """Send every step that is due in any cycle and was not sent yet; how many went out.

    Safe to run as often as one likes and by several processes at once: each step is a row that exists once.
    """
    now = now or timezone.now()
    return sum(_remind_due(cycle, now) for cycle in rubrics_late.running_cycles() if _is_near(cycle, now))


def _is_near(cycle: Cycle, now: datetime) -> bool:
    """Whether any end is so near that it is worth looking at the work."""
    zone = timezone.get_current_timezone()
    schedules = [cycle.schedule(), *(row.schedule() for row in rubrics_selectors.enrolments_in(cycle))]
    phases = [phase for schedule in schedules for phase in schedule.phases]
    return any(step_due(phase, now, zone) is not None for phase in (*phases, *nearest_returns(cycle, now)))


def _remind_due(cycle: Cycle, now: datetime) -> int:
    zone = timezone.get_current_timezone()
    known = rubrics_late.sent_steps(cycle)
    sent = 0
    for line in open_work(cycle, now).lines:
        step = step_due(line.phase, now, zone)
        if step is None:
            continue
        for one in wanted_of(cycle, line):
            if one.step(step) not in known:
                sent += rubrics_services.remind_once(cycle=cycle, wanted=one, days=step, now=now)
    return sent


def mail_reminders(now: datetime | None = None) -> int:
    """Send the messages that wait, but those whose work is done meanwhile; how many went out."""
    now = now or timezone.now()
    return rubrics_services.send_waiting(still_open=lambda rows: _still_open(rows, now), now=now)


def _still_open(reminders: Iterable[Any], now: datetime) -> set[int]:
    """The keys of the reminders that people would still be glad of."""
    rows = list(reminders)
    cycles = {row.cycle_id: row.cycle for row in rows}
    waits = {
        (pk, line.kind, line.about, person.pk)
        for pk, cycle in cycles.items()
        if not cycle.sealed
        for line in open_work(cycle, now).lines
        for person in line.people
    }
    about = {row.pk: ("unit", row.enrolment_id) if row.enrolment_id else ("person", row.user_id) for row in rows}
    return {row.pk for row in rows if (row.cycle_id, row.kind, about[row.pk], row.user_id) in waits}
