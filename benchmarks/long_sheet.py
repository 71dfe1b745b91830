"""A made-up rubric for one long sheet: items of five clauses each, with the control of every basis in turn.

Pure data, so that tests measure the same sheet as the benchmark.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

CLAUSES = 5
"""Clauses of one item."""
GROUPS = 10
"""Top categories among which the items lie, as evenly as it goes."""


def long_rubric(items: int, *, code: str = "") -> dict[str, Any]:
    """A rubric file's content: `items` items of ten points, five clauses each, two of three to be earned."""
    groups: list[dict[str, Any]] = []
    for number in range(items):
        if number * min(GROUPS, items) // items == len(groups):
            groups.append({"code": f"g{len(groups)}", "title": f"第{len(groups) + 1}类工作", "items": []})
        groups[-1]["items"].append(_item(number))
    return {
        "format": "appraisal-rubric/1",
        "code": code or f"long-{items}",
        "title": "长表考评办法",
        "year": 2026,
        "total": items * 10,
        "series": [{"code": "offices", "title": "科室"}],
        "categories": groups,
        "procedure": {"phases": ["self_assessment", "review", "approval"]},
    }


def clause_codes(items: int) -> Iterator[str]:
    """The full codes of the clauses that count how often, one an item: what a benchmark types into."""
    for group in long_rubric(items)["categories"]:
        for item in group["items"]:
            yield f"{group['code']}.{item['code']}.c0"


def _item(number: int) -> dict[str, Any]:
    deducts = number % 3 == 0
    made = _losing(number) if deducts else _earning(number)
    clauses = [
        {"code": f"c{place}", "ref": f"{number + 1}.{place + 1}", "effect": "deduct" if deducts else "award", **clause}
        for place, clause in enumerate(made)
    ]
    return {
        "code": f"i{number}",
        "ref": f"{number + 1}",
        "title": f"工作事项{number + 1}",
        "points": 10,
        "start": "full" if deducts else "zero",
        "clauses": clauses,
    }


def _losing(_number: int) -> list[dict[str, Any]]:
    levels = [
        {"code": "light", "title": "轻微", "points": Decimal("0.5")},
        {"code": "grave", "title": "严重", "points": 2},
    ]
    return [
        {"text": "迟报材料或者内容不实", "basis": "count", "points": Decimal("0.5"), "per": "次", "limit": 3},
        {"text": "检查中发现问题没有按期整改", "basis": "level", "levels": levels},
        {"text": "工作记录不全，酌情扣", "basis": "manual", "min": 0, "max": 2, "step": Decimal("0.5")},
        {"text": "被上级通报批评", "basis": "count", "points": 1, "per": "次", "limit_per": {"quarter": 2}},
        {"text": "台账登记差错", "basis": "count", "points": Decimal("0.2"), "per": "处", "free": 2, "limit": 1},
    ]


def _earning(number: int) -> list[dict[str, Any]]:
    prizes = [
        {"code": code, "title": title, "points": points}
        for code, title, points in (("county", "县级", 1), ("city", "市级", 2), ("province", "省级", 4))
    ]
    bands = [{"at_least": 90, "points": 3}, {"at_least": 75, "points": 2}, {"at_least": 60, "points": 1}]
    formula = "if(planned == 0, 3, 3 * done / planned)"
    inputs = [{"code": "planned", "title": "计划数", "unit": "件"}, {"code": "done", "title": "办结数", "unit": "件"}]
    steps = {"start_at": 10, "start_points": 1, "step": 5, "points": Decimal("0.5"), "gather": "sum", "limit": 6}
    twice = [{"code": "front", "title": "头版加倍", "times": 2}]
    last: list[dict[str, Any]] = [
        {"text": "办结率", "basis": "bands", "bands": bands, "unit": "%"},
        {"text": "全系统排名", "basis": "rank", "table": [4, 3, 2]},
        {"text": "办件完成情况", "basis": "formula", "expression": formula, "inputs": inputs, "max": 3},
        {"text": "完成年度指标", "basis": "ratio", "points": 3, "target": 120, "unit": "项"},
    ]
    return [
        {"text": "推出便民新举措并公开发布", "basis": "count", "points": 1, "per": "条", "limit": 4},
        {"text": "信息被采用", "basis": "level", "levels": prizes, "modifiers": twice, "evidence": "required"},
        {"text": "牵头部门评定", "basis": "manual", "choices": [0, 1, 2, 3]},
        {"text": "争取资金", "basis": "steps", "unit": "万元", **steps},
        last[number % len(last)],
    ]
