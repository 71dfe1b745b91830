"""The pages of results: who sees what, in which stand, and at what cost."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from evidence.models import Submission
from rubrics.services import assign_reviewer
from scoring.models import Run
from tests.cast import OTHER_WORD, OWN_WORD
from units.models import JournalEntry, Unit


def results(cycle: Any, query: str = "") -> str:
    return reverse("scoring:results", args=[cycle.pk]) + query


def why(enrolment: Any, query: str = "") -> str:
    return reverse("scoring:why", args=[enrolment.pk]) + query


class TestResults:
    @pytest.mark.parametrize("name", ["administrator", "auditor", "leader"])
    def test_who_oversees_the_cycle_sees_all_units(self, filled: Any, as_user: Any, name: str, request: Any) -> None:
        page = as_user(request.getfixturevalue(name)).get(results(filled, "?stand=final")).content.decode()
        assert OWN_WORD in page
        assert OTHER_WORD in page
        assert "86.00" in page
        assert "75.50" in page

    @pytest.mark.parametrize("name", ["clerk", "head", "provider", "stranger"])
    def test_a_unit_does_not_see_the_ranking(self, filled: Any, as_user: Any, name: str, request: Any) -> None:
        answer = as_user(request.getfixturevalue(name)).get(results(filled))
        assert answer.status_code == 404
        assert OTHER_WORD not in answer.content.decode()

    def test_a_reviewer_sees_the_units_assigned_and_no_others(
        self, filled: Any, as_user: Any, reviewer: Any, administrator: Any, unit: Unit
    ) -> None:
        assign_reviewer(actor=administrator, cycle=filled, user=reviewer, unit=unit)
        page = as_user(reviewer).get(results(filled, "?stand=final")).content.decode()
        assert OWN_WORD in page
        assert OTHER_WORD not in page
        assert "kp-scale" not in page

    def test_a_reviewer_without_an_assignment_sees_why_the_page_is_empty(
        self, filled: Any, as_user: Any, reviewer: Any
    ) -> None:
        page = as_user(reviewer).get(results(filled)).content.decode()
        assert "kp-empty" in page
        assert OWN_WORD not in page

    def test_nobody_gets_in_without_signing_in(self, filled: Any, client: Any) -> None:
        assert client.get(results(filled)).status_code == 302

    def test_each_stand_has_its_numbers(self, filled: Any, as_user: Any, administrator: Any) -> None:
        browser = as_user(administrator)
        assert "75.50" in browser.get(results(filled, "?stand=final")).content.decode()
        assert "68.00" in browser.get(results(filled, "?stand=self")).content.decode()
        assert browser.get(results(filled, "?stand=guessed")).status_code == 404

    def test_vetoes_have_a_tab_that_names_clause_and_consequence(
        self, filled: Any, as_user: Any, administrator: Any
    ) -> None:
        page = as_user(administrator).get(results(filled, "?stand=final&series=vetoes")).content.decode()
        assert "重大违纪" in page
        assert "扣 5 分" in page
        assert OWN_WORD not in page

    def test_without_a_veto_the_tab_says_so(self, cycle: Any, as_user: Any, administrator: Any) -> None:
        page = as_user(administrator).get(results(cycle, "?series=vetoes")).content.decode()
        assert "没有单位触发一票否决" in page

    def test_an_unknown_series_is_not_there(self, filled: Any, as_user: Any, administrator: Any) -> None:
        assert as_user(administrator).get(results(filled, "?series=nobody")).status_code == 404

    def test_looking_writes_nothing(self, filled: Any, as_user: Any, administrator: Any) -> None:
        before = JournalEntry.objects.count()
        browser = as_user(administrator)
        for url in (results(filled), reverse("scoring:workbook", args=[filled.pk])):
            assert browser.get(url).status_code == 200
        assert (Run.objects.count(), JournalEntry.objects.count()) == (0, before)

    def test_the_number_of_queries_does_not_grow_with_the_units(
        self, start_cycle: Any, as_user: Any, administrator: Any, django_assert_max_num_queries: Any
    ) -> None:
        cycle = start_cycle(more=40)
        browser = as_user(administrator)
        browser.get(results(cycle))
        with django_assert_max_num_queries(40):
            page = browser.get(results(cycle)).content.decode()
        assert page.count('class="kp-num place"') == 42

    def test_units_without_a_sheet_or_a_decision_are_marked_and_counted(
        self, filled: Any, enrolled: Any, say: Any, as_user: Any, administrator: Any
    ) -> None:
        Submission.objects.create(enrolment=enrolled(filled), state="submitted", submitted_at=timezone.now())
        say(enrolled(filled), "conduct.meetings.late", count=1)
        browser = as_user(administrator)
        for stand in ("provisional", "final"):
            page = browser.get(results(filled, f"?stand={stand}")).content.decode()
            own, other = (page[page.index(f"{word}局</a>") :].partition("</th>")[0] for word in (OWN_WORD, OTHER_WORD))
            assert "2 家单位，1 家未提交，1 家未裁定完。" in page
            assert "条未裁定" in own
            assert "未提交" not in own
            assert "未提交" in other
            assert "<svg" in other
        assert "未提交" not in browser.get(results(filled, "?stand=self")).content.decode()

    def test_a_returned_sheet_is_said_so(self, filled: Any, enrolled: Any, as_user: Any, administrator: Any) -> None:
        Submission.objects.create(enrolment=enrolled(filled), state="returned")
        page = as_user(administrator).get(results(filled, "?stand=final")).content.decode()
        assert "2 家单位，1 家未提交，1 家已退回，" in page

    def test_english_is_english(self, filled: Any, as_user: Any, administrator: Any) -> None:
        browser = as_user(administrator)
        browser.cookies["kaoping_language"] = "en"
        page = browser.get(results(filled, "?stand=final")).content.decode()
        assert "Results of 2026" in page
        assert "judgements" not in page


class TestStoring:
    def test_storing_shows_its_progress_and_leaves_a_run(
        self, filled: Any, as_user: Any, administrator: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        url = reverse("scoring:store", args=[filled.pk])
        with django_capture_on_commit_callbacks(execute=True):
            answer = as_user(administrator).post(url, {"stand": "final"}, headers={"HX-Request": "true"})
        assert "kp-job" in answer.content.decode()
        assert Run.objects.get().stand == "final"
        page = as_user(administrator).get(results(filled, "?stand=final")).content.decode()
        assert "已存，此后没有变动" in page

    @pytest.mark.parametrize("name", ["auditor", "reviewer", "clerk", "stranger"])
    def test_others_may_not_store(self, filled: Any, as_user: Any, name: str, request: Any) -> None:
        url = reverse("scoring:store", args=[filled.pk])
        assert as_user(request.getfixturevalue(name)).post(url, {"stand": "final"}).status_code == 404
        assert not Run.objects.exists()

    def test_reading_the_address_stores_nothing(self, filled: Any, as_user: Any, administrator: Any) -> None:
        assert as_user(administrator).get(reverse("scoring:store", args=[filled.pk])).status_code == 405
        assert not Run.objects.exists()


class TestWorkbook:
    def test_it_says_what_the_page_says(self, filled: Any, as_user: Any, leader: Any) -> None:
        answer = as_user(leader).get(reverse("scoring:workbook", args=[filled.pk]) + "?stand=final")
        content = b"".join(answer.streaming_content)
        sheet = openpyxl.load_workbook(BytesIO(content))["职能部门"]
        values = [[cell.value for cell in row] for row in sheet.iter_rows()]
        totals = {row[1]: row[5] for row in values if row[0] in (1, 2)}
        assert totals == {f"{OTHER_WORD}局": 86, f"{OWN_WORD}局": 75.5}

    @pytest.mark.parametrize("name", ["reviewer", "clerk", "head", "provider", "stranger"])
    def test_it_is_only_for_those_who_see_all(self, filled: Any, as_user: Any, name: str, request: Any) -> None:
        url = reverse("scoring:workbook", args=[filled.pk])
        assert as_user(request.getfixturevalue(name)).get(url).status_code == 404


class TestWhy:
    def test_it_shows_every_line_with_where_it_came_from(
        self, filled: Any, as_user: Any, administrator: Any, enrolled: Any
    ) -> None:
        page = as_user(administrator).get(why(enrolled(filled), "?stand=final")).content.decode()
        assert "完成任务：4 项。每项得 10 分。" in page
        assert "佐证不足" in page
        assert "第一组考评员" in page
        assert "−1.50" in page

    @pytest.mark.parametrize("name", ["clerk", "head"])
    def test_before_publication_a_unit_sees_its_own_claims_only(
        self, filled: Any, as_user: Any, name: str, enrolled: Any, request: Any
    ) -> None:
        browser = as_user(request.getfixturevalue(name))
        page = browser.get(why(enrolled(filled))).content.decode()
        assert "综合评定：评定 8 分" in page
        for told_too_early in ("佐证不足", "迟到早退：", "第一组考评员", OTHER_WORD, "17.00"):
            assert told_too_early not in page
        for stand in ("final", "provisional"):
            assert browser.get(why(enrolled(filled), f"?stand={stand}")).status_code == 404

    def test_once_released_a_unit_sees_its_final_result_with_place_and_reasons(
        self, start_cycle: Any, as_user: Any, clerk: Any, enrolled: Any, say: Any, reviewer: Any
    ) -> None:
        cycle = start_cycle(began=21)
        say(enrolled(cycle), "work.tasks.judged", "rejected", reviewer, points=8)
        browser = as_user(clerk)
        page = browser.get(why(enrolled(cycle))).content.decode()
        assert "佐证不足" in page
        assert "共 2 家" in page
        assert OTHER_WORD not in page
        assert browser.get(why(enrolled(cycle), "?stand=provisional")).status_code == 404

    @pytest.mark.parametrize("name", ["clerk", "head", "provider", "stranger", "reviewer"])
    def test_another_unit_is_not_there(self, filled: Any, as_user: Any, name: str, enrolled: Any, request: Any) -> None:
        answer = as_user(request.getfixturevalue(name)).get(why(enrolled(filled, "other")))
        assert answer.status_code == 404
        assert OTHER_WORD not in answer.content.decode()

    def test_the_number_of_queries_does_not_grow_with_the_facts(
        self,
        filled: Any,
        as_user: Any,
        administrator: Any,
        enrolled: Any,
        say: Any,
        django_assert_max_num_queries: Any,
    ) -> None:
        for _count in range(20):
            say(enrolled(filled), "conduct.meetings.late", origin="provider", count=1, by=administrator)
        browser = as_user(administrator)
        with django_assert_max_num_queries(65):
            page = browser.get(why(enrolled(filled), "?stand=final")).content.decode()
        assert page.count("迟到早退：") == 21


class TestRunningScore:
    def url(self, enrolment: Any) -> str:
        return reverse("scoring:score", args=[enrolment.pk])

    def test_it_carries_the_value_of_every_node_and_clause(
        self, filled: Any, as_user: Any, clerk: Any, enrolled: Any
    ) -> None:
        page = as_user(clerk).get(self.url(enrolled(filled))).content.decode()
        assert '<data data-value-of="work.tasks" value="48.00">' in page
        assert '<data data-points-of="work.tasks.done" value="+40.00">' in page
        assert "/ 80" in page
        assert "<html" not in page

    def test_it_is_not_for_other_units(self, filled: Any, as_user: Any, clerk: Any, enrolled: Any) -> None:
        assert as_user(clerk).get(self.url(enrolled(filled, "other"))).status_code == 404

    def test_it_follows_a_saved_claim(self, filled: Any, as_user: Any, clerk: Any, enrolled: Any, say: Any) -> None:
        browser = as_user(clerk)
        browser.get(self.url(enrolled(filled)))
        say(enrolled(filled), "conduct.meetings.late", count=2)
        assert "67.00" in browser.get(self.url(enrolled(filled))).content.decode()

    def test_it_costs_few_queries(
        self, filled: Any, as_user: Any, clerk: Any, enrolled: Any, django_assert_max_num_queries: Any
    ) -> None:
        browser = as_user(clerk)
        browser.get(self.url(enrolled(filled)))
        with django_assert_max_num_queries(32):
            browser.get(self.url(enrolled(filled)))


def test_a_reviewer_finds_the_way_from_a_line_to_the_review(
    filled: Any, as_user: Any, reviewer: Any, administrator: Any, unit: Unit, enrolled: Any
) -> None:
    assign_reviewer(actor=administrator, cycle=filled, user=reviewer, unit=unit)
    page = as_user(reviewer).get(why(enrolled(filled), "?stand=provisional")).content.decode()
    assert reverse("evidence:review_unit", args=[enrolled(filled).pk]) in page
    assert OTHER_WORD not in page
