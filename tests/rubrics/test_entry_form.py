"""The entry form: what it shows and is posted unchanged is what was stored, for every entry of every shipped rubric."""

from __future__ import annotations

from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from rubrics.checks import read_definition
from rubrics.definition import canonical
from rubrics.definition.declared import declared
from rubrics.definition.entries import HEAD_FIELDS, fields_of, read_entry
from rubrics.definition.records import CLAUSE_CLASSES, Definition
from rubrics.files import read_yaml
from rubrics.forms.entry import entry_form, read_post, whole_shape
from rubrics.forms.typed import restructured, typed_of

RUBRICS = sorted(Path("fixtures/rubrics").glob("*.yaml"))
CHILDREN = ("categories", "items", "clauses")


class Posted(HTMLParser):
    """What a browser would post of the controls in a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.post = QueryDict(mutable=True)
        self.select = self.area = ""
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input":
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked and "name" in given:
                self.post.appendlist(given["name"], given.get("value", ""))
        elif tag == "select":
            self.select = given["name"]
        elif tag == "option" and "selected" in given:
            self.post.appendlist(self.select, given["value"])
        elif tag == "textarea":
            self.area, self.text = given["name"], ""

    def handle_data(self, data: str) -> None:
        self.text += data if self.area else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.post.appendlist(self.area, self.text)
            self.area = ""


def post_of(kind: str, shape: dict[str, Any], section: str = "", options: Any = None) -> QueryDict:
    form = entry_form(kind, shape, section=section, options=options or {})
    page = Posted()
    for control in form.controls:
        page.feed(render_to_string("rubrics/bench/fields/_control.html", {"control": control}))
    return page.post


def entries_of(shape: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    found = [("head", name, {key: shape[key] for key in keys if key in shape}) for name, keys in HEAD_FIELDS.items()]
    for kind, key in (("series", "series"), ("panel", "panels"), ("grading", "gradings")):
        found += [(kind, "", part) for part in shape.get(key, ())]

    def walk(categories: list[dict[str, Any]]) -> None:
        for category in categories:
            found.append(("category", "", own(category)))
            for item in category.get("items", ()):
                found.append(("item", "", own(item)))
                found.extend(("clause", "", clause) for clause in item.get("clauses", ()))
            walk(category.get("categories", []))

    walk(shape["categories"])
    return found


def own(shape: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in shape.items() if key not in CHILDREN}


@pytest.mark.parametrize("path", RUBRICS, ids=lambda path: path.stem)
def test_what_a_form_shows_and_gets_back_unchanged_is_what_was_stored(path: Path) -> None:
    definition, _ = read_definition(read_yaml(path.read_bytes()))
    shape = canonical(definition)
    series = [(entry["code"], entry.get("title", "")) for entry in shape.get("series", ())]
    for kind, section, entry in entries_of(shape):
        got, problems = read_post(kind, section, post_of(kind, entry, section, {"series": series}))
        assert problems == []
        assert got == entry


def test_every_field_of_every_record_has_words_in_both_languages() -> None:
    seen: set[Any] = set()
    waiting: list[Any] = [Definition, *CLAUSE_CLASSES.values()]
    while waiting:
        record = waiting.pop()
        seen.add(record)
        for field in declared(record):
            if field.name == "categories":
                continue
            chinese, english = field.title
            assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese), (record.__name__, field.name)
            assert english.isascii() and english != field.name, (record.__name__, field.name)
            for choice in field.choices:
                assert choice.title != (choice.code, choice.code), (record.__name__, field.name, choice.code)
            if field.record is not None and field.record not in seen:
                waiting.append(field.record)


def test_what_an_effect_has_no_use_for_is_not_asked() -> None:
    names = {field.name for field in fields_of("clause", {"effect": "deduct", "basis": "count"})}
    assert "points" in names and "consequences" not in names and "at" not in names
    assert "consequences" in {field.name for field in fields_of("clause", {"effect": "veto"})}


def test_what_is_stored_although_the_effect_has_no_use_for_it_is_shown_so_that_it_can_be_taken_away() -> None:
    shape = {"effect": "deduct", "basis": "count", "at": "3"}
    assert "at" in {field.name for field in fields_of("clause", shape)}


def posted(**values: str | list[str]) -> QueryDict:
    post = QueryDict(mutable=True)
    for name, value in values.items():
        post.setlist(f"f.{name.replace('__', '.')}", value if isinstance(value, list) else [value])
    return post


def test_a_number_may_be_typed_with_full_width_digits_and_separators() -> None:
    shape, problems = read_post("clause", "", posted(effect="deduct", basis="count", points="０.５", limit="1,000"))
    assert problems == []
    assert shape == {"effect": "deduct", "basis": "count", "points": "0.5", "limit": "1000"}


def test_a_wrong_field_keeps_what_is_stored_and_the_right_ones_are_taken() -> None:
    post = posted(effect="deduct", basis="count", points="many", per="次")
    shape, problems = read_post("clause", "", post)
    assert [(problem.path, problem.code) for problem in problems] == [(("points",), "number")]
    stored = {"effect": "deduct", "basis": "count", "points": "2", "limit": "5"}
    assert whole_shape(shape, stored, problems) == {"effect": "deduct", "basis": "count", "per": "次", "points": "2"}
    typed = typed_of("clause", "", post)
    control = next(one for one in entry_form("clause", typed, problems=problems).usual if one.name == "f.points")
    assert (control.value, len(control.problems)) == ("many", 1)


def test_rows_that_say_nothing_are_left_out_and_rows_without_a_code_get_one() -> None:
    post = posted(
        effect="award", basis="level",
        levels__0__title="县级", levels__0__points="5", levels__1__title="", levels__1__points="",
        levels__2__code="city", levels__2__points="10",
    )  # fmt: skip
    shape, problems = read_post("clause", "", post)
    assert problems == []
    assert shape["levels"] == [
        {"code": "level-1", "title": "县级", "points": "5"},
        {"code": "city", "points": "10"},
    ]


@pytest.mark.parametrize(
    ("button", "left"),
    [({"drop": "f.levels.0"}, ["b", "c"]), ({"shift": "f.levels.0:1"}, ["b", "a", "c"]),
     ({"shift": "f.levels.2:-1"}, ["a", "c", "b"]), ({"shift": "f.levels.0:-1"}, ["a", "b", "c"])],
)  # fmt: skip
def test_a_button_takes_a_row_out_or_moves_it(button: dict[str, str], left: list[str]) -> None:
    post = posted(effect="award", basis="level", **{f"levels__{n}__code": code for n, code in enumerate("abc")})
    post.update(button)
    typed = typed_of("clause", "", restructured(post))
    assert [level["code"] for level in typed["levels"]] == left


def test_a_list_that_grows_shows_one_more_empty_row_and_stores_nothing_more() -> None:
    shape = {"effect": "award", "basis": "level", "levels": [{"code": "a", "points": "1"}]}
    grown = entry_form("clause", shape, grow="f.levels")
    control = next(one for one in grown.usual if one.name == "f.levels")
    assert len(control.rows) == 2
    assert read_post("clause", "", post_of("clause", shape))[0] == shape


def test_a_problem_inside_a_row_stands_at_its_own_field() -> None:
    shape = {"effect": "award", "basis": "level", "levels": [{"code": "a", "points": "x"}]}
    _, problems = read_entry("clause", shape)
    control = next(one for one in entry_form("clause", shape, problems=problems).usual if one.name == "f.levels")
    points = next(inner for inner in control.rows[0].controls if inner.name == "f.levels.0.points")
    assert points.problems and not control.problems


def test_a_code_that_names_nothing_stays_chosen_so_that_saving_loses_nothing() -> None:
    shape = {"effect": "award", "basis": "panel", "panel": "gone", "points": "5"}
    assert read_post("clause", "", post_of("clause", shape, options={"panel": [("public", "公众")]}))[0] == shape


def test_a_quota_is_a_number_or_by_series_or_a_percentage() -> None:
    def rule(**quota: str) -> Any:
        fields = {f"rules__0__quota__{name}": value for name, value in quota.items()}
        shape, problems = read_post("grading", "", posted(rules__0__code="good", **fields))
        assert problems == []
        return shape["rules"][0]["quota"]

    assert rule(mode="every", every="3") == "3"
    assert rule(mode="percent", percent="20", partial="up") == {"percent": "20", "partial": "up"}
    assert rule(mode="series", by__party="5", by__town="") == {"party": "5"}


def test_no_bound_is_said_by_a_tick() -> None:
    shape, _ = read_post("item", "", posted(code="a", floor__none="1", ceiling="12"))
    assert (shape["floor"], shape["ceiling"]) == ("none", "12")


def test_thousands_are_only_read_where_they_are_written_as_such() -> None:
    assert typed_of("item", "", posted(points="1,5"))["points"] == "1,5"
    assert typed_of("item", "", posted(points="12,500"))["points"] == Decimal(12500)


def test_a_figure_left_open_in_a_row_of_numbers_keeps_its_place() -> None:
    shape = {"code": "a", "text": "排名", "effect": "award", "basis": "rank", "table": ["3", None, "1"], "open": True}
    assert read_post("clause", "", post_of("clause", shape)) == (shape, [])
