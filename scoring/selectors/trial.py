"""One fact tried on one clause of a draft: what it would move, and what is left of the item. Nothing is stored."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from evidence.facts import Fact, FactChecker, Facts, UnitFacts
from evidence.said import from_stored
from rubrics.checks import kinds_of_units
from rubrics.kinds.problems import Problem
from scoring.engine import Line, UnitResult, evaluate

if TYPE_CHECKING:
    from rubrics.definition import CommonClause, Definition

UNIT = "trial"


@dataclass(frozen=True)
class Trial:
    """What one fact moves (points), and the item's value before and after it (points)."""

    line: Line
    fact: Fact
    before: Decimal
    after: Decimal
    vetoed: bool


class CannotTry(ValueError):
    """What was typed is no fact under the clause; `problems` are the checker's own."""

    def __init__(self, problems: Sequence[Any]) -> None:
        super().__init__("no fact")
        self.problems = list(problems)


def can_be_tried(clause: CommonClause) -> bool:
    """Whether one unit by itself shows what a fact moves: not where units are compared, or ratings and other scores
    decide, or the unit's own targets are needed.
    """
    kind = clause.kind
    return (
        kind.mode != "unit"
        and not kind.compares(clause)
        and not any(one.holds == "target" for one in kind.says(clause))
    )


def trial_of(definition: Definition, code: str, said: Mapping[str, Any], modifiers: Sequence[str]) -> Trial | None:
    """The fact that `said` makes (texts by field name) on the first kind of unit to which the clause applies.

    None where it applies to no kind of unit. Raises CannotTry for what is no fact under the clause.
    """
    clause = definition.clauses[code]
    fact = _fact(definition, code, said, modifiers)
    item = code.rpartition(".")[0]
    for series, tags, unit in kinds_of_units(definition):
        plain = UnitFacts(code=unit or UNIT, series=series, tags=frozenset(tags))
        before = _score(definition, plain)
        if item not in before.nodes:
            continue
        after = _score(definition, UnitFacts(code=plain.code, series=series, tags=plain.tags, facts=(fact,)))
        line = next((line for line in after.lines if line.clause == code and line.fact), None)
        if line is not None and line.reason != "not_applicable":
            values = (result.nodes[item].value for result in (before, after))
            return Trial(line, fact, *values, vetoed=clause.effect == "veto" and code in after.vetoes)
    return None


def _score(definition: Definition, unit: UnitFacts) -> UnitResult:
    return evaluate(definition, Facts(rubric=definition.code, units=(unit,))).units[0]


def _fact(definition: Definition, code: str, said: Mapping[str, Any], modifiers: Sequence[str]) -> Fact:
    clause = definition.clauses[code]
    typed: dict[str, Any] = {}
    wrong = []
    for name, text in said.items():
        try:
            typed |= from_stored({name: text}, clause.kind.code)
        except (ArithmeticError, ValueError):
            wrong.append(Problem((name,), "number", {"value": text}))
    if wrong:
        raise CannotTry(wrong)
    fact = Fact(clause=code, id=UNIT, modifiers=tuple(modifiers), date=_day(definition), **typed)
    problems = FactChecker(definition).check(UnitFacts(code=UNIT), fact, ())
    if problems:
        raise CannotTry(problems)
    return fact


def _day(definition: Definition) -> datetime.date:
    """A day within the period that is appraised: limits by the month need one."""
    first = definition.period.from_ if definition.period is not None else "01-01"
    return datetime.date(definition.year, int(first[:2]), int(first[3:]))
