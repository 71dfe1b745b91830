"""Figures: given where they are needed, sensible where given, and only where their effect has a use for them."""

from __future__ import annotations

import datetime
from typing import Any

from rubrics.checks.places import PlacedClause, placed_clauses, placed_nodes
from rubrics.definition.records import Category, CommonClause, Definition
from rubrics.kinds.numbers import plain
from rubrics.kinds.problems import HINT, Path, Problem

MOST_DIGITS = 8
_CONSEQUENCE_KEYS = ("deduct", "zero", "bar_grades", "cap_grade", "downgrade")


def check_figures(definition: Definition) -> list[Problem]:
    problems = _top(definition)
    for path, _, node, parent in placed_nodes(definition):
        problems += _node(node, parent, path)
    for placed in placed_clauses(definition):
        problems += _clause(placed)
    return problems


def _top(definition: Definition) -> list[Problem]:
    problems = []
    if definition.rounding.digits > MOST_DIGITS:
        limits = {"value": definition.rounding.digits, "low": 0, "high": MOST_DIGITS}
        problems.append(Problem(("rounding", "digits"), "out_of_range", limits))
    if definition.period is not None:
        dates = {name: _date(definition.year, text) for name, text in _ends(definition.period)}
        problems += [Problem(("period", name), "no_such_day") for name, date in dates.items() if date is None]
        if all(dates.values()) and dates["to"] < dates["from"]:  # type: ignore[operator]
            problems.append(Problem(("period", "to"), "period_upside_down"))
    for place, entry in enumerate(definition.procedure.reviewers):
        if entry.min and entry.max and entry.max < entry.min:
            limits = {"low": entry.min, "high": entry.max}
            problems.append(Problem(("procedure", "reviewers", place, "max"), "range_upside_down", limits))
    return problems


def _ends(period: Any) -> tuple[tuple[str, str], ...]:
    return (("from", period.from_), ("to", period.to))


def _date(year: int, month_day: str) -> datetime.date | None:
    try:
        return datetime.date(year, int(month_day[:2]), int(month_day[3:]))
    except ValueError:
        return None


def _node(node: Any, parent: Category | None, path: Path) -> list[Problem]:
    problems = []
    in_pool = parent is not None and parent.is_pool
    if node.points is None and not isinstance(node, Category):
        problems.append(Problem((*path, "points"), "missing", {"field": "points"}))
    if isinstance(node, Category) and node.is_pool and node.points is None:
        problems.append(Problem((*path, "points"), "missing", {"field": "points"}))
    if in_pool and node.points:
        problems.append(Problem((*path, "points"), "points_in_pool", {"value": plain(node.points)}))
    floor, ceiling = node.floor, node.ceiling
    if floor not in (None, "none") and ceiling not in (None, "none") and ceiling < floor:
        limits = {"low": plain(floor), "high": plain(ceiling)}
        problems.append(Problem((*path, "ceiling"), "range_upside_down", limits))
    if not getattr(node, "clauses", True):
        problems.append(Problem((*path, "clauses"), "item_without_clauses", {}, HINT))
    if isinstance(node, Category) and not node.children:
        problems.append(Problem(path, "category_without_children", {}, HINT))
    for place, share in enumerate(node.shares):
        if share.value is None and not node.open:
            problems.append(Problem((*path, "shares", place, "value"), "missing_figure", {"field": "value"}))
    return problems


def _clause(placed: PlacedClause) -> list[Problem]:
    path, _, clause, _ = placed
    if clause.effect in ("deduct", "award") and not clause.kind.code:
        return [Problem((*path, "basis"), "missing", {"field": "basis"})]
    return [
        *_needed_figures(clause, path),
        *clause.kind.check(clause, path),
        *_modifiers(clause, path),
        *_consequences(clause, path),
        *_misplaced(clause, path),
        *_limits(clause, path),
    ]


def _needed_figures(clause: CommonClause, path: Path) -> list[Problem]:
    # A forfeit, veto or record counts occurrences: what one is worth does not matter to it.
    if clause.open or (clause.effect in ("forfeit", "veto", "record") and clause.kind.mode == "occurrences"):
        return []
    return [
        Problem((*path, name), "missing_figure", {"field": name})
        for name in clause.kind.parameters.figures
        if getattr(clause, name) is None
    ]


def _modifiers(clause: CommonClause, path: Path) -> list[Problem]:
    problems = []
    for place, modifier in enumerate(clause.modifiers):
        given = (modifier.times is not None) + (modifier.plus is not None)
        if given != 1 and not (clause.open and given == 0):
            problems.append(Problem((*path, "modifiers", place), "one_of", {"fields": ["times", "plus"]}))
    return problems


def _consequences(clause: CommonClause, path: Path) -> list[Problem]:
    problems = []
    for place, consequence in enumerate(clause.consequences):
        here = (*path, "consequences", place)
        given = [key for key in _CONSEQUENCE_KEYS if getattr(consequence, key) not in (None, ())]
        if len(given) != 1 and not (clause.open and not given):
            problems.append(Problem(here, "one_of", {"fields": list(_CONSEQUENCE_KEYS)}))
        if consequence.grading is not None and "downgrade" not in given:
            problems.append(Problem((*here, "grading"), "only_with", {"field": "grading", "other": "downgrade"}))
    if clause.effect == "veto" and not clause.consequences and not clause.open:
        problems.append(Problem((*path, "consequences"), "veto_without_consequence", {}, HINT))
    return problems


def _misplaced(clause: CommonClause, path: Path) -> list[Problem]:
    """Fields that an effect has no use for are mistakes, not decoration."""
    problems = []
    if clause.consequences and clause.effect != "veto":
        problems.append(Problem((*path, "consequences"), "only_for", {"field": "consequences", "effects": ["veto"]}))
    if clause.at != 1 and clause.effect != "forfeit":
        problems.append(Problem((*path, "at"), "only_for", {"field": "at", "effects": ["forfeit"]}))
    return problems


def _limits(clause: CommonClause, path: Path) -> list[Problem]:
    per = clause.limit_per
    if per is not None and per.month is None and per.quarter is None:
        return [Problem((*path, "limit_per"), "one_of", {"fields": ["month", "quarter"]})]
    return []
