"""From the canonical form of a definition to rows. A handful of inserts, whatever its size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rubrics.kinds import BARE, BASES
from rubrics.kinds.base import Kind
from rubrics.models import Category, Clause, Grading, Item, Panel, Rubric, Series

LISTS = ("series", "panels", "categories", "gradings")
PARTS: dict[str, tuple[Any, str]] = {
    "series": (Series, "series"),
    "panel": (Panel, "panels"),
    "grading": (Grading, "gradings"),
}
"""What stands in a list of its own at the top: the model and the key of the list."""
BATCH = 200


def store(rubric: Rubric, shape: dict[str, Any]) -> None:
    """Write the parts of a canonical definition as the rows of a rubric that has none yet."""
    for kind, model, key in (
        ("series", Series, "series"),
        ("panel", Panel, "panels"),
        ("grading", Grading, "gradings"),
    ):
        model.objects.bulk_create(
            model(rubric=rubric, position=place, **columns_of(kind, entry))
            for place, entry in enumerate(shape.get(key, ()))
        )
    items = _store_categories(rubric, None, shape.get("categories", ()))
    Item.objects.bulk_create([item for item, _ in items], batch_size=BATCH)
    clauses = [
        Clause(item=item, position=place, **columns_of("clause", entry))
        for item, entries in items
        for place, entry in enumerate(entries)
    ]
    Clause.objects.bulk_create(clauses, batch_size=BATCH)


def head_of(shape: dict[str, Any]) -> dict[str, Any]:
    """Everything at the top level that has no rows of its own."""
    return {key: value for key, value in shape.items() if key not in LISTS}


def _store_categories(rubric: Rubric, parent: Category | None, shapes: Any) -> list[tuple[Item, list[Any]]]:
    """One insert a level of nesting and parent; the items of all of them, unsaved, with their clauses."""
    rows = Category.objects.bulk_create(
        Category(rubric=rubric, parent=parent, position=place, **columns_of("category", shape))
        for place, shape in enumerate(shapes)
    )
    items: list[tuple[Item, list[Any]]] = []
    for row, shape in zip(rows, shapes, strict=True):
        for place, entry in enumerate(shape.get("items", ())):
            item = Item(category=row, position=place, **columns_of("item", entry))
            items.append((item, entry.get("clauses", [])))
        if shape.get("categories"):
            items += _store_categories(rubric, row, shape["categories"])
    return items


def columns_of(kind: str, shape: Mapping[str, Any]) -> dict[str, Any]:
    """What the row of an entry holds of its shape (without what stands below it); what is missing stays blank."""
    return _clause(shape) if kind == "clause" else _split(shape, *_COLUMNS[kind])


# By kind: the columns beside code and title, and the lists that have rows of their own.
_COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "category": (("points",), ("items", "categories")),
    "item": (("points", "start"), ("clauses",)),
    "series": (("total",), ()),
    "panel": ((), ()),
    "grading": ((), ()),
}


def _split(shape: Mapping[str, Any], columns: tuple[str, ...], lists: tuple[str, ...]) -> dict[str, Any]:
    named = ("code", "title", *columns)
    body = {key: value for key, value in shape.items() if key not in named and key not in lists}
    return {**{name: shape.get(name, "") for name in named}, "body": body}


def _clause(shape: Mapping[str, Any]) -> dict[str, Any]:
    """A clause's columns; what its basis declares goes into `parameters`."""
    basis, effect = shape.get("basis", ""), shape.get("effect", "")
    assumed = "count" if effect in ("forfeit", "veto") else ""
    kind = BASES.get(basis or assumed, BARE)
    named = ("code", "text", "effect", "basis")
    own = [key for key in shape if key not in named]
    return {
        "code": shape["code"],
        "text": shape.get("text", ""),
        "effect": effect,
        "basis": basis,
        "parameters": {key: shape[key] for key in own if key in _keys(kind)},
        "body": {key: shape[key] for key in own if key not in _keys(kind)},
    }


def _keys(kind: Kind) -> frozenset[str]:
    """The keys that a basis declares, as the file writes them."""
    return frozenset(field.alias or name for name, field in kind.parameters.model_fields.items())
