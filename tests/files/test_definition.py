"""What a definition tells about itself, and facts as a file says them."""

from decimal import Decimal

import pytest

from evidence.facts import facts_data, read_facts
from evidence.facts.writing import digest
from rubrics.checks import full_marks, kinds_of_units, open_entries, read_definition
from rubrics.files import read_yaml, write_yaml
from rubrics.kinds.problems import place_of
from tests.engine.golden.shipped import load
from tests.files import good

SHIPPED = ("sunshine-action", "land-bureau", "township", "archives", "municipal", "showcase")


def demo():
    definition, problems = read_definition(good.rubric())
    assert definition is not None, problems
    return definition


def test_nodes_items_and_clauses_in_reading_order() -> None:
    definition = demo()
    assert list(definition.nodes) == ["k", "k.i", "k.j", "pool", "pool.z"]
    assert list(definition.items) == ["k.i", "k.j", "pool.z"]
    assert list(definition.clauses)[:3] == ["k.i.c", "k.i.d", "k.i.month"]
    assert list(definition.clauses)[-1] == "pool.z.c"


def test_the_total_of_a_series_is_its_own_or_the_rubrics() -> None:
    data = good.plant(good.rubric(), "series.1.total", 12)
    definition = read_definition(data)[0]
    assert definition is not None
    assert [definition.total_of(code) for code in ("s", "t", None)] == [30, 12, 30]


def test_the_nearest_provider_serves() -> None:
    data = good.rubric()
    data["providers"] += [{"code": "other"}, {"code": "third"}]
    data["categories"][0]["items"][1]["provider"] = {"s": "other", "t": ["other", "third"]}
    data["categories"][0]["items"][0]["clauses"][0]["provider"] = ["third", "other"]
    definition = read_definition(data)[0]
    assert definition is not None
    assert definition.providers_of("k.i.c", "s") == ("third", "other")
    assert definition.providers_of("k.i.d", "s") == ("office",)
    assert definition.providers_of("k.j.bands", "s") == ("other",)
    assert definition.providers_of("k.j.bands", "t") == ("other", "third")
    assert definition.providers_of("k.j.bands", None) == ()
    assert definition.providers_of("pool.z.c", "s") == ()


def test_the_nearest_shares_serve() -> None:
    data = good.rubric()
    data["categories"][0]["items"][1]["shares"] = [{"code": "half", "value": Decimal("0.5")}]
    definition = read_definition(data)[0]
    assert definition is not None
    assert [share.code for share in definition.shares_of("k.i.c")] == ["lead"]
    assert [share.code for share in definition.shares_of("k.j.bands")] == ["half"]
    assert definition.shares_of("pool.z.c") == ()
    assert definition.panel("p") is not None and definition.panel("x") is None


def test_full_marks_count_what_is_given_and_not_what_is_skipped() -> None:
    data = good.rubric()
    data["categories"][1]["applies_to"] = {"tags": ["x"]}
    definition = read_definition(data)[0]
    assert definition is not None
    assert full_marks(definition, series="s") == 20
    assert full_marks(definition, series="s", tags=["x"]) == 30
    assert kinds_of_units(definition) == [("s", (), ""), ("s", ("x",), ""), ("t", (), ""), ("t", ("x",), "")]


def test_everything_that_is_open_is_listed_with_its_place() -> None:
    data = good.rubric()
    for path in (
        "categories.0", "categories.0.items.0.groups.0", "categories.0.items.0.clauses.1", "procedure",
        "procedure.certificate", "procedure.reviewers.0", "procedure.demands.0", "procedure.authorities.0",
    ):  # fmt: skip
        good.plant(data, f"{path}.open", True)
    data["procedure"]["convert"] = {"to": None, "open": True}
    data["gradings"][0]["rules"][0]["consequences"] = [{"code": "pay", "title": "Pay", "value": None, "open": True}]
    definition, problems = read_definition(data)
    assert definition is not None, problems
    found = {code: place_of(path) for code, path in open_entries(definition)}
    assert found == {
        "k": "categories[0]",
        "k.i.both": "categories[0].items[0].groups[0]",
        "k.i.d": "categories[0].items[0].clauses[1]",
        "gradings.g.best.pay": "gradings[0].rules[0].consequences[0]",
        "procedure": "procedure",
        "procedure.certificate": "procedure.certificate",
        "procedure.convert": "procedure.convert",
        "procedure.reviewers.few": "procedure.reviewers[0]",
        "procedure.authorities.a": "procedure.authorities[0]",
        "procedure.demands.d": "procedure.demands[0]",
    }


def test_nothing_is_open_in_the_good_rubric() -> None:
    assert open_entries(demo()) == []


@pytest.mark.parametrize("code", SHIPPED)
def test_facts_come_back_from_what_is_written(code: str) -> None:
    definition = read_definition(load("rubrics", f"{code}.yaml"))[0]
    assert definition is not None
    facts = read_facts(load("demo", f"{code}.facts.yaml"), definition)[0]
    assert facts is not None
    again = read_facts(read_yaml(write_yaml(facts_data(facts)).encode()), definition)[0]
    assert again is not None
    assert digest(again) == digest(facts)
    assert again.units == facts.units


def test_a_figure_of_zero_is_written() -> None:
    data = good.plant(good.facts(), "units.0.facts.+", {"clause": "k.j.ratio", "value": 0})
    data["units"][0]["facts"][0]["count"] = 0
    facts = read_facts(data, demo())[0]
    assert facts is not None
    written = facts_data(facts)["units"][0]["facts"]
    assert written[0]["count"] == 0 and written[-1]["value"] == 0


def test_a_digest_tells_facts_apart() -> None:
    definition = demo()
    first = read_facts(good.facts(), definition)[0]
    other = read_facts(good.plant(good.facts(), "units.0.facts.1.points", 2), definition)[0]
    assert first is not None and other is not None
    assert digest(first) != digest(other) and len(digest(first)) == 64
