"""The tree: categories and items with their points, bounds and clauses."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Literal

from rubrics.definition.records.clauses import Clause
from rubrics.definition.records.common import EVERYONE, AppliesTo, Bound, Codes, OptionalProvider, Share, Slug
from rubrics.kinds.base import Flag, Plain
from rubrics.kinds.numbers import Figure, OpenFigure


class Group(Plain):
    """A limit over several clauses of an item together."""

    code: Slug
    title: str = ""
    limit: OpenFigure = None
    clauses: Codes = ()
    open: Flag = False


class Node(Plain):
    """What items and categories share."""

    code: Slug
    title: str = ""
    points: OpenFigure = None
    weight: Figure = Decimal(1)
    floor: Bound = None
    ceiling: Bound = None
    exclusive: Literal["none", "matter"] = "none"
    applies_to: AppliesTo = EVERYONE
    when_not_applicable: Literal["skip", "full", "mean", "scale"] = "skip"
    provider: OptionalProvider = None
    ref: str = ""
    note: str = ""
    shares: tuple[Share, ...] = ()
    open: Flag = False


class Item(Node):
    """A leaf of the tree that carries full marks and clauses."""

    start: Literal["full", "zero"] = "full"
    clauses: tuple[Clause, ...] = ()
    groups: tuple[Group, ...] = ()


class Category(Node):
    """An inner node. With `start` it is one pool that its children move; otherwise the sum of its children."""

    start: Literal["full", "zero"] | None = None
    items: tuple[Item, ...] = ()
    categories: tuple[Category, ...] = ()

    @property
    def children(self) -> tuple[Item | Category, ...]:
        """In reading order: items, then nested categories."""
        return (*self.items, *self.categories)

    @property
    def is_pool(self) -> bool:
        return self.start is not None

    @cached_property
    def full_marks(self) -> Decimal:
        """The stated points, or Σ weight × points of all children."""
        if self.points is not None:
            return self.points
        return sum((child.weight * marks_of(child) for child in self.children), Decimal(0))


def marks_of(node: Item | Category) -> Decimal:
    """A node's full marks in points."""
    return node.full_marks if isinstance(node, Category) else (node.points or Decimal(0))


def walk(categories: tuple[Category, ...], prefix: str = "") -> Iterator[tuple[str, Item | Category]]:
    """Nodes with their full codes in reading order: a category, its items, then its nested categories."""
    for category in categories:
        code = f"{prefix}{category.code}"
        yield code, category
        for item in category.items:
            yield f"{code}.{item.code}", item
        yield from walk(category.categories, f"{code}.")
