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


def position(
    total: Decimal,
    full: Decimal,
    others: Sequence[Decimal],
    lines: Sequence[Line],
    own: str,
    ends: tuple[str, str],
    label: str,
) -> Scale:
    """One unit on the ruler of its series: lowest to highest drawn heavy, edges and the unit with their words."""
    values = [total, *others, *(line.total for line in lines)]
    step = nice_step(max(values) - min(values) or full / 10 or Decimal(1), 4)
    low, high = Decimal(floor(min(values) / step) * step), max(full, max(values))
    width = high - low

    def place(value: Decimal) -> float:
        return 100 * float((value - low) / width) if width else 50.0

    y = "24"
    marks = [
        Mark("text", "", x="0", y="11", text=short(low)),
        Mark("text", "end", x="100%", y="11", text=short(high)),
        Mark("line", "off", x1="0", x2="100%", y1=y, y2=y),
        *_heavy(others, place, ends),
        Mark("line", "edge", x1="0.5", x2="0.5", y1="18", y2="30"),
        Mark("line", "edge", x1="100%", x2="100%", y1="18", y2="30"),
    ]
    marks += [
        Mark("line", "edge", x1=at(place(line.total)), x2=at(place(line.total)), y1="18", y2="30") for line in lines
    ]
    marks.append(Mark("dot", "full", x=at(place(total)), y=y, r="6"))
    words = [(place(line.total), line.text, "") for line in lines] + [(place(total), own, "strong")]
    marks += _words_below(words)
    return Scale(label, 44, tuple(marks), css="mid")


def _heavy(others: Sequence[Decimal], place: object, ends: tuple[str, str]) -> list[Mark]:
    if len(others) < 2 or not callable(place):
        return []
    lowest, highest = place(min(others)), place(max(others))
    found = [Mark("line", "on", x1=at(lowest), x2=at(highest), y1="24", y2="24")]
    if highest - lowest > 14 and lowest > 8 and highest < 90:
        found += [
            Mark("text", "mid", x=at(lowest), y="11", text=ends[0]),
            Mark("text", "mid", x=at(highest), y="11", text=ends[1]),
        ]
    return found


def _words_below(words: Sequence[tuple[float, str, str]]) -> list[Mark]:
    """Words under the ruler, shifted to the side where they would meet; the last one stands whatever happens."""
    found: list[Mark] = []
    taken: list[tuple[float, float]] = []
    for place, text, css in sorted(words, key=lambda word: word[2] != "strong"):
        size = 0.9 + 1.35 * len(text)
        for anchor, start in (("mid", place - size / 2), ("", place), ("end", place - size)):
            span = (start, start + size)
            if span[0] >= -1 and span[1] <= 101 and all(span[1] < other[0] or span[0] > other[1] for other in taken):
                taken.append(span)
                found.append(
                    Mark("text", " ".join(part for part in (css, anchor) if part), x=at(place), y="43", text=text)
                )
                break
    return found


@dataclass(frozen=True)
class Part:
    """A top category on the ruler of a running score: what it is worth so far, what was taken away, its full marks."""

    title: str
    value: Decimal
    lost: Decimal
    full: Decimal


def running(parts: Sequence[Part], label: str, digits: int = 2) -> Scale:
    """The running score of a sheet: categories end to end, each filled as far as it has come, what was lost in red."""
    whole = sum((part.full for part in parts), Decimal(0))
    marks: list[Mark] = []
    start = Decimal(0)
    for number, part in enumerate(parts):
        marks += _segment(part, start, whole, number, digits)
        start += part.full
    marks.append(Mark("line", "edge", x1="100%", x2="100%", y1="18", y2="32"))
    return Scale(label, 42, tuple(marks), css="mid")


def filled(parts: Sequence[Part], label: str) -> Scale:
    """The running score in a narrow place: no words, full marks counted up below the joints that have room for them."""
    whole = sum((part.full for part in parts), Decimal(0))
    marks: list[Mark] = []
    start, written = Decimal(0), 0.0
    for part in parts:
        marks += _bar(part, start, whole, 6, (2, 12))
        start += part.full
        share = float(start / whole) if whole else 1.0
        if share < 0.9 and share - written >= 0.1:
            marks.append(Mark("text", "mid", x=at(100 * share), y="25", text=short(start)))
            written = share
    marks.append(Mark("line", "edge", x1="100%", x2="100%", y1="2", y2="12"))
    marks.append(Mark("text", "", x="0", y="25", text="0"))
    marks.append(Mark("text", "end", x="100%", y="25", text=short(whole)))
    return Scale(label, 26, tuple(marks))


def _bar(part: Part, start: Decimal, whole: Decimal, height: int, edge: tuple[int, int]) -> list[Mark]:
    """One category on a ruler: its whole length, how far it is filled, what was lost, and the joint before it."""

    def place(value: Decimal) -> str:
        return at(100 * float(min(max(value, Decimal(0)), whole) / whole) if whole else 0.0)

    y = str(height)
    end, reached = start + part.full, start + max(Decimal(0), min(part.value, part.full))
    marks = [Mark("line", "off", x1=place(start), x2=place(end), y1=y, y2=y)]
    if reached > start:
        marks.append(Mark("line", "on", x1=place(start), x2=place(reached), y1=y, y2=y))
    if part.lost:
        marks.append(Mark("line", "lost", x1=place(reached), x2=place(min(end, reached + part.lost)), y1=y, y2=y))
    joint = "0.5" if not start else place(start)
    marks.append(Mark("line", "edge", x1=joint, x2=joint, y1=str(edge[0]), y2=str(edge[1])))
    return marks


def _segment(part: Part, start: Decimal, whole: Decimal, number: int, digits: int) -> list[Mark]:
    """The bar of one category with its title and value above or below it."""

    def place(value: Decimal) -> str:
        return at(100 * float(value / whole) if whole else 0.0)

    end = start + part.full
    marks = _bar(part, start, whole, 24, (18, 32))
    wide = float(part.full / whole) if whole else 0.0
    if wide >= 0.045:
        below = number % 2 == 1
        is_last = end >= whole and wide < 0.2
        x, css = (place(end), "end") if is_last else (place(start), "")
        shown = part.title if wide > 0.02 + 0.0135 * len(part.title) else ""
        marks.append(Mark("text", css, x=x, y="42" if below else "11", text=shown, strong=fixed(part.value, digits)))
    return marks
