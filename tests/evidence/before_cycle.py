"""What comes before a sheet: the cycle of the sheet's tests with prerequisites, or with targets of the units' own."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from evidence import services
from evidence.models import PrerequisiteAnswer
from rubrics.models import Enrolment
from tests.evidence.conftest import PDF, RUBRIC, upload
from units.models import User

REGISTERED, SAFE, SPECIAL = "registered", "safe", "special"
PREREQUISITES = [
    {"code": REGISTERED, "text": "已办登记", "ref": "第五条一"},
    {"code": SAFE, "text": "两年无事故", "ref": "第五条二", "evidence": "optional"},
    {"code": SPECIAL, "text": "只对特别单位", "applies_to": {"tags": ["special"]}},
]
WITH_PREREQUISITES: dict[str, Any] = {
    "code": "before-2026",
    "procedure": {**RUBRIC["procedure"], "prerequisites": PREREQUISITES},
}
ITEM, TARGET = "results.plan", "results.plan.done"


def with_targets() -> dict[str, Any]:
    """The rubric's changes for a cycle in which the item `results.plan` is filled in by targets worth 30 together."""
    categories = deepcopy(RUBRIC["categories"])
    plan = next(item for item in categories[1]["items"] if item["code"] == "plan")
    plan["clauses"] = [
        {"code": "done", "text": "按本单位目标评定", "effect": "award", "basis": "targets", "points": 30, "unit": "件"}
    ]
    return {"code": "targets-2026", "categories": categories}


def confirm(clerk: User, enrolment: Enrolment, *codes: str) -> list[PrerequisiteAnswer]:
    """Prove and confirm prerequisites as the clerk does."""
    found = []
    for code in codes or (REGISTERED, SAFE):
        services.attach_file(
            actor=clerk, enrolment=enrolment, upload=upload(content=PDF + code.encode()), prerequisite=code
        )
        found.append(
            services.answer_prerequisite(actor=clerk, enrolment=enrolment, code=code, version=1, confirmed=True)
        )
    return found


def rows(*points: str, **first: str) -> list[dict[str, str]]:
    """Targets with these points; `first` changes the first of them."""
    found = [{"code": "", "title": f"目标{place}", "points": text, "value": ""} for place, text in enumerate(points, 1)]
    found[0].update(first)
    return found
