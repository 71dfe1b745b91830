"""The stored form of a rubric (numbers are strings) as the data of a file, complete or not."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from rubrics.definition.declared import Declared, declared
from rubrics.definition.declared.fields import key
from rubrics.definition.entries import record_of
from rubrics.definition.records import CommonClause, Definition

_CHILDREN = {"categories": "category", "items": "item", "clauses": "clause"}


def as_file(shape: Mapping[str, Any]) -> dict[str, Any]:
    """The same with numbers as int or Decimal, so that it can be written as a rubric file."""
    return _record(Definition, shape)


def _record(record: type[BaseModel], shape: Mapping[str, Any]) -> dict[str, Any]:
    fields = {field.name: field for field in declared(record)}
    order = _order(record)
    names = sorted(shape, key=lambda name: order.get(name, len(order)))
    return {name: _value(name, fields.get(name), shape[name]) for name in names}


@lru_cache(maxsize=128)
def _order(record: type[BaseModel]) -> dict[str, int]:
    """The usual order of keys: as declared, of a clause its basis's parameters after its effect and basis."""
    names = [key(name, field) for name, field in record.model_fields.items()]
    if issubclass(record, CommonClause):
        own = [key(name, field) for name, field in record._kind.parameters.model_fields.items()]
        first = ["code", "text", "effect", "basis"]
        names = list(dict.fromkeys([*first, *(name for name in names if name in own), *names]))
    return {name: place for place, name in enumerate(names)}


def _value(name: str, field: Declared | None, value: Any) -> Any:
    if name in _CHILDREN and isinstance(value, list) and all(isinstance(entry, Mapping) for entry in value):
        return [_record(record_of(_CHILDREN[name], entry), entry) for entry in value]
    if field is None or value is None:
        return value
    if field.holds in ("number", "whole", "bound"):
        return _number(value)
    if field.holds in ("numbers", "number_map", "quota"):
        return _numbers(value)
    if field.record is not None and field.holds == "record":
        return _record(field.record, value)
    if field.record is not None and field.holds == "records":
        return [_record(field.record, entry) for entry in value]
    return value


def _numbers(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: part if name == "partial" else _number(part) for name, part in value.items()}
    return [_number(part) for part in value] if isinstance(value, list) else _number(value)


def _number(value: Any) -> Any:
    """A number; `none` and what is left open as they are."""
    if not isinstance(value, str) or value == "none":
        return value
    number = Decimal(value)
    return int(number) if number == number.to_integral_value() else number
