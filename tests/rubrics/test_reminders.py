"""Which reminder of a phase's end is due: by the calendar of the house, never at night, and what was missed."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from rubrics.lifecycle import Phase
from rubrics.reminders import last_day, step_due

ZONE = ZoneInfo("Asia/Shanghai")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


PHASE = Phase("self_assessment", moment("2026-12-01"), moment("2026-12-21T17:30"))


@pytest.mark.parametrize(
    ("now", "step"),
    [
        ("2026-12-13T23:59", None),
        ("2026-12-14T07:59", None),
        ("2026-12-14T08:00", 7),
        ("2026-12-16T12:00", 7),
        ("2026-12-18T08:00", 3),
        ("2026-12-19T20:00", 3),
        ("2026-12-20T08:00", 1),
        ("2026-12-21T08:00", 0),
        ("2026-12-21T17:29", 0),
        ("2026-12-21T17:30", None),
        ("2026-12-22T08:00", None),
    ],
)
def test_the_nearest_step_that_was_reached_is_due_in_the_daytime_while_the_phase_is_open(
    now: str, step: int | None
) -> None:
    assert step_due(PHASE, moment(now), ZONE) == step


def test_an_end_on_the_stroke_of_midnight_is_the_day_before() -> None:
    phase = Phase("review", moment("2026-12-01"), moment("2026-12-22T00:00"))
    assert str(last_day(phase.closes_at, ZONE)) == "2026-12-21"
    assert step_due(phase, moment("2026-12-21T09:00"), ZONE) == 0
    assert step_due(phase, moment("2026-12-20T09:00"), ZONE) == 1


def test_the_days_are_those_of_the_house_and_not_of_greenwich() -> None:
    late_evening = datetime.fromisoformat("2026-12-14T00:10+00:00")  # 08:10 of the 14th in the house
    assert step_due(PHASE, late_evening, ZONE) == 7
    assert step_due(PHASE, datetime.fromisoformat("2026-12-20T22:00+00:00"), ZONE) is None  # 06:00 of the 21st


def test_a_step_that_lay_before_the_phase_began_is_not_caught_up() -> None:
    short = Phase("review", moment("2026-12-16"), moment("2026-12-21T17:30"))
    assert step_due(short, moment("2026-12-16T09:00"), ZONE) is None
    assert step_due(short, moment("2026-12-18T09:00"), ZONE) == 3


def test_before_the_phase_nobody_is_reminded() -> None:
    assert step_due(PHASE, moment("2026-11-30T10:00"), ZONE) is None
