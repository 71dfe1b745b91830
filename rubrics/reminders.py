"""Which reminder of a phase's end is due: 7, 3 and 1 days before it and on the day. Pure: no framework, no clock.

A house that stood still on the day catches up: what counts is the nearest step that has been reached. A step that lay
before the phase began is left out.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from rubrics.lifecycle import Phase

STEPS = (7, 3, 1, 0)
"""Days before the last day of a phase."""
MORNING = 8
"""Nobody is reminded before this hour of the day."""
PAUSE = timedelta(hours=1)
"""So long after a reminder by hand none follows by hand."""


def last_day(closes_at: datetime, zone: tzinfo) -> date:
    """The day people take for the end: an end on the stroke of midnight belongs to the day before."""
    return (closes_at.astimezone(zone) - timedelta(microseconds=1)).date()


def step_due(phase: Phase, now: datetime, zone: tzinfo) -> int | None:
    """The step that is due now, None where the phase is not open or its end is still far."""
    local = now.astimezone(zone)
    if not phase.is_open(now) or local.hour < MORNING:
        return None
    ends = last_day(phase.closes_at, zone)
    left = (ends - local.date()).days
    step = min((each for each in STEPS if each >= left), default=None)
    if step is None or (step != left and ends - timedelta(days=step) < phase.opens_at.astimezone(zone).date()):
        return None
    return step
