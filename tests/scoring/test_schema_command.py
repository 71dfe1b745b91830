"""The JSON Schemas: current in docs/, and fitting what is shipped."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from rubrics.files import read_yaml
from scoring.management.commands.schema import SCHEMAS, schema_text

ROOT = Path(__file__).parents[2]
RUBRICS = sorted((ROOT / "fixtures" / "rubrics").glob("*.yaml"))
FACTS = sorted((ROOT / "fixtures" / "demo").glob("*.facts.yaml"))


def as_json(value):
    """Decimals as JSON numbers, for a validator that knows no decimals."""
    if isinstance(value, dict):
        return {key: as_json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [as_json(part) for part in value]
    return float(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_in_docs_is_the_one_the_command_prints(name):
    kept = (ROOT / "docs" / f"{name}.schema.json").read_text()
    assert kept.strip() == schema_text(name)
    jsonschema.Draft202012Validator.check_schema(json.loads(kept))


@pytest.mark.parametrize("path", RUBRICS, ids=lambda path: path.stem)
def test_every_shipped_rubric_fits_the_schema(path):
    validator = jsonschema.Draft202012Validator(SCHEMAS["rubric"]())
    assert [error.json_path for error in validator.iter_errors(as_json(read_yaml(path.read_bytes())))] == []


@pytest.mark.parametrize("path", FACTS, ids=lambda path: path.stem)
def test_every_demonstration_facts_file_fits_the_schema(path):
    validator = jsonschema.Draft202012Validator(SCHEMAS["facts"]())
    assert [error.json_path for error in validator.iter_errors(as_json(read_yaml(path.read_bytes())))] == []


def test_an_unknown_key_does_not_fit():
    validator = jsonschema.Draft202012Validator(SCHEMAS["facts"]())
    broken = {"format": "appraisal-facts/1", "rubric": "x", "units": [{"code": "a", "colour": "red"}]}
    assert [error.json_path for error in validator.iter_errors(broken)] == ["$.units[0]"]
