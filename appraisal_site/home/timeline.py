"""The timeline of a cycle with today on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from appraisal_site.home import days, selectors
from rubrics.dates import minute
from rubrics.wording import phase_title


@dataclass(frozen=True)
class PhaseLine:
    """A phase as the ruler shows it; `at` is how far today stands within it, "82.0%"."""

    title: str
    dates: str
    state: str
    at: str = ""
    note: str = ""


def end_of(phase: Any) -> datetime:
    """When a phase ends: closed early by hand, or as planned."""
    return min(phase.closed_early_at, phase.closes_at) if phase.closed_early_at else phase.closes_at


def phases(cycle: Any, now: datetime) -> list[PhaseLine]:
    return [_line(phase, now) for phase in selectors.phases(cycle)]


def _line(phase: Any, now: datetime) -> PhaseLine:
    end = end_of(phase)
    dates = days.span(phase.opens_at, end)
    if end <= now:
        return PhaseLine(phase_title(phase.code), dates, "past")
    if now < phase.opens_at:
        return PhaseLine(phase_title(phase.code), dates, "next")
    share = 100 * (now - phase.opens_at) / (end - phase.opens_at)
    note = _("Today %(day)s") % {"day": days.day(now)}
    return PhaseLine(phase_title(phase.code), dates, "now", f"{share:.1f}%", note)


def open_now(phases_of_cycle: list[Any], now: datetime) -> list[Any]:
    return [phase for phase in phases_of_cycle if phase.opens_at <= now < end_of(phase)]


def sentence(cycle: Any, now: datetime) -> str:
    """What is going on in a cycle, in one sentence."""
    found = selectors.phases(cycle)
    if cycle.state == "sealed":
        return _("Approved and sealed.")
    going = sorted(open_now(found, now), key=end_of)
    if going:
        ends = end_of(going[0])
        said = {"phase": phase_title(going[0].code), "left": days.left(now, ends)[0], "until": minute(ends)}
        return _("%(phase)s: %(left)s, until %(until)s.") % said
    coming = [phase for phase in found if phase.opens_at > now]
    if coming:
        return _("%(phase)s begins on %(day)s.") % {
            "phase": phase_title(coming[0].code),
            "day": days.day(coming[0].opens_at),
        }
    return _("All phases are over.") if found else _("The dates of its phases are not set yet.")


def in_short(cycle: Any, now: datetime) -> dict[str, Any]:
    """A line of "other cycles": its key, its title and what goes on in it."""
    return {"pk": cycle.pk, "title": cycle.title, "year": cycle.year, "now": sentence(cycle, now)}
