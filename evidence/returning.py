"""Until when a returned sheet may be put right: the date that the reviewer sets, what it must be, and what it becomes.

Days are those of the house's own time zone. A date ends with its day, or with the cycle where that ends on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

USUAL_DAYS = 7
"""So many days a unit has where the reviewer names no date."""


def end_of(day: date, closes_at: datetime | None = None) -> datetime:
    """The end of a day; on the day on which the cycle closes, that moment."""
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=timezone.get_current_timezone())
    return closes_at if closes_at is not None and last_day(closes_at) == day else end


def last_day(end: datetime) -> date:
    """The day that an end belongs to: the stroke of midnight is the day before."""
    return timezone.localtime(end - timedelta(microseconds=1)).date()


def usual_until(now: datetime, closes_at: datetime | None) -> datetime:
    """A week from now, or the end of the cycle where that comes first."""
    end = end_of(timezone.localtime(now).date() + timedelta(days=USUAL_DAYS))
    return end if closes_at is None else min(end, closes_at)


def why_not_until(until: datetime, now: datetime, closes_at: datetime | None) -> str:
    """What is wrong with a date: ``past``, ``after_close``, or nothing."""
    if until <= now:
        return "past"
    return "after_close" if closes_at is not None and until > closes_at else ""


def correct_until(until: datetime, extensions: Iterable[datetime], closes_at: datetime | None) -> datetime:
    """When a returned sheet locks again: on its date, or later where the unit was given more time, never after the
    cycle."""
    end = max([until, *extensions])
    return end if closes_at is None else min(end, closes_at)
