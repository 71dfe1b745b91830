"""A small rubric of which the linter has nothing to say; tests plant one thing and take it back."""

from __future__ import annotations

from typing import Any

from rubrics.checks import lint_data
from rubrics.files import read_yaml
from rubrics.kinds.problems import Problem, place_of
from tests.files.good import plant

RUBRIC = """
format: appraisal-rubric/1
code: demo
title: 示例
year: 2026
total: 30
series: [{code: s, title: 甲}, {code: t, title: 乙}]
providers: [{code: office, title: 办公室}]
panels:
  - {code: p, title: 公众, groups: [{code: g, title: 代表, quorum: 5}, {code: h, title: 企业, quorum: 5}]}
categories:
  - code: k
    items:
      - code: full
        points: 10
        clauses: [{code: late, text: 迟到早退, effect: deduct, basis: count, points: 1, provider: office}]
      - code: zero
        points: 10
        start: zero
        clauses: [{code: done, text: 任务完成, effect: award, basis: manual, max: 10}]
      - code: rated
        points: 5
        start: zero
        clauses: [{code: public, text: 公众评价, effect: award, basis: panel, panel: p, points: 5}]
  - code: pool
    points: 5
    start: full
    items:
      - code: calm
        points: 0
        clauses:
          - {code: fault, text: 出现差错, effect: deduct, basis: count, points: 1}
          - {code: fatal, text: 发生事故, effect: veto, consequences: [{bar_grades: [best]}]}
gradings:
  - code: grade
    title: 等次
    rules:
      - {code: best, title: 优秀, when: {total_at_least: 27, no_veto: true}, quota: {s: 1, t: 1}}
      - {code: good, title: 良好, when: {total_at_least: 20}}
      - {code: rest, title: 一般}
ranking: {tie_breakers: [k]}
procedure:
  phases: [self_assessment, verification, panel, publicity, approval]
  publicity_days: 7
  prerequisites: [{code: figures, text: 数据已核定}]
  demands: [{code: files, text: 材料归档, phase: approval}]
  deadlines:
    - {code: checked, phase: verification, by: 11-01}
    - {code: shown, phase: publicity, by: 11-20}
    - {code: settled, phase: approval, by: 12-20}
"""

FULL, ZERO, RATED = (f"categories.0.items.{n}" for n in range(3))
POOL, CALM = "categories.1", "categories.1.items.0"
RULES = "gradings.0.rules"


def rubric() -> dict[str, Any]:
    return read_yaml(RUBRIC.encode())  # type: ignore[no-any-return]


def with_parts(*parts: tuple[str, Any]) -> dict[str, Any]:
    """The rubric with values planted at paths, one after the other."""
    data = rubric()
    for path, value in parts:
        plant(data, path, value)
    return data


def problems_of(data: Any, **options: Any) -> list[Problem]:
    return lint_data(data, **options)[1]


def found(data: Any, **options: Any) -> list[tuple[str, str, str]]:
    """Severity, code and place of every problem."""
    return [(each.severity, each.code, place_of(each.path)) for each in problems_of(data, **options)]
