"""The ranked table as plain text for a terminal; Chinese characters take two columns."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from scoring.sheets.words import english

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from scoring.engine import Result, UnitResult

_HEADS = {False: ("名次", "单位", "总分", "否决"), True: ("rank", "unit", "total", "vetoes")}


def result_table(result: Result, definition: Definition, lang: str) -> str:
    """One block for every series: place, unit, top categories, total, grades, number of vetoes."""
    blocks = []
    titles = {series.code: series.title or series.code for series in definition.series}
    for series in dict.fromkeys(unit.series for unit in result.units):
        units = [unit for unit in result.units if unit.series == series]
        units.sort(key=lambda unit: (unit.out_of_rank, unit.rank or 0, unit.code))
        rows = [_heads(definition, lang), *(_row(unit, definition) for unit in units)]
        blocks.append(f"{titles.get(series or '', definition.title)}\n{_aligned(rows)}")
    return "\n\n".join(blocks) + "\n"


def _heads(definition: Definition, lang: str) -> list[str]:
    rank, unit, total, vetoes = _HEADS[english(lang)]
    gradings = [grading.title or grading.code for grading in definition.gradings]
    categories = [category.title or category.code for category in definition.categories]
    return [rank, unit, *categories, total, *gradings, vetoes]


def _row(unit: UnitResult, definition: Definition) -> list[str]:
    nodes = (unit.nodes.get(category.code) for category in definition.categories)
    return [
        "–" if unit.rank is None else str(unit.rank),
        unit.title,
        *("–" if node is None else format(node.value, "f") for node in nodes),
        format(unit.total, "f"),
        *(_grade(definition, grading.code, unit.grades.get(grading.code)) for grading in definition.gradings),
        str(len(unit.vetoes) or ""),
    ]


def _grade(definition: Definition, grading: str, code: str | None) -> str:
    rules = (rule for entry in definition.gradings if entry.code == grading for rule in entry.rules)
    return next((rule.title or rule.code for rule in rules if rule.code == code), "–")


def _aligned(rows: list[list[str]]) -> str:
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
