"""The scoring engine: a pure function from a definition and the facts of a cycle to a result.

Decimal throughout, one pass per unit over a rubric compiled once. The order of working is the scoring model's, steps
1 to 8: `plan` (what applies), `faces` (what facts are worth), `holding` (exclusivity and limits), `tree` (items,
categories, total), `ranking` and `grading`; `world` holds what is worked out over all units.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import localcontext

from evidence.facts import Facts, UnitFacts
from rubrics.checks.rules import merit_order
from rubrics.definition import Definition
from rubrics.definition.records import Consequence
from scoring.engine.grading import Standing, grade_units
from scoring.engine.memory import collector_at_rest
from scoring.engine.plan import Plan, plan_of
from scoring.engine.ranking import is_out_of_rank, rank_units
from scoring.engine.result import ENGINE_VERSION, Line, NodeResult, Notice, Result, UnitResult
from scoring.engine.rounding import DIVIDING, SUMMING
from scoring.engine.world import Circle, World

__all__ = [
    "ENGINE_VERSION",
    "Circle",
    "Line",
    "NodeResult",
    "Notice",
    "Plan",
    "Result",
    "UnitResult",
    "World",
    "collector_at_rest",
    "evaluate",
    "merit_order",
    "place_and_grade",
    "plan_of",
]


def evaluate(definition: Definition, facts: Facts) -> Result:
    """Score all units of a cycle. Raises Circle where scores depend on one another in a circle."""
    plan = plan_of(definition)
    with collector_at_rest():
        units = list(World(plan, facts).results())
    place_and_grade(plan, units, facts.units)
    return Result(rubric=definition.code, units=units)


def place_and_grade(plan: Plan, units: Sequence[UnitResult], facts: Sequence[UnitFacts]) -> None:
    """Ranks, grades and converted totals over units that are already scored, in the order of their facts."""
    definition = plan.definition
    for unit, recorded in zip(units, facts, strict=True):
        unit.out_of_rank = is_out_of_rank(definition, unit.series, recorded.tags)
    places = rank_units(definition, units)
    standings = [
        Standing(unit, recorded, _consequences(plan, unit)) for unit, recorded in zip(units, facts, strict=True)
    ]
    grade_units(definition, standings, places)
    _convert(plan, units)


def _consequences(plan: Plan, unit: UnitResult) -> tuple[Consequence, ...]:
    return tuple(part for code in unit.vetoes for part in plan.clauses[code].clause.consequences)


def _convert(plan: Plan, units: Sequence[UnitResult]) -> None:
    """The total × to ÷ total marks, rounded; None while `to` is open or where there are no marks."""
    convert = plan.definition.procedure.convert
    if convert is None or convert.to is None:
        return
    with localcontext(SUMMING):
        for unit in units:
            if unit.marks:
                unit.converted = plan.rounder(DIVIDING.divide(unit.total * convert.to, unit.marks))
