"""Rubrics of any size for tests that count queries."""

from __future__ import annotations

from typing import Any


def shape_of_size(nodes: int) -> dict[str, Any]:
    """A rubric of two categories and as many items as make up the number of nodes, each with two clauses."""
    items = [
        {
            "code": f"i{number}",
            "title": f"项目{number}",
            "points": 1,
            "clauses": [
                {"code": "a", "text": "甲", "effect": "deduct", "basis": "count", "points": 1},
                {"code": "b", "text": "乙", "effect": "award", "basis": "manual", "min": 0, "max": 1},
            ],
        }
        for number in range(nodes - 2)
    ]
    half = len(items) // 2
    return {
        "format": "appraisal-rubric/1",
        "code": f"of-{nodes}",
        "title": f"{nodes} 个节点",
        "year": 2026,
        "total": len(items),
        "categories": [
            {"code": "first", "title": "一", "items": items[:half]},
            {"code": "second", "title": "二", "items": items[half:]},
        ],
    }
