"""The JSON Schema of a rubric file, made from the records that read it."""

from __future__ import annotations

from typing import Any

from rubrics.definition.records import Definition

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def rubric_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `appraisal-rubric/1`. It judges shapes; meaning is judged by the checks."""
    schema = Definition.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": DRAFT, "title": "appraisal-rubric/1", **{k: v for k, v in schema.items() if k != "title"}}
