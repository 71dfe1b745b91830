"""Sentences in plain words of what an entry of a rubric will do, for every kind of entry.

They also stand for what is not finished: figures that are missing are said to be not yet set, titles that are missing
give way to codes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from rubrics.definition import Category, Item
from rubrics.definition.entries import record_of
from rubrics.selectors.sayings import clauses, gradings, heads, nodes, panels
from rubrics.selectors.sayings.names import Names

if TYPE_CHECKING:
    from rubrics.definition import Definition

HEADS = ("general", "rounding", "period", "ranking", "procedure", "providers")


def says_of(
    definition: Definition | None, kind: str, record_or_code: Any, *, code: str = "", section: str = ""
) -> tuple[str, ...]:
    """What one entry will do, in sentences of the reader's language.

    `kind` is category, item, clause, series, panel, grading or head. The entry is named by its full code (a head by its
    section), or given as a record or as the canonical shape of one that may be incomplete; `code` then says where it
    stands, so that what follows from its surroundings can be said. An entry that is not there says nothing.
    """
    names = Names(definition)
    if kind == "head" or kind in HEADS:
        place = section or (kind if kind in HEADS else str(record_or_code))
        return tuple(_head(names, place))
    if isinstance(record_or_code, str):
        code, record = record_or_code, _find(definition, kind, record_or_code)
    elif isinstance(record_or_code, Mapping):
        record = _read(kind, record_or_code)
    else:
        record = record_or_code
    if record is None:
        return ()
    if kind == "clause":
        return tuple(_clause(names, record, code))
    return tuple(_SAYINGS[kind](names, record))


_SAYINGS: Mapping[str, Callable[[Names, Any], list[str]]] = {
    "category": nodes.category_sayings,
    "item": nodes.item_sayings,
    "series": nodes.series_sayings,
    "panel": panels.panel_sayings,
    "grading": gradings.grading_sayings,
}


def _find(definition: Definition | None, kind: str, code: str) -> Any:
    if definition is None:
        return None
    if kind in ("category", "item"):
        node = definition.nodes.get(code)
        return node if isinstance(node, Category if kind == "category" else Item) else None
    if kind == "clause":
        return definition.clauses.get(code)
    lists: Mapping[str, tuple[Any, ...]] = {
        "series": definition.series,
        "panel": definition.panels,
        "grading": definition.gradings,
    }
    entries = lists[kind]
    return next((entry for entry in entries if entry.code == code), None)


_STAND_INS: Mapping[str, Any] = {"code": "new", "text": "…", "effect": "record", "title": "…"}
"""What may be missing from an entry that is being written, and what stands in for it in a sentence."""


def _read(kind: str, shape: Mapping[str, Any]) -> Any:
    """The record of an entry that may be incomplete, or None where nothing can be said of it yet."""
    record = record_of(kind, shape)
    missing = {
        name: value
        for name, value in _STAND_INS.items()
        if name in record.model_fields and record.model_fields[name].is_required() and not shape.get(name)
    }
    try:
        return record.model_validate({**missing, **shape}, context={"stored": True})
    except ValidationError:
        return None


def _clause(names: Names, clause: Any, code: str) -> list[str]:
    definition = names.definition
    item = definition.nodes.get(code.rpartition(".")[0]) if definition else None
    provider = clauses.providers_of(definition, code, clause) if definition else clause.provider
    return clauses.clause_sayings(names, clause, item if isinstance(item, Item) else None, provider)


def _head(names: Names, section: str) -> list[str]:
    definition = names.definition
    if definition is None:
        return []
    if section == "ranking":
        return gradings.ranking_says(names, definition.ranking)
    if section == "providers":
        return heads.provider_says(names)
    return {
        "general": lambda: heads.general_says(definition),
        "rounding": lambda: heads.rounding_says(definition.rounding),
        "period": lambda: heads.period_says(definition.period),
        "procedure": lambda: heads.procedure_says(names, definition.procedure),
    }[section]()


__all__ = ["HEADS", "Names", "says_of"]
