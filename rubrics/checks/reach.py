"""How far clauses can move what they act on, and between which bounds a node and the total lie. All in points.

None stands for "no bound is known": a clause without a limit may move any number of points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from rubrics.definition.records import Category, CommonClause, Definition, Item, marks_of
from rubrics.kinds.base import FIRING

_MONTHS, _QUARTERS = 12, 4


def most_of(clause: CommonClause) -> Decimal | None:
    """The most points that one unit's facts under a clause can move, by its basis and its limits."""
    if clause.effect == "veto":
        by_basis = _vetoed(clause)
    else:
        by_basis = _aggravated(clause, clause.kind.most(clause))
    bounds = [by_basis, clause.limit]
    if clause.limit_per is not None:
        month, quarter = clause.limit_per.month, clause.limit_per.quarter
        bounds += [None if month is None else month * _MONTHS, None if quarter is None else quarter * _QUARTERS]
    return min((bound for bound in bounds if bound is not None), default=None)


def _vetoed(clause: Any) -> Decimal | None:
    """What a veto's own deductions take, once for each counted occurrence."""
    each = sum((entry.deduct or Decimal(0) for entry in clause.consequences), Decimal(0))
    count = getattr(clause, "limit_count", None)
    return None if count is None else Decimal(each * count)


def _aggravated(clause: CommonClause, most: Decimal | None) -> Decimal | None:
    """Escalation and the modifiers that a fact may name all together."""
    if most is None or any(modifier.plus is not None and modifier.plus > 0 for modifier in clause.modifiers):
        return None
    for times in (modifier.times for modifier in clause.modifiers if modifier.times is not None):
        most *= max(times, Decimal(1))
    return most * max(clause.escalate, default=Decimal(1))


def deducts(clause: CommonClause) -> bool:
    """Whether a clause takes points away: a deduction, or a veto that also takes some."""
    if clause.effect == "veto":
        return any(entry.deduct for entry in clause.consequences)
    return clause.effect == "deduct"


class Movers(NamedTuple):
    """The clauses that move one item or one pool."""

    awards: tuple[CommonClause, ...]
    deductions: tuple[CommonClause, ...]
    forfeits: tuple[CommonClause, ...]

    def __bool__(self) -> bool:
        return bool(self.awards or self.deductions or self.forfeits)


def movers_of(node: Item | Category) -> Movers:
    """What moves an item, or a pool and everything below it."""
    return Movers(
        tuple(clause for clause in _acting(node) if clause.effect == "award"),
        tuple(clause for clause in _acting(node) if deducts(clause)),
        tuple(clause for clause in _forfeiting(node)),
    )


def _acting(node: Item | Category) -> Iterator[CommonClause]:
    if not isinstance(node, Category):
        yield from (clause for clause in node.clauses if clause.acts_on == "item")
        return
    for item in node.items:
        yield from (clause for clause in item.clauses if clause.acts_on != "total")
    for category in node.categories:
        yield from _acting(category)


def _forfeiting(node: Item | Category) -> Iterator[CommonClause]:
    items, acts_on = (node.items, "category") if isinstance(node, Category) else ((node,), "item")
    for item in items:
        yield from (clause for clause in item.clauses if clause.effect == "forfeit" and clause.acts_on == acts_on)


def most_together(items: Iterable[Item], clauses: Iterable[CommonClause]) -> Decimal | None:
    """The most that clauses move together, the limits of their groups included; `items` are those they stand under."""
    wanted = {id(clause) for clause in clauses}
    total = Decimal(0)
    for item in items:
        own = {clause.code: clause for clause in item.clauses if id(clause) in wanted}
        for group in item.groups:
            members = [own.pop(code) for code in group.clauses if code in own]
            most = _sum(most_of(member) for member in members)
            if members and group.limit is not None:
                most = group.limit if most is None else min(most, group.limit)
            if most is None:
                return None
            total += most
        rest = _sum(most_of(clause) for clause in own.values())
        if rest is None:
            return None
        total += rest
    return total


def _sum(figures: Iterable[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for figure in figures:
        if figure is None:
            return None
        total += figure
    return total


class Bounds(NamedTuple):
    """Between which values a node lies; None: no bound."""

    low: Decimal | None
    high: Decimal | None


def bounds_of(node: Item | Category, *, in_pool: bool) -> Bounds:
    """Floor and ceiling as they hold: what is not stated follows from the points, or from standing in a pool."""
    low: Decimal | None = None if in_pool else Decimal(0)
    high: Decimal | None = None if in_pool else marks_of(node)
    if node.floor is not None:
        low = node.floor if isinstance(node.floor, Decimal) else None
    if node.ceiling is not None:
        high = node.ceiling if isinstance(node.ceiling, Decimal) else None
    return Bounds(low, high)


def most_of_node(node: Item | Category, *, in_pool: bool = False) -> Decimal | None:
    """The most that a node can be worth, whatever happens."""
    high = bounds_of(node, in_pool=in_pool).high
    if high is None:
        return None
    # A unit that is given the node's marks in place of its own has them all.
    return max(high, marks_of(node)) if node.applies_to and node.when_not_applicable != "skip" else high


def total_bounds(definition: Definition) -> Bounds:
    """The least and the most that a total can be."""
    most = _sum(_weighted(top) for top in definition.categories)
    if any(_adds_to_total(clause) for clause in definition.clauses.values()):
        most = None
    low = None if any(top.floor == "none" for top in definition.categories) else Decimal(0)
    return Bounds(low, most)


def _weighted(top: Category) -> Decimal | None:
    most = most_of_node(top)
    return None if most is None else most * top.weight


def _adds_to_total(clause: Any) -> bool:
    if clause.acts_on != "total" or clause.effect in FIRING:
        return False
    # A deduction by formula may turn out negative, and then gives.
    return bool(clause.effect == "award" or (clause.effect == "deduct" and clause.basis == "formula"))
