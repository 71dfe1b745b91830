"""Completing a rubric from a figures file: every kind of path, and every kind of mistake."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from rubrics.definition.figures import complete


def a_rubric() -> dict[str, Any]:
    return {
        "code": "demo",
        "total": None,
        "series": [{"code": "bureaus", "total": None, "open": True}],
        "categories": [
            {
                "code": "work",
                "open": True,
                "points": 10,
                "items": [
                    {
                        "code": "news",
                        "clauses": [
                            {
                                "code": "paid",
                                "levels": [
                                    {"code": "county", "title": "County", "points": None},
                                    {"code": "city", "title": "City", "points": None},
                                ],
                                "open": True,
                            },
                            {"code": "short", "levels": {"low": None, "high": None}, "open": True},
                        ],
                    }
                ],
                "categories": [{"code": "inner", "items": [{"code": "leaf", "points": 1, "open": True}]}],
            }
        ],
        "panels": [{"code": "public", "groups": [{"code": "raters", "weight": None}], "open": True}],
        "gradings": [
            {
                "code": "prize",
                "rules": [{"code": "first", "consequences": [{"code": "money", "value": None, "open": True}]}],
            }
        ],
        "procedure": {
            "convert": {"to": None, "open": True},
            "deadlines": [{"code": "application", "by": None, "open": True}],
        },
    }


def figures(**entries: Any) -> dict[str, Any]:
    return {"format": "appraisal-figures/1", "rubric": "demo", "set": entries}


def test_a_consequence_gets_its_value_and_is_no_longer_open() -> None:
    done = complete(a_rubric(), figures(**{"gradings.prize.first.money": {"value": Decimal(1000)}}))
    assert done["gradings"][0]["rules"][0]["consequences"] == [{"code": "money", "value": Decimal(1000)}]


def test_levels_in_list_form_are_filled_by_their_codes_and_keep_their_titles() -> None:
    given = {"levels": {"city": {"points": 50}, "county": {"points": 20}}}
    done = complete(a_rubric(), figures(**{"work.news.paid": given}))
    assert done["categories"][0]["items"][0]["clauses"][0] == {
        "code": "paid",
        "levels": [
            {"code": "county", "title": "County", "points": 20},
            {"code": "city", "title": "City", "points": 50},
        ],
    }


def test_levels_in_short_form_are_filled_by_their_codes() -> None:
    done = complete(a_rubric(), figures(**{"work.news.short": {"levels": {"low": 1, "high": 2}}}))
    assert done["categories"][0]["items"][0]["clauses"][1] == {"code": "short", "levels": {"low": 1, "high": 2}}


def test_an_empty_mapping_confirms_the_figures_that_stand_there() -> None:
    done = complete(a_rubric(), figures(**{"work": {}, "work.inner.leaf": {}}))
    assert done["categories"][0]["points"] == 10
    assert "open" not in done["categories"][0]
    assert done["categories"][0]["categories"][0]["items"] == [{"code": "leaf", "points": 1}]


def test_procedure_series_panels_and_the_top_level_can_be_completed() -> None:
    done = complete(
        a_rubric(),
        figures(
            **{
                "rubric": {"total": 100},
                "series.bureaus": {"total": 90},
                "panels.public": {},
                "panels.public.raters": {"weight": 1},
                "procedure.convert": {"to": 10},
                "procedure.deadlines.application": {"by": "01-31"},
            }
        ),
    )
    assert done["total"] == 100
    assert done["series"] == [{"code": "bureaus", "total": 90}]
    assert done["panels"] == [{"code": "public", "groups": [{"code": "raters", "weight": 1}]}]
    assert done["procedure"] == {"convert": {"to": 10}, "deadlines": [{"code": "application", "by": "01-31"}]}


def test_what_is_not_named_stays_open_and_the_given_data_is_left_alone() -> None:
    data = a_rubric()
    before = deepcopy(data)
    done = complete(data, figures(**{"procedure.convert": {"to": 10}}))
    assert data == before
    assert done["procedure"]["deadlines"][0]["open"] is True
    assert done["categories"] == before["categories"]


def test_all_unknown_paths_are_named_at_once() -> None:
    given = figures(
        **{
            "work.none": {"points": 1},
            "gradings": {},
            "gradings.prize.second": {},
            "gradings.prize.first.money.deeper": {},
            "panels.other": {},
            "series.bureaus.x": {},
            "procedure.phases": {},
            "procedure.deadlines.other": {},
            "rubric.total": {"total": 1},
            "work.news.paid": {"levels": {"nation": {"points": 1}, "city": 5}},
        }
    )
    with pytest.raises(ValueError) as raised:
        complete(a_rubric(), given)
    named = [sentence.removeprefix("unknown path ") for sentence in str(raised.value).split("; ")]
    assert named == [
        "work.none",
        "gradings",
        "gradings.prize.second",
        "gradings.prize.first.money.deeper",
        "panels.other",
        "series.bureaus.x",
        "procedure.phases",
        "procedure.deadlines.other",
        "rubric.total",
        "work.news.paid.levels.nation",
        "work.news.paid.levels.city",
    ]


def test_figures_of_another_format_or_rubric_are_refused() -> None:
    with pytest.raises(ValueError, match=r"appraisal-figures/1.*'other'"):
        complete(a_rubric(), {"format": "x", "rubric": "other", "set": {}})


def test_a_path_with_something_else_than_fields_is_refused() -> None:
    with pytest.raises(ValueError, match=r"work\.inner\.leaf: expected a mapping"):
        complete(a_rubric(), figures(**{"work.inner.leaf": 5}))
