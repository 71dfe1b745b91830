"""A small rubric with every kind of thing that the pages show: grades by quota and floor, a veto, ballots, a pool."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from evidence.models import Fact, PanelRating, Ruling
from rubrics import selectors as rubrics_selectors
from rubrics import services as rubrics_services
from rubrics.files import read_yaml
from rubrics.models import Cycle, Enrolment
from rubrics.services import Participant, PhaseDates
from units.models import Unit, User
from units.services import give_role

RUBRIC = """
format: appraisal-rubric/1
code: small
title: 小型考评
year: 2026
total: 100
series: [{code: bureaus, title: 职能部门}, {code: towns, title: 乡镇}]
panels:
  - {code: public, title: 公众评议, scale: 100, groups: [{code: all, title: 群众}]}
categories:
  - code: work
    title: 工作实绩
    points: 60
    items:
      - code: tasks
        title: 重点任务
        points: 60
        start: zero
        ref: 一1
        clauses:
          - {code: done, text: 完成任务, effect: award, basis: count, points: 10, per: 项, ref: 一1(1), limit: 50}
          - {code: judged, text: 综合评定, effect: award, basis: manual, min: 0, max: 10, ref: 一1(2)}
  - code: conduct
    title: 作风
    points: 20
    start: full
    items:
      - code: meetings
        title: 会议纪律
        points: 0
        start: zero
        clauses:
          - {code: late, text: 迟到早退, effect: deduct, basis: count, points: 0.5, per: 人次, ref: 二1}
          - code: breach
            text: 重大违纪
            effect: veto
            ref: 二2
            consequences: [{deduct: 5}, {bar_grades: [excellent]}]
  - code: ballots
    title: 评议
    points: 20
    items:
      - code: public
        title: 公众评议
        points: 20
        start: zero
        clauses:
          - {code: rating, text: 群众打分折算, effect: award, basis: panel, panel: public, points: 20, ref: 三}
gradings:
  - code: grade
    title: 等次
    rules:
      - {code: fail, title: 不合格, when: {total_below: 40}, consequences: [{code: bonus, title: 奖金, value: -0.1}]}
      - {code: excellent, title: 优秀, quota: 1, consequences: [{code: bonus, title: 奖金, value: 0.1}]}
      - {code: pass, title: 合格}
procedure: {phases: [self_assessment, review, approval]}
"""

Say = Callable[..., Fact]


@pytest.fixture
def start_cycle(db: None, unit: Unit, other_unit: Unit) -> Callable[..., Cycle]:
    """Start a cycle of the small rubric with so many units more; `began` days ago its phases of ten days each began."""

    def start(more: int = 0, began: int = 2, rubric: str = RUBRIC, code: str = "") -> Cycle:
        stored = rubrics_services.load_rubric(actor=None, data=read_yaml(rubric.encode()))
        stored = rubrics_services.publish_rubric(actor=None, rubric=stored, version=stored.version)
        first = timezone.now() - timedelta(days=began)
        codes = ("self_assessment", "review", "approval")
        phases = [PhaseDates(code, _after(first, place), _after(first, place + 1)) for place, code in enumerate(codes)]
        people = [Participant(code="own", series="bureaus"), Participant(code="other", series="bureaus")]
        people += [
            Participant(code=f"more-{number}", series="bureaus", title=f"部门{number}") for number in range(more)
        ]
        return rubrics_services.start_cycle(
            actor=None, rubric=stored, title="小型考评 · 2026", phases=phases, participants=people, code=code
        )

    return start


def _after(first: datetime, phases: int) -> datetime:
    return first + timedelta(days=10 * phases)


@pytest.fixture
def cycle(start_cycle: Callable[..., Cycle]) -> Cycle:
    """A cycle in self-assessment with the cast's unit and the other one."""
    return start_cycle()


@pytest.fixture
def enrolled(db: None) -> Callable[[Cycle, str], Enrolment]:
    """A unit's part in a cycle, by the unit's code."""

    def find(cycle: Cycle, code: str = "own") -> Enrolment:
        return rubrics_selectors.enrolments_in(cycle).get(unit__code=code)

    return find


@pytest.fixture
def say(db: None) -> Say:
    """Put a fact on record, decided at once where `verdict` is given."""

    def record(enrolment: Enrolment, clause: str, verdict: str = "", by: User | None = None, **said: Any) -> Fact:
        origin = said.pop("origin", "unit")
        text = {key: str(value) for key, value in said.items() if key in ("count", "points", "level", "value")}
        fact = Fact.objects.create(
            enrolment=enrolment,
            clause_code=clause,
            origin=origin,
            state="recorded",
            said=text,
            date=said.get("date"),
            matter=said.get("matter", ""),
            created_by=by,
        )
        if verdict:
            reason = "" if verdict == "accepted" else "佐证不足"
            Ruling.objects.create(
                fact=fact,
                number=1,
                fact_version=fact.version,
                verdict=verdict,
                reason=reason,
                decided_by=by,
                decided_at=timezone.now(),
            )
        rubrics_services.touch_records(enrolment)
        return fact

    return record


@pytest.fixture
def rate(db: None) -> Callable[..., PanelRating]:
    """Put ballots of the public on record."""

    def put(enrolment: Enrolment, *values: int) -> PanelRating:
        rating = PanelRating.objects.create(
            cycle=enrolment.cycle,
            panel_code="public",
            group_code="all",
            enrolment=enrolment,
            values=[str(value) for value in values],
        )
        rubrics_services.touch_cycle(enrolment.cycle)
        return rating

    return put


@pytest.fixture
def filled(cycle: Cycle, enrolled: Any, say: Say, rate: Any, reviewer: User, leader: User) -> Cycle:
    """The cycle with records: own has 40 + 5 claimed and decided otherwise, the other one a veto; ballots for both."""
    give_role(actor=None, user=reviewer, role="reviewer", cycle=cycle)
    give_role(actor=None, user=leader, role="leader", cycle=cycle)
    own, other = enrolled(cycle), enrolled(cycle, "other")
    say(own, "work.tasks.done", "accepted", reviewer, count=4)
    say(own, "work.tasks.judged", "rejected", reviewer, points=8)
    say(own, "conduct.meetings.late", origin="provider", count=3, by=reviewer)
    say(other, "work.tasks.done", "accepted", reviewer, count=6, matter="大桥")
    say(other, "work.tasks.judged", "accepted", reviewer, points=7)
    say(other, "conduct.meetings.breach", origin="provider", by=reviewer)
    rate(own, 80, 90)
    rate(other, 70)
    return cycle
