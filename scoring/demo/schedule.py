"""Days of the plan as moments. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from rubrics.services import PhaseDates
from scoring.demo.plan import CyclePlan


def phases(plan: CyclePlan, today: date) -> list[PhaseDates]:
    """The phases from the first midnight of their first day to the last of their last."""
    return [
        PhaseDates(code, midnight(today, first), midnight(today, last + 1))
        for code, (first, last) in plan.phases.items()
    ]


def midnight(today: date, days: int) -> datetime:
    """The beginning of the day so many days after today, by the site's clock."""
    return timezone.make_aware(datetime.combine(today + timedelta(days=days), time.min))


def within(opens_at: datetime, closes_at: datetime, place: int, places: int) -> datetime:
    """A moment for one of several people between two others, in office hours."""
    step = (closes_at - opens_at) * (place + 1) / (places + 1)
    moment = timezone.localtime(opens_at + step)
    return moment.replace(hour=9 + place % 8, minute=(7 * place + 5) % 60, second=0, microsecond=0)
