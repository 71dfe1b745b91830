"""The running score of one sheet: what it is worth so far, of how much, and every value for the page around it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scoring.sheets import page, tables
from scoring.sheets.numbers import MINUS, fixed, short, signed
from scoring.sheets.words import both

if TYPE_CHECKING:
    from rubrics.definition.records import Definition


@dataclass(frozen=True)
class Moved:
    """What one clause moves, as text."""

    code: str
    text: str
    is_lost: bool
    is_cut: bool


@dataclass(frozen=True)
class Category:
    """A top category: what it is worth, or why it has no value yet."""

    title: str
    value: str
    full: str
    is_later: bool


@dataclass(frozen=True)
class Summary:
    """What stands in the head of a sheet, and the numbers for the places marked data-node and data-points."""

    value: str
    full: str
    note: str
    nodes: tuple[tuple[str, str], ...]
    clauses: tuple[Moved, ...]
    categories: tuple[Category, ...]


def summary(definition: Definition, unit: Any, lang: str) -> Summary:
    """The part of the score that the unit itself can bring about; ballots and other scores come later."""
    digits = definition.rounding.digits
    parts = page.own_parts(definition, unit)
    own = {code for code, _full in parts}
    full = sum((marks for _code, marks in parts), Decimal(0))
    later = definition.total_of(unit.series) - full
    # Categories without marks of their own, and what acts on the total, are part of the sum all the same.
    others = sum((unit.nodes[code].value for code in _by_ballots(definition, unit, own)), Decimal(0))
    note = both(f"另有 {short(later)} 分不由单位自填", f"{short(later)} more do not come from the sheet", lang)
    return Summary(
        value=fixed(unit.total - others, digits),
        full=short(full),
        note=note if later > 0 else "",
        nodes=tuple((code, fixed(node.value, digits)) for code, node in unit.nodes.items()),
        clauses=tuple(_moved(code, points, face, digits) for code, (points, face) in _by_clause(unit).items()),
        categories=tuple(_category(definition, unit, code, lang) for code in _shown(definition, unit)),
    )


def _by_ballots(definition: Definition, unit: Any, own: set[str]) -> list[str]:
    tops = [category.code for category in definition.categories if category.code in unit.nodes]
    return [code for code in tops if code not in own and page.by_ballot(definition, code)]


def _shown(definition: Definition, unit: Any) -> list[str]:
    return [
        category.code
        for category in definition.categories
        if category.code in unit.nodes and tables.full_of(definition, category.code)
    ]


def _category(definition: Definition, unit: Any, code: str, lang: str) -> Category:
    later = page.by_ballot(definition, code)
    value = (
        both("评议后产生", "after the ballots", lang)
        if later
        else fixed(unit.nodes[code].value, definition.rounding.digits)
    )
    return Category(tables.title_of_node(definition, code), value, short(tables.full_of(definition, code)), later)


def _by_clause(unit: Any) -> dict[str, tuple[Decimal, Decimal]]:
    """What each clause moves, and what it would move without limits."""
    found: dict[str, tuple[Decimal, Decimal]] = defaultdict(lambda: (Decimal(0), Decimal(0)))
    for line in unit.lines:
        if line.clause:
            points, face = found[line.clause]
            found[line.clause] = (points + line.points, face + line.face)
    return dict(found)


def _moved(code: str, points: Decimal, face: Decimal, digits: int) -> Moved:
    text = signed(points, digits)
    return Moved(code, text, text.startswith(MINUS), points != face)
