"""What the demonstration adds to the shipped rubrics: figures for all that is open, facts for every kind of clause."""

from collections.abc import Iterator
from typing import Any

import pytest

from rubrics.definition.figures import complete
from tests.registers.plain import clauses, demonstration, nodes, rubric

NAMES = ("sunshine-action", "land-bureau", "township", "archives", "municipal")


def still_open(value: Any, path: str = "") -> Iterator[str]:
    """Where something says `open` or has a blank for a figure."""
    if isinstance(value, dict):
        here = f"{path}.{value['code']}" if "code" in value else path
        for key, inner in value.items():
            yield from still_open(inner, here if isinstance(inner, list) else f"{here}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from still_open(inner, path)
    elif value is None or (path.endswith(".open") and value):
        yield path


@pytest.mark.parametrize("name", NAMES)
def test_figures_complete_all_that_is_open(name: str) -> None:
    before = rubric(name)
    assert list(still_open(before)), "nothing was open: the test would prove nothing"
    assert list(still_open(complete(before, demonstration(name, "figures")))) == []


@pytest.mark.parametrize("name", NAMES)
def test_facts_touch_every_kind_of_clause(name: str) -> None:
    data, facts = rubric(name), demonstration(name, "facts")
    found = dict(clauses(data))
    said = {fact["clause"] for unit in facts["units"] for fact in unit.get("facts") or []}
    assert said - found.keys() == set()
    rated = {rating["panel"] for rating in facts.get("ratings") or []}
    members = any(unit.get("member_of") for unit in facts["units"])

    def touched(code: str, clause: dict[str, Any]) -> bool:
        if clause.get("basis") == "panel":
            return clause["panel"] in rated
        if clause.get("basis") == "linked" and clause["source"] == "members":
            return members
        return code in said

    kinds = {(clause["effect"], clause.get("basis")) for clause in found.values()}
    assert {(c["effect"], c.get("basis")) for code, c in found.items() if touched(code, c)} == kinds


@pytest.mark.parametrize("name", NAMES)
def test_units_of_the_facts_belong_to_the_rubric(name: str) -> None:
    data, facts = rubric(name), demonstration(name, "facts")
    assert facts["rubric"] == data["code"]
    assert {unit["series"] for unit in facts["units"]} <= {series["code"] for series in data["series"]}
    codes = [unit["code"] for unit in facts["units"]]
    assert len(set(codes)) == len(codes)
    named = {unit for _, node in nodes(data) for unit in (node.get("applies_to") or {}).get("units", [])}
    assert not named or named == set(codes)


@pytest.mark.parametrize("name", NAMES)
def test_facts_have_ids_of_their_own_and_dates_in_the_year(name: str) -> None:
    facts = [fact for unit in demonstration(name, "facts")["units"] for fact in unit.get("facts") or []]
    ids = [fact["id"] for fact in facts if "id" in fact]
    assert len(set(ids)) == len(ids)
    assert {str(fact["date"])[:4] for fact in facts if "date" in fact} == {"2026"}
