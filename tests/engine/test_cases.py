"""Every basis, effect and interplay in small cases whose results were derived by hand (tests/engine/cases/*.yaml)."""

from typing import Any

import pytest

from evidence.facts import read_facts
from rubrics.checks import read_definition
from rubrics.kinds.problems import errors_in
from scoring.engine import evaluate
from tests.engine.case_files import Case, Expected, all_cases, plain
from tests.engine.compare import disagreements, not_added_up

CASES = dict(all_cases())


def evaluated(case: Case) -> Any:
    definition, problems = read_definition(case.rubric)
    assert definition is not None, [f"{problem.place}: {problem.text('en')}" for problem in problems]
    facts, problems = read_facts(case.facts, definition)
    assert facts is not None, [f"{problem.place}: {problem.text('en')}" for problem in errors_in(problems)]
    return evaluate(definition, facts)


@pytest.mark.parametrize("name", CASES)
def test_result_is_the_one_worked_out_by_hand(name: str) -> None:
    case = CASES[name]
    assert case.cites, "a case names the sentence that it stands on"
    result = evaluated(case)
    assert set(case.expect) <= {unit.code for unit in result.units}
    for code, wanted in case.expect.items():
        expected = Expected(result.unit(code))
        found = {key: plain(expected.found(key, value)) for key, value in wanted.items()}
        assert found == plain(wanted), f"unit {code}"


@pytest.mark.parametrize("name", CASES)
def test_start_and_lines_are_the_value_at_every_node(name: str) -> None:
    assert not_added_up(evaluated(CASES[name])) == []


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.alone])
def test_the_slow_evaluator_agrees(name: str) -> None:
    case = CASES[name]
    assert disagreements(case.rubric, case.facts, evaluated(case)) == []


def test_every_effect_and_basis_has_cases() -> None:
    from rubrics.kinds import BASES, EFFECTS

    clauses = [
        clause
        for case in CASES.values()
        for category in case.rubric["categories"]
        for item in category.get("items") or []
        for clause in item.get("clauses") or []
    ]
    assert {clause["effect"] for clause in clauses} == set(EFFECTS)
    assert {clause.get("basis", "count") for clause in clauses} == set(BASES)
    assert len(CASES) >= 150
