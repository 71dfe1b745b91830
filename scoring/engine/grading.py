"""Step 8, second half: gradings, and what vetoes do there."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from evidence.facts import UnitFacts
from rubrics.checks.rules import merit_order
from rubrics.definition import Definition, Grading, Rule
from rubrics.definition.records import Consequence, Quota, When
from scoring.engine.ranking import ALL, Places, sort_key
from scoring.engine.result import UnitResult


class Standing(NamedTuple):
    """A unit as gradings see it."""

    unit: UnitResult
    facts: UnitFacts
    consequences: tuple[Consequence, ...]


def grade_units(definition: Definition, standings: Sequence[Standing], places: Places) -> None:
    """Give every unit its grade in every grading."""
    for first, grading in enumerate(definition.gradings):
        grades = _Grader(definition, grading, standings, places).grades()
        merits = merit_order(grading)
        for standing in standings:
            grade = grades.get(standing.unit.code)
            lowered = _downgrade(grading.code, grade, merits, standing, is_first=first == 0)
            standing.unit.grades[grading.code] = lowered


def _downgrade(
    grading: str, grade: str | None, merits: Sequence[str], standing: Standing, *, is_first: bool
) -> str | None:
    """`downgrade` acts last, adds up, stops at the worst grade, and asks neither bars nor quotas."""
    steps = sum(
        consequence.downgrade
        for consequence in standing.consequences
        if consequence.downgrade is not None
        and (consequence.grading == grading or (consequence.grading is None and is_first))
    )
    if grade is None or not steps:
        return grade
    return merits[min(merits.index(grade) + steps, len(merits) - 1)]


class _Grader:
    """Works through the rules of one grading from the top; the first rule that takes a unit wins."""

    def __init__(self, definition: Definition, grading: Grading, standings: Sequence[Standing], places: Places) -> None:
        self.definition = definition
        self.grading = grading
        self.standings = standings
        self.places = places
        self.merits = merit_order(grading)
        self.barred = {standing.unit.code: self._barred(standing) for standing in standings}

    def grades(self) -> dict[str, str]:
        given: dict[str, str] = {}
        for rule in self.grading.rules:
            meeting = [
                standing
                for standing in self.standings
                if standing.unit.code not in given
                and rule.code not in self.barred[standing.unit.code]
                and holds(rule.when, standing, self.places)
            ]
            for unit in self._taken(rule, meeting):
                given[unit.code] = rule.code
        return given

    def _barred(self, standing: Standing) -> set[str]:
        barred: set[str] = set()
        for consequence in standing.consequences:
            barred.update(consequence.bar_grades)
            if consequence.cap_grade in self.merits:
                barred.update(self.merits[: self.merits.index(str(consequence.cap_grade))])
        return barred

    def _taken(self, rule: Rule, meeting: Sequence[Standing]) -> list[UnitResult]:
        if rule.quota is None:
            return [standing.unit for standing in meeting]
        by_series: dict[str | None, list[UnitResult]] = {}
        for standing in meeting:
            # Units out of rank take no quota place.
            if not standing.unit.out_of_rank:
                by_series.setdefault(standing.unit.series, []).append(standing.unit)
        taken = []
        for series, units in by_series.items():
            limit = quota_of(rule.quota, series, self.places.sizes.get(series, 0))
            taken += self._best(rule, units, limit)
        return taken

    def _best(self, rule: Rule, units: list[UnitResult], limit: int) -> list[UnitResult]:
        """The best `limit` units; `tie` says what happens where the edge cuts through equal totals."""
        ordered = sorted(units, key=lambda unit: sort_key(self.definition, unit), reverse=True)
        if limit == 0 or len(ordered) <= limit:
            return ordered[:limit]
        return _EDGES[rule.tie](ordered, limit, lambda unit: sort_key(self.definition, unit))


def quota_of(quota: Quota, series: str | None, size: int) -> int:
    """How many units a rule takes in a series with `size` units in rank; a series missing in a map has 0."""
    if quota.percent is not None:
        exact = Fraction(quota.percent) * size / 100
        return math.ceil(exact) if quota.partial == "up" else math.floor(exact)
    return quota.every if quota.every is not None else dict(quota.by_series).get(series or "", 0)


_KeyOf = Callable[[UnitResult], tuple[Decimal, ...]]


def _extend(ordered: list[UnitResult], limit: int, key: _KeyOf) -> list[UnitResult]:
    edge = ordered[limit - 1].total
    return [unit for unit in ordered if unit.total >= edge]


def _stop(ordered: list[UnitResult], limit: int, key: _KeyOf) -> list[UnitResult]:
    edge = ordered[limit - 1].total
    if ordered[limit].total != edge:
        return ordered[:limit]
    return [unit for unit in ordered if unit.total > edge]


def _tiebreak(ordered: list[UnitResult], limit: int, key: _KeyOf) -> list[UnitResult]:
    edge = key(ordered[limit - 1])
    return [unit for unit in ordered if key(unit) >= edge]


_EDGES: dict[str, Callable[[list[UnitResult], int, _KeyOf], list[UnitResult]]] = {
    "extend": _extend,
    "stop": _stop,
    "tiebreak": _tiebreak,
}


def holds(when: When, standing: Standing, places: Places) -> bool:
    """Whether all conditions hold for a unit."""
    return all(
        _CONDITIONS[name](value, when, standing, places)
        for name in _CONDITIONS
        if (value := getattr(when, name)) not in (None, ())
    )


def _place(places: Mapping[tuple[str | None, str], int], when: When, standing: Standing) -> int | None:
    scope = ALL if when.within == "all" else standing.unit.series
    return places.get((scope, standing.unit.code))


def _rank_at_most(value: int, when: When, standing: Standing, places: Places) -> bool:
    place = _place(places.top, when, standing)
    return place is not None and place <= value


def _rank_from_bottom(value: int, when: When, standing: Standing, places: Places) -> bool:
    place = _place(places.bottom, when, standing)
    return place is not None and place <= value


def _nodes_at_least(value: Any, when: When, standing: Standing, places: Places) -> bool:
    nodes = ((standing.unit.applying(code), least) for code, least in value)
    return all(node is not None and node.value >= least for node, least in nodes)


_CONDITIONS: dict[str, Callable[[Any, When, Standing, Places], bool]] = {
    "total_at_least": lambda value, when, standing, places: standing.unit.total >= value,
    "total_below": lambda value, when, standing, places: standing.unit.total < value,
    "node_at_least": _nodes_at_least,
    "rank_at_most": _rank_at_most,
    "rank_from_bottom_at_most": _rank_from_bottom,
    "has_fact": lambda value, when, standing, places: standing.unit.counted.issuperset(value),
    "no_veto": lambda value, when, standing, places: not (value and standing.unit.vetoes),
    "has_tag": lambda value, when, standing, places: standing.facts.tags.issuperset(value),
    "in_series": lambda value, when, standing, places: standing.unit.series in value,
    "holds_grade": lambda value, when, standing, places: any(
        held.code == value.code and held.years >= value.years for held in standing.facts.holds
    ),
    "any": lambda value, when, standing, places: any(holds(inner, standing, places) for inner in value),
}
