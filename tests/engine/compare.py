"""Comparing results: with the slow evaluator, with themselves, and whether the lines add up."""

from fractions import Fraction
from typing import Any

from tests.reference import evaluate as slowly

Json = dict[str, Any]


def said(unit: Any) -> Json:
    """What the slow evaluator also says about a unit."""
    return {
        "code": unit.code,
        "series": unit.series,
        "total": Fraction(unit.total),
        "converted": None if unit.converted is None else Fraction(unit.converted),
        "rank": unit.rank,
        "out_of_rank": unit.out_of_rank,
        "vetoes": list(unit.vetoes),
        "grades": dict(unit.grades),
        "nodes": {code: Fraction(node.value) for code, node in unit.nodes.items()},
    }


def disagreements(rubric: Json, facts: Json, result: Any) -> list[tuple[str, str, Any, Any]]:
    """Unit, field, ours, theirs, wherever the slow evaluator comes to something else."""
    theirs = {unit["code"]: unit for unit in slowly(rubric, facts)["units"]}
    found = []
    for unit in result.units:
        for key, value in said(unit).items():
            other = theirs[unit.code][key]
            if value != other:
                found.append((unit.code, key, value, other))
    return found


def not_added_up(result: Any, *, within: Fraction = Fraction(0)) -> list[tuple[str, str, Fraction]]:
    """Unit, node and gap wherever start and lines are not the value."""
    found = []
    for unit in result.units:
        sums: dict[str, Fraction] = {}
        for line in unit.lines:
            sums[line.node] = sums.get(line.node, Fraction(0)) + Fraction(line.points)
        for code, node in [*unit.nodes.items(), ("rubric", unit.whole)]:
            gap = Fraction(node.start) + sums.get(code, Fraction(0)) - Fraction(node.value)
            if abs(gap) > within:
                found.append((unit.code, code, gap))
    return found
