"""A small rubric and a cycle of it with the cast's two units."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from rubrics import selectors, services
from rubrics.models import Cycle, Enrolment, Rubric
from rubrics.services import Participant, PhaseDates
from units.models import Unit, User

SMALL: dict[str, Any] = {
    "format": "appraisal-rubric/1",
    "code": "small-2026",
    "title": "小型考评办法",
    "year": 2026,
    "total": 100,
    "series": [{"code": "offices", "title": "科室"}, {"code": "stations", "title": "站所"}],
    "providers": [{"code": "court", "title": "法院"}, {"code": "audit", "title": "审计局"}],
    "panels": [{"code": "public", "title": "公众评议", "scale": 100, "groups": [{"code": "all", "title": "群众"}]}],
    "categories": [
        {
            "code": "conduct",
            "title": "作风建设",
            "points": 40,
            "items": [
                {
                    "code": "meetings",
                    "title": "会议纪律",
                    "points": 40,
                    "ref": "三(一)",
                    "clauses": [
                        {
                            "code": "late",
                            "text": "迟到早退",
                            "effect": "deduct",
                            "basis": "count",
                            "points": Decimal("0.5"),
                            "per": "人次",
                            "provider": "court",
                        }
                    ],
                }
            ],
        },
        {
            "code": "work",
            "title": "业务工作",
            "points": 60,
            "items": [
                {
                    "code": "plan",
                    "title": "年度计划",
                    "points": 60,
                    "start": "zero",
                    "clauses": [
                        {"code": "done", "text": "完成计划", "effect": "award", "basis": "manual", "min": 0, "max": 60}
                    ],
                }
            ],
        },
    ],
    "gradings": [
        {
            "code": "grade",
            "title": "等次",
            "rules": [
                {"code": "excellent", "title": "优秀", "when": {"total_at_least": 90}, "quota": 1},
                {"code": "pass", "title": "合格"},
            ],
        }
    ],
    "procedure": {"phases": ["self_assessment", "review", "publicity", "approval"], "publicity_days": 7},
}


@pytest.fixture
def small() -> dict[str, Any]:
    """The data of a small rubric file, to change as a test likes."""
    return deepcopy(SMALL)


@pytest.fixture
def rubric(db: None, small: dict[str, Any]) -> Rubric:
    """The small rubric, published."""
    draft = services.load_rubric(actor=None, data=small)
    return services.publish_rubric(actor=None, rubric=draft, version=draft.version)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def dates(now: datetime, **days: tuple[int, int]) -> list[PhaseDates]:
    """Phases by first and last day from now."""
    return [
        PhaseDates(code, now + timedelta(days=first), now + timedelta(days=last))
        for code, (first, last) in days.items()
    ]


USUAL = {"self_assessment": (-5, 5), "review": (-1, 10), "publicity": (10, 17), "approval": (17, 20)}


@pytest.fixture
def start(rubric: Rubric, unit: Unit, other_unit: Unit, now: datetime) -> Callable[..., Cycle]:
    """Begin a cycle of the small rubric with the cast's two units; `days` moves its phases."""

    def begin(**options: Any) -> Cycle:
        days = options.pop("days", USUAL)
        settings = {
            "rubric": rubric,
            "title": "年度考评",
            "phases": dates(now, **days),
            "participants": [Participant("own", "offices"), Participant("other", "stations", tags=["key"])],
            "provider_units": {"court": ["own"]},
        }
        return services.start_cycle(actor=None, **{**settings, **options})

    return begin


@pytest.fixture
def cycle(start: Callable[..., Cycle]) -> Cycle:
    """A running cycle: self-assessment and review are open."""
    return start()


@pytest.fixture
def own(cycle: Cycle) -> Enrolment:
    """The cast's own unit in the cycle."""
    return selectors.enrolments_in(cycle).get(unit__code="own")


@pytest.fixture
def other(cycle: Cycle) -> Enrolment:
    """The unit nobody of the cast belongs to, in the cycle."""
    return selectors.enrolments_in(cycle).get(unit__code="other")


@pytest.fixture
def assigned(cycle: Cycle, reviewer: User) -> User:
    """The reviewer, assigned the whole cycle."""
    services.assign_reviewer(actor=None, cycle=cycle, user=reviewer)
    return reviewer
