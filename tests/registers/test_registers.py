"""The five shipped rubrics say exactly what the registers of their regulations say, and their full marks add up."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.registers.compare import differences
from tests.registers.plain import Row, clauses, full_marks, nodes, register, rubric

# Rows and scoring clauses of each register, so that a register cut short is noticed.
SIZES = {
    "sunshine-action": (37, 17),
    "land-bureau": (306, 132),
    "township": (51, 14),
    "archives": (82, 9),
    "municipal": (108, 44),
}


@pytest.mark.parametrize("name", SIZES)
def test_register_is_whole(name: str) -> None:
    rows = register(name)
    assert (len(rows), sum(row.kind == "clause" for row in rows)) == SIZES[name]
    assert len({row.code for row in rows}) == len(rows)


@pytest.mark.parametrize("name", SIZES)
def test_rubric_says_what_its_register_says(name: str) -> None:
    found = differences(rubric(name), register(name))
    assert not found, f"{len(found)} differences in {name}:\n" + "\n".join(found)


@pytest.mark.parametrize("name", SIZES)
def test_every_node_and_clause_names_its_place_in_the_regulation(name: str) -> None:
    data = rubric(name)
    assert [code for code, entry in [*nodes(data), *clauses(data)] if not entry.get("ref")] == []


@pytest.mark.parametrize("name", SIZES)
def test_rubric_is_a_rubric_of_its_name(name: str) -> None:
    data = rubric(name)
    assert (data["format"], data["code"], data["year"]) == ("appraisal-rubric/1", name, 2026)


# ---------------------------------------------------------------------------------------------- full marks


def test_each_unit_of_the_land_bureau_has_100() -> None:
    data = rubric("land-bureau")
    (row,) = [row for row in register("land-bureau") if row.code == "series.units"]
    units = row.parameters["units"]
    assert len(units) == 14
    assert {unit: full_marks(data, series="units", unit=unit) for unit in units} == dict.fromkeys(units, 100)


def test_the_three_ranked_series_have_1000_and_the_bodies_beside_them_300() -> None:
    data = rubric("municipal")
    marks = {series["code"]: full_marks(data, series=series["code"]) for series in data["series"]}
    assert marks == {"party": 1000, "government": 1000, "vertical": 1000, "observers": 300}


def test_the_three_classes_of_a_township_have_100() -> None:
    data = rubric("township")
    marks = {series["code"]: full_marks(data, series=series["code"]) for series in data["series"]}
    assert marks == {"class1": 100, "class2": 100, "class3": 100}


@pytest.mark.parametrize("tags", [set(), {"has-subordinates"}, {"key-unit"}, {"has-subordinates", "key-unit"}])
def test_a_county_organ_has_100_whatever_its_tags(tags: set[str]) -> None:
    assert full_marks(rubric("sunshine-action"), series="units", tags=frozenset(tags)) == 100


def test_organs_and_centres_have_100_and_the_special_level_none() -> None:
    data = rubric("archives")
    marks = {series["code"]: full_marks(data, series=series["code"]) for series in data["series"]}
    assert marks == {"organs": 100, "centres": 100, "special": 0}


# ---------------------------------------------------------------------------------------------- the comparison itself

Change = Callable[[dict[str, Any]], object]

PLANTED: list[tuple[str, Change, str]] = [
    (
        "land-bureau",
        lambda found: found["office.documents.error"].update(points=2),
        "office.documents.error.points: 2, register 1",
    ),
    (
        "land-bureau",
        lambda found: found["office.documents"].update(floor=-1),
        "office.documents.floor: -1 is not in the register",
    ),
    (
        "land-bureau",
        lambda found: found["common.news"].pop("ceiling"),
        "common.news.ceiling: missing, register 6",
    ),
    (
        "land-bureau",
        lambda found: found["common.news.extra"]["levels"].pop(),
        "common.news.extra.levels: {'county': Decimal('0.1'), 'city': Decimal('0.5'), 'province': 1}, "
        "register {'county': Decimal('0.1'), 'city': Decimal('0.5'), 'province': 1, 'nation': 2}",
    ),
    (
        "land-bureau",
        lambda found: found["veto.cases.punished"].update(effect="record"),
        "veto.cases.punished.effect: 'record', register 'veto'",
    ),
    (
        "land-bureau",
        lambda found: found["veto.cases"]["clauses"].pop(),
        "veto.cases.eight-rules: clause of the register is not in the rubric",
    ),
    (
        "land-bureau",
        lambda found: found["veto.cases"]["clauses"].append({"code": "more", "text": "-"}),
        "veto.cases.more: clause of the rubric is not in the register",
    ),
    (
        "land-bureau",
        lambda found: found["planning"]["items"].pop(),
        "planning.slopes: node of the register is not in the rubric",
    ),
    (
        "land-bureau",
        lambda found: found["planning"].update(applies_to={"units": ["legal"]}),
        "planning.applies_to: {'units': ['legal']}, register {'units': ['planning']}",
    ),
    (
        "land-bureau",
        lambda found: found["planning"].update(ref="三"),
        "planning: ref is '三', register '三(二)国土规划股'",
    ),
    (
        "land-bureau",
        lambda found: found[""]["gradings"][0]["rules"][1].update(quota=3),
        "gradings.prize.second.quota: 3, register 2",
    ),
    (
        "land-bureau",
        lambda found: found[""]["gradings"][1]["rules"][0]["consequences"][0].update(value=-1),
        "gradings.allowance.cut-10.consequences: {'allowance': {'value': -1}}, "
        "register {'allowance': {'value': Decimal('-0.1')}}",
    ),
    (
        "land-bureau",
        lambda found: found[""]["gradings"][1]["rules"].reverse(),
        "gradings: the rules stand in the order ",
    ),
    (
        "land-bureau",
        lambda found: found[""].update(total=200),
        "rubric.total.total: 200, register 100",
    ),
    (
        "land-bureau",
        lambda found: found[""]["procedure"]["demands"].pop(),
        "demands.driver-award: entry of procedure of the register is not in the rubric",
    ),
    (
        "land-bureau",
        lambda found: found[""]["procedure"]["phases"].pop(),
        "procedure.phases.phases: ['self_assessment', 'review'], ",
    ),
    (
        "sunshine-action",
        lambda found: found[""]["procedure"].update(publicity_days=7),
        "procedure.publicity_days: not in the register",
    ),
    (
        "sunshine-action",
        lambda found: found["openness.disclosure.poor-content"].pop("provider"),
        "openness.disclosure.poor-content.provider: missing, register {'': ['inspection']}",
    ),
    (
        "municipal",
        lambda found: found["merit.innovation"]["groups"][0].update(limit=9),
        "merit.innovation.groups: ",
    ),
    (
        "municipal",
        lambda found: found["conduct.violations.crime"]["modifiers"][0].update(times=2),
        "conduct.violations.crime.modifiers: {'self-reported': {'times': 2}}, ",
    ),
    (
        "municipal",
        lambda found: found["conduct.violations"].pop("exclusive"),
        "conduct.violations.exclusive: missing, register 'matter'",
    ),
    (
        "municipal",
        lambda found: found[""]["panels"][0].update(scale=10),
        "panels.public.scale: 10, register 100",
    ),
    (
        "municipal",
        lambda found: found[""]["series"][-1].update(total=100),
        "series.observers.total: 100, register 300",
    ),
    (
        "municipal",
        lambda found: found[""]["providers"].pop(),
        "series-teams: provider of the register is not in the rubric",
    ),
    (
        "archives",
        lambda found: found[""]["procedure"]["certificate"].update(valid_years=5),
        "procedure.certificate.valid_years.valid_years: 5, register 3",
    ),
    (
        "archives",
        lambda found: found["special.onsite.conclusion"].pop("evidence"),
        "special.onsite.conclusion.evidence: missing, register 'required'",
    ),
]


@pytest.mark.parametrize(("name", "change", "sentence"), PLANTED, ids=[planted[2][:48] for planted in PLANTED])
def test_a_planted_difference_is_found(name: str, change: Change, sentence: str) -> None:
    data = rubric(name)
    change({"": data, **dict(nodes(data)), **dict(clauses(data))})
    assert any(difference.startswith(sentence) for difference in differences(data, register(name)))


def test_all_differences_are_listed_at_once() -> None:
    data = rubric("land-bureau")
    changed = dict(clauses(data))
    changed["office.documents.error"]["points"] = 2
    changed["veto.cases.punished"]["basis"] = "manual"
    assert len(differences(data, register("land-bureau"))) == 2


def test_a_row_of_the_register_that_belongs_nowhere_is_reported() -> None:
    stray = Row("office.nothing.limit", "", "bound", "", "", {"limit": 1})
    assert differences(rubric("land-bureau"), [*register("land-bureau"), stray]) == [
        "register: office.nothing.limit belongs to nothing in the register"
    ]
