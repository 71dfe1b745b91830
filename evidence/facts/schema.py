"""The JSON Schema of a facts file."""

from __future__ import annotations

from typing import Any

from evidence.facts.records import FORMAT
from rubrics.definition.schema import DRAFT

_TEXT = {"type": "string"}
_NUMBER = {"type": "number"}
_FIGURE = {"type": "number", "minimum": 0}
_WHOLE = {"type": "integer", "minimum": 0}
_PLACE = {"type": "integer", "minimum": 1}
_TEXTS = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}

FACT_FIELDS: dict[str, Any] = {
    "clause": _TEXT,
    "id": _TEXT,
    "count": _WHOLE,
    "level": _TEXT,
    "value": _NUMBER,
    "baseline": _NUMBER,
    "points": _FIGURE,
    "target": {"type": ["string", "number"]},
    "rank": _PLACE,
    "of": _FIGURE,
    "inputs": {"type": "object", "additionalProperties": _NUMBER},
    "score": _FIGURE,
    "date": {"type": "string", "format": "date"},
    "matter": _TEXT,
    "share": {"type": ["string", "number"]},
    "modifiers": _TEXTS,
    "exempt": {"type": "boolean"},
    "reason": _TEXT,
    "note": _TEXT,
    "evidence": {},
}


def _record(required: tuple[str, ...], fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": fields}


def facts_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `appraisal-facts/1`. Which fields a fact says is decided by its clause."""
    target = _record(("code", "points"), {"code": _TEXT, "title": _TEXT, "points": _FIGURE, "value": _NUMBER})
    unit = _record(
        ("code",),
        {
            "code": _TEXT,
            "title": _TEXT,
            "series": {"type": ["string", "null"]},
            "tags": _TEXTS,
            "member_of": {"type": ["string", "null"]},
            "holds": {"type": "array", "items": _record(("code",), {"code": _TEXT, "years": _FIGURE})},
            "targets": {"type": "object", "additionalProperties": {"type": "array", "items": target}},
            "not_applicable": _TEXTS,
            "facts": {"type": "array", "items": _record(("clause",), FACT_FIELDS)},
            "note": _TEXT,
        },
    )
    values = {"type": "array", "items": {"type": ["number", "string", "null"]}}
    rating = _record(("panel", "group", "unit"), {"panel": _TEXT, "group": _TEXT, "unit": _TEXT, "values": values})
    top = {
        "format": {"const": FORMAT},
        "rubric": _TEXT,
        "units": {"type": "array", "items": unit},
        "ratings": {"type": "array", "items": rating},
        "note": _TEXT,
    }
    return {"$schema": DRAFT, "title": FORMAT, **_record(("format", "rubric"), top)}
