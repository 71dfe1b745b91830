"""What cannot be said in a case file: circles, refused claims, results as objects."""

from dataclasses import replace
from typing import Any

import pytest

from evidence.facts import Facts, read_facts
from rubrics.checks import read_definition
from rubrics.kinds.problems import place_of
from scoring.engine import Circle, evaluate
from tests.engine.case_files import read_case


def case(**raw: Any) -> tuple[Any, Facts]:
    made = read_case({"title": "", "cites": "", "expect": 0, **raw})
    definition = read_definition(made.rubric)[0]
    assert definition is not None
    facts = read_facts(made.facts, definition)[0]
    assert facts is not None
    return definition, facts


MEMBERS = {"effect": "award", "basis": "linked", "source": "members", "points": 8}


def test_scores_that_depend_on_one_another_are_a_circle() -> None:
    # u is given the mean of v's category, and v's category reads its member u.
    definition, facts = case(
        clauses=MEMBERS,
        item={"applies_to": {"tags": ["x"]}, "when_not_applicable": "mean"},
        units={"u": {"member_of": "v"}, "v": {"tags": ["x"]}},
        facts={},
    )
    with pytest.raises(Circle) as caught:
        evaluate(definition, facts)
    assert caught.value.code in ("u", "k.i")


def test_a_mean_that_asks_for_itself_is_a_circle() -> None:
    definition, facts = case(
        clauses=MEMBERS,
        item={"applies_to": {"tags": ["x"]}, "when_not_applicable": "mean"},
        units={"v": {"tags": ["x"]}, "u": {"member_of": "v"}},
        facts={},
    )
    with pytest.raises(Circle):
        evaluate(definition, facts)


def test_a_refused_claim_moves_nothing_but_is_no_missing_judgement() -> None:
    definition, facts = case(clauses={"effect": "award", "basis": "manual", "max": 10}, facts=[{"points": 7}])
    unit = facts.units[0]
    refused = replace(facts, units=(replace(unit, facts=(unit.facts[0]._replace(rejected=True),)),))
    result = evaluate(definition, refused).unit("u")
    assert (result.total, result.lines, result.pending) == (0, [], ())


def test_a_refused_value_is_no_part_of_a_cohort() -> None:
    rule = {"effect": "award", "basis": "relative", "method": "best_ratio", "points": 10}
    definition, facts = case(clauses=rule, facts={"u": [{"value": 5}], "v": [{"value": 50}]})
    second = facts.units[1]
    refused = replace(second, facts=(second.facts[0]._replace(rejected=True),))
    result = evaluate(definition, replace(facts, units=(facts.units[0], refused)))
    assert [unit.total for unit in result.units] == [10, 0]


def test_an_empty_cycle() -> None:
    definition, facts = case(clauses={"effect": "deduct", "basis": "count", "points": 1})
    assert evaluate(definition, replace(facts, units=())).units == []


def test_a_result_is_looked_up_by_unit() -> None:
    result = evaluate(
        *case(item={"start": "full"}, clauses={"effect": "deduct", "basis": "count", "points": 1}, facts=[{}])
    )
    assert result.unit("u").total == 9
    assert "k.i.c" in repr(result.unit("u").lines[0])
    with pytest.raises(KeyError):
        result.unit("nobody")


def test_places_are_written_as_people_read_them() -> None:
    assert place_of(()) == "."
    assert place_of(("categories", 0, "items", 12, "points")) == "categories[0].items[12].points"
    assert place_of((3, "code")) == "[3].code"
