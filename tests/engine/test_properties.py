"""What holds for every rubric and every facts file: shown on generated pairs (10,000 for each property with PROVE=true)."""

import datetime
import json
import os
import random
from copy import deepcopy
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evidence.facts import read_facts
from rubrics.checks import read_definition
from rubrics.definition import canonical, fingerprint
from rubrics.files import read_yaml, write_yaml
from scoring.engine import evaluate
from tests.engine.compare import disagreements, not_added_up, said
from tests.reference import make_case

pytestmark = pytest.mark.long

PROVE = os.environ.get("PROVE") == "true"
SHORT = 150
property_of = settings(max_examples=10_000 if PROVE else SHORT, deadline=None)
# The short profile takes the same pairs for every property, so that each is made once.
seeds = st.integers(min_value=0, max_value=2**48) if PROVE else st.sampled_from(range(SHORT))
Json = dict[str, Any]


class Made(NamedTuple):
    rubric: Json
    facts: Json
    definition: Any
    result: Any


@lru_cache(maxsize=512)
def made(seed: int) -> Made:
    """A generated pair, read and evaluated; every other one with the model's corners."""
    rubric, facts = make_case(random.Random(seed), corners=bool(seed % 2))
    return scored(rubric, facts)


def scored(rubric: Json, facts: Json) -> Made:
    definition, problems = read_definition(rubric)
    assert definition is not None, [f"{problem.place}: {problem.text('en')}" for problem in problems]
    read, problems = read_facts(facts, definition)
    assert read is not None, [f"{problem.place}: {problem.text('en')}" for problem in problems]
    return Made(rubric, facts, definition, evaluate(definition, read))


def everything(result: Any) -> dict[str, Any]:
    """All that is said of every unit, lines in no particular order."""
    return {unit.code: (said(unit), sorted(map(line_key, unit.lines)), sorted(unit.pending)) for unit in result.units}


def line_key(line: Any) -> tuple[str, ...]:
    return (line.clause or "", line.fact or "", line.node, str(+line.face), str(+line.points), line.reason or "")


@property_of
@given(seeds)
def test_the_slow_evaluator_agrees(seed: int) -> None:
    case = made(seed)
    assert disagreements(case.rubric, case.facts, case.result) == []


@property_of
@given(seeds)
def test_start_and_lines_are_exactly_the_value_at_every_node(seed: int) -> None:
    assert not_added_up(made(seed).result) == []


def bounds_of(rubric: Json) -> dict[str, tuple[Any, Any]]:
    """Floor and ceiling of every node, None for none, read from the file itself."""
    found: dict[str, tuple[Any, Any]] = {}

    def visit(node: Json, path: str, *, in_pool: bool) -> Any:
        children = [*(node.get("items") or []), *(node.get("categories") or [])]
        is_pool = "clauses" not in node and node.get("start") is not None
        reached = sum(
            child.get("weight", 1) * visit(child, f"{path}.{child['code']}", in_pool=is_pool) for child in children
        )
        points = node["points"] if node.get("points") is not None else reached
        floor = node.get("floor", "none" if in_pool else 0)
        ceiling = node.get("ceiling", "none" if in_pool else points)
        found[path] = (0 if floor == "none" else floor, None if ceiling == "none" else ceiling)
        return points

    for category in rubric["categories"]:
        visit(category, category["code"], in_pool=False)
    return found


@property_of
@given(seeds)
def test_every_value_lies_within_its_bounds(seed: int) -> None:
    case = made(seed)
    bounds = bounds_of(case.rubric)
    # Rounding may step over a bound that has more digits than are shown.
    slack = Decimal(1).scaleb(-int(case.rubric["rounding"].get("digits", 2)))
    for unit in case.result.units:
        for code, node in unit.nodes.items():
            low, high = bounds[code]
            if not node.given:
                assert node.value >= low - slack, (unit.code, code)
                assert high is None or node.value <= high + slack, (unit.code, code)
        if not any(top.get("floor") == "none" for top in case.rubric["categories"]):
            assert unit.total >= 0


@property_of
@given(seeds)
def test_the_same_again_is_the_same(seed: int) -> None:
    case = made(seed)
    assert everything(scored(deepcopy(case.rubric), deepcopy(case.facts)).result) == everything(case.result)


@property_of
@given(seeds)
def test_the_order_of_units_and_ratings_changes_nothing(seed: int) -> None:
    case = made(seed)
    shuffled = deepcopy(case.facts)
    random.Random(seed).shuffle(shuffled["units"])
    random.Random(seed + 1).shuffle(shuffled.get("ratings") or [])
    assert everything(scored(case.rubric, shuffled).result) == everything(case.result)


@property_of
@given(seeds)
def test_the_order_of_facts_with_dates_of_their_own_changes_nothing(seed: int) -> None:
    case, rng = made(seed), random.Random(seed)
    dated = deepcopy(case.facts)
    for unit in dated["units"]:
        for number, fact in enumerate(unit.get("facts") or []):
            fact["id"] = f"f{number}"
            fact["date"] = (datetime.date(case.rubric["year"], 1, 1) + datetime.timedelta(days=number)).isoformat()
    shuffled = deepcopy(dated)
    for unit in shuffled["units"]:
        rng.shuffle(unit.get("facts") or [])
    assert everything(scored(case.rubric, shuffled).result) == everything(scored(case.rubric, dated).result)


@property_of
@given(seeds)
def test_the_stored_and_the_written_form_are_the_same_definition(seed: int) -> None:
    case = made(seed)
    stored, problems = read_definition(json.loads(json.dumps(canonical(case.definition))), stored=True)
    assert stored == case.definition, problems
    if seed % 8:
        return  # writing YAML takes fifty times as long as all the rest
    written, problems = read_definition(read_yaml(write_yaml(case.rubric).encode()))
    assert written is not None, problems
    assert fingerprint(written) == fingerprint(case.definition)


def occurrence_clauses(rubric: Json) -> list[tuple[str, Json]]:
    """Clauses that count occurrences and compare nothing, without a limit by dates, which asks for a date."""
    found = []

    def visit(node: Json, path: str) -> None:
        for item in node.get("items") or []:
            for clause in item.get("clauses") or []:
                plain = clause.get("basis") in ("count", "level") and not clause.get("limit_per")
                if plain and clause["effect"] in ("deduct", "award"):
                    found.append((f"{path}.{item['code']}.{clause['code']}", clause))
        for inner in node.get("categories") or []:
            visit(inner, f"{path}.{inner['code']}")

    for category in rubric["categories"]:
        visit(category, category["code"])
    return found


def level_of(clause: Json) -> Json:
    levels = clause.get("levels")
    if not levels:
        return {}
    return {"level": next(iter(levels)) if isinstance(levels, dict) else levels[0]["code"]}


@property_of
@given(seeds)
def test_one_more_deduction_never_raises_and_one_more_award_never_lowers(seed: int) -> None:
    """Conditions: the new fact has no matter (nothing is set aside for it), comes after all others (no date, last in
    the file: neither `limit`, `free` nor `escalate` deal differently with what was there), and its clause counts
    occurrences (nothing is gathered or compared). Vetoes, forfeits, carrying, pools and scaling may all be around it."""
    case, rng = made(seed), random.Random(seed)
    clauses = occurrence_clauses(case.rubric)
    assume(clauses and case.facts["units"])
    code, clause = rng.choice(clauses)
    number = rng.randrange(len(case.facts["units"]))
    more = deepcopy(case.facts)
    unit = more["units"][number]
    unit.setdefault("facts", []).append({"clause": code, "count": rng.randint(1, 3), **level_of(clause)})
    before, after = case.result.units[number], scored(case.rubric, more).result.units[number]
    if clause["effect"] == "deduct":
        assert after.total <= before.total
        assert all(after.nodes[node].value <= value.value for node, value in before.nodes.items())
    else:
        assert after.total >= before.total
        assert all(after.nodes[node].value >= value.value for node, value in before.nodes.items())


@property_of
@given(seeds)
def test_an_exempt_fact_moves_nothing(seed: int) -> None:
    case, rng = made(seed), random.Random(seed)
    clauses = occurrence_clauses(case.rubric)
    assume(clauses and case.facts["units"])
    code, clause = rng.choice(clauses)
    more = deepcopy(case.facts)
    unit = rng.choice(more["units"])
    unit.setdefault("facts", []).append({"clause": code, "exempt": True, "reason": "自查", **level_of(clause)})
    found = scored(case.rubric, more).result
    assert [said(unit) for unit in found.units] == [said(unit) for unit in case.result.units]
