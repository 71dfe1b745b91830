"""The JSON Schema of a rubric file, made from the records that read it."""

from __future__ import annotations

from typing import Any

from rubrics.definition.records import FORMAT, Definition

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def rubric_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `appraisal-rubric/1`. It judges shapes; meaning is judged by the checks."""
    schema = Definition.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": DRAFT, **_any_of(schema), "title": FORMAT}


def _any_of(part: Any) -> Any:
    """A veto without a basis fits several classes of clauses, so that one of them is enough."""
    if isinstance(part, dict):
        return {"anyOf" if key == "oneOf" else key: _any_of(value) for key, value in part.items()}
    return [_any_of(value) for value in part] if isinstance(part, list) else part
