"""A result as the JSON that anyone can compare: the shape is a public interface (see docs/format.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rubrics.kinds.numbers import plain
from scoring.sheets.notices import of_notice
from scoring.sheets.sentences import of_line

if TYPE_CHECKING:
    from evidence.facts import Facts, UnitFacts
    from rubrics.definition import Definition
    from scoring.engine import Line, Result, UnitResult


def result_data(result: Result, definition: Definition, facts: Facts, lang: str) -> dict[str, Any]:
    """Numbers as strings: totals and nodes with the rubric's digits, lines without trailing zeros."""
    units = zip(result.units, facts.units, strict=True)
    return {"rubric": result.rubric, "units": [_unit(unit, definition, recorded, lang) for unit, recorded in units]}


def _unit(unit: UnitResult, definition: Definition, recorded: UnitFacts, lang: str) -> dict[str, Any]:
    by_name = {fact.id or f"facts[{place}]": fact for place, fact in enumerate(recorded.facts)}
    return {
        "code": unit.code,
        "series": unit.series,
        "total": format(unit.total, "f"),
        "converted": None if unit.converted is None else format(unit.converted, "f"),
        "rank": unit.rank,
        "out_of_rank": unit.out_of_rank,
        "vetoes": list(unit.vetoes),
        "grades": unit.grades,
        "nodes": {code: format(node.value, "f") for code, node in unit.nodes.items()},
        "lines": [_line(line, definition, by_name, lang) for line in unit.lines],
        "notices": [of_notice(definition, notice, lang) for notice in unit.notices],
    }


def _line(line: Line, definition: Definition, by_name: dict[str, Any], lang: str) -> dict[str, Any]:
    named = [by_name[name] for name in (line.fact or "").split(", ") if name in by_name]
    return {
        "clause": line.clause,
        "fact": line.fact,
        "node": line.node,
        "face": plain(line.face),
        "points": plain(line.points),
        "reason": line.reason,
        "text": of_line(definition, line, named, lang),
    }
