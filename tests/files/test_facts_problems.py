"""Every fault of a facts file is found where it was planted."""

import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from evidence.facts import read_fact, read_facts
from rubrics.checks import read_definition
from rubrics.kinds.problems import Problem, errors_in
from tests.files import good

D = Decimal
U = "units.0"
F = "units.0.facts"


@cache
def definition() -> Any:
    return read_definition(good.rubric())[0]


FAULTS: list[tuple[str, Any, str, str]] = [
    ("format", "appraisal-facts/2", "format", "format"),
    ("rubric", "other", "other_rubric", "rubric"),
    ("colour", 1, "unknown_key", "colour"),
    (f"{U}.colour", 1, "unknown_key", "units[0].colour"),
    (f"{F}.0.colour", 1, "unknown_key", "units[0].facts[0].colour"),
    ("ratings.0.colour", 1, "unknown_key", "ratings[0].colour"),
    (f"{U}.holds.0.colour", 1, "unknown_key", "units[0].holds[0].colour"),
    (f"{U}.targets", {"k.j": [{"code": "one", "points": 5, "colour": 1}]}, "unknown_key", "units[0].targets.k.j[0].colour"),
    (f"{F}.6.inputs", {"a": 1, "b": 2}, "unknown_key", "units[0].facts[6].inputs.b"),
    (f"{F}.6.inputs", {}, "missing", "units[0].facts[6].inputs.a"),
    ("units", "u", "wrong_type", "units"),
    (U, "u", "not_a_mapping", "units[0]"),
    (f"{F}.0", "x", "not_a_mapping", "units[0].facts[0]"),
    ("ratings.0", 5, "not_a_mapping", "ratings[0]"),
    (f"{U}.holds.0", 5, "not_a_mapping", "units[0].holds[0]"),
    (f"{U}.targets", {"k.j": [5]}, "not_a_mapping", "units[0].targets.k.j[0]"),
    (f"{U}.targets", [1], "wrong_type", "units[0].targets"),
    (f"{U}.code", ..., "missing", "units[0].code"),
    (f"{U}.code", "", "empty", "units[0].code"),
    (f"{U}.code", [], "wrong_type", "units[0].code"),
    (f"{U}.tags", [[]], "wrong_type", "units[0].tags[0]"),
    ("units.1.code", "u", "duplicate_unit", "units[1].code"),
    (f"{U}.series", ..., "series_needed", "units[0].series"),
    (f"{U}.series", "x", "unknown_series", "units[0].series"),
    ("units.1.member_of", "x", "unknown_unit", "units[1].member_of"),
    (f"{U}.member_of", "v", "member_circle", "units[0].member_of"),
    (f"{U}.holds.0.code", "x", "unknown_grade", "units[0].holds[0].code"),
    (f"{U}.holds.0.years", -1, "negative", "units[0].holds[0].years"),
    (f"{U}.not_applicable", ["x"], "unknown_node", "units[0].not_applicable[0]"),
    # targets
    (f"{U}.targets", {"k.i": []}, "target_item", "units[0].targets.k.i"),
    (f"{U}.targets", {"x": []}, "target_item", "units[0].targets.x"),
    (f"{U}.targets", {"k.j": [{"code": "one", "points": 3, "value": 1}]}, "target_sum", "units[0].targets.k.j"),
    (f"{U}.targets", {"k.j": [{"code": "one", "points": 3, "value": 1}, {"code": "one", "points": 2}]}, "duplicate_code", "units[0].targets.k.j[1].code"),
    (f"{U}.targets", {"k.j": [{"code": "one", "value": 3}]}, "missing", "units[0].targets.k.j[0].points"),
    (f"{U}.targets", {"k.j": [{"points": 5}]}, "missing", "units[0].targets.k.j[0].code"),
    (f"{F}.5.target", "three", "unknown_target", "units[0].facts[5].target"),
    (f"{F}.5.target", "two", "target_value", "units[0].facts[5].value"),
    (f"{F}.5.target", 5, "wrong_type", "units[0].facts[5].target"),
    (f"{F}.5.points", 1, "one_of", "units[0].facts[5]"),
    (f"{F}.5.value", ..., "one_of", "units[0].facts[5]"),
    (f"{F}.5", {"clause": "k.j.targets", "target": "two", "points": 3}, "out_of_range", "units[0].facts[5].points"),
    (f"{F}.+", {"clause": "k.j.targets", "target": "one", "points": 1}, "target_twice", "units[0].facts[12].target"),
    # what a fact says
    (f"{F}.0.clause", "k.i.x", "unknown_clause", "units[0].facts[0].clause"),
    (f"{F}.0.clause", ..., "missing", "units[0].facts[0].clause"),
    (f"{F}.0.value", 3, "not_said_here", "units[0].facts[0].value"),
    (f"{F}.0.inputs", {"a": 1}, "not_said_here", "units[0].facts[0].inputs"),
    (f"{F}.1.points", ..., "missing", "units[0].facts[1].points"),
    (f"{F}.0.count", D("1.5"), "whole", "units[0].facts[0].count"),
    (f"{F}.0.count", -1, "negative", "units[0].facts[0].count"),
    (f"{F}.0.count", "two", "number", "units[0].facts[0].count"),
    (f"{F}.1.points", D("NaN"), "number_range", "units[0].facts[1].points"),
    (f"{F}.1.points", -1, "negative", "units[0].facts[1].points"),
    (f"{F}.1.points", 6, "out_of_range", "units[0].facts[1].points"),
    (f"{F}.1.points", D("0.5"), "out_of_range", "units[0].facts[1].points"),
    (f"{F}.1.points", D("1.2"), "off_step", "units[0].facts[1].points"),
    (f"{F}.2.points", 2, "not_a_choice", "units[0].facts[2].points"),
    (f"{F}.3.rank", 4, "rank_beyond", "units[0].facts[3].rank"),
    (f"{F}.3.rank", 0, "zero", "units[0].facts[3].rank"),
    (f"{F}.3.of", ..., "missing", "units[0].facts[3].of"),
    (f"{F}.3.rank", ..., "missing", "units[0].facts[3].rank"),
    (f"{F}.3.of", D("3.5"), "whole", "units[0].facts[3].of"),
    (f"{F}.3.value", 3, "one_of", "units[0].facts[3]"),
    (f"{F}.3", {"clause": "k.j.each", "value": 3}, "each_by_value", "units[0].facts[3]"),
    (f"{F}.4.level", "x", "unknown_level", "units[0].facts[4].level"),
    (f"{F}.8.level", "y", "unknown_level", "units[0].facts[8].level"),
    (f"{F}.7.of", 0, "zero", "units[0].facts[7].of"),
    (f"{F}.10.value", "high", "number", "units[0].facts[10].value"),
    (f"{F}.10", {"clause": "k.j.ratio", "value": 1, "target": "three"}, "number", "units[0].facts[10].target"),
    (f"{F}.11.value", -1, "negative", "units[0].facts[11].value"),
    (f"{F}.6.inputs", 5, "wrong_type", "units[0].facts[6].inputs"),
    (f"{F}.6.inputs.a", "x", "number", "units[0].facts[6].inputs.a"),
    # its other fields
    (f"{F}.0.modifiers", ["x"], "unknown_modifier", "units[0].facts[0].modifiers[0]"),
    (f"{F}.0.share", "partner", "unknown_share", "units[0].facts[0].share"),
    (f"{F}.0.share", D("1.1"), "share_range", "units[0].facts[0].share"),
    (f"{F}.0.share", 0, "share_range", "units[0].facts[0].share"),
    (f"{F}.0.exempt", "yes", "wrong_type", "units[0].facts[0].exempt"),
    (f"{F}.0.matter", [], "wrong_type", "units[0].facts[0].matter"),
    (f"{F}.0.date", "tomorrow", "date", "units[0].facts[0].date"),
    (f"{F}.0.date", "2026-02-30", "date", "units[0].facts[0].date"),
    (f"{F}.0.date", "2025-12-31", "date_outside", "units[0].facts[0].date"),
    (f"{F}.9.date", ..., "date_needed", "units[0].facts[9].date"),
    (f"{F}.1.id", "f0", "duplicate_id", "units[0].facts[1].id"),
    # ratings
    ("ratings.0.panel", "x", "unknown_panel", "ratings[0].panel"),
    ("ratings.0.group", "x", "unknown_group", "ratings[0].group"),
    ("ratings.0.unit", "x", "unknown_unit", "ratings[0].unit"),
    ("ratings.0.values", ["fair"], "rating", "ratings[0].values[0]"),
    ("ratings.0.values", [60], "rating", "ratings[0].values[0]"),
    ("ratings.1.values", [11], "rating", "ratings[1].values[0]"),
    ("ratings.1.values", [-1], "rating", "ratings[1].values[0]"),
    ("ratings.1.values", ["good"], "number", "ratings[1].values[0]"),
]  # fmt: skip


def problems_of(data: Any) -> list[Problem]:
    return read_facts(data, definition())[1]


def test_the_good_facts_are_good() -> None:
    facts, problems = read_facts(good.facts(), definition())
    # The pool was granted as not the first unit's duty: that is no fault.
    assert facts is not None and problems == []


@pytest.mark.parametrize(
    ("path", "value", "code", "place"), FAULTS, ids=[f"{fault[2]}-{n}" for n, fault in enumerate(FAULTS)]
)
def test_a_planted_fault_is_found_at_its_place(path: str, value: Any, code: str, place: str) -> None:
    facts, problems = read_facts(good.plant(good.facts(), path, value), definition())
    assert facts is None
    found = [(problem.code, problem.place) for problem in errors_in(problems)]
    assert (code, place) in found, found


@pytest.mark.parametrize("data", [None, [], "text", 7], ids=str)
def test_what_is_no_mapping_is_no_facts_file(data: Any) -> None:
    assert [(problem.code, problem.place) for problem in problems_of(data)] == [("not_a_mapping", ".")]


def test_full_marks_of_the_units_that_are_there() -> None:
    below = read_definition(good.plant(good.rubric(), "total", 31))[0]
    assert below is not None
    found = [(p.code, p.place, p.severity) for p in read_facts(good.facts(), below)[1]]
    assert found == [("marks_below_total", "units[0]", "error")]  # both units are of one kind, which is named once


def test_all_errors_at_once() -> None:
    data = good.facts()
    planted = {
        "rubric": "other", f"{U}.series": "x", f"{F}.0.count": -1, f"{F}.3.rank": 9, f"{F}.6.inputs": {},
        "units.1.member_of": "x", "ratings.1.values": [11], f"{F}.9.date": "never",
    }  # fmt: skip
    for path, value in planted.items():
        good.plant(data, path, value)
    assert {problem.place for problem in problems_of(data)} == {
        "rubric", "units[0].series", "units[0].facts[0].count", "units[0].facts[3].rank", "units[0].facts[6].inputs.a",
        "units[1].member_of", "ratings[1].values[0]", "units[0].facts[9].date",
    }  # fmt: skip


def test_numbers_may_name_what_is_a_code() -> None:
    data = good.plant(good.facts(), f"{F}.0.matter", 17)
    facts = read_facts(good.plant(data, f"{F}.0.id", 5), definition())[0]
    assert facts is not None
    assert (facts.units[0].facts[0].matter, facts.units[0].facts[0].id) == ("17", "5")


def test_one_fact_by_itself() -> None:
    fact, problems = read_fact({"clause": "k.i.c", "count": "2", "share": "0.5"}, definition(), stored=True)
    assert problems == [] and fact is not None and (fact.count, fact.share) == (2, D("0.5"))
    fact, problems = read_fact({"clause": "k.i.c", "share": "lead"}, definition(), stored=True)
    assert problems == [] and fact is not None and fact.share == "lead"
    fact, problems = read_fact({"clause": "k.i.c", "count": "two"}, definition(), stored=True)
    assert fact is None and [problem.code for problem in problems] == ["number"]


def test_one_tag_may_stand_alone_and_may_be_a_number() -> None:
    for written, tags in (("window", {"window"}), ([7, "x"], {"7", "x"})):
        facts = read_facts(good.plant(good.facts(), f"{U}.tags", written), definition())[0]
        assert facts is not None and facts.units[0].tags == tags


def test_dates_of_the_house_are_dates() -> None:
    day = datetime.date(2026, 5, 1)
    for value in (day, datetime.datetime(2026, 5, 1, 12)):
        facts = read_facts(good.plant(good.facts(), f"{F}.0.date", value), definition())[0]
        assert facts is not None and facts.units[0].facts[0].date == day


def test_a_field_that_is_null_is_not_said() -> None:
    facts = read_facts(good.plant(good.facts(), f"{F}.0.count", None), definition())[0]
    assert facts is not None and facts.units[0].facts[0].count is None
