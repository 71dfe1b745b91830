"""What awaits me: tasks by date, the timeline with today on it, empty states."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from appraisal_site.home import awaiting, days, timeline
from appraisal_site.toolkit.shell import Task

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 12, 28, 12, 0, tzinfo=SHANGHAI)


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


class TestDays:
    @pytest.fixture(autouse=True)
    def _chinese(self) -> Any:
        with translation.override("zh-hans"), timezone.override(SHANGHAI):
            yield

    @pytest.mark.parametrize(
        ("moment", "said"),
        [
            (at(12, 31, 17, 30), ("还剩 3 天", "12月31日")),
            (at(12, 28, 17, 30), ("今天 17:30", "还有 5 小时")),
            (at(12, 28, 12, 20), ("今天 12:20", "还有 1 小时")),
            (at(1, 1, year=2027), ("还剩 3 天", "12月31日")),
            (at(12, 29), ("今天 24:00", "还有 12 小时")),
            (at(12, 26, 17, 30), ("逾期 2 天", "12月26日")),
            (at(12, 28, 11, 0), ("逾期 1 天", "12月28日")),
        ],
    )
    def test_how_long_there_is(self, moment: datetime, said: tuple[str, str]) -> None:
        assert days.left(NOON, moment) == said

    @pytest.mark.parametrize(
        ("start", "end", "said"),
        [
            (at(12, 15), at(1, 1, year=2027), "12月15日–31日"),
            (at(12, 15), at(1, 9, year=2027), "12月15日–1月8日"),
            (at(12, 15), at(12, 16), "12月15日"),
        ],
    )
    def test_a_phase_says_its_month_once(self, start: datetime, end: datetime, said: str) -> None:
        assert days.span(start, end) == said

    def test_what_happened_is_said_as_short_as_it_can_be(self) -> None:
        assert days.lately(NOON, at(12, 28, 11, 2)) == "11:02"
        assert days.lately(NOON, at(12, 27, 23)) == "昨天"
        assert days.lately(NOON, at(12, 25)) == "12-25"

    def test_what_begins_later_says_from_when(self) -> None:
        assert days.ahead(NOON, at(1, 4, year=2027)) == ("1月4日起", "7 天后")


class TestTimeline:
    def phases(self, now: datetime) -> list[timeline.PhaseLine]:
        rows = [
            SimpleNamespace(
                code=code, opens_at=at(12, first), closes_at=at(12, last), closed_early_at=early, position=place
            )
            for place, (code, first, last, early) in enumerate(
                [("self_assessment", 1, 11, None), ("review", 11, 21, at(12, 16)), ("approval", 21, 31, None)]
            )
        ]
        one = SimpleNamespace(phases=SimpleNamespace(all=lambda: rows), state="open")
        return timeline.phases(one, now)

    def test_today_stands_within_the_phase_that_is_open(self) -> None:
        before, now, after = self.phases(at(12, 13, 12))
        assert (before.state, now.state, after.state) == ("past", "now", "next")
        assert (before.at, now.at, after.at) == ("", "50.0%", "")

    def test_a_phase_closed_early_is_over(self) -> None:
        assert [phase.state for phase in self.phases(at(12, 17))] == ["past", "past", "next"]


class TestBoard:
    def test_what_was_returned_comes_first_then_the_nearest_date(self, monkeypatch: Any) -> None:
        tasks = [
            Task("no date"),
            Task("late", due=NOON + timedelta(days=5)),
            Task("soon", due=NOON + timedelta(days=1)),
            Task("returned", due=NOON + timedelta(days=9), state="returned"),
            Task("coming", due=NOON + timedelta(days=20), state="later"),
            Task("finished", state="done"),
        ]
        monkeypatch.setattr(awaiting, "contributed", lambda room, user, cycle: tasks)
        monkeypatch.setattr(awaiting.tasks, "entries", lambda user, cycle, now: [])
        board = awaiting.board(None, None, NOON)
        assert [task.title for task in board["now"]] == ["returned", "soon", "late", "no date"]
        assert [task.title for task in board["later"]] == ["coming"]
        assert [task.title for task in board["done"]] == ["finished"]
        assert [task.can_start for task in board["now"]] == [True] * 4


class TestHome:
    def page(self, client: Any) -> str:
        answer = client.get(reverse("home"))
        assert answer.status_code == 200
        return str(answer.content.decode())

    def test_a_clerk_finds_the_sheet_with_its_date_and_the_running_score(
        self, filled: Any, as_user: Any, clerk: Any, enrolled: Any
    ) -> None:
        page = self.page(as_user(clerk))
        assert reverse("evidence:sheet", args=[enrolled(filled).pk]) in page
        assert "还剩 8 天" in page
        assert "68.00" in page
        assert "is-now" in page

    def test_a_clerk_is_told_when_the_result_comes(self, filled: Any, as_user: Any, clerk: Any) -> None:
        page = self.page(as_user(clerk))
        assert "查看结果" in page
        assert "18 天后" in page

    def test_an_administrator_sees_how_far_the_open_phase_is(
        self, filled: Any, as_user: Any, administrator: Any
    ) -> None:
        page = self.page(as_user(administrator))
        assert "推进单位自评" in page
        assert "共 2 家单位，2 家还没有提交" in page

    def test_without_a_cycle_the_administrator_learns_how_to_begin(self, as_user: Any, administrator: Any) -> None:
        page = self.page(as_user(administrator))
        assert "启动第一个周期" in page
        assert reverse("rubrics:rubrics") in page

    def test_an_auditor_is_led_to_the_journal(self, as_user: Any, auditor: Any) -> None:
        assert "核验日志" in self.page(as_user(auditor))

    def test_the_leading_group_is_led_to_the_ranking(self, filled: Any, as_user: Any, leader: Any) -> None:
        assert reverse("scoring:results", args=[filled.pk]) in self.page(as_user(leader))

    def test_who_has_no_part_is_told_how_a_cycle_gets_here(self, as_user: Any, stranger: Any) -> None:
        page = self.page(as_user(stranger))
        assert "您还没有参与任何周期" in page
        assert "kp-empty" in page

    def test_the_number_of_queries_does_not_grow_with_the_units(
        self, start_cycle: Any, as_user: Any, administrator: Any, django_assert_max_num_queries: Any
    ) -> None:
        start_cycle(more=30)
        browser = as_user(administrator)
        self.page(browser)
        with django_assert_max_num_queries(45):
            self.page(browser)
