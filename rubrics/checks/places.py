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


def placed_nodes(definition: Definition) -> tuple[PlacedNode, ...]:
    """Every node with its path in the file, in reading order."""
    return _places_of(definition).nodes


def placed_clauses(definition: Definition) -> tuple[PlacedClause, ...]:
    """Every clause with its path in the file, in reading order."""
    return _places_of(definition).clauses


class _Places:
    def __init__(self, definition: Definition) -> None:
        self.of = definition.categories
        self.nodes = tuple(_below(definition.categories, ("categories",), "", None))
        self.clauses = tuple(_clauses(self.nodes))


def _places_of(definition: Definition) -> _Places:
    """A definition never changes, so its places are found once and kept beside its own derived values."""
    kept = vars(definition)
    found: _Places | None = kept.get(_KEPT)
    # A copy with other categories brings along what was kept beside the first ones.
    if found is None or found.of is not definition.categories:
        found = kept[_KEPT] = _Places(definition)
    return found


_KEPT = "_places"


def _below(categories: tuple[Category, ...], path: Path, prefix: str, parent: Category | None) -> Iterator[PlacedNode]:
    for place, category in enumerate(categories):
        here, code = (*path, place), f"{prefix}{category.code}"
        yield PlacedNode(here, code, category, parent)
        for item_place, item in enumerate(category.items):
            yield PlacedNode((*here, "items", item_place), f"{code}.{item.code}", item, category)
        yield from _below(category.categories, (*here, "categories"), f"{code}.", category)


def _clauses(nodes: tuple[PlacedNode, ...]) -> Iterator[PlacedClause]:
    for path, code, node, _ in nodes:
        if isinstance(node, Item):
            for place, clause in enumerate(node.clauses):
                yield PlacedClause((*path, "clauses", place), f"{code}.{clause.code}", clause, node)
