"""The linter on real rubrics: no errors, no noise, every place leads somewhere; and fast enough to run on every change."""

import time
from typing import Any

import pytest

from benchmarks.material import rubric_data
from rubrics.checks import lint_data, read_definition
from rubrics.kinds.problems import ERROR, HINT, OPEN, errors_in
from tests.engine.golden.shipped import load
from tests.files import good
from tests.files.test_rubric_problems import FAULTS

# The hints that somebody who keeps these rubrics would want: marks that cannot be lost, a quorum that switches a rule off.
HINTS = {
    "sunshine-action": [("deductions_short", "categories[0].items[0]")],
    "land-bureau": [],
    "township": [],
    "archives": [],
    "municipal": [],
    "showcase": [
        ("quorum_below_trim", "panels[0].groups[1].quorum"),
        ("deductions_short", "categories[1].items[3]"),
    ],
}
NODES = 2000
MOST_SECONDS = 1.0


@pytest.mark.parametrize("code", HINTS)
def test_a_shipped_rubric_has_no_errors_and_only_sensible_hints(code: str) -> None:
    definition, problems = lint_data(load("rubrics", f"{code}.yaml"))
    assert definition is not None
    assert [problem for problem in problems if problem.severity == ERROR] == []
    assert sorted((each.code, each.place) for each in problems if each.severity == HINT) == sorted(HINTS[code])


@pytest.mark.parametrize("code", HINTS)
def test_every_place_is_one_of_the_file(code: str) -> None:
    data = load("rubrics", f"{code}.yaml")
    for problem in lint_data(data)[1]:
        assert _holder(data, problem.path), problem.place


def _holder(data: Any, path: tuple[str | int, ...]) -> Any:
    """What stands where a path leads, its last part left aside: that may be what is missing."""
    for part in path[:-1]:
        data = data[part]
    return data


@pytest.mark.parametrize("code", HINTS)
def test_reading_for_scoring_knows_no_more_than_before(code: str) -> None:
    definition, problems = read_definition(load("rubrics", f"{code}.yaml"))
    assert definition is not None and problems == []


@pytest.mark.parametrize("code", HINTS)
def test_every_sentence_can_be_said(code: str) -> None:
    for problem in lint_data(load("rubrics", f"{code}.yaml"))[1]:
        for lang in ("zh-hans", "en"):
            assert "{" not in problem.text(lang) and problem.severity in (OPEN, HINT)


def test_a_rubric_of_two_thousand_nodes_is_linted_within_a_second() -> None:
    data = rubric_data(NODES - 10)
    for place, clause in enumerate(
        clause for category in data["categories"] for item in category["items"] for clause in item["clauses"]
    ):
        clause["text"] = f"第{place % 97}类事项办理情况考核{'不合格' if place % 2 else '较差'}的{place // 3}"
    times = []
    for _ in range(3):
        before = time.process_time()
        definition, problems = lint_data(data)
        times.append(time.process_time() - before)
    assert definition is not None and len(definition.nodes) == NODES
    assert [problem for problem in problems if problem.severity == ERROR] == []
    assert min(times) <= MOST_SECONDS, times


@pytest.mark.parametrize(("path", "value"), [fault[:2] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_what_cannot_be_scored_is_in_the_list_as_well(path: str, value: Any) -> None:
    data = good.plant(good.rubric(), path, value)
    listed = {(problem.path, problem.code) for problem in lint_data(data)[1] if problem.severity == ERROR}
    assert {(problem.path, problem.code) for problem in errors_in(read_definition(data)[1])} <= listed
