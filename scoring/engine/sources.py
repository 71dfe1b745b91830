"""Where points come from that no fact says: panels' ratings and other scores."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from evidence.facts import Rating
from rubrics.definition import Panel
from scoring.engine.result import Notice

Ballots = dict[str, list[Decimal]]
"""Valid ballots by group, in points on the panel's scale."""


class Ratings:
    """The ratings of a cycle, by panel and unit."""

    def __init__(self, ratings: Sequence[Rating]) -> None:
        self._ballots: dict[tuple[str, str], Ballots] = {}
        for rating in ratings:
            groups = self._ballots.setdefault((rating.panel, rating.unit), {})
            groups.setdefault(rating.group, []).extend(value for value in rating.values if value is not None)

    def about(self, panel: str, unit: str) -> Ballots:
        return self._ballots.get((panel, unit), {})


def panel_part(panel: Panel, ballots: Ballots, about: str) -> tuple[Fraction | None, list[Notice]]:
    """The part of the scale that a panel's combined rating reached, 0 to 1; None where nobody rated the unit."""
    notices = [
        Notice("below_quorum", about, {"group": group.title or group.code, "count": count, "quorum": group.quorum})
        for group in panel.groups
        if (count := len(ballots.get(group.code, ()))) < group.quorum
    ]
    combined = _pooled(panel, ballots) if panel.weigh_by == "ballots" else _weighted(panel, ballots)
    if combined is None:
        return None, [*notices, Notice("no_ballots", about)]
    return combined / Fraction(panel.full), notices


def _pooled(panel: Panel, ballots: Ballots) -> Fraction | None:
    return _combined(panel, [value for values in ballots.values() for value in values])


def _weighted(panel: Panel, ballots: Ballots) -> Fraction | None:
    """Groups without ballots are left out and the weights normalised again."""
    total, weights = Fraction(0), Fraction(0)
    for group in panel.groups:
        mean = _combined(panel, ballots.get(group.code, []))
        if mean is not None:
            total += Fraction(group.weight) * mean
            weights += Fraction(group.weight)
    return total / weights if weights else None


def _combined(panel: Panel, values: list[Decimal]) -> Fraction | None:
    """The mean, or the mean without the `trim` highest and lowest ballots where more than 2 × trim were cast."""
    if not values:
        return None
    if panel.combine == "trimmed" and panel.trim and len(values) > 2 * panel.trim:
        values = sorted(values)[panel.trim : -panel.trim]
    return sum((Fraction(value) for value in values), Fraction(0)) / len(values)
