"""Differences between two definitions: complete, exact, and told as one thing each."""

from __future__ import annotations

import random
from copy import deepcopy
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.checks import read_definition
from rubrics.definition import Definition, file_data, fingerprint, read_shape
from rubrics.differences import ADDED, CHANGED, MOVED, REMOVED, RENAMED, REWORDED, Difference, between, touched_clauses
from rubrics.files import read_yaml

SHIPPED = sorted((Path(__file__).parents[2] / "fixtures" / "rubrics").glob("*.yaml"))


@lru_cache
def shipped(path: Path) -> Definition:
    definition, problems = read_definition(read_yaml(path.read_bytes()))
    assert definition is not None, problems
    return definition


def edited(definition: Definition) -> dict[str, Any]:
    """The file of a definition, to be changed."""
    return deepcopy(file_data(definition))


def read(data: dict[str, Any]) -> Definition:
    """A definition from changed data; what it means is not judged here."""
    definition, problems = read_shape(data)
    assert definition is not None and problems == []
    return definition


def items_in(data: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every item of a file with its full code."""
    found: list[tuple[str, dict[str, Any]]] = []

    def walk(category: dict[str, Any], code: str) -> None:
        found.extend((f"{code}.{item['code']}", item) for item in category.get("items", ()))
        for child in category.get("categories", ()):
            walk(child, f"{code}.{child['code']}")

    for category in data["categories"]:
        walk(category, category["code"])
    return found


CLAUSE = {"code": "quite-new", "text": "新增的一条", "effect": "deduct", "basis": "count", "points": 1}
RUBRIC: dict[str, Any] = {
    "format": "appraisal-rubric/1", "code": "small", "title": "小办法", "year": 2026, "total": 20,
    "series": [{"code": "bureaus", "title": "部门"}],
    "panels": [{"code": "public", "title": "公众", "groups": [{"code": "all", "title": "群众", "weight": 1}]}],
    "categories": [
        {"code": "conduct", "title": "作风", "items": [
            {"code": "meetings", "title": "会议", "points": 10, "clauses": [
                {"code": "late", "text": "迟到", "effect": "deduct", "basis": "count", "points": Decimal("0.5")},
                {"code": "absent", "text": "缺席", "effect": "deduct", "basis": "count", "points": 2},
                {"code": "phone", "text": "接电话", "effect": "deduct", "basis": "count", "points": 1}]}]},
        {"code": "work", "title": "业务", "items": [
            {"code": "news", "title": "信息", "points": 10, "start": "zero", "clauses": [
                {"code": "level", "text": "上稿", "effect": "award", "basis": "level",
                 "levels": [{"code": "city", "title": "市级", "points": 1}, {"code": "province", "points": 3}]}]}]},
    ],
    "gradings": [{"code": "grade", "title": "等次", "rules": [
        {"code": "good", "title": "优秀", "when": {"total_at_least": 18}, "quota": 2}, {"code": "rest", "title": "合格"}]}],
    "procedure": {"phases": ["self_assessment", "review"], "demands": [{"code": "minutes", "text": "形成会议纪要"}]},
}  # fmt: skip
MEETINGS = ("categories", 0, "items", 0, "clauses")


def at(data: Any, *path: Any) -> Any:
    for part in path:
        data = data[part]
    return data


def one(data: dict[str, Any], old: dict[str, Any] = RUBRIC) -> Difference:
    """The only difference."""
    found = between(read(old), read(data))
    assert len(found) == 1, found
    return found[0]


# --- whole rubrics --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_rubric_does_not_differ_from_itself(path: Path) -> None:
    assert between(shipped(path), read(edited(shipped(path)))) == ()


@given(st.sampled_from(SHIPPED), st.integers(0, 2**32))
def test_a_clause_that_is_added_is_the_one_difference(path: Path, seed: int) -> None:
    data = edited(shipped(path))
    code, item = random.Random(seed).choice(items_in(data))
    clauses = item.setdefault("clauses", [])
    clauses.insert(random.Random(seed).randint(0, len(clauses)), CLAUSE)
    (found,) = between(shipped(path), read(data))
    assert (found.kind, found.manners, found.old, found.new) == ("clause", (ADDED,), "", f"{code}.quite-new")


@given(st.sampled_from(SHIPPED), st.integers(0, 2**32))
def test_a_clause_that_is_taken_away_is_the_one_difference(path: Path, seed: int) -> None:
    data = edited(shipped(path))
    code, item = random.Random(seed).choice([(code, item) for code, item in items_in(data) if item.get("clauses")])
    gone = item["clauses"].pop(random.Random(seed).randrange(len(item["clauses"])))
    (found,) = between(shipped(path), read(data))
    assert (found.kind, found.manners, found.new) == ("clause", (REMOVED,), "")
    assert (found.old, found.old_title) == (f"{code}.{gone['code']}", gone["text"])


@given(st.sampled_from(SHIPPED), st.integers(0, 2**32))
def test_a_figure_that_is_changed_is_the_one_difference(path: Path, seed: int) -> None:
    data = edited(shipped(path))
    clauses = [(code, clause) for code, item in items_in(data) for clause in item.get("clauses", ())]
    code, clause = random.Random(seed).choice(clauses)
    before = clause.get("limit")
    clause["limit"] = 12345
    (found,) = between(shipped(path), read(data))
    assert (found.manners, found.new) == ((CHANGED,), f"{code}.{clause['code']}")
    (change,) = found.changes
    assert (change.path, change.old, change.new) == (("limit",), None if before is None else str(before), "12345")


@given(st.sampled_from(SHIPPED), st.integers(0, 2**32))
def test_no_difference_means_the_same_fingerprint_and_the_other_way_round(path: Path, seed: int) -> None:
    """Whatever is changed in the file: a place anywhere in it loses its value, its order or a part."""
    chance = random.Random(seed)
    data = edited(shipped(path))
    for _ in range(chance.randint(0, 3)):
        _spoil(data, chance)
    changed, _problems = read_shape(data)
    if changed is not None:
        same = fingerprint(changed) == fingerprint(shipped(path))
        assert (between(shipped(path), changed) == ()) is same
        assert (between(changed, shipped(path)) == ()) is same


def _spoil(data: Any, chance: random.Random) -> None:
    """Walk to some list or mapping and change something in it."""
    here = data
    while True:
        parts = list(here.values()) if isinstance(here, dict) else list(here)
        inner = [part for part in parts if isinstance(part, (dict, list)) and part]
        if not inner or chance.random() < 0.25:
            break
        here = chance.choice(inner)
    if isinstance(here, list):
        chance.choice([lambda: chance.shuffle(here), lambda: here.pop(chance.randrange(len(here))), here.reverse])()
        return
    keys = [key for key in here if key not in ("format", "code", "effect", "basis")]
    if keys:
        key = chance.choice(keys)
        if isinstance(here[key], str):
            here[key] += "改"
        elif isinstance(here[key], (int, Decimal)) and not isinstance(here[key], bool):
            here[key] += 1
        else:
            del here[key]


# --- one change at a time -------------------------------------------------------------------------------------------


def test_other_words_are_not_another_figure() -> None:
    data = deepcopy(RUBRIC)
    at(data, *MEETINGS, 0)["text"] = "迟到或者早退"
    found = one(data)
    assert found.manners == (REWORDED,)
    assert (found.old_title, found.new_title) == ("迟到", "迟到或者早退")


def test_words_and_figures_of_one_clause_are_one_difference() -> None:
    data = deepcopy(RUBRIC)
    at(data, *MEETINGS, 0).update(text="迟到早退", points=1, ref="一")
    found = one(data)
    assert found.manners == (CHANGED, REWORDED)
    assert {change.path for change in found.changes} == {("text",), ("points",), ("ref",)}


def test_another_code_with_the_same_words_and_figures_is_a_new_name() -> None:
    data = deepcopy(RUBRIC)
    at(data, "categories", 0, "items", 0)["code"] = "sessions"
    found = one(data)
    assert (found.kind, found.manners) == ("item", (RENAMED,))
    assert (found.old, found.new) == ("conduct.meetings", "conduct.sessions")


def test_another_code_with_other_figures_is_one_gone_and_one_new() -> None:
    data = deepcopy(RUBRIC)
    at(data, *MEETINGS, 0).update(code="tardy", points=3)
    assert {(found.manner, found.code) for found in between(read(RUBRIC), read(data))} == {
        (REMOVED, "conduct.meetings.late"),
        (ADDED, "conduct.meetings.tardy"),
    }


def test_a_clause_under_another_item_has_moved() -> None:
    data = deepcopy(RUBRIC)
    at(data, "categories", 1, "items", 0, "clauses").append(at(data, *MEETINGS).pop(1))
    found = one(data)
    assert (found.manners, found.old, found.new) == ((MOVED,), "conduct.meetings.absent", "work.news.absent")


def test_a_clause_that_moved_and_was_changed_is_still_one_difference() -> None:
    data = deepcopy(RUBRIC)
    clause = at(data, *MEETINGS).pop(1)
    clause["points"] = 9
    at(data, "categories", 1, "items", 0, "clauses").append(clause)
    assert one(data).manners == (CHANGED, MOVED)


def test_only_what_left_its_place_has_moved() -> None:
    data = deepcopy(RUBRIC)
    clauses = at(data, *MEETINGS)
    clauses.append(clauses.pop(0))
    found = one(data)
    assert (found.manners, found.new) == ((MOVED,), "conduct.meetings.late")


def test_what_an_item_takes_along_is_told_as_part_of_it() -> None:
    data = deepcopy(RUBRIC)
    at(data, "categories", 0, "items").clear()
    found = between(read(RUBRIC), read(data))
    assert [(one.kind, one.manner, one.within) for one in found] == [
        ("item", REMOVED, ""),
        *[("clause", REMOVED, "conduct.meetings")] * 3,
    ]


def test_a_clause_saved_from_an_item_that_went_is_told_once() -> None:
    data = deepcopy(RUBRIC)
    saved = at(data, *MEETINGS, 2)
    at(data, "categories", 0, "items").clear()
    at(data, "categories", 1, "items", 0, "clauses").append(saved)
    told = [(one.manner, one.code) for one in between(read(RUBRIC), read(data))]
    assert (MOVED, "work.news.phone") in told
    assert (REMOVED, "conduct.meetings.phone") not in told


def test_a_level_is_found_by_its_code() -> None:
    data = deepcopy(RUBRIC)
    levels = at(data, "categories", 1, "items", 0, "clauses", 0)["levels"]
    levels[0]["points"] = 2
    levels.append({"code": "nation", "points": 5})
    changes = {change.path: (change.old, change.new) for change in one(data).changes}
    assert changes[("levels", "city", "points")] == ("1", "2")
    assert changes[("levels", "nation")] == (None, {"code": "nation", "points": "5"})


def test_the_order_of_levels_is_a_change_of_its_own() -> None:
    data = deepcopy(RUBRIC)
    at(data, "categories", 1, "items", 0, "clauses", 0)["levels"].reverse()
    (change,) = one(data).changes
    assert change.is_order and (change.old, change.new) == (["city", "province"], ["province", "city"])


@pytest.mark.parametrize(
    ("path", "key", "value", "kind", "code", "manner"),
    [
        (("series", 0), "title", "各部门", "series", "bureaus", REWORDED),
        (("panels", 0, "groups", 0), "weight", 2, "panel", "public", CHANGED),
        (("gradings", 0, "rules", 0), "quota", 3, "rule", "grade.good", CHANGED),
        (("gradings", 0), "title", "评定", "grading", "grade", REWORDED),
        ((), "rounding", {"digits": 1}, "section", "rounding", CHANGED),
        ((), "ranking", {"ties": "dense"}, "section", "ranking", CHANGED),
        ((), "period", {"from": "01-01", "to": "12-31"}, "section", "period", CHANGED),
        ((), "providers", [{"code": "court", "title": "法院"}], "section", "providers", CHANGED),
        ((), "total", 30, "section", "general", CHANGED),
        (("procedure", "demands", 0), "text", "形成纪要", "section", "procedure", REWORDED),
    ],
)
def test_every_part_of_a_rubric_is_compared(
    path: tuple[Any, ...], key: str, value: Any, kind: str, code: str, manner: str
) -> None:
    data = deepcopy(RUBRIC)
    at(data, *path)[key] = value
    found = one(data)
    assert (found.kind, found.code, found.manners) == (kind, code, (manner,))


def test_a_draft_that_names_two_clauses_alike_is_compared_all_the_same() -> None:
    data = deepcopy(RUBRIC)
    at(data, *MEETINGS).append(deepcopy(at(data, *MEETINGS, 0)))
    found = one(data)
    assert (found.manner, found.code) == (ADDED, "conduct.meetings.late")


# --- what has to be judged anew -------------------------------------------------------------------------------------


def test_a_clause_is_touched_by_its_words_and_figures_but_not_by_its_reference() -> None:
    data = deepcopy(RUBRIC)
    at(data, *MEETINGS, 0)["ref"] = "一(一)"
    at(data, *MEETINGS, 1)["points"] = 3
    at(data, *MEETINGS).pop(2)
    touched = touched_clauses(read(RUBRIC), read(data))
    assert {code: one.manner for code, one in touched.items()} == {
        "conduct.meetings.absent": "changed",
        "conduct.meetings.phone": "removed",
    }


def test_shares_of_the_node_above_belong_to_the_terms_of_a_clause() -> None:
    old, new = deepcopy(RUBRIC), deepcopy(RUBRIC)
    old["categories"][0]["shares"] = [{"code": "lead", "value": Decimal("0.8")}]
    new["categories"][0]["shares"] = [{"code": "lead", "value": Decimal("0.7")}]
    assert set(touched_clauses(read(old), read(new))) == {f"conduct.meetings.{c}" for c in ("late", "absent", "phone")}


def test_full_marks_touch_no_clause() -> None:
    data = deepcopy(RUBRIC)
    data["categories"][0]["items"][0]["points"] = 8
    assert touched_clauses(read(RUBRIC), read(data)) == {}
