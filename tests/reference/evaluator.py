"""Puts the result together, shaped as in "Scoring without a database" of the scoring model."""

from typing import Any

from .figures import ZERO
from .grading import Standing, converted, graded, place, same_series, standing
from .moves import Move
from .nodes import Worth, all_worths, sum_worth
from .tree import Case, Unit, build_case


def fact_line(move: Move) -> dict[str, Any]:
    """ "A fact has one line: `clause` (full code), `fact` (its id or place), `node`, `face`, `points`, `reason`"; "the
    line of gathered facts lists them in `fact`"; a rating or members' line has no fact."""
    names = [fact.name for fact in move.facts]
    return {
        "clause": move.clause.code,
        "fact": None if not names else names[0] if len(names) == 1 else names,
        "node": move.node.code,
        "face": move.face,
        "points": move.points,
        "reason": move.reason,
    }


def node_lines(code: str, worth: Worth) -> list[dict[str, Any]]:
    """ "What bounds and rounding do is a line of the node itself, without a clause"."""
    return [
        {"clause": None, "fact": None, "node": code, "face": points, "points": points, "reason": reason}
        for reason, points in worth.lines
        if points != ZERO
    ]


def lines(case: Case, one: Standing) -> list[dict[str, Any]]:
    """The lines of all facts in reading order, then those of the nodes."""
    found = [fact_line(move) for move in one.moves]
    worths: dict[str, Worth] = {}
    for top in case.root.children:
        worths |= all_worths(case, one.unit, top)
    worths[case.root.code] = sum_worth(case, one.unit, case.root)
    return found + [line for code, worth in worths.items() for line in node_lines(code, worth)]


def unit_result(case: Case, one: Standing, everyone: list[Standing], grades: dict[str, Any]) -> dict[str, Any]:
    """One entry of `units`."""
    unit: Unit = one.unit
    return {
        "code": unit.code,
        "series": unit.series,
        "total": one.total,
        "converted": converted(case, one),
        "rank": place(case, one, same_series(one, everyone)),
        "out_of_rank": one.out_of_rank,
        "vetoes": [clause.code for clause in one.vetoes],
        "grades": {code: by_unit[unit.code] for code, by_unit in grades.items()},
        "nodes": one.nodes,
        "lines": lines(case, one),
    }


def evaluate(rubric: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    """Work out everything from the two files. Numbers of the result are Fractions (or None)."""
    case = build_case(rubric, facts)
    everyone = [standing(case, unit) for unit in case.units]
    grades = {grading["code"]: graded(case, grading, everyone) for grading in rubric.get("gradings") or []}
    return {"rubric": rubric["code"], "units": [unit_result(case, one, everyone, grades) for one in everyone]}
