"""docs/format.md cannot rot: its examples are worked out, and every key of the two files stands in it."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from evidence.facts import UnitFacts, read_facts
from evidence.facts.records import Fact
from rubrics.checks import read_definition
from rubrics.definition import Definition
from rubrics.definition.figures import complete
from rubrics.definition.records import CLAUSE_CLASSES
from rubrics.files import read_yaml
from rubrics.kinds import BASES, EFFECTS
from scoring.engine import evaluate
from tests.engine.case_files import read_case
from tests.engine.test_cases import evaluated

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "format.md").read_text("utf-8")
BLOCKS = [read_yaml(block.encode()) for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)]
EXAMPLES = [block for block in BLOCKS if "moves" in block]


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{n}-{e['clause']['basis']}" for n, e in enumerate(EXAMPLES)])
def test_an_example_moves_what_the_page_says(example: dict[str, Any]) -> None:
    wanted = example["moves"] if isinstance(example["moves"], dict) else {"u": example["moves"]}
    raw = {key: value for key, value in example.items() if key not in ("clause", "moves")}
    result = evaluated(read_case({"title": "", "cites": "", "expect": 0, "clauses": example["clause"], **raw}))
    moved = {unit.code: sum((line.points for line in unit.lines if line.clause), Decimal(0)) for unit in result.units}
    assert moved == wanted


def test_every_basis_has_an_example() -> None:
    assert {example["clause"]["basis"] for example in EXAMPLES} == set(BASES)


def test_the_first_pair_and_its_figures() -> None:
    rubric, facts, figures = (block for block in BLOCKS if "format" in block)
    definition = read_definition(rubric)[0]
    assert definition is not None
    read = read_facts(facts, definition)[0]
    assert read is not None
    (unit,) = evaluate(definition, read).units
    assert {code: node.value for code, node in unit.nodes.items()} == {
        "conduct": Decimal("14.5"), "conduct.meetings": Decimal("8.5"), "conduct.news": 6,
    }  # fmt: skip
    assert complete(rubric, figures)["categories"][0]["items"][0]["clauses"][0]["points"] == 1


def keys_below(model: type[BaseModel], seen: set[type]) -> set[str]:
    """The keys of a record and of all records within it."""
    if model in seen:
        return set()
    seen.add(model)
    found = set()
    for name, field in model.model_fields.items():
        found.add(field.alias or name)
        for inner in models_in(field.annotation):
            found |= keys_below(inner, seen)
    return found


def models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_in(part)]


def test_every_key_of_a_rubric_stands_in_the_reference() -> None:
    seen: set[type] = set()
    keys = keys_below(Definition, seen)
    for clause in CLAUSE_CLASSES.values():
        keys |= keys_below(clause, seen)
    # Names of records that a file writes as a map or a number, not as keys.
    inner = {"codes", "by_series", "every", "part"}
    assert {key for key in keys - inner if not re.search(rf"\b{key}\b", TEXT)} == set()


def test_every_key_of_a_fact_and_every_effect_stands_in_the_reference() -> None:
    words = {*Fact._fields, *UnitFacts.__dataclass_fields__, *EFFECTS} - {"rejected"}
    assert {word for word in words if f"`{word}`" not in TEXT} == set()
