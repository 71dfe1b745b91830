"""The sheet as a page: two views of it and which one is remembered, what is open, what came back, and a long one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.long_sheet import CLAUSES, clause_codes, long_rubric
from evidence import services
from evidence.models import Fact
from rubrics import services as rubrics_services
from rubrics.models import Enrolment
from tests.evidence.conftest import LATE, NEWS, enrolment_in, upload

HTMX = {"HX-Request": "true"}
MEETINGS, FILES, RESULTS = "conduct__meetings", "conduct__files", "results__news"


def items_of(page: str) -> list[str]:
    return re.findall(r'data-item="([^"]+)"', page)


def awaiting(page: str) -> list[str]:
    return re.findall(r'data-toc="([^"]+)" data-awaits', page)


# --- whole, or one item at a time --------------------------------------------------------------------------------------


def test_one_item_at_a_time_begins_with_the_first_item_that_is_open(as_user, own, clerk, claim):
    claim(LATE, count=1)
    page = as_user(clerk).get(f"/sheets/{own.pk}/?view=single").content.decode()
    assert items_of(page) == ["conduct.files"]
    assert "第 2 项，共 6 项" in page


def test_the_chosen_view_is_remembered_until_the_other_is_chosen(as_user, own, clerk):
    client = as_user(clerk)
    assert len(items_of(client.get(f"/sheets/{own.pk}/").content.decode())) == 6
    client.get(f"/sheets/{own.pk}/?view=single")
    assert len(items_of(client.get(f"/sheets/{own.pk}/").content.decode())) == 1
    client.get(f"/sheets/{own.pk}/?view=whole")
    assert len(items_of(client.get(f"/sheets/{own.pk}/").content.decode())) == 6


def test_looking_at_one_item_is_not_choosing_the_view(as_user, own, clerk):
    client = as_user(clerk)
    client.get(f"/sheets/{own.pk}/?item=results.plan")
    assert len(items_of(client.get(f"/sheets/{own.pk}/").content.decode())) == 6


def test_a_sheet_that_is_only_read_is_shown_whole_whatever_is_remembered(as_user, own, clerk, hand_in):
    client = as_user(clerk)
    client.get(f"/sheets/{own.pk}/?view=single")
    hand_in()
    assert len(items_of(client.get(f"/sheets/{own.pk}/").content.decode())) == 6


def test_one_item_leads_to_the_items_beside_it_and_to_the_next_open_one_round_to_the_beginning(as_user, own, clerk):
    services.say_item(actor=clerk, enrolment=own, item_code="results.contest", say="nothing")
    page = as_user(clerk).get(f"/sheets/{own.pk}/?item=results.plan").content.decode()
    links = dict(re.findall(r'data-(go="-?1"|open) href="([^"]+)"', page))
    at = f"/sheets/{own.pk}/?item="
    assert links == {
        'go="-1"': f"{at}results.news#item-results__news",
        'go="1"': f"{at}results.contest#item-results__contest",
        "open": f"{at}conduct.meetings#item-conduct__meetings",
    }


# --- what is open ---------------------------------------------------------------------------------------------------


def test_the_head_says_how_many_items_and_marks_are_unanswered(as_user, own, clerk):
    client = as_user(clerk)
    assert "5 项未填好 · 90 分未作答" in " ".join(client.get(f"/sheets/{own.pk}/").content.decode().split())
    answer = client.post(
        f"/sheets/{own.pk}/item/", {"item": "conduct.files", "say": "nothing", "version": "0"}, headers=HTMX
    )
    assert "4 项未填好 · 70 分未作答" in " ".join(answer.content.decode().split())


def test_an_item_awaits_something_while_it_is_untouched_and_while_proof_is_lacking(as_user, own, clerk, claim):
    client = as_user(clerk)
    claim(LATE, count=1)
    claim(NEWS, level="city")
    page = client.get(f"/sheets/{own.pk}/").content.decode()
    assert MEETINGS not in awaiting(page)
    assert {FILES, RESULTS} <= set(awaiting(page))
    services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code="results.news")
    assert RESULTS not in awaiting(client.get(f"/sheets/{own.pk}/").content.decode())


def test_the_answer_to_a_save_says_whether_its_item_still_awaits_something(as_user, own, clerk):
    client = as_user(clerk)
    sent = {"clause": LATE, "key": f"{MEETINGS}__late-first", "count": "1"}
    answer = client.post(f"/sheets/{own.pk}/claim/", sent, headers=HTMX).content.decode()
    assert f'data-toc="{MEETINGS}"' in answer
    assert awaiting(answer) == []


# --- what came back --------------------------------------------------------------------------------------------------


def test_items_that_came_back_stand_on_top_with_the_reviewers_words_until_amended(
    as_user, own, clerk, judge, claim, hand_in
):
    fact = claim(LATE, count=1)
    submission = hand_in()
    services.return_item(
        actor=judge, enrolment=own, version=submission.version, item_code="conduct.meetings", reason="请写明是哪一天"
    )
    page = as_user(clerk).get(f"/sheets/{own.pk}/").content.decode()
    top = page.partition('id="items"')[2].partition("data-item")[0]
    assert "退回 1 项" in top
    assert f'<a href="#item-{MEETINGS}">一(一) 会议纪律</a>' in top
    assert "请写明是哪一天" in top
    assert "已补正" not in top
    fact.refresh_from_db()
    said = services.Claim({"count": "1"}, {"note": "3月4日"})
    services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=said, fact_pk=fact.pk, version=fact.version)
    page = as_user(clerk).get(f"/sheets/{own.pk}/").content.decode()
    assert "已补正" in page.partition('id="items"')[2].partition("data-item")[0]


# --- a long sheet ----------------------------------------------------------------------------------------------------


@pytest.fixture
def long(unit: Any, clerk: Any) -> Callable[[int], Enrolment]:
    """The clerk's unit in a cycle of so many items, five clauses each."""

    def begin(items: int) -> Enrolment:
        draft = rubrics_services.load_rubric(actor=None, data=long_rubric(items))
        rubric = rubrics_services.publish_rubric(actor=None, rubric=draft, version=draft.version)
        now = timezone.now()
        cycle = rubrics_services.start_cycle(
            actor=None, rubric=rubric, title="长表", code=f"long-{items}",
            phases=[rubrics_services.PhaseDates("self_assessment", now - timedelta(1), now + timedelta(9))],
            participants=[rubrics_services.Participant("own", "offices")],
        )  # fmt: skip
        own = enrolment_in(cycle, "own")
        for code in clause_codes(items):
            claim = services.Claim({"count": "1"}, {})
            services.save_claim(actor=clerk, enrolment=own, clause_code=code, claim=claim)
        return own

    return begin


ASKED = {"whole": "?view=whole", "one item": "?item=g0.i0", "one at a time": "?view=single"}


def test_three_hundred_clauses_take_as_many_queries_as_thirty(as_user, clerk, long):
    client, counts = as_user(clerk), {}
    for items in (6, 60):
        own = long(items)
        client.get(f"/sheets/{own.pk}/")  # what a process reads once for a rubric
        for name, query in ASKED.items():
            with CaptureQueriesContext(connection) as queries:
                page = client.get(f"/sheets/{own.pk}/{query}").content.decode()
            counts[name, items] = len(queries)
            assert page.count("data-clause=") == (items * CLAUSES if name == "whole" else CLAUSES)
    for name in ASKED:
        assert counts[name, 60] == counts[name, 6], name


def test_saving_one_claim_takes_as_many_queries_and_as_short_an_answer_on_a_long_sheet(as_user, clerk, long):
    client, seen = as_user(clerk), []
    for items in (6, 60):
        own = long(items)
        fact = Fact.objects.get(enrolment=own, clause_code="g0.i0.c0")
        client.get(f"/sheets/{own.pk}/")
        sent = {"clause": "g0.i0.c0", "key": f"f{fact.pk}", "fact": fact.pk, "version": fact.version, "count": "3"}
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(f"/sheets/{own.pk}/claim/", sent, headers=HTMX)
        assert answer.status_code == 200
        seen.append((len(queries), len(answer.content)))
    (few, short), (many, longer) = seen
    assert many == few
    assert longer < short + 100
