"""The openness appraisal's demonstration, worked out by hand: three organs node by node, all totals and places."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from evidence.facts import read_facts
from rubrics.checks import read_definition
from rubrics.definition.figures import complete
from rubrics.files import read_yaml
from scoring.engine import evaluate

FIXTURES = Path(__file__).parents[3] / "fixtures"


def read(path: str) -> Any:
    return read_yaml((FIXTURES / path).read_bytes())


@cache
def units(*, completed: bool = False) -> dict[str, Any]:
    data = read("rubrics/sunshine-action.yaml")
    if completed:
        data = complete(data, read("demo/sunshine-action.figures.yaml"))
    definition, problems = read_definition(data)
    assert definition is not None, problems
    facts, problems = read_facts(read("demo/sunshine-action.facts.yaml"), definition)
    assert facts is not None, problems
    return {unit.code: unit for unit in evaluate(definition, facts).units}


# A bonus lifts the total above 100; two missed quarters of the corridor cost 5 once.
FINANCE = {
    "openness.leadership": "15",
    "openness.self-check": "10",
    # Two bodies below it: 2 × 2 = 4; corridor once 5: 60 − 9.
    "openness.disclosure": "51",
    "openness.filing": "15",
    # 15 + 10 + 51 + 15
    "openness": "91",
    # City level 10.
    "extra.publicity": "10",
    "extra": "10",
}

# What is taken away beside the table goes into the total: the item and its category show 0.
TRANSPORT = {
    "openness.leadership": "15",
    # No one in charge: 10 − 3.
    "openness.self-check": "7",
    # Two quarters 2 × 10, the untidy board found twice but counted once 10: 60 − 30.
    "openness.disclosure": "30",
    # The late report is exempt.
    "openness.filing": "15",
    # 15 + 7 + 30 + 15
    "openness": "67",
    # Province level 15, carried on into the total.
    "extra.publicity": "0",
    "extra": "0",
}

# Two items at their floor: the one exactly, the other with 5 points to spare.
FOREST_FARM = {
    # No meeting: 15 − 3.
    "openness.leadership": "12",
    # Opinions not listed: 10 − 2.
    "openness.self-check": "8",
    # Four quarters 40, two findings 10, untidy 10, hard to read 5: 65 of 60, held at 0.
    "openness.disclosure": "0",
    # Late 5, no archives 10: 15 − 15.
    "openness.filing": "0",
    # 12 + 8
    "openness": "20",
    # County level 5, carried on into the total.
    "extra.publicity": "0",
    "extra": "0",
}

TOTALS = {
    # A missed quarter 10, a county bonus 5: 100 − 10 + 5. Equal with agriculture.
    "development": ("95", 5),
    # 91 + 10
    "finance": ("101", 3),
    # No guidance 5, three schools 6, two findings 10, late once 5: 100 − 26.
    "education": ("74", 9),
    # Hard to read 5; twice the county 10 and once the province 15: 100 − 5 + 25.
    "civil-affairs": ("120", 1),
    # Meeting 3, opinions 2, catalogue 5, filing 5 + 5 + 5 = 15 of 15, county 5: 100 − 30.
    "health": ("70", 10),
    # 67 − 15
    "transport": ("52", 11),
    # One finding 5, the other exempt.
    "agriculture": ("95", 5),
    # No plan 5, no team 5.
    "water": ("90", 7),
    # Corridor 5, city 10.
    "construction": ("85", 8),
    # One county bonus.
    "commerce": ("105", 2),
    # 20 − 5
    "forest-farm": ("15", 12),
    # Nothing happened.
    "statistics": ("100", 4),
}


@pytest.mark.parametrize(
    ("code", "expected"),
    [("finance", FINANCE), ("transport", TRANSPORT), ("forest-farm", FOREST_FARM)],
    ids=["finance", "transport", "forest-farm"],
)
def test_every_node_of_an_organ_has_the_value_worked_out_by_hand(code: str, expected: dict[str, str]) -> None:
    found = {node: result.value for node, result in units()[code].nodes.items()}
    assert found == {node: Decimal(value) for node, value in expected.items()}


@pytest.mark.parametrize("code", TOTALS)
def test_total_and_place_of_every_organ(code: str) -> None:
    unit = units()[code]
    total, rank = TOTALS[code]
    assert (unit.total, unit.rank, unit.grades, list(unit.vetoes)) == (Decimal(total), rank, {}, [])


def test_a_clause_that_counts_once_moves_nothing_the_second_time() -> None:
    moved = {line.fact: line.points for line in units()["transport"].lines if line.fact is not None}
    assert (moved["tra-4"], moved["tra-5"]) == (-10, 0)
    assert moved["tra-6"] == 0


def test_the_floor_gives_back_what_was_taken_beyond_nothing() -> None:
    given_back = {
        line.node: line.points
        for line in units()["forest-farm"].lines
        if line.clause is None and line.reason == "floor"
    }
    assert given_back == {"openness.disclosure": 5}


def test_a_total_is_converted_once_the_receiving_marks_are_known() -> None:
    assert {code: unit.converted for code, unit in units().items()} == dict.fromkeys(TOTALS)
    # total × 10 ÷ 100
    after = {code: unit.converted for code, unit in units(completed=True).items()}
    assert (after["finance"], after["transport"], after["forest-farm"]) == (
        Decimal("10.1"),
        Decimal("5.2"),
        Decimal("1.5"),
    )
