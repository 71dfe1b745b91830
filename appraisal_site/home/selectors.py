"""What the shell and the home page read; every answer comes through the doors of the apps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from appraisal_site.home import days
from evidence.selectors.progress import progress_of
from rubrics import selectors as rubrics_selectors
from units import selectors as units_selectors
from units.wording import notice_text


def cycles(user: Any) -> list[Any]:
    """The cycles in which the person has a part, those that go on first, the newest on top."""
    found = list(rubrics_selectors.cycles_for(user))
    return sorted(found, key=lambda cycle: (cycle.state != "open", -cycle.year, -cycle.pk))


def unread_notices(user: Any) -> int:
    return units_selectors.unread_notices(user)


def latest_notices(user: Any, now: datetime, most: int = 5) -> list[dict[str, str]]:
    """The newest notices as the home page lists them."""
    return [
        {"when": days.lately(now, notice.at), "text": notice_text(notice.text_code, notice.params), "url": notice.url}
        for notice in units_selectors.notices_for(user)[:most]
    ]


def progress(cycle: Any, now: datetime) -> dict[str, int]:
    """How far the units of a cycle and their reviewers have come."""
    rows = progress_of(cycle, now)
    claims = sum(row.claims for row in rows)
    return {
        "units": len(rows),
        "missing": sum(1 for row in rows if row.state not in ("submitted", "ruled")),
        "claims": claims,
        "open": claims - sum(row.decided for row in rows),
    }


def unit_title(user: Any) -> str:
    """The unit that the person is a clerk, the head or a colleague of, where it is one only."""
    listed = (units_selectors.units_filled_by, units_selectors.units_signed_by, units_selectors.units_helped_by)
    filled = {unit.pk: str(unit) for units in listed for unit in units(user)}
    return next(iter(filled.values())) if len(filled) == 1 else ""


def phases(cycle: Any) -> list[Any]:
    """The phases of a cycle in the order in which they open."""
    return sorted(cycle.phases.all(), key=lambda phase: (phase.opens_at, phase.position))
