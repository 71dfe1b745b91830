"""Facts against the definition: does each say what its clause asks for, and do units fit together?"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from evidence.facts.records import Fact, Target, UnitFacts
from rubrics.checks.marks import Unit, marks_problem
from rubrics.definition import CommonClause, Definition
from rubrics.kinds.numbers import plain
from rubrics.kinds.problems import Path, Problem

_SAID_FIELDS = ("count", "level", "value", "baseline", "points", "target", "rank", "of", "inputs", "score")


def check_said(clause: CommonClause, fact: Fact, path: Path = ()) -> list[Problem]:
    """Does the fact say what the clause's basis asks for, and nothing else?"""
    asked = {said.name: said for said in clause.kind.says(clause)}
    problems = []
    for name in _SAID_FIELDS:
        value = getattr(fact, name)
        if value is None or (name == "inputs" and not value and name not in asked):
            if name in asked and asked[name].required:
                problems.append(Problem((*path, name), "missing", {"field": name}))
        elif name not in asked:
            basis = clause.kind.code or clause.effect
            problems.append(
                Problem((*path, name), "not_said_here", {"field": name, "basis": basis, "known": list(asked)})
            )
        elif name == "target":
            problems += _target_type(asked[name].holds, value, (*path, name))
        elif name == "of" and asked[name].holds == "ordinal" and value != value.to_integral_value():
            problems.append(Problem((*path, name), "whole", {"value": plain(value)}))
    return problems or clause.kind.check_fact(clause, fact, path)


def _target_type(holds: str, value: Any, path: Path) -> list[Problem]:
    if holds == "target" and not isinstance(value, str):
        return [Problem(path, "wrong_type", {"wanted": "text", "value": plain(value)})]
    if holds == "number" and isinstance(value, str):
        return [Problem(path, "number", {"value": value})]
    return []


class FactChecker:
    """Judges the facts of one unit at a time."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    def check_all(self, unit: UnitFacts, facts: Sequence[Fact | None], path: Path) -> list[Problem]:
        """`facts` stand as in the file: None where one could not be read."""
        problems: list[Problem] = []
        seen: set[str] = set()
        seen_targets: set[tuple[str, str]] = set()
        for place, fact in enumerate(facts):
            if fact is None:
                continue
            here = (*path, "facts", place)
            problems += self.check(unit, fact, here)
            if fact.id:
                if fact.id in seen:
                    problems.append(Problem((*here, "id"), "duplicate_id", {"code": fact.id}))
                seen.add(fact.id)
            if isinstance(fact.target, str) and self.definition.clauses[fact.clause].kind.code == "targets":
                if (fact.clause, fact.target) in seen_targets:
                    problems.append(Problem((*here, "target"), "target_twice", {"code": fact.target}))
                seen_targets.add((fact.clause, fact.target))
        return problems

    def check(self, unit: UnitFacts, fact: Fact, path: Path) -> list[Problem]:
        """Every problem of one fact of a unit."""
        clause = self.definition.clauses[fact.clause]
        problems = check_said(clause, fact, path)
        if not problems and isinstance(fact.target, str):
            problems += self._target(unit, fact, path)
        known = [modifier.code for modifier in clause.modifiers]
        for place, code in enumerate(fact.modifiers):
            if code not in known:
                problems.append(
                    Problem((*path, "modifiers", place), "unknown_modifier", {"code": code, "known": known})
                )
        return [*problems, *self._share(fact, path), *self._date(clause, fact, path)]

    def _target(self, unit: UnitFacts, fact: Fact, path: Path) -> list[Problem]:
        item = fact.clause.rpartition(".")[0]
        own = {target.code: target for target in unit.targets.get(item, ())}
        target = own.get(str(fact.target))
        if target is None:
            return [Problem((*path, "target"), "unknown_target", {"code": fact.target, "known": list(own)})]
        if fact.value is not None and not target.value:
            return [Problem((*path, "value"), "target_value", {"code": fact.target})]
        if fact.points is not None and fact.points > target.points:
            limits = {"value": plain(fact.points), "low": 0, "high": plain(target.points)}
            return [Problem((*path, "points"), "out_of_range", limits)]
        return []

    def _share(self, fact: Fact, path: Path) -> list[Problem]:
        if not isinstance(fact.share, str):
            return []
        known = [share.code for share in self.definition.shares_of(fact.clause)]
        if fact.share in known:
            return []
        return [Problem((*path, "share"), "unknown_share", {"code": fact.share, "known": known})]

    def _date(self, clause: CommonClause, fact: Fact, path: Path) -> list[Problem]:
        if fact.date is None:
            return [Problem((*path, "date"), "date_needed")] if clause.limit_per is not None else []
        first, last = period_of(self.definition)
        if first is None or last is None or first <= fact.date <= last:
            return []
        return [Problem((*path, "date"), "date_outside", {"value": fact.date, "low": first, "high": last})]


def period_of(definition: Definition) -> tuple[datetime.date | None, datetime.date | None]:
    """First and last day that a fact may be dated, or None where the rubric does not say."""
    if definition.period is None:
        return None, None
    return _day(definition.year, definition.period.from_), _day(definition.year, definition.period.to)


def _day(year: int, month_day: str) -> datetime.date:
    return datetime.date(year, int(month_day[:2]), int(month_day[3:]))


def check_targets(definition: Definition, unit: UnitFacts, path: Path) -> list[Problem]:
    """Own targets stand under items with a clause of targets and add up to its points."""
    problems = []
    for item, targets in unit.targets.items():
        here = (*path, "targets", item)
        clause = _targets_clause(definition, item)
        if clause is None:
            problems.append(Problem(here, "target_item", {"code": item}))
            continue
        problems += _repeated_targets(targets, here)
        wanted = clause.points  # type: ignore[attr-defined]
        reached = sum((target.points for target in targets), Decimal(0))
        if wanted is not None and reached != wanted:
            figures = {"code": item, "sum": plain(reached), "wanted": plain(wanted)}
            problems.append(Problem(here, "target_sum", figures))
    return problems


def _targets_clause(definition: Definition, item: str) -> CommonClause | None:
    node = definition.items.get(item)
    return None if node is None else next((c for c in node.clauses if c.kind.code == "targets"), None)


def _repeated_targets(targets: Sequence[Target], path: Path) -> list[Problem]:
    codes = [target.code for target in targets]
    return [
        Problem((*path, place, "code"), "duplicate_code", {"code": code})
        for place, code in enumerate(codes)
        if code in codes[:place]
    ]


def check_members(units: Sequence[UnitFacts | None]) -> list[Problem]:
    """Members belong to units that are there, and never in a circle."""
    above: Mapping[str, str | None] = {unit.code: unit.member_of for unit in units if unit is not None}
    problems = []
    for place, unit in enumerate(units):
        if unit is None or unit.member_of is None:
            continue
        here: Path = ("units", place, "member_of")
        if unit.member_of not in above:
            problems.append(Problem(here, "unknown_unit", {"code": unit.member_of}))
        elif circle := _circle(unit.code, above):
            problems.append(Problem(here, "member_circle", {"units": " → ".join(circle)}))
    return problems


def _circle(start: str, above: Mapping[str, str | None]) -> list[str]:
    way, code = [start], above[start]
    while code is not None and code not in way:
        way.append(code)
        code = above.get(code)
    return [*way, start] if code == start else []


def check_unit_marks(definition: Definition, units: Sequence[UnitFacts | None]) -> list[Problem]:
    """Each unit's applicable full marks reach the total of its series; a kind of unit is named once."""
    problems: dict[tuple[Any, ...], Problem] = {}
    for place, unit in enumerate(units):
        if unit is None:
            continue
        problem = marks_problem(definition, Unit(unit.series, unit.tags, unit.code, unit.not_applicable))
        if problem is not None:
            kind = (problem.code, unit.series, problem.params["reached"])
            problems.setdefault(kind, problem._replace(path=("units", place)))
    return list(problems.values())
