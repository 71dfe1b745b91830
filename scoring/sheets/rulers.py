"""One unit on a ruler: where it stands among the others, and how far its score has come. Finished SVG attributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor

from scoring.sheets.charts import Line, Mark, Scale, nice_step
from scoring.sheets.numbers import at, fixed, short


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
