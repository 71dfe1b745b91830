"""The shipped rubrics, scored with their demonstration facts."""

from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from evidence.facts import read_facts
from rubrics.checks import read_definition
from rubrics.definition.figures import complete
from rubrics.files import read_yaml
from rubrics.kinds.problems import errors_in
from scoring.engine import evaluate

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"


def load(*parts: str) -> Any:
    """A file under fixtures/ as plain data."""
    return read_yaml(FIXTURES.joinpath(*parts).read_bytes())


@cache
def scored(code: str) -> Any:
    """The result of a shipped rubric for its demonstration facts, with the figures filled in that it leaves open."""
    data = load("rubrics", f"{code}.yaml")
    if FIXTURES.joinpath("demo", f"{code}.figures.yaml").exists():
        data = complete(data, load("demo", f"{code}.figures.yaml"))
    definition, problems = read_definition(data)
    assert definition is not None, [problem.text("en") for problem in problems]
    facts, problems = read_facts(load("demo", f"{code}.facts.yaml"), definition)
    assert facts is not None and not errors_in(problems), [problem.text("en") for problem in problems]
    return evaluate(definition, facts)


@cache
def units(code: str) -> MappingProxyType[str, Any]:
    """The units of that result by their codes."""
    return MappingProxyType({unit.code: unit for unit in scored(code).units})


def values(unit: Any) -> dict[str, Decimal]:
    """A unit's nodes with what they are worth."""
    return {code: node.value for code, node in unit.nodes.items()}


def exact(expected: dict[str, str]) -> dict[str, Decimal]:
    return {code: Decimal(value) for code, value in expected.items()}


def clause_lines(unit: Any, clause: str) -> list[tuple[str, str, str | None]]:
    """The lines of one clause: what each fact is worth at face, what it moves, and why they differ."""
    return [(plain(line.face), plain(line.points), line.reason) for line in unit.lines if line.clause == clause]


def node_lines(unit: Any, node: str) -> list[tuple[str, str | None]]:
    """The lines that bounds and rounding have left at one node."""
    return [(plain(line.points), line.reason) for line in unit.lines if line.node == node and line.clause is None]


def added_up(unit: Any, node: str) -> Fraction:
    """The sum of all lines at a node, exactly."""
    return sum((Fraction(line.points) for line in unit.lines if line.node == node), Fraction(0))


def plain(number: Decimal) -> str:
    """A number without trailing zeros."""
    text = format(abs(number) if number == 0 else number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
