"""Marks that nobody can lose or reach: deductions too small, floors and ceilings that hide what clauses say. Hints."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from rubrics.checks.places import PlacedNode, placed_nodes
from rubrics.checks.reach import Bounds, Movers, bounds_of, most_of, most_together, movers_of
from rubrics.definition.records import Category, Definition, Item, marks_of
from rubrics.kinds.numbers import plain
from rubrics.kinds.problems import Path, Problem, hint


def check_bounds(definition: Definition) -> list[Problem]:
    problems: list[Problem] = []
    pools: set[str] = set()
    for placed in placed_nodes(definition):
        in_pool = placed.code.rpartition(".")[0] in pools
        if in_pool or (isinstance(placed.node, Category) and placed.node.is_pool):
            pools.add(placed.code)
        problems += _own_bounds(placed, in_pool=in_pool)
        if placed.node.start is not None:
            problems += _moved(placed, in_pool=in_pool)
    return problems


def _own_bounds(placed: PlacedNode, *, in_pool: bool) -> Iterator[Problem]:
    """Stated bounds against those that hold without being stated."""
    node, path = placed.node, placed.path
    floor, ceiling = node.floor, node.ceiling
    if in_pool:
        return
    marks = marks_of(node)
    if isinstance(ceiling, Decimal) and floor is None and ceiling < 0:
        yield hint((*path, "ceiling"), "ceiling_below_zero", {"ceiling": plain(ceiling)})
    elif isinstance(ceiling, Decimal) and ceiling < marks:
        yield hint((*path, "ceiling"), "ceiling_below_marks", {"ceiling": plain(ceiling), "marks": plain(marks)})
    if isinstance(floor, Decimal) and ceiling is None and floor > marks:
        yield hint((*path, "floor"), "floor_above_marks", {"floor": plain(floor), "marks": plain(marks)})


class _Moved(NamedTuple):
    """An item or a pool with what moves it: where it starts, between which bounds it lies."""

    path: Path
    marks: Decimal
    start: Decimal
    bounds: Bounds
    movers: Movers
    down: Decimal | None
    up: Decimal | None


def _moved(placed: PlacedNode, *, in_pool: bool) -> list[Problem]:
    node = placed.node
    items = tuple(_items(node))
    if isinstance(node, Category) and not _plain_pool(node):
        return []
    movers, marks = movers_of(node), marks_of(node)
    moved = _Moved(
        placed.path,
        marks,
        marks if node.start == "full" else Decimal(0),
        bounds_of(node, in_pool=in_pool),
        movers,
        most_together(items, movers.deductions),
        most_together(items, movers.awards),
    )
    problems = [*_hidden(moved), *_short(moved)]
    if isinstance(node, Item):
        problems += [*_floor_hides(node, moved), *_limits(node, moved)]
    return problems


def _items(node: Item | Category) -> Iterator[Item]:
    if not isinstance(node, Category):
        yield node
        return
    yield from node.items
    for category in node.categories:
        yield from _items(category)


def _plain_pool(pool: Category) -> bool:
    """Whether what happens below a pool reaches it undiminished."""
    return all(
        child.weight == 1
        and child.floor in (None, "none")
        and child.ceiling in (None, "none")
        and (not isinstance(child, Category) or _plain_pool(child))
        for child in pool.children
    )


def _hidden(moved: _Moved) -> Iterator[Problem]:
    """Clauses that can never show: the node begins at the bound that holds them."""
    low, high = moved.bounds
    deductions, awards = moved.movers.deductions, moved.movers.awards
    if deductions and not awards and low is not None and moved.start <= low:
        yield hint(moved.path, "deductions_hidden", {"start": plain(moved.start), "floor": plain(low)})
    if awards and not deductions and high is not None and moved.start >= high:
        yield hint(moved.path, "awards_hidden", {"start": plain(moved.start), "ceiling": plain(high)})


def _short(moved: _Moved) -> Iterator[Problem]:
    """Marks that nobody can lose, or that nobody can reach."""
    low = moved.bounds.low or Decimal(0)
    deductions, awards = moved.movers.deductions, moved.movers.awards
    if moved.marks <= 0 or moved.movers.forfeits:
        return
    if moved.start and deductions and moved.down is not None and moved.down < moved.marks - max(low, Decimal(0)):
        left = moved.marks - moved.down
        found = {"marks": plain(moved.marks), "most": plain(moved.down), "left": plain(left)}
        yield hint(moved.path, "deductions_short", found)
    if not moved.start and not awards:
        yield hint(moved.path, "nothing_awards", {"marks": plain(moved.marks)})
    if not moved.start and awards and moved.up is not None and moved.up < moved.marks:
        found = {"marks": plain(moved.marks), "most": plain(moved.up), "left": plain(moved.marks - moved.up)}
        yield hint(moved.path, "awards_short", found)


def _floor_hides(item: Item, moved: _Moved) -> Iterator[Problem]:
    """A floor above 0 that keeps limited deductions from acting in full."""
    low = moved.bounds.low
    if low is None or low <= 0 or not moved.start or moved.down is None or moved.movers.awards:
        return
    room = moved.start - low
    if 0 <= room < moved.down:
        found = {"floor": plain(low), "room": plain(room), "most": plain(moved.down)}
        yield hint((*moved.path, "floor"), "floor_hides", found)


def _limits(item: Item, moved: _Moved) -> Iterator[Problem]:
    """Limits that are larger than what the bounds leave, so that they never act."""
    low, high = moved.bounds
    awards, deductions = moved.movers.awards, moved.movers.deductions
    for place, clause in enumerate(item.clauses):
        if clause.limit is None or clause.acts_on != "item" or most_of(clause) != clause.limit:
            continue
        room = None
        if clause.effect == "deduct" and not awards and low is not None:
            room = moved.start - low
        elif clause.effect == "award" and not deductions and high is not None:
            room = high - moved.start
        if room is not None and 0 < room < clause.limit:
            found = {"limit": plain(clause.limit), "room": plain(room)}
            yield hint((*moved.path, "clauses", place, "limit"), "limit_beyond", found)
