"""Where the parts of a definition stand in its file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rubrics.definition.records import Category, CommonClause, Definition, Item
from rubrics.kinds.problems import Path


class PlacedNode(NamedTuple):
    path: Path
    code: str
    node: Item | Category
    parent: Category | None


class PlacedClause(NamedTuple):
    path: Path
    code: str
    clause: CommonClause
    item: Item


def placed_nodes(definition: Definition) -> Iterator[PlacedNode]:
    """Every node with its path in the file, in reading order."""
    yield from _below(definition.categories, ("categories",), "", None)


def _below(categories: tuple[Category, ...], path: Path, prefix: str, parent: Category | None) -> Iterator[PlacedNode]:
    for place, category in enumerate(categories):
        here, code = (*path, place), f"{prefix}{category.code}"
        yield PlacedNode(here, code, category, parent)
        for item_place, item in enumerate(category.items):
            yield PlacedNode((*here, "items", item_place), f"{code}.{item.code}", item, category)
        yield from _below(category.categories, (*here, "categories"), f"{code}.", category)


def placed_clauses(definition: Definition) -> Iterator[PlacedClause]:
    """Every clause with its path in the file, in reading order."""
    for path, code, node, _ in placed_nodes(definition):
        if isinstance(node, Item):
            for place, clause in enumerate(node.clauses):
                yield PlacedClause((*path, "clauses", place), f"{code}.{clause.code}", clause, node)
