"""A rubric with a clause of each kind that the sheet treats differently, and a cycle of it with the cast's units."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services
from evidence.models import Fact
from rubrics import selectors as rubrics_selectors
from rubrics import services as rubrics_services
from rubrics.models import Cycle, Enrolment
from rubrics.services import Participant, PhaseDates
from units.models import Unit, User

LATE, NEWS, RATE = "conduct.meetings.late", "results.news.level", "results.news.rate"
PLAN, PLACE, ESSAY = "results.plan.done", "results.contest.place", "results.contest.essay"

RUBRIC: dict[str, Any] = {
    "format": "appraisal-rubric/1",
    "code": "sheet-2026",
    "title": "填报考评办法",
    "year": 2026,
    "total": 100,
    "series": [{"code": "offices", "title": "科室"}],
    "providers": [{"code": "court", "title": "法院"}],
    "panels": [{"code": "public", "title": "公众评议", "scale": 100, "groups": [{"code": "all", "title": "群众"}]}],
    "categories": [
        {
            "code": "conduct", "title": "作风建设", "points": 30,
            "items": [
                {"code": "meetings", "title": "会议纪律", "points": 10, "ref": "一(一)", "clauses": [
                    {"code": "late", "text": "迟到早退", "effect": "deduct", "basis": "count",
                     "points": Decimal("0.5"), "per": "人次", "provider": "court", "ref": "一(一)1"},
                ]},
                {"code": "files", "title": "档案", "points": 20, "clauses": [
                    {"code": "lost", "text": "遗失", "effect": "forfeit", "basis": "count"},
                ]},
            ],
        },
        {
            "code": "results", "title": "业务工作", "points": 60,
            "shares": [{"code": "lead", "title": "主办", "value": Decimal("0.8")}],
            "items": [
                {"code": "news", "title": "信息", "points": 20, "start": "zero", "clauses": [
                    {"code": "level", "text": "上稿", "effect": "award", "basis": "level",
                     "levels": {"city": 2, "province": 5}, "evidence": "required", "ref": "二(一)1",
                     "modifiers": [{"code": "twice", "title": "头版加倍", "times": 2}]},
                    {"code": "rate", "text": "完成率", "effect": "award", "basis": "ratio",
                     "points": 10, "target": 100, "unit": "%", "reading": "value"},
                ]},
                {"code": "plan", "title": "计划", "points": 30, "start": "zero", "clauses": [
                    {"code": "done", "text": "完成计划", "effect": "award", "basis": "manual", "min": 0, "max": 30},
                ]},
                {"code": "contest", "title": "评比", "points": 10, "start": "zero", "clauses": [
                    {"code": "place", "text": "名次", "effect": "award", "basis": "rank", "table": [4, 3, 2]},
                    {"code": "essay", "text": "经验材料", "effect": "record"},
                ]},
            ],
        },
        {
            "code": "opinion", "title": "评议", "points": 10,
            "items": [
                {"code": "public", "title": "公众评议", "points": 10, "start": "zero", "clauses": [
                    {"code": "rating", "text": "评议得分", "effect": "award", "basis": "panel",
                     "panel": "public", "points": 10},
                ]},
            ],
        },
    ],
    "procedure": {"phases": ["self_assessment", "review", "approval"]},
}  # fmt: skip

OPEN = {"self_assessment": (-5, 5), "review": (-1, 10), "approval": (10, 20)}
CLOSED = {"self_assessment": (-9, -5), "review": (-1, 10), "approval": (10, 20)}
OVER = {"self_assessment": (-9, -5), "review": (-5, -1), "approval": (-1, 20)}

JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x11\x08\x00\x10\x00\x20\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01" + b"\x00" * 64 + b"\xff\xd9"
)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """An empty store for every test."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    yield tmp_path / "evidence"


@pytest.fixture
def start(db: None, unit: Unit, other_unit: Unit) -> Callable[..., Cycle]:
    """Begin a cycle with phases by first and last day from now."""

    def begin(days: dict[str, tuple[int, int]] = OPEN, **changes: Any) -> Cycle:
        draft = rubrics_services.load_rubric(actor=None, data={**RUBRIC, **changes})
        rubric = rubrics_services.publish_rubric(actor=None, rubric=draft, version=draft.version)
        now = timezone.now()
        return rubrics_services.start_cycle(
            actor=None,
            rubric=rubric,
            title="年度考评",
            phases=[
                PhaseDates(code, now + timedelta(first), now + timedelta(last)) for code, (first, last) in days.items()
            ],
            participants=[Participant("own", "offices"), Participant("other", "offices")],
            provider_units={"court": ["own"]},
        )

    return begin


@pytest.fixture
def cycle(start: Callable[..., Cycle]) -> Cycle:
    """Self-assessment and review are both open."""
    return start()


def enrolment_in(cycle: Cycle, code: str) -> Enrolment:
    return rubrics_selectors.enrolments_in(cycle).get(unit__code=code)


@pytest.fixture
def own(cycle: Cycle) -> Enrolment:
    """The cast's own unit in the cycle."""
    return enrolment_in(cycle, "own")


@pytest.fixture
def other(cycle: Cycle) -> Enrolment:
    """The unit that nobody of the cast belongs to."""
    return enrolment_in(cycle, "other")


@pytest.fixture
def judge(cycle: Cycle, reviewer: User) -> User:
    """The reviewer, assigned the whole cycle."""
    rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=reviewer)
    return reviewer


@pytest.fixture
def clerk_of_other(person: Callable[..., User], other_unit: Unit) -> User:
    """Fills in the other unit's sheet."""
    return person("other-clerk", "别单位经办人", role="clerk", unit=other_unit)


@pytest.fixture
def claim(own: Enrolment, clerk: User) -> Callable[..., Fact]:
    """Save a claim of the own unit: `claim(LATE, count=2, note="…")`."""
    extras_names = ("date", "matter", "share", "modifiers", "note")

    def save(code: str, **fields: Any) -> Fact:
        extras = {name: fields.pop(name) for name in extras_names if name in fields}
        said = services.Claim(fields, extras, present=not fields)
        saved = services.save_claim(actor=clerk, enrolment=own, clause_code=code, claim=said)
        assert saved.fact is not None
        return saved.fact

    return save


@pytest.fixture
def hand_in(own: Enrolment, clerk: User) -> Callable[[], Any]:
    """Say "nothing to report" wherever nothing was said, and submit the own unit's sheet."""

    def submit() -> Any:
        for code in ("conduct.meetings", "conduct.files", "results.news", "results.plan", "results.contest"):
            try:
                services.say_item(actor=clerk, enrolment=own, item_code=code, say="nothing")
            except (services.Refused, Conflict):
                continue  # it holds claims, or was answered before
        return services.submit_sheet(actor=clerk, enrolment=own, version=1)

    return submit


def upload(name: str = "证明.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
