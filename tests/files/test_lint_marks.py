"""Full marks for every kind of unit: what misses is named once, with what is missing; and the totals at a glance."""

from decimal import Decimal
from typing import Any

import pytest

from rubrics.checks import full_marks, lint_data, read_definition, totals_of
from rubrics.definition import Definition
from tests.files.linted import CALM, POOL, RATED, RULES, found, problems_of, rubric, with_parts

D = Decimal


def definition(*parts: tuple[str, Any]) -> Definition:
    read = read_definition(with_parts(*parts))[0]
    assert read is not None
    return read


def marks_problems(*parts: tuple[str, Any]) -> list[tuple[str, str, list[str], str]]:
    return [
        (each.severity, each.place, each.params["who"], each.params["difference"])
        for each in problems_of(with_parts(*parts))
        if each.code.startswith("marks_")
    ]


def test_a_kind_of_unit_that_misses_is_named_by_series_and_tags() -> None:
    assert marks_problems((f"{RATED}.applies_to", {"tags": "window"})) == [("error", "total", ["甲", "乙"], "5")]
    assert marks_problems((f"{RATED}.applies_to", {"series": "s"})) == [("error", "total", ["乙"], "5")]
    more = {"code": "more", "points": 4, "applies_to": {"tags": "window"}, "start": "zero"}
    assert marks_problems(("categories.0.items.+", more)) == [("hint", "total", ["甲 × window", "乙 × window"], "4")]


def test_kinds_with_more_tags_are_not_named_beside_the_plainest() -> None:
    parts = [
        (f"{RATED}.applies_to", {"series": "s"}),
        ("categories.0.items.+", {"code": "a", "points": 0, "applies_to": {"tags": ["x", "y"]}}),
    ]
    assert marks_problems(*parts) == [("error", "total", ["乙"], "5")]


def test_many_kinds_are_counted() -> None:
    items = [{"code": f"i{n}", "points": n, "applies_to": {"tags": f"tag{n}"}} for n in range(1, 7)]
    parts = [("categories.0.items.+", item) for item in items]
    (above,) = [each for each in marks_problems(*parts) if each[3] == "6"]
    # 6 alone, 1 + 5, 2 + 4, 1 + 2 + 3 in both series
    assert above[2] == ["甲 × tag6", "甲 × tag1 × tag5", "甲 × tag2 × tag4", "甲 × tag1 × tag2 × tag3", "+4"]


def test_a_total_of_the_series_is_where_the_way_leads() -> None:
    assert marks_problems(("series.1.total", 40)) == [("error", "series[1].total", ["乙"], "10")]


def test_tags_that_stand_for_one_another_do_not_make_a_unit_without_any() -> None:
    parts = [
        (RATED, {"code": "rated", "points": 5, "applies_to": {"tags": "city"}}),
        ("categories.0.items.+", {"code": "other", "points": 5, "applies_to": {"tags": "town"}}),
    ]
    assert {each[0] for each in marks_problems(*parts)} == {"hint"}
    assert totals_of(definition(*parts)).fit
    # One of the two missing by itself is a gap in the rubric.
    parts[1] = ("categories.0.items.+", {"code": "other", "points": 4, "applies_to": {"tags": "town"}})
    assert ("error", "total", ["甲", "乙"], "5") in marks_problems(*parts)


def test_a_unit_that_is_named_is_in_one_series_only() -> None:
    parts = [("series.1.total", 25), (f"{RATED}.applies_to", {"units": ["u"]}), ("categories.0.items.1.points", 10)]
    assert marks_problems(*parts) == []
    assert marks_problems(*parts, (f"{RATED}.points", 4)) == [("error", "total", ["甲 × u"], "1")]


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_the_sentence_names_the_kind_and_the_figures(lang: str) -> None:
    (problem,) = [each for each in problems_of(with_parts(("total", 33))) if each.code == "marks_below_total"]
    text = problem.text(lang)
    assert ("甲、乙" if lang == "zh-hans" else "甲, 乙") in text
    assert all(figure in text for figure in ("30", "33", "3 "))


def test_nothing_is_added_up_where_parts_were_left_out() -> None:
    data = with_parts(("categories.0.items.0", "late"), (f"{RULES}.0.when.total_at_least", 30))
    assert [code for _, code, _ in found(data)] == ["wrong_type"]


def test_problems_lead_into_the_data_although_parts_were_left_out() -> None:
    data = with_parts(
        ("categories.0.items.0", "late"), ("categories.0.items.2.clauses.0.panel", "x"), ("gradings.+", 3)
    )
    assert ("error", "unknown_panel", "categories[0].items[2].clauses[0].panel") in found(data)


def test_totals_name_each_series_and_what_misses() -> None:
    totals = totals_of(definition((f"{RATED}.applies_to", {"tags": "window"})))
    assert [(kind.name, kind.reached, kind.wanted, kind.difference) for kind in totals.kinds] == [
        ("甲 × window", 30, 30, 0), ("甲", 25, 30, -5), ("乙 × window", 30, 30, 0), ("乙", 25, 30, -5),
    ]  # fmt: skip
    assert not totals.fit
    assert [(kind.name, kind.reached) for kind in totals_of(definition()).kinds] == [("甲", 30), ("乙", 30)]


def test_totals_without_series_are_of_everyone() -> None:
    data = with_parts(("series", []), (f"{RULES}.0.quota", 1))
    read = read_definition(data)[0]
    assert read is not None
    assert [(kind.series, kind.name, kind.fits) for kind in totals_of(read).kinds] == [(None, "", True)]
    (short,) = [each for each in problems_of({**data, "total": 31}) if each.code == "marks_below_total"]
    assert short.text().startswith("所有单位：") and short.text("en").startswith("all units: ")


def test_top_categories_say_what_they_are_worth_and_how_they_are_counted() -> None:
    def manners(*parts: tuple[str, Any]) -> list[tuple[str, Decimal, str]]:
        return [(top.code, top.marks, top.manner) for top in totals_of(definition(*parts)).tops]

    assert manners() == [("k", D(25), "sum"), ("pool", D(5), "full")]
    assert manners((f"{POOL}.start", "zero"), ("categories.0.weight", 2)) == [
        ("k", D(50), "sum"),
        ("pool", D(5), "zero"),
    ]
    assert manners(("categories.0.items.1.start", "full"), (f"{RATED}.start", "full"))[0] == ("k", D(25), "full")


def test_what_differs_only_by_clause_moves_no_full_marks() -> None:
    parts = [(f"{CALM}.clauses.0.applies_to", {"tags": "window"})]
    assert marks_problems(*parts) == [] and len(totals_of(definition(*parts)).kinds) == 2


def test_full_marks_are_the_same_whether_added_up_for_one_or_for_all() -> None:
    read = definition(
        (f"{RATED}.applies_to", {"tags": "x"}),
        ("categories.0.items.1.applies_to", {"series": "t"}),
        ("categories.0.items.1.when_not_applicable", "mean"),
        (f"{POOL}.applies_to", {"series": "s"}),
        ("categories.0.weight", 2),
    )
    cases = {("s", ()): 45, ("s", ("x",)): 55, ("t", ()): 40, ("t", ("x",)): 50}
    assert {kind: full_marks(read, series=kind[0], tags=kind[1]) for kind in cases} == cases


def test_many_tags_take_no_time() -> None:
    items = [{"code": f"i{n}", "points": 0, "applies_to": {"tags": f"tag{n}"}} for n in range(40)]
    read, problems = lint_data(with_parts(*(("categories.0.items.+", item) for item in items)))
    assert read is not None and not [each for each in problems if each.code.startswith("marks")]


def test_the_rubric_itself_fits() -> None:
    assert read_definition(rubric())[1] == []
