"""From the canonical form of a definition to rows. A handful of inserts, whatever its size."""

from __future__ import annotations

from typing import Any

from rubrics.kinds import BARE, BASES
from rubrics.models import Category, Clause, Grading, Item, Panel, Rubric, Series

LISTS = ("series", "panels", "categories", "gradings")
BATCH = 200


def store(rubric: Rubric, shape: dict[str, Any]) -> None:
    """Write the parts of a canonical definition as the rows of a rubric that has none yet."""
    Series.objects.bulk_create(
        Series(rubric=rubric, position=place, total=entry.get("total", ""), **_part(entry, "total"))
        for place, entry in enumerate(shape.get("series", ()))
    )
    Panel.objects.bulk_create(
        Panel(rubric=rubric, position=place, **_part(entry)) for place, entry in enumerate(shape.get("panels", ()))
    )
    Grading.objects.bulk_create(
        Grading(rubric=rubric, position=place, **_part(entry)) for place, entry in enumerate(shape.get("gradings", ()))
    )
    items = _store_categories(rubric, None, shape.get("categories", ()))
    Item.objects.bulk_create([item for item, _ in items], batch_size=BATCH)
    clauses = [
        Clause(item=item, position=place, **_clause(entry))
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
        Category(rubric=rubric, parent=parent, position=place, **_columns(shape, ("points",), ("items", "categories")))
        for place, shape in enumerate(shapes)
    )
    items: list[tuple[Item, list[Any]]] = []
    for row, shape in zip(rows, shapes, strict=True):
        for place, entry in enumerate(shape.get("items", ())):
            item = Item(category=row, position=place, **_columns(entry, ("points", "start"), ("clauses",)))
            items.append((item, entry.get("clauses", [])))
        if shape.get("categories"):
            items += _store_categories(rubric, row, shape["categories"])
    return items


def _columns(shape: dict[str, Any], columns: tuple[str, ...], lists: tuple[str, ...]) -> dict[str, Any]:
    named = ("code", "title", *columns)
    body = {key: value for key, value in shape.items() if key not in named and key not in lists}
    return {**{name: shape.get(name, "") for name in named}, "body": body}


def _part(shape: dict[str, Any], *columns: str) -> dict[str, Any]:
    named = ("code", "title", *columns)
    body = {key: value for key, value in shape.items() if key not in named}
    return {"code": shape["code"], "title": shape.get("title", ""), "body": body}


def _clause(shape: dict[str, Any]) -> dict[str, Any]:
    """A clause's columns; what its basis declares goes into `parameters`."""
    basis = shape.get("basis", "")
    assumed = "count" if shape["effect"] in ("forfeit", "veto") else ""
    kind = BASES.get(basis or assumed, BARE)
    named = ("code", "text", "effect", "basis")
    own = [key for key in shape if key not in named]
    return {
        "code": shape["code"],
        "text": shape.get("text", ""),
        "effect": shape["effect"],
        "basis": basis,
        "parameters": {key: shape[key] for key in own if key in kind.parameters.model_fields},
        "body": {key: shape[key] for key in own if key not in kind.parameters.model_fields},
    }
