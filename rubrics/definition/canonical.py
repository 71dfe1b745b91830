"""The canonical form of a definition: defaults left out, numbers as shortest decimal strings; and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from rubrics.definition.records import CommonClause, Definition
from rubrics.kinds.numbers import plain


def file_data(record: BaseModel) -> dict[str, Any]:
    """A record as its file would say it: keys in their usual order, defaults left out, numbers as int or Decimal."""
    return _as_mapping(record)


def canonical(record: BaseModel) -> dict[str, Any]:
    """The same with numbers as shortest decimal strings, so that it can be kept as JSON and compared."""
    return _with_strings(_as_mapping(record))  # type: ignore[no-any-return]


def canonical_json(data: Any) -> str:
    """JSON with sorted keys and no blanks."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(definition: Definition) -> str:
    """SHA-256 over the canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(canonical(definition)).encode()).hexdigest()


def field_shape(name: str, value: Any) -> Any:
    """One field's value in the canonical form. `name` is the attribute, by which maps are told from lists."""
    return _with_strings(_plain_value(value, value, name))


def _as_mapping(record: BaseModel) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, field in _in_order(record):
        value = getattr(record, name)
        if value == field.get_default(call_default_factory=True) and name not in _always(record):
            continue
        data[field.alias or name] = _plain_value(value, record, name)
    return data


def _in_order(record: BaseModel) -> list[tuple[str, Any]]:
    """A clause's parameters come after its code, text, effect and basis; all other records as declared."""
    fields = list(type(record).model_fields.items())
    if not isinstance(record, CommonClause):
        return fields
    first = ("code", "text", "effect", "basis")
    head = [(name, type(record).model_fields[name]) for name in first]
    own = type(record)._kind.parameters.model_fields
    parameters = [(name, field) for name, field in fields if name in own and name not in first]
    return [*head, *parameters, *((n, f) for n, f in fields if n not in own and n not in first)]


def _always(record: BaseModel) -> frozenset[str]:
    """Fields that are written although they equal their default."""
    if isinstance(record, CommonClause):
        assumed = record.effect in ("forfeit", "veto") and record.kind.code == "count"
        return frozenset() if assumed or not record.kind.code else frozenset({"basis"})
    return frozenset({"format"})


def _plain_value(value: Any, owner: BaseModel, name: str) -> Any:
    if isinstance(value, BaseModel):
        dumped = value.model_dump(by_alias=True) if _writes_itself(value) else None
        return _plain_value(dumped, owner, name) if _writes_itself(value) else _as_mapping(value)
    if name in _MAPS and isinstance(value, tuple):
        return {_key(entry): _value(entry) for entry in value}
    if isinstance(value, (list, tuple)):
        return [_plain_value(part, owner, "") for part in value]
    if isinstance(value, Mapping):
        return {str(key): _plain_value(part, owner, "") for key, part in value.items()}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value.normalize()
    return value


# Lists that a file writes as a map from code to number.
_MAPS = frozenset({"weights", "options", "ballot_quota", "node_at_least"})


def _key(entry: Any) -> str:
    return str(entry[0] if isinstance(entry, tuple) else entry.code)


def _value(entry: Any) -> Any:
    if isinstance(entry, tuple):
        number = entry[1]
    else:
        number = next(getattr(entry, name) for name in ("weight", "value", "part") if hasattr(entry, name))
    return _plain_value(number, entry, "")


def _writes_itself(value: BaseModel) -> bool:
    return type(value).__name__ in ("Provider", "Quota")


def _with_strings(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_strings(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_strings(part) for part in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return plain(Decimal(value))
