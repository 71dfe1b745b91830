"""The movement chart: an arrow for each unit from its former to its new total, as finished SVG attributes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

from scoring.sheets.charts import LEFT, RIGHT, Mark, Scale, nice_step
from scoring.sheets.numbers import at, fixed, short, signed

PITCH, TOP, BAR = 32, 2, 18
"""Pixels: from one unit to the next, above the first, from a unit's words down to its arrow."""

Place = Callable[[Decimal], str]


@dataclass(frozen=True)
class Arrow:
    """One unit on the chart."""

    title: str
    before: Decimal
    after: Decimal


def movements(arrows: Sequence[Arrow], label: str, digits: int = 2) -> Scale:
    """One row for each arrow on a common ruler: name and difference above, a hollow dot before and a full one after."""
    if not arrows:
        return Scale(label, 0, ())
    values = [value for arrow in arrows for value in (arrow.before, arrow.after)]
    step = nice_step(max(values) - min(values) or Decimal(1), 5)
    low, high = floor(min(values) / step) * step, ceil(max(values) / step) * step
    if low == high:
        high = low + step

    def place(value: Decimal) -> str:
        return at(LEFT + (RIGHT - LEFT) * float((value - low) / (high - low)))

    base = TOP + PITCH * len(arrows) + 4
    marks = _ruler(low, high, step, base, place)
    for number, arrow in enumerate(arrows):
        marks += _row(arrow, TOP + PITCH * number, place, digits)
    return Scale(label, base + 26, tuple(marks), css="kp-moved", step=short(step))


def _ruler(low: Decimal, high: Decimal, step: Decimal, base: int, place: Place) -> list[Mark]:
    marks = [Mark("line", "edge", x1=at(LEFT), x2=at(RIGHT), y1=str(base), y2=str(base))]
    for number in range(int((high - low) / step) + 1):
        x = place(low + step * number)
        marks.append(Mark("line", "", x1=x, x2=x, y1=str(TOP), y2=str(base + 6)))
        marks.append(Mark("text", "mid", x=x, y=str(base + 20), text=short(low + step * number)))
    return marks


def _row(arrow: Arrow, top: int, place: Place, digits: int) -> list[Mark]:
    falls = arrow.after < arrow.before
    y, words = str(top + BAR), str(top + 9)
    said = f"{arrow.title} {fixed(arrow.before, digits)} → {fixed(arrow.after, digits)}"
    begin, end = place(arrow.before), place(arrow.after)
    return [
        Mark("text", "name", x="0", y=words, text=arrow.title),
        Mark("text", "name end", x="100%", y=words, text=signed(arrow.after - arrow.before, digits)),
        Mark("line", "red" if falls else "acc", x1=begin, x2=end, y1=y, y2=y),
        Mark("dot", "bad" if falls else "", x=begin, y=y, r="3.4", text=said),
        Mark("dot", "full bad" if falls else "full", x=end, y=y, r="4.2", text=said),
    ]
