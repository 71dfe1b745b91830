"""The page on which items are given, the sheet as a colleague sees it, and what waits for them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evidence import awaiting, rail, services
from evidence.models import ItemShare, SheetItem
from rubrics.models import CyclePhase
from tests.evidence.conftest import LATE, NEWS, PLAN, enrolment_in, upload
from units.models import User

MEETINGS, FILES, NEWSES, PLANS, CONTEST = (
    "conduct.meetings", "conduct.files", "results.news", "results.plan", "results.contest",
)  # fmt: skip
HTMX = {"HX-Request": "true"}


def given() -> set[tuple[str, str]]:
    return set(ItemShare.objects.values_list("item_code", "user__username"))


def seen(*codes: str, **held: str) -> dict[str, str]:
    """What the page says of who had what: nobody, unless `held` says otherwise."""
    return {f"seen-{code}": "" for code in codes} | held


def give(own: Any, actor: User, **wanted: list[User]) -> None:
    items = {"meetings": MEETINGS, "files": FILES, "news": NEWSES, "plan": PLANS, "contest": CONTEST}
    keys = {items[name]: [user.pk for user in people] for name, people in wanted.items()}
    services.share_items(actor=actor, enrolment=own, wanted=keys, seen={})


@pytest.mark.parametrize("who", ["clerk", "head"])
def test_items_are_ticked_for_people_and_saved_with_one_message(request, as_user, own, colleague, clerk, who):
    browser = as_user(request.getfixturevalue(who))
    page = browser.get(f"/sheets/{own.pk}/people/").content.decode()
    assert page.count('type="checkbox"') == 2 * (5 + 2)  # two people, five items, two categories
    assert "公众评议" not in page  # nobody fills that in
    sent = {**seen(MEETINGS, PLANS, FILES), f"to-{MEETINGS}": [colleague.pk, clerk.pk], f"to-{PLANS}": [colleague.pk]}
    page = browser.post(f"/sheets/{own.pk}/people/", sent, follow=True).content.decode()
    assert given() == {(MEETINGS, "colleague"), (MEETINGS, "clerk"), (PLANS, "colleague")}
    assert "2 个项目分给了 2 人，已通知本人。" in page
    assert "5 个项目，已分给人的 2 个" in page


def test_without_a_script_a_whole_category_is_given_by_its_own_box(as_user, own, clerk, colleague):
    sent = {**seen(MEETINGS, FILES, NEWSES), "all-conduct": [colleague.pk], f"to-{NEWSES}": [clerk.pk]}
    as_user(clerk).post(f"/sheets/{own.pk}/people/", sent)
    assert given() == {(MEETINGS, "colleague"), (FILES, "colleague"), (NEWSES, "clerk")}


def test_what_is_no_longer_ticked_is_taken_back(as_user, own, clerk, colleague):
    give(own, clerk, meetings=[colleague], plan=[colleague])
    sent = {f"seen-{MEETINGS}": str(colleague.pk), f"seen-{PLANS}": str(colleague.pk), f"to-{PLANS}": [colleague.pk]}
    page = as_user(clerk).post(f"/sheets/{own.pk}/people/", sent, follow=True).content.decode()
    assert given() == {(PLANS, "colleague")}
    assert "收回 1 项" in page


def test_saving_without_a_change_says_so(as_user, own, clerk, colleague):
    page = as_user(clerk).post(f"/sheets/{own.pk}/people/", seen(MEETINGS), follow=True).content.decode()
    assert "没有改动" in page


def test_a_page_out_of_date_answers_409_keeps_what_was_ticked_and_says_who_has_it_now(
    as_user, own, clerk, head, colleague, person, unit
):
    second = person("colleague-2", "本单位协办人乙", role="colleague", unit=unit)
    give(own, head, meetings=[colleague])
    sent = {**seen(MEETINGS, PLANS), f"to-{MEETINGS}": [second.pk], f"to-{PLANS}": [second.pk]}
    answer = as_user(clerk).post(f"/sheets/{own.pk}/people/", sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert given() == {(MEETINGS, "colleague")}
    assert "现在分给：本单位协办人</small>" in page
    assert page.count("现在分给：") == 1
    ticked = re.findall(r'name="to-([\w.]+)" value="(\d+)" data-to="\d+" checked', page)
    assert set(ticked) == {(MEETINGS, str(second.pk)), (PLANS, str(second.pk))}
    again = dict(re.findall(r'name="(seen-[\w.]+)" value="([\d,]*)"', page))
    assert again[f"seen-{MEETINGS}"] == str(colleague.pk)
    as_user(clerk).post(f"/sheets/{own.pk}/people/", {**again, **{f"to-{code}": [key] for code, key in ticked}})
    assert given() == {(MEETINGS, "colleague-2"), (PLANS, "colleague-2")}


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_who_oversees_the_cycle_reads_and_changes_nothing(request, as_user, own, clerk, colleague, who):
    give(own, clerk, meetings=[colleague])
    browser = as_user(request.getfixturevalue(who))
    page = browser.get(f"/sheets/{own.pk}/people/").content.decode()
    assert "checkbox" not in page
    assert "本单位协办人" in page
    answer = browser.post(f"/sheets/{own.pk}/people/", {f"seen-{MEETINGS}": str(colleague.pk)})
    assert answer.status_code == 422
    assert "由本单位经办人和负责人来定" in answer.content.decode()
    assert given() == {(MEETINGS, "colleague")}


@pytest.mark.parametrize("who", ["colleague", "stranger", "provider", "clerk_of_other"])
def test_others_find_no_such_page(request, as_user, own, clerk, colleague, who):
    give(own, clerk, meetings=[colleague])
    browser = as_user(request.getfixturevalue(who))
    assert browser.get(f"/sheets/{own.pk}/people/").status_code == 404
    assert browser.post(f"/sheets/{own.pk}/people/", {f"seen-{MEETINGS}": ""}).status_code == 404
    assert given() == {(MEETINGS, "colleague")}


@pytest.mark.parametrize(
    "junk", [{"to-conduct.meetings": "x"}, {"to-conduct.meetings": "-1"}, {"all-conduct": "9" * 30}]
)
def test_what_is_no_persons_key_gives_nothing(as_user, own, clerk, colleague, junk):
    answer = as_user(clerk).post(f"/sheets/{own.pk}/people/", {f"seen-{MEETINGS}": "zz,", **junk})
    assert answer.status_code in (302, 422)
    assert given() == set()


def test_a_person_of_another_unit_slipped_into_the_form_is_refused(as_user, own, clerk, clerk_of_other):
    answer = as_user(clerk).post(
        f"/sheets/{own.pk}/people/", {f"seen-{MEETINGS}": "", f"to-{MEETINGS}": [clerk_of_other.pk]}
    )
    assert answer.status_code == 422
    assert "只能分给本单位的经办人和协办人" in answer.content.decode()
    assert given() == set()


def test_a_unit_with_nobody_to_share_with_is_told_how_there_can_be_somebody(as_user, own, head):
    page = as_user(head).get(f"/sheets/{own.pk}/people/").content.decode()
    assert "请管理员开设账户" in page
    assert "checkbox" not in page


# --- the sheet ---------------------------------------------------------------------------------------------------


def test_a_colleagues_sheet_shows_their_items_and_nothing_of_the_whole(as_user, own, clerk, colleague, claim):
    give(own, clerk, meetings=[colleague], plan=[colleague])
    claim(LATE, count=2, note="周一例会迟到")
    claim(NEWS, level="city", note="头版登载")
    page = as_user(colleague).get(f"/sheets/{own.pk}/").content.decode()
    assert page.count("data-item=") == 2
    assert "会议纪律" in page and "计划" in page
    assert "信息</h2>" not in page and "头版登载" not in page
    for address in ("score", "check", "offline", "form.pdf", "people", "nothing"):
        assert f"/sheets/{own.pk}/{address}" not in page, address
    assert "填好 1 / 2 项" in page


def test_a_colleague_types_and_sees_their_own_progress(as_user, own, clerk, colleague):
    give(own, clerk, meetings=[colleague], plan=[colleague])
    sent = {"clause": LATE, "key": "conduct__meetings__late-first", "count": "2"}
    answer = as_user(colleague).post(f"/sheets/{own.pk}/claim/", sent, headers=HTMX)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "填好 1 / 2 项" in page
    assert "业务工作" not in page and "信息" not in page


@pytest.mark.parametrize("address", ["check/", "receipt/", "form.pdf", "offline/", "offline/workbook/", "score/"])
def test_what_shows_the_whole_sheet_is_not_there_for_a_colleague(as_user, own, clerk, colleague, hand_in, address):
    give(own, clerk, meetings=[colleague])
    hand_in()
    assert as_user(colleague).get(f"/sheets/{own.pk}/{address}").status_code == 404


def test_what_the_reviewers_said_of_the_whole_sheet_stays_with_clerk_and_head(
    as_user, own, clerk, colleague, hand_in, judge
):
    give(own, clerk, meetings=[colleague])
    submission = hand_in()
    services.return_sheet(actor=judge, enrolment=own, reason="经费一项整个重写", version=submission.version)
    assert "经费一项整个重写" in as_user(clerk).get(f"/sheets/{own.pk}/").content.decode()
    page = as_user(colleague).get(f"/sheets/{own.pk}/").content.decode()
    assert "经费一项整个重写" not in page
    assert "退回了整张表" in page


def test_a_colleague_reads_what_was_said_of_their_returned_item_only(as_user, own, clerk, colleague, hand_in, judge):
    give(own, clerk, meetings=[colleague])
    submission = hand_in()
    for code, reason in ((MEETINGS, "请写明日期"), (FILES, "请附清单")):
        submission = services.return_item(
            actor=judge, enrolment=own, item_code=code, reason=reason, version=submission.version
        )
    page = as_user(colleague).get(f"/sheets/{own.pk}/").content.decode()
    assert "请写明日期" in page
    assert "请附清单" not in page


def test_each_item_says_who_has_it_and_goes_on_saying_so_after_a_save(as_user, own, clerk, colleague):
    give(own, clerk, meetings=[colleague, clerk])
    page = as_user(clerk).get(f"/sheets/{own.pk}/").content.decode()
    assert page.count("填报人：") == 1
    assert "本单位经办人、本单位协办人" in page
    answer = as_user(clerk).post(f"/sheets/{own.pk}/item/", {"item": MEETINGS, "say": "nothing"}, headers=HTMX)
    assert "本单位经办人、本单位协办人" in answer.content.decode()


def test_a_clerk_with_items_of_their_own_can_look_at_these_alone(as_user, own, clerk, colleague):
    browser = as_user(clerk)
    assert "?mine=1" not in browser.get(f"/sheets/{own.pk}/").content.decode()
    give(own, clerk, meetings=[clerk], plan=[clerk, colleague], news=[colleague])
    page = browser.get(f"/sheets/{own.pk}/").content.decode()
    assert page.count("data-item=") == 6
    assert "?mine=1" in page and "0 / 2" in page
    page = browser.get(f"/sheets/{own.pk}/?mine=1").content.decode()
    assert re.findall(r'data-item="([\w.]+)"', page) == [MEETINGS, PLANS]
    assert "填好 0 / 5 项" in page  # how far the sheet is stays what it is
    page = browser.get(f"/sheets/{own.pk}/?mine=1&view=single").content.decode()
    assert re.findall(r'data-item="([\w.]+)"', page) == [MEETINGS]
    assert f"?mine=1&amp;item={PLANS}" in page
    page = browser.get(f"/sheets/{own.pk}/?mine=1&item={NEWSES}").content.decode()
    assert re.findall(r'data-item="([\w.]+)"', page) == [NEWSES]


def test_a_colleague_may_open_a_file_of_their_item_and_no_other(as_user, own, clerk, colleague):
    give(own, clerk, news=[colleague])
    mine = services.attach_file(actor=clerk, enrolment=own, upload=upload("我的.pdf"), item_code=NEWSES)
    other = services.attach_file(actor=clerk, enrolment=own, upload=upload("别的.txt", b"secret"), item_code=CONTEST)
    browser = as_user(colleague)
    assert browser.get(f"/attachments/{mine.pk}/").status_code == 200
    assert browser.get(f"/attachments/{other.pk}/").status_code == 404


# --- what awaits -------------------------------------------------------------------------------------------------


def task(user: User, cycle: Any) -> Any:
    (found,) = awaiting.entries(User.objects.get(pk=user.pk), type(cycle).objects.get(pk=cycle.pk))
    return found


def test_the_home_page_counts_what_of_their_items_is_open(own, cycle, clerk, colleague, claim):
    assert awaiting.entries(colleague, cycle) == []
    give(own, clerk, meetings=[colleague], plan=[colleague], news=[colleague])
    assert (task(colleague, cycle).detail, task(colleague, cycle).state) == ("3 项中 3 项未填好", "open")
    claim(LATE, count=1)
    claim(NEWS, level="city")  # its proof is missing
    found = task(colleague, cycle)
    assert (found.detail, found.state, found.url) == ("3 项中 2 项未填好", "going", f"/sheets/{own.pk}/")
    services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code=NEWSES)
    claim(PLAN, points=3)
    assert task(colleague, cycle).state == "done"


def test_what_is_handed_in_awaits_no_colleague_until_it_comes_back(own, cycle, clerk, colleague, hand_in, judge):
    give(own, clerk, meetings=[colleague])
    submission = hand_in()
    assert awaiting.entries(User.objects.get(pk=colleague.pk), cycle) == []
    services.return_item(actor=judge, enrolment=own, item_code=MEETINGS, reason="补", version=submission.version)
    assert (task(colleague, cycle).detail, task(colleague, cycle).state) == ("1 项中 1 项未填好", "returned")


@pytest.mark.parametrize(("first", "last", "state"), [(2, 5, "later"), (-9, -5, None)])
def test_before_its_phase_it_stands_under_later_and_afterwards_nowhere(
    own, cycle, clerk, colleague, first, last, state
):
    give(own, clerk, meetings=[colleague])
    now = timezone.now()
    CyclePhase.objects.filter(cycle=cycle, code="self_assessment").update(
        opens_at=now + timezone.timedelta(days=first), closes_at=now + timezone.timedelta(days=last)
    )
    found = awaiting.entries(User.objects.get(pk=colleague.pk), type(cycle).objects.get(pk=cycle.pk))
    assert [one.state for one in found] == ([state] if state else [])


def test_the_rail_leads_a_colleague_to_their_items(as_user, own, cycle, clerk, colleague):
    assert [entry.label for entry in rail.entries(colleague, cycle)] == []
    give(own, clerk, meetings=[colleague])
    person = User.objects.get(pk=colleague.pk)
    assert [(entry.label, entry.url) for entry in rail.entries(person, cycle)] == [("我的项目", f"/sheets/{own.pk}/")]
    assert "我的项目" in as_user(colleague).get("/").content.decode()


# --- the number of queries ---------------------------------------------------------------------------------------


def _count(browser: Any, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as capture:
        assert browser.get(address).status_code == 200
    return len(capture)


def test_the_pages_need_as_many_queries_for_many_items_and_people_as_for_few(
    as_user, start, clerk, colleague, person, unit
):
    counts = []
    for number, people in ((3, 1), (30, 12)):
        items = [
            {"code": f"item-{n}", "title": f"第{n}项", "points": 1, "clauses": [
                {"code": "late", "text": "迟到", "effect": "deduct", "basis": "count", "points": Decimal("0.1")}]}
            for n in range(number)
        ]  # fmt: skip
        category = {"code": "conduct", "title": "作风", "points": number, "items": items}
        changes = {"categories": [category], "panels": [], "total": number}
        cycle = start(code=f"many-{number}", **changes)
        own = enrolment_in(cycle, "own")
        folk = [person(f"help-{number}-{n}", f"协办{number}-{n}", role="colleague", unit=unit) for n in range(people)]
        keys = [colleague.pk, clerk.pk, *(one.pk for one in folk)]
        services.share_items(
            actor=clerk, enrolment=own, wanted={f"conduct.item-{n}": keys for n in range(number)}, seen={}
        )
        services.say_item(actor=clerk, enrolment=own, item_code="conduct.item-1", say="nothing")
        counts.append([
            _count(as_user(clerk), f"/sheets/{own.pk}/people/"),
            _count(as_user(clerk), f"/sheets/{own.pk}/"),
            _count(as_user(clerk), f"/sheets/{own.pk}/?mine=1"),
            _count(as_user(colleague), f"/sheets/{own.pk}/"),
            _count(as_user(colleague), f"/?cycle={cycle.pk}"),
        ])  # fmt: skip
        assert SheetItem.objects.filter(submission__enrolment=own).count() == 1
    assert counts[0] == counts[1]
    assert max(counts[0]) < 45, counts
