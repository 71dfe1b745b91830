"""Full marks: do they add up, for every category and for every kind of unit? All figures in points."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from rubrics.checks.places import placed_clauses, placed_nodes
from rubrics.definition.records import Category, Definition, Item, marks_of
from rubrics.kinds.numbers import plain
from rubrics.kinds.problems import HINT, Problem

MOST_TAG_SETS = 64


def check_sums(definition: Definition) -> list[Problem]:
    """A category's stated points equal Σ weight × points of its children, unless it is a pool or differs by unit."""
    problems = []
    for path, code, node, _ in placed_nodes(definition):
        if not isinstance(node, Category) or node.is_pool or node.points is None or not node.children:
            continue
        if any(child.applies_to for child in node.children):
            continue
        reached = sum((child.weight * marks_of(child) for child in node.children), Decimal(0))
        if reached != node.points:
            found = {"code": code, "stated": plain(node.points), "sum": plain(reached)}
            problems.append(Problem((*path, "points"), "sum_mismatch", found))
    return problems


class Unit(NamedTuple):
    """A kind of unit: what decides which nodes apply to it."""

    series: str | None
    tags: frozenset[str] = frozenset()
    code: str = ""
    granted: frozenset[str] = frozenset()
    """Nodes granted as not its duty: a decision about one unit, no gap in the rubric; they count with their points."""


def full_marks(definition: Definition, *, series: str | None, tags: Iterable[str] = (), unit: str = "") -> Decimal:
    """The marks that a unit of this kind can reach, added up from items and pools.

    Nodes that do not apply count where they are then full, mean or scaled, not where they are skipped.
    """
    return _full_marks(definition, Unit(series, frozenset(tags), unit))


def _full_marks(definition: Definition, unit: Unit) -> Decimal:
    return sum((top.weight * _marks_for(top, top.code, unit) for top in definition.categories), Decimal(0))


def _marks_for(node: Item | Category, code: str, unit: Unit) -> Decimal:
    if code in unit.granted:
        return marks_of(node)
    if not node.applies_to.covers(series=unit.series, tags=unit.tags, unit=unit.code):
        return Decimal(0) if node.when_not_applicable == "skip" else marks_of(node)
    if not isinstance(node, Category) or node.is_pool:
        return marks_of(node)
    below = (child.weight * _marks_for(child, f"{code}.{child.code}", unit) for child in node.children)
    return sum(below, Decimal(0))


def kinds_of_units(definition: Definition) -> list[tuple[str | None, tuple[str, ...], str]]:
    """Every kind of unit that the rubric tells apart: series × tags, or a unit that it names (series, tags, unit)."""
    series: list[str | None] = [entry.code for entry in definition.series] or [None]
    tags = sorted({tag for applies_to in _all_applies_to(definition) for tag in applies_to.tags})
    units = list(dict.fromkeys(unit for applies_to in _all_applies_to(definition) for unit in applies_to.units))
    if units:
        return [(code, (), unit) for code in series for unit in units]
    sets = [chosen for size in range(len(tags) + 1) for chosen in combinations(tags, size)][:MOST_TAG_SETS]
    return [(code, chosen, "") for code in series for chosen in sets]


def check_marks(definition: Definition) -> list[Problem]:
    """An error for every kind of unit whose full marks stay below the total of its series, a hint where above."""
    problems = []
    for series, tags, unit in kinds_of_units(definition):
        problem = marks_problem(definition, Unit(series, frozenset(tags), unit))
        if problem is not None:
            problems.append(problem)
    return problems


def marks_problem(definition: Definition, unit: Unit) -> Problem | None:
    """What is wrong with the full marks of one kind of unit, if anything."""
    wanted = definition.total_of(unit.series)
    reached = _full_marks(definition, unit)
    if reached == wanted:
        return None
    who = " · ".join(part for part in (unit.series or "", *sorted(unit.tags), unit.code) if part) or "–"
    found = {"who": who, "reached": plain(reached), "total": plain(wanted)}
    if reached < wanted:
        return Problem(("total",), "marks_below_total", found)
    return Problem(("total",), "marks_above_total", found, HINT)


def _all_applies_to(definition: Definition) -> list:  # type: ignore[type-arg]
    nodes = [placed.node.applies_to for placed in placed_nodes(definition)]
    return nodes + [placed.clause.applies_to for placed in placed_clauses(definition)]
