"""Gradings as people look at them: which grade is better, where its edge lies, what it brings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scoring.sheets.numbers import exact, fixed, short
from scoring.sheets.words import both, word

if TYPE_CHECKING:
    from rubrics.definition.records import Definition, Grading, Rule


@dataclass(frozen=True)
class Edge:
    """A line between grades: drawn above the ranked row number `above`; `total` is where it lies on a ruler."""

    above: int
    text: str
    short_text: str
    is_floor: bool
    total: Decimal | None


@dataclass(frozen=True)
class GradeLine:
    """One grade of a grading: who has it and what it brings, in words."""

    code: str
    title: str
    is_worst: bool
    units: tuple[str, ...]
    consequences: tuple[str, ...]


def is_sink(rule: Rule) -> bool:
    """Whether a rule catches what lies below something, and so stands first in its list though it is the worst."""
    when = rule.when
    return when.total_below is not None or when.rank_from_bottom_at_most is not None


def by_merit(grading: Grading) -> list[Rule]:
    """The rules from the best grade to the worst: as they say, else in order with the sinks last, in reverse."""
    if all(rule.merit is not None for rule in grading.rules):
        return sorted(grading.rules, key=lambda rule: rule.merit or 0)
    sinks = [rule for rule in grading.rules if is_sink(rule)]
    return [rule for rule in grading.rules if not is_sink(rule)] + sinks[::-1]


def open_to(grading: Grading, series: str | None) -> list[Rule]:
    """The rules from the best grade to the worst, but for those that are for units of other series only."""
    return [rule for rule in by_merit(grading) if not rule.when.in_series or series in rule.when.in_series]


def is_best(grading: Grading, code: str, series: str | None) -> bool:
    """Whether it is the grade that units strive for: the best one that goes by points or place, where there is one."""
    order = open_to(grading, series)
    earned = [rule for rule in order if is_by_score(rule)] or order
    return len(order) > 1 and earned[0].code == code


def is_by_score(rule: Rule) -> bool:
    """Whether the grade goes by place or points, so that a line can be drawn below it."""
    return rule.quota is not None or any(_asks_score(when) for when in (rule.when, *rule.when.any))


def _asks_score(when: Any) -> bool:
    return when.total_at_least is not None or when.rank_at_most is not None or bool(when.node_at_least)


def title_of(grading: Grading, code: str | None, lang: str) -> str:
    if code is None:
        return word("no_grade", lang)
    return next((rule.title or rule.code for rule in grading.rules if rule.code == code), code)


def edges(grading: Grading, series: str, ranked: Sequence[Any], lang: str) -> tuple[Edge, ...]:
    """The lines to draw into a series' ranked units (those in rank, best first)."""
    order = by_merit(grading)
    place = {rule.code: number for number, rule in enumerate(order)}
    held = [place.get(unit.grades.get(grading.code) or "", len(order)) for unit in ranked]
    earned = {number for number, rule in enumerate(order) if is_by_score(rule)}
    found: list[Edge] = []
    for number, rule in enumerate(order):
        having = [index for index, merit in enumerate(held) if merit <= number and merit in earned]
        if is_sink(rule):
            found.extend(_floor(rule, held, number, lang))
        elif is_by_score(rule) and having and number in held and having[-1] + 1 < len(held):
            found.append(_line_below(rule, series, having, ranked, lang))
    seen: dict[int, Edge] = {}
    for edge in found:
        seen.setdefault(edge.above, edge)
    return tuple(seen[index] for index in sorted(seen))


def _line_below(rule: Rule, series: str, having: list[int], ranked: Sequence[Any], lang: str) -> Edge:
    title = rule.title or rule.code
    how = _how_reached(rule, series, lang)
    text = both(f"以上{title}", f"{title} above", lang) + (f" · {how}" if how else "")
    threshold = rule.when.total_at_least
    at = threshold if threshold is not None and not rule.quota else exact(ranked[having[-1]].total)
    return Edge(having[-1] + 1, text, both(f"{title}线", f"{title}", lang), False, at)


def _floor(rule: Rule, held: list[int], number: int, lang: str) -> list[Edge]:
    """The line above the units that a sink took; only where they stand together at the end."""
    sunk = [index for index, merit in enumerate(held) if merit == number]
    if not sunk or sunk[0] == 0:
        return []
    title, below = rule.title or rule.code, rule.when.total_below
    if below is not None:
        text = both(f"{short(below)} 分 · 以下{title}", f"{short(below)} points · {title} below", lang)
    else:
        text = both(f"以下{title}", f"{title} below", lang)
    return [Edge(sunk[0], text, both(f"{title}线", f"{title}", lang), True, below)]


def _how_reached(rule: Rule, series: str, lang: str) -> str:
    quota, when = rule.quota, rule.when
    if quota is not None and quota.percent is not None:
        return both(f"取前 {short(quota.percent)}%", f"the first {short(quota.percent)}%", lang)
    if quota is not None:
        places = quota.every if quota.every is not None else dict(quota.by_series).get(series, 0)
        return both(f"取前 {places} 名", f"the first {places}", lang)
    if when.total_at_least is not None:
        return both(f"{short(when.total_at_least)} 分起", f"from {short(when.total_at_least)} points", lang)
    return both(f"前 {when.rank_at_most} 名", f"the first {when.rank_at_most}", lang)


def consequence(entry: Any, lang: str, parts: Collection[Decimal] = ()) -> str:
    """What one consequence of a grade says: its title with its value, or its text.

    `parts`: the shares that the other grades give under the same code; next to them a nought is a share too.
    """
    title = entry.title or entry.text or entry.code
    if entry.open and entry.value is None:
        return both(f"{title}：待定", f"{title}: not set yet", lang)
    value = entry.text if entry.title else ""
    if not value and entry.value is not None:
        value = _amount(entry.value, lang, parts)
    return both(f"{title}：{value}", f"{title}: {value}", lang) if value else title


def _amount(value: Decimal, lang: str, parts: Collection[Decimal]) -> str:
    """A share in percent; a nought among shares that raise and lower is no change, among others 0%."""
    if not value and parts:
        return both("不增减", "no change", lang) if min(parts) < 0 else "0%"
    return f"{short(value * 100)}%" if _is_part(value) else short(value)


def _is_part(value: Decimal | None) -> bool:
    return value is not None and 0 < abs(value) < 1


def _parts(grading: Grading) -> dict[str, list[Decimal]]:
    """By code of a consequence, the shares that the grades give."""
    found: dict[str, list[Decimal]] = {}
    for rule in grading.rules:
        for entry in rule.consequences:
            if entry.value is not None and _is_part(entry.value):
                found.setdefault(entry.code, []).append(entry.value)
    return found


def lines(grading: Grading, units: Sequence[Any], titles: Mapping[str, str], lang: str) -> tuple[GradeLine, ...]:
    """Every grade of a grading with its units, best first; what applies to some of the units only is said with them."""
    series = {unit.series for unit in units}
    parts = _parts(grading)
    found = []
    for rule in by_merit(grading):
        if rule.when.in_series and not series.intersection(rule.when.in_series):
            continue
        having = [unit for unit in units if unit.grades.get(grading.code) == rule.code]
        brings = [entry for entry in rule.consequences if not having or any(_meets(entry, unit) for unit in having)]
        said = tuple(consequence(entry, lang, parts.get(entry.code, ())) for entry in brings)
        names = tuple(titles.get(unit.code, unit.code) for unit in having)
        found.append(GradeLine(rule.code, rule.title or rule.code, is_sink(rule), names, said))
    return tuple(found)


def _meets(entry: Any, unit: Any) -> bool:
    series = entry.applies_to.series
    return not series or unit.series in series


def thresholds(definition: Definition, series_edges: Sequence[Edge]) -> list[tuple[Decimal, str, bool]]:
    """The edges that have a place on a ruler: (total, words, whether it is a floor)."""
    digits = definition.rounding.digits
    found = []
    for edge in series_edges:
        if edge.total is not None:
            shown = short(edge.total) if edge.is_floor else fixed(edge.total, digits)
            found.append((edge.total, f"{edge.short_text} {shown}", edge.is_floor))
    return found


__all__ = ["Edge", "GradeLine", "by_merit", "consequence", "edges", "lines", "thresholds", "title_of"]
