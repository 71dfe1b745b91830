"""Totals at a glance: what every kind of unit can reach, the top categories, the full marks of every node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from rubrics.checks.marks import Sums, Unit, kind_name, plainest, sums_of
from rubrics.definition.records import Category, Definition, Item, marks_of

Manner = Literal["full", "zero", "sum"]


@dataclass(frozen=True)
class KindTotal:
    """Units of one series that reach the same; `tags` and `unit` are given where kinds of it reach different sums.

    `name` says which: the title of the series, tags, and the unit where the rubric names it.
    """

    series: str | None
    series_title: str
    tags: tuple[str, ...]
    unit: str
    name: str
    reached: Decimal
    wanted: Decimal

    @property
    def difference(self) -> Decimal:
        """In points; below 0 where marks are missing, above where there are too many."""
        return self.reached - self.wanted

    @property
    def fits(self) -> bool:
        return self.reached == self.wanted


@dataclass(frozen=True)
class TopTotal:
    """A top category with what it is worth in the total, and how it is counted.

    `full`: from full marks downwards; `zero`: from nothing upwards; `sum`: the sum of its items.
    """

    code: str
    title: str
    ref: str
    marks: Decimal
    manner: Manner


@dataclass(frozen=True)
class Totals:
    kinds: tuple[KindTotal, ...]
    tops: tuple[TopTotal, ...]

    @property
    def fit(self) -> bool:
        return all(kind.fits for kind in self.kinds)


def totals_of(definition: Definition) -> Totals:
    """What each kind of unit reaches of its total; kinds of one series that fit are one, those that miss are named."""
    by_series: dict[str | None, list[Sums]] = {}
    for each in sums_of(definition):
        if each.expected:
            by_series.setdefault(each.unit.series, []).append(each)
    titles = {entry.code: entry.title or entry.code for entry in definition.series}
    kinds = [kind for sums in by_series.values() for kind in _kinds_of(definition, sums, titles)]
    return Totals(tuple(kinds), tuple(_top(top) for top in definition.categories))


def _kinds_of(definition: Definition, sums: list[Sums], titles: dict[str, str]) -> Iterator[KindTotal]:
    """One entry for those that fit, then one for each kind that misses; a series that misses throughout is one."""
    fitting = [each for each in sums if each.fits]
    title = titles.get(sums[0].unit.series or "", "")
    if len(fitting) == len(sums):
        first = sums[0]
        yield KindTotal(first.unit.series, title, (), "", title, first.reached, first.wanted)
        return
    if fitting:
        # Beside kinds that miss, the ones that fit have to say which they are.
        named = [kind_name(definition, unit) for unit in plainest([each.unit for each in fitting])]
        name = named[0] if len(named) == 1 else f"{named[0]} …"
        yield replace(_kind(definition, fitting[0], title), name=name)
    reached: dict[Decimal, dict[Unit, Sums]] = {}
    for each in sums:
        if not each.fits:
            reached.setdefault(each.reached, {})[each.unit] = each
    for group in reached.values():
        for unit in plainest(list(group)):
            yield _kind(definition, group[unit], title)


def _kind(definition: Definition, sums: Sums, title: str) -> KindTotal:
    unit = sums.unit
    name = kind_name(definition, unit)
    return KindTotal(unit.series, title, tuple(sorted(unit.tags)), unit.code, name, sums.reached, sums.wanted)


def _top(top: Category) -> TopTotal:
    return TopTotal(top.code, top.title or top.code, top.ref, top.weight * marks_of(top), _manner(top))


def _manner(top: Category) -> Manner:
    if top.start is not None:
        return top.start
    starts = {node.start for node in _starting(top) if marks_of(node)}
    return "full" if starts == {"full"} else "sum"


def _starting(node: Item | Category) -> Iterator[Item | Category]:
    """The items and pools below a node: what begins somewhere."""
    if not isinstance(node, Category) or node.is_pool:
        yield node
        return
    for child in node.children:
        yield from _starting(child)
