"""What the items of a cycle cost the units in work, beside what they moved: which are worth asking next year."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from evidence import selectors as evidence_selectors
from scoring.models import UnitResult
from scoring.packing import unpack
from scoring.selectors.outcomes import outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evidence.selectors import Burden, ItemBurden
    from rubrics.definition import Definition
    from rubrics.models import Cycle
    from scoring.engine import Line
    from scoring.engine import UnitResult as UnitOutcome

ZERO = Decimal(0)
YEARS = 3
"""How many earlier cycles are looked at."""


@dataclass
class Moved:
    """What one item did to scores: points by their face and after all bounds, without signs, and to how many units.

    A forfeit or veto that fired moved something, wherever its points stand. `low` and `high` are the least and the
    most points that it moved, with their signs, with any unit that it concerns.
    """

    face: Decimal = ZERO
    points: Decimal = ZERO
    units: int = 0
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def is_alike(self) -> bool:
        """Whether it moved the same points with every unit."""
        return self.low is not None and self.low == self.high


@dataclass(frozen=True)
class ItemLine:
    """One item: what it asks, what it moved in this cycle, and the earlier years in which it moved nothing."""

    item: ItemBurden
    moved: Moved
    idle_before: tuple[int, ...] = ()

    @property
    def is_idle(self) -> bool:
        """Whether no unit's score was changed by it."""
        return not self.moved.units


@dataclass(frozen=True)
class BurdenOutcome:
    """The whole cycle; `years` are the earlier cycles that were looked at."""

    burden: Burden
    lines: tuple[ItemLine, ...]
    years: tuple[int, ...] = ()
    digits: int = 2

    @property
    def idle(self) -> int:
        return sum(line.is_idle for line in self.lines)


@dataclass
class _Seen:
    """Which items a year's results know, and which of them moved anything."""

    known: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)


def burden_outcome(cycle: Cycle, stand: str) -> BurdenOutcome:
    """Items of the cycle with what they asked and moved in this stand; a constant number of queries."""
    outcome = outcome_of(cycle, stand)
    definition = outcome.definition
    burden = evidence_selectors.burden_of(cycle)
    moved = movements(definition, outcome.result.units)
    earlier = _earlier(cycle, definition)
    lines = [
        ItemLine(item, moved[item.code], tuple(year for year, seen in earlier.items() if _idle(seen, item.code)))
        for item in burden.items
    ]
    return BurdenOutcome(burden, tuple(lines), tuple(earlier), definition.rounding.digits)


def movements(definition: Definition, units: Iterable[UnitOutcome]) -> dict[str, Moved]:
    """By item, what it did to the scores of these units."""
    found = {code: Moved() for code in definition.items}
    for unit in units:
        touched, own = set(), dict.fromkeys(found, ZERO)
        for line in unit.lines:
            item = _item_of(line)
            if item not in found:
                continue
            found[item].face += abs(line.face)
            found[item].points += abs(line.points)
            own[item] += line.points
            if _moves(definition, line):
                touched.add(item)
        for item in touched:
            found[item].units += 1
        for code, moved in found.items():
            if unit.applying(code) is not None:
                moved.low = own[code] if moved.low is None else min(moved.low, own[code])
                moved.high = own[code] if moved.high is None else max(moved.high, own[code])
    return found


def _item_of(line: Line) -> str:
    """The item of the line's clause, or the node itself where a forfeit took its points; else nothing."""
    if line.clause:
        return line.clause.rpartition(".")[0]
    return line.node if line.reason == "forfeit" else ""


def _moves(definition: Definition, line: Line) -> bool:
    """Whether the line moved points, or is of a forfeit or veto that fired."""
    if line.points:
        return True
    clause = definition.clauses.get(line.clause or "")
    ends = clause is not None and clause.effect in ("forfeit", "veto")
    return ends and bool(line.count) and line.reason not in ("exempt", "set_aside")


def _earlier(cycle: Cycle, definition: Definition) -> dict[int, _Seen]:
    """By year, the newest first: what the stored final results of earlier cycles of this rubric say of its items."""
    rows = UnitResult.objects.filter(
        run__current=True, run__stand="final", run__cycle__rubric__code=cycle.rubric.code,
        run__cycle__year__lt=cycle.year, run__cycle__year__gte=cycle.year - YEARS,
    ).order_by("-run__cycle__year")  # fmt: skip
    found: dict[int, _Seen] = defaultdict(_Seen)
    for year, body in rows.values_list("run__cycle__year", "body"):
        unit = unpack(
            body, code="", title="", series=None, total=ZERO, marks=ZERO, rank=None, out_of_rank=False, grades={},
            vetoes=(),
        )  # fmt: skip
        seen = found[year]
        seen.known.update(unit.nodes)
        for line in unit.lines:
            if _moves(definition, line):
                seen.moved.add(_item_of(line))
    return dict(found)


def _idle(seen: _Seen, code: str) -> bool:
    return code in seen.known and code not in seen.moved
