"""What of a rubric concerns one unit: its items in reading order, with the clauses that apply. Pure, no queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rubrics.definition import Category, CommonClause, Definition, Item


@dataclass(frozen=True)
class Entry:
    """One item that applies: full code, the node, the top category it stands in, nested titles between them."""

    code: str
    item: Item
    top_code: str
    top: Category
    sections: tuple[str, ...]
    clauses: tuple[tuple[str, CommonClause], ...]

    @property
    def claimable(self) -> bool:
        """Whether a unit can say anything here: not where only ballots or other scores do."""
        return any(is_claimable(clause) for _code, clause in self.clauses)

    @property
    def is_deduction(self) -> bool:
        """Whether claims can only cost points here: then silence is "nothing to report"."""
        return self.claimable and all(clause.effect in AGAINST for _code, clause in self.clauses)


AGAINST = ("deduct", "forfeit", "veto")
"""Effects that take points or grades away."""


@dataclass(frozen=True)
class Unit:
    """What decides which rules concern a unit."""

    code: str
    series: str
    tags: tuple[str, ...]
    not_applicable: tuple[str, ...]


def is_claimable(clause: CommonClause) -> bool:
    """Whether a fact can say what counts under the clause: ballots and other scores say themselves."""
    return clause.kind.mode != "unit"


def needs_proof(clause: CommonClause) -> bool:
    """Whether a claim under the clause must come with a file. Nobody proves a deduction against themselves."""
    return clause.evidence == "required" and clause.effect in ("award", "record")


def may_ask_exemption(clause: CommonClause) -> bool:
    """Whether a unit that reports what falls under the clause may ask that it move no points: where it costs some."""
    return clause.effect in AGAINST and is_claimable(clause)


MOST_KEPT = 4096
_kept: dict[tuple[int, Unit], tuple[Definition, tuple[Entry, ...]]] = {}


def outline_of(definition: Definition, unit: Unit) -> tuple[Entry, ...]:
    """The items that apply to the unit, in reading order.

    Remembered for each definition object (its content is large to hash); the object is kept too, so that its identity
    stays its own.
    """
    key = (id(definition), unit)
    known = _kept.get(key)
    if known is not None:
        return known[1]
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    entries = tuple(_entries(definition, unit))
    _kept[key] = (definition, entries)
    return entries


def outline_for_once(definition: Definition, unit: Unit) -> tuple[Entry, ...]:
    """The same, not remembered: for drafts, of which there is a new one after every change."""
    return tuple(_entries(definition, unit))


def _entries(definition: Definition, unit: Unit) -> Iterator[Entry]:
    for top in definition.categories:
        if _covers(top, top.code, unit):
            yield from _walk(top, top.code, top, top.code, (), unit)


def _walk(
    node: Category, code: str, top: Category, top_code: str, above: tuple[str, ...], unit: Unit
) -> Iterator[Entry]:
    for item in node.items:
        full = f"{code}.{item.code}"
        if _covers(item, full, unit):
            yield Entry(full, item, top_code, top, above, tuple(_clauses(item, full, unit)))
    for child in node.categories:
        full = f"{code}.{child.code}"
        if _covers(child, full, unit):
            yield from _walk(child, full, top, top_code, (*above, child.title or child.code), unit)


def _clauses(item: Item, code: str, unit: Unit) -> Iterator[tuple[str, CommonClause]]:
    for clause in item.clauses:
        if _applies(clause.applies_to, unit):
            yield f"{code}.{clause.code}", clause


def _covers(node: Any, full_code: str, unit: Unit) -> bool:
    return full_code not in unit.not_applicable and _applies(node.applies_to, unit)


def _applies(applies_to: Any, unit: Unit) -> bool:
    return bool(applies_to.covers(series=unit.series, tags=frozenset(unit.tags), unit=unit.code))


def item_of(clause_code: str) -> str:
    """The full code of the item a clause stands in."""
    return clause_code.rpartition(".")[0]


def top_of(code: str) -> str:
    """The code of the top category that a node or clause stands in."""
    return code.partition(".")[0]


def slug(code: str) -> str:
    """A full code as part of an element's id."""
    return code.replace(".", "__")


def unit_key(code: str, series: str, tags: Iterable[str], not_applicable: Iterable[str]) -> Unit:
    """What decides which rules concern a unit, in a form that can be remembered."""
    return Unit(code, series, tuple(sorted(tags)), tuple(sorted(not_applicable)))
