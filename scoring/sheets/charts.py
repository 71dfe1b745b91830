"""Scores on a ruler: where the marks stand, finished as SVG attributes, so that a template only writes them down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil, floor

from scoring.sheets.numbers import at, fixed, short

LEFT, RIGHT = 3.0, 97.0
"""Where a ruler begins and ends, in percent of its box, so that a dot at the end is whole."""
COLUMNS = 26
RADIUS, STEP, LEVEL = 3.4, 9, 15
"""Pixels: a dot's radius, the pitch of a stack, the height of an edge's words."""
NICE = (Decimal(1), Decimal(2), Decimal(5))


@dataclass(frozen=True)
class Mark:
    """A line, a dot or a word on a ruler."""

    kind: str
    css: str = ""
    x: str = ""
    x1: str = ""
    x2: str = ""
    y: str = ""
    y1: str = ""
    y2: str = ""
    r: str = ""
    text: str = ""
    strong: str = ""


@dataclass(frozen=True)
class Scale:
    """A ruler: its height in pixels, what it says to those who do not see it, and its marks."""

    label: str
    height: int
    marks: tuple[Mark, ...]
    css: str = ""
    step: str = ""


@dataclass(frozen=True)
class Line:
    """A grade's edge on a ruler."""

    total: Decimal
    text: str
    is_floor: bool = False


@dataclass(frozen=True)
class Point:
    """One unit on a distribution."""

    total: Decimal
    title: str
    css: str = ""


@dataclass
class _Ruler:
    low: Decimal
    high: Decimal
    marks: list[Mark] = field(default_factory=list)

    def place(self, value: Decimal) -> float:
        width = self.high - self.low
        part = float((value - self.low) / width) if width else 0.5
        return LEFT + (RIGHT - LEFT) * max(0.0, min(1.0, part))


def nice_step(width: Decimal, parts: int) -> Decimal:
    """The smallest of 1, 2, 5 × a power of ten that divides `width` into at most `parts`."""
    if width <= 0:
        return Decimal(1)
    power = Decimal(10) ** (floor((width / parts).log10()) if width / parts > 0 else 0)
    steps = [figure * power * factor for factor in (1, 10) for figure in NICE]
    return next(step for step in steps if step * parts >= width)


def column_of(total: Decimal, edges: Sequence[Decimal], step: Decimal) -> Decimal:
    """The middle of the column that a total falls into.

    Columns of equal width are counted outwards from the grade edges, so none of them straddles an edge: upwards from
    the highest edge, downwards from the edge above elsewhere; without edges from zero.
    """
    above = [edge for edge in edges if edge > total]
    if above:
        edge = min(above)
        number = ceil((edge - total) / step)
        below = [other for other in edges if other <= total]
        middle = edge - step * (Decimal(number) - Decimal("0.5"))
        if not below:
            return middle
        # Between two edges the last column would reach over the lower one: it stands close to it instead.
        return (edge + max(below)) / 2 if edge - max(below) < step else max(middle, max(below) + step / 2)
    base = max(edges, default=Decimal(0))
    return base + step * (Decimal(floor((total - base) / step)) + Decimal("0.5"))


def distribution(points: Sequence[Point], lines: Sequence[Line], label: str, digits: int = 2) -> Scale:
    """Every unit a dot, stacked in columns, with the edges of the grades drawn through."""
    if not points:
        return Scale(label, 0, ())
    edges = [line.total for line in lines]
    values = [point.total for point in points] + edges
    step = nice_step(max(values) - min(values), COLUMNS)
    ticks = step * 5
    low, high = floor(min(values) / ticks) * ticks, (floor(max(values) / ticks) + 1) * ticks
    ruler = _Ruler(Decimal(low), Decimal(high))
    stacks: dict[Decimal, list[Point]] = defaultdict(list)
    for point in sorted(points, key=lambda point: point.total):
        stacks[column_of(point.total, edges, step)].append(point)
    tallest = max(len(stack) for stack in stacks.values())
    pitch = STEP if tallest <= 12 else 108 / tallest
    base = max(62, round(11 + LEVEL * max(1, len(lines)) + tallest * pitch))
    _axis(ruler, base, ticks)
    _edges(ruler, base, lines)
    radius = min(RADIUS, pitch * 0.45)
    for middle, stack in sorted(stacks.items()):
        for number, point in enumerate(stack):
            text = f"{point.title} {fixed(point.total, digits)}"
            y = base - 6 - number * pitch
            ruler.marks.append(
                Mark("dot", point.css, x=at(ruler.place(middle)), y=f"{y:.1f}", r=f"{radius:.1f}", text=text)
            )
    return Scale(label, base + 28, tuple(ruler.marks), step=short(step))


def _axis(ruler: _Ruler, base: int, ticks: Decimal) -> None:
    ruler.marks.append(Mark("line", "edge", x1=at(LEFT), x2=at(RIGHT), y1=str(base), y2=str(base)))
    count = int((ruler.high - ruler.low) / ticks)
    every = max(1, ceil(count / 5))
    for number in range(count + 1):
        value = ruler.low + ticks * number
        labelled = number % every == 0
        x = at(ruler.place(value))
        ruler.marks.append(Mark("line", "", x1=x, x2=x, y1=str(base), y2=str(base + (8 if labelled else 4))))
        if labelled:
            ruler.marks.append(Mark("text", "mid", x=x, y=str(base + 22), text=short(value)))


def _edges(ruler: _Ruler, base: int, lines: Sequence[Line]) -> None:
    """Each edge with its words, on a level of their own so that they do not meet."""
    for level, line in enumerate(sorted(lines, key=lambda line: -line.total)):
        top = 2 + LEVEL * level
        x, css = ruler.place(line.total), "red" if line.is_floor else "acc"
        ruler.marks.append(Mark("line", css, x1=at(x), x2=at(x), y1=str(top), y2=str(base)))
        to_left = x > 50
        place = at(x - 1.5 if to_left else x + 1.5)
        ruler.marks.append(
            Mark(
                "text",
                f"strong{' end' if to_left else ''}" if not line.is_floor else ("end" if to_left else ""),
                x=place,
                y=str(top + 9),
                text=line.text,
            )
        )
