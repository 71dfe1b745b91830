"""What is open is listed with the figures that are missing; it stops publishing and nothing else."""

from typing import Any

import pytest

from rubrics.checks import lint, lint_data, open_entries, open_problems, read_definition
from rubrics.kinds.problems import ERROR, HINT, OPEN, Problem, place_of
from tests.files import good
from tests.files.linted import FULL, RULES, ZERO, problems_of, with_parts

LATE = f"{FULL}.clauses.0"
DONE = f"{ZERO}.clauses.0"


def award(**fields: Any) -> dict[str, Any]:
    return {"code": "c", "text": "加分事项", "effect": "award", "open": True, **fields}


CASES: list[tuple[str, Any, str, list[str]]] = [
    (LATE, {"code": "c", "text": "c", "effect": "deduct", "basis": "count", "open": True}, LATE, ["points"]),
    (DONE, award(basis="manual"), DONE, ["max"]),
    (DONE, award(basis="level", levels={"a": None, "b": 2}), DONE, ["levels.a"]),
    (DONE, award(basis="steps", start_at=0, step=None, points=1, weights={"x": None, "y": 1}), DONE, ["step", "weights.x"]),
    (DONE, award(basis="bands", bands=[{"at_least": 1, "points": None}, {"points": 1}]), DONE, ["bands[1]", "bands[2]"]),
    (DONE, award(basis="ratio", points=3), DONE, ["target"]),
    (DONE, award(basis="rank", table=[3, None]), DONE, ["table[2]"]),
    (DONE, award(basis="rank", percent_table=[{"top": 5}]), DONE, ["percent_table[1]"]),
    (DONE, award(basis="relative", method="rank_steps", points=None), DONE, ["points", "step"]),
    (DONE, award(basis="relative", method="efficacy", points=3, base=None), DONE, ["base"]),
    (DONE, award(basis="linked", points=3), DONE, ["source"]),
    (DONE, award(basis="count", points=1, modifiers=[{"code": "media", "times": None}]), DONE, ["modifiers.media"]),
    ("categories.1.items.0.clauses.1", {"code": "v", "text": "v", "effect": "veto", "open": True, "consequences": [{"deduct": None}]}, "categories.1.items.0.clauses.1", ["consequences[1]"]),
    (f"{FULL}.groups", [{"code": "g", "open": True, "clauses": ["late"]}], f"{FULL}.groups.0", ["limit"]),
    ("categories.0.shares", [{"code": "lead", "value": None}], "categories.0", ["shares.lead"]),
    (f"{RULES}.0.consequences", [{"code": "pay", "title": "奖金", "open": True}], f"{RULES}.0.consequences.0", ["value"]),
    ("procedure.convert", {"to": None, "open": True}, "procedure.convert", ["to"]),
    ("procedure.deadlines.+", {"code": "d", "by": None, "open": True}, "procedure.deadlines.3", ["by"]),
]  # fmt: skip


def opened(problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == OPEN]


@pytest.mark.parametrize(
    ("path", "value", "place", "missing"), CASES, ids=[f"{c[3][0]}-{n}" for n, c in enumerate(CASES)]
)
def test_an_open_entry_is_listed_with_what_is_missing(path: str, value: Any, place: str, missing: list[str]) -> None:
    data = with_parts((path, value))
    if path.endswith("shares"):
        data["categories"][0]["open"] = True
    assert read_definition(data)[0] is not None, "an open rubric may be read"
    (problem,) = opened(problems_of(data))
    assert problem.code == "open_figures" and problem.params["missing"] == missing
    assert problem.place == place_of(tuple(int(part) if part.isdigit() else part for part in place.split(".")))


def test_without_a_gap_the_figures_are_provisional() -> None:
    (problem,) = opened(problems_of(with_parts((f"{LATE}.open", True))))
    assert (problem.code, problem.place) == ("open_without_gap", "categories[0].items[0].clauses[0]")
    assert "暂定" in problem.text() and "provisional" in problem.text("en")


def test_a_record_that_only_counts_lacks_no_points() -> None:
    record = {"code": "c", "text": "c", "effect": "record", "basis": "count", "open": True}
    (problem,) = opened(problems_of(with_parts((DONE, record))))
    assert problem.code == "open_without_gap"


def test_titles_stand_in_the_sentence() -> None:
    levels = [{"code": c, "title": t, "points": None} for c, t in (("a", "市级"), ("b", "省级"))]
    (problem,) = opened(problems_of(with_parts((DONE, award(basis="level", levels=levels)))))
    assert "“市级”" in problem.text() and "“省级”" in problem.text("en") and "levels" not in problem.text()


def test_a_long_list_is_cut() -> None:
    levels = [{"code": f"l{n}", "points": None} for n in range(9)]
    (problem,) = opened(problems_of(with_parts((DONE, award(basis="level", levels=levels)))))
    assert "l3" in problem.text("en") and "l4" not in problem.text("en") and "…" in problem.text("en")
    assert len(problem.params["missing"]) == 9


def test_entries_and_problems_are_the_same_list() -> None:
    data = good.rubric()
    for path in ("categories.0", "categories.0.items.0.groups.0", "procedure", "procedure.demands.0"):
        good.plant(data, f"{path}.open", True)
    definition = read_definition(data)[0]
    assert definition is not None
    assert [(problem.params["code"], problem.path) for problem in open_problems(definition)] == open_entries(definition)


def test_errors_come_first_then_what_is_open_then_hints() -> None:
    data = with_parts(("total", 31), (f"{LATE}.open", True), (f"{LATE}.limit", 8), ("panels.0.groups.0.quorum", 0))
    severities = [problem.severity for problem in problems_of(data)]
    assert severities == [ERROR, OPEN, HINT, HINT]


def test_a_hint_gives_way_to_an_error_about_the_same_place() -> None:
    definition, problems = lint_data(with_parts(("series.1.code", "s"), ("procedure.deadlines.2.by", "02-30")))
    assert definition is not None and lint(definition) == problems
    assert len({(problem.path, problem.code) for problem in problems}) == len(problems)


def test_what_is_no_rubric_has_its_problem_as_well() -> None:
    assert [(each.code, each.severity) for each in lint_data(7)[1]] == [("not_a_mapping", ERROR)]


@pytest.mark.parametrize(("path", "chinese", "english"), [
    (f"{LATE}.points", "每次分值", "Points per occurrence"), (f"{FULL}.points", "满分", "Full marks"),
    (f"{LATE}.text", "内容", "Text"), ("title", "名称", "Title"),
])  # fmt: skip
def test_a_field_that_is_missing_is_named_as_its_form_names_it(path: str, chinese: str, english: str) -> None:
    (problem,) = [each for each in problems_of(with_parts((path, ...))) if each.code.startswith("missing")]
    assert f"“{chinese}”" in problem.text() and f"“{english}”" in problem.text("en")
