"""The pages: who may open them, what they say, and that they stay quick."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from evidence import services
from evidence.facts import Fact as Record
from evidence.models import Fact, Ruling, SheetItem, Submission
from rubrics import services as rubrics_services
from tests.cast import OTHER_WORD, OWN_WORD
from tests.evidence.conftest import CLOSED, ESSAY, LATE, NEWS, PLACE, PLAN, RUBRIC, enrolment_in, upload

HTMX = {"HX-Request": "true"}


def post(client: Any, address: str, **data: Any) -> Any:
    return client.post(address, data, headers=HTMX)


PEOPLE = ["clerk", "head", "judge", "administrator", "auditor", "provider", "stranger", "clerk_of_other"]
OPEN_TO = {
    "/sheets/{own}/": {"clerk", "head", "administrator", "auditor"},
    "/sheets/{own}/check/": {"clerk", "head", "administrator", "auditor"},
    "/sheets/{own}/claim/blank/?clause=conduct.meetings.late": {"clerk", "head", "administrator", "auditor"},
    "/sheets/{own}/claim/more/?clause=conduct.meetings.late&key=x": {"clerk", "head", "administrator", "auditor"},
    "/sheets/{own}/clause/?clause=conduct.meetings.late": {"clerk", "head", "administrator", "auditor"},
    "/review/{own}/": {"judge", "administrator", "auditor"},
    "/cycles/{cycle}/review/": {"judge", "administrator", "auditor"},
    "/cycles/{cycle}/progress/": {"administrator", "auditor"},
    "/cycles/{cycle}/ledger/": {"provider"},
}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("address", OPEN_TO)
def test_a_page_is_there_only_for_those_who_may_open_it(request, as_user, cycle, own, judge, address, who):
    answer = as_user(request.getfixturevalue(who)).get(address.format(own=own.pk, cycle=cycle.pk))
    assert answer.status_code == (200 if who in OPEN_TO[address] else 404)
    if answer.status_code == 404:
        assert OWN_WORD not in answer.content.decode()
        assert "迟到早退" not in answer.content.decode()


@pytest.mark.parametrize("address", OPEN_TO)
def test_without_signing_in_every_page_leads_to_the_sign_in_page(client, cycle, own, address):
    answer = client.get(address.format(own=own.pk, cycle=cycle.pk))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")


POSTS = [
    ("/sheets/{own}/claim/", {"clause": LATE, "count": "1"}),
    ("/sheets/{own}/item/", {"item": "conduct.files", "say": "nothing"}),
    ("/sheets/{own}/nothing/", {}),
    ("/sheets/{own}/check/", {"version": "1"}),
    ("/review/{own}/decide/", {"fact": "1", "verdict": "accepted", "version": "1"}),
    ("/review/{own}/accept/", {"expected": "1"}),
    ("/review/{own}/fact/", {"clause": LATE, "count": "1"}),
    ("/review/{own}/return/", {"reason": "退", "version": "1"}),
    ("/cycles/{cycle}/ledger/", {"unit": "1", "clause": LATE, "count": "1"}),
]


@pytest.mark.parametrize("who", ["stranger", "auditor", "clerk_of_other"])
@pytest.mark.parametrize(("address", "data"), POSTS)
def test_a_refused_post_changes_nothing(request, as_user, cycle, own, judge, address, data, who):
    post(as_user(request.getfixturevalue(who)), address.format(own=own.pk, cycle=cycle.pk), **data)
    assert not Fact.objects.exists()
    assert not SheetItem.objects.exists()
    assert not Ruling.objects.exists()
    assert not Submission.objects.exists()


@pytest.mark.parametrize(("address", "_data"), POSTS)
def test_nothing_is_changed_by_opening_an_address(as_user, cycle, own, clerk, judge, address, _data):
    for person in (clerk, judge):
        answer = as_user(person).get(address.format(own=own.pk, cycle=cycle.pk))
        assert answer.status_code in (200, 404, 405)
    assert not Submission.objects.exists()


# --- the sheet ------------------------------------------------------------------------------------------------------


def test_own_sheet_leads_to_the_one_sheet_of_ones_unit(as_user, cycle, own, clerk):
    answer = as_user(clerk).get(f"/cycles/{cycle.pk}/sheet/")
    assert answer.headers["Location"] == f"/sheets/{own.pk}/"


def test_the_sheet_has_a_control_for_each_basis_and_none_for_ballots(as_user, own, clerk):
    page = as_user(clerk).get(f"/sheets/{own.pk}/").content.decode()
    assert 'name="count"' in page
    assert 'type="radio" name="level"' in page
    assert 'type="range" min="0" max="30"' in page
    assert 'name="rank"' in page
    assert 'type="checkbox" id="c-results__contest__essay-first-present"' in page
    assert "不自填：以评议结果为准" in page
    assert "<script>" not in page
    assert " style=" not in page


def test_one_item_at_a_time_shows_that_item_only(as_user, own, clerk):
    page = as_user(clerk).get(f"/sheets/{own.pk}/?item=results.plan").content.decode()
    assert 'id="item-results__plan"' in page
    assert 'id="item-conduct__meetings"' not in page
    assert as_user(clerk).get(f"/sheets/{own.pk}/?item=no.such").status_code == 404


def test_a_save_answers_with_the_facts_key_and_version_and_the_time(as_user, own, clerk):
    answer = post(
        as_user(clerk), f"/sheets/{own.pk}/claim/", clause=LATE, key="conduct__meetings__late-first", count="2"
    )
    fact = Fact.objects.get()
    body = answer.content.decode()
    assert f'name="fact" value="{fact.pk}"' in body
    assert 'name="version" value="1"' in body
    assert 'id="saved"' in body
    assert "kp:saved" in answer.headers["HX-Trigger"]


def test_a_save_on_an_older_version_answers_409_with_both_versions(as_user, own, clerk, claim):
    fact = claim(LATE, count=4)
    data = {"clause": LATE, "key": f"f{fact.pk}", "fact": str(fact.pk)}
    client = as_user(clerk)
    post(client, f"/sheets/{own.pk}/claim/", **data, version="1", count="5")
    answer = post(client, f"/sheets/{own.pk}/claim/", **data, version="1", count="9")
    assert answer.status_code == 409
    assert "9 人次" in answer.content.decode()
    assert "5 人次" in answer.content.decode()
    assert Fact.objects.get().said == {"count": "5"}


def test_what_cannot_be_read_answers_422_and_says_so(as_user, own, clerk):
    answer = post(as_user(clerk), f"/sheets/{own.pk}/claim/", clause=LATE, count="两次")
    assert answer.status_code == 422
    assert "“两次”不是数字" in answer.content.decode()


def test_a_place_alone_is_asked_to_be_completed_without_alarm(as_user, own, clerk):
    answer = post(as_user(clerk), f"/sheets/{own.pk}/claim/", clause=PLACE, rank="1")
    assert answer.status_code == 422
    assert "还未保存" in answer.content.decode()
    assert 'role="alert"' not in answer.content.decode()


def test_what_any_fact_may_say_is_fetched_when_it_is_opened(as_user, own, clerk, claim):
    fact = claim(LATE, count=1, note="两位同志")
    client = as_user(clerk)
    assert "两位同志</textarea>" not in client.get(f"/sheets/{own.pk}/").content.decode()
    address = f"/sheets/{own.pk}/claim/more/?clause={LATE}&fact={fact.pk}&key=f{fact.pk}"
    assert "两位同志</textarea>" in client.get(address, headers=HTMX).content.decode()


def test_a_save_without_the_folded_fields_leaves_them_as_they_were(as_user, own, clerk, claim):
    fact = claim(LATE, count=1, note="两位同志")
    post(as_user(clerk), f"/sheets/{own.pk}/claim/", clause=LATE, fact=str(fact.pk), version="1", count="2")
    fact.refresh_from_db()
    assert (fact.said, fact.note) == ({"count": "2"}, "两位同志")


def test_a_tick_records_what_only_happened(as_user, own, clerk):
    post(as_user(clerk), f"/sheets/{own.pk}/claim/", clause=ESSAY, present="1")
    assert Fact.objects.get().clause_code == ESSAY


def test_after_the_last_day_a_save_answers_with_the_reason_and_the_draft_stays_readable(as_user, start, clerk):
    own = enrolment_in(start(CLOSED), "own")
    answer = post(as_user(clerk), f"/sheets/{own.pk}/claim/", clause=LATE, count="1")
    assert answer.status_code == 422
    assert "填报时间已于" in answer.content.decode()
    page = as_user(clerk).get(f"/sheets/{own.pk}/").content.decode()
    assert "填报已截止" in page
    assert "hx-post" not in page.partition('id="items"')[2]


def test_a_file_that_is_refused_is_named_with_the_reason_and_the_others_are_kept(as_user, own, clerk):
    data = {"item": "results.news", "files": [upload("好.pdf"), upload("坏.pdf", b"<html>")]}
    body = as_user(clerk).post(f"/sheets/{own.pk}/attach/", data, headers=HTMX).content.decode()
    assert "好.pdf" in body
    assert "坏.pdf" in body
    assert "内容不是 .pdf 文件" in body


def test_an_upload_without_a_file_is_never_said_to_be_saved(as_user, own, clerk):
    body = post(as_user(clerk), f"/sheets/{own.pk}/attach/", item="results.news").content.decode()
    assert "没有读到文件或文件名" in body


def test_from_check_to_receipt(as_user, own, clerk):
    client = as_user(clerk)
    gaps = client.get(f"/sheets/{own.pk}/check/").content.decode()
    assert "还差 5 处" in gaps
    assert f'href="/sheets/{own.pk}/#item-conduct__files"' in gaps
    client.post(f"/sheets/{own.pk}/check/", {"version": "0"})
    assert not Submission.objects.filter(state="submitted").exists()
    post(client, f"/sheets/{own.pk}/nothing/")
    for item in ("results.news", "results.plan", "results.contest"):
        post(client, f"/sheets/{own.pk}/item/", item=item, say="nothing", version="0")
    answer = client.post(f"/sheets/{own.pk}/check/", {"version": "1"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/sheets/{own.pk}/receipt/"
    assert Submission.objects.get().receipt_number in answer.content.decode()


def test_there_is_no_receipt_before_the_sheet_was_submitted(as_user, own, clerk):
    assert as_user(clerk).get(f"/sheets/{own.pk}/receipt/").status_code == 404


def wide(items: int) -> list[dict[str, Any]]:
    """The rubric's categories with so many items of one clause instead of the first category's."""
    marks = Decimal(30) / items
    many = [
        {"code": f"i{n}", "title": f"项目{n}", "points": marks,
         "clauses": [{"code": "c", "text": "情形", "effect": "deduct", "basis": "count", "points": 1}]}
        for n in range(items)
    ]  # fmt: skip
    return [{**RUBRIC["categories"][0], "items": many}, *RUBRIC["categories"][1:]]


def queries_of(client: Any, address: str, capture: Any) -> int:
    client.get(address)
    with capture() as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_sheet_and_review_need_as_many_queries_for_three_items_as_for_thirty(
    as_user, start, clerk, reviewer, django_capture_on_commit_callbacks
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for items in (3, 30):
        cycle = start(categories=wide(items), code=f"wide-{items}")
        own = enrolment_in(cycle, "own")
        rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=reviewer)
        facts = [Record(f"conduct.i{n}.c", count=1) for n in range(items)]
        services.load_records(actor=None, enrolment=own, facts=facts, recorded=services.Recorded(claimed_by=clerk))
        Fact.objects.filter(enrolment=own).update(state="recorded")
        capture = lambda: CaptureQueriesContext(connection)  # noqa: E731
        counts.append(
            [
                queries_of(as_user(clerk), f"/sheets/{own.pk}/", capture),
                queries_of(as_user(clerk), f"/sheets/{own.pk}/check/", capture),
                queries_of(as_user(reviewer), f"/review/{own.pk}/", capture),
                queries_of(as_user(reviewer), f"/cycles/{cycle.pk}/review/", capture),
            ]
        )
    assert counts[0] == counts[1]


# --- the review -----------------------------------------------------------------------------------------------------


@pytest.fixture
def claims(claim, hand_in):
    """Two claims handed in."""
    found = [claim(LATE, count=2, note="两次"), claim(PLAN, points=Decimal(20))]
    hand_in()
    return [Fact.objects.get(pk=fact.pk) for fact in found]


def test_the_review_begins_with_the_first_claim_that_waits_and_goes_on_to_the_next(as_user, own, judge, claims):
    client = as_user(judge)
    late, plan = claims
    assert "2 人次" in client.get(f"/review/{own.pk}/").content.decode()
    data = {"fact": late.pk, "version": late.version, "verdict": "accepted"}
    answer = client.post(f"/review/{own.pk}/decide/", data)
    assert answer.headers["Location"] == f"/review/{own.pk}/?fact={plan.pk}"


def test_a_decision_without_its_reason_keeps_what_was_typed(as_user, own, judge, claims):
    late = claims[0]
    data = {"fact": late.pk, "version": late.version, "verdict": "changed", "count": "7"}
    answer = as_user(judge).post(f"/review/{own.pk}/decide/", data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'name="count" inputmode="numeric" autocomplete="off" value="7"' in page
    assert 'value="changed" checked' in page
    assert not Ruling.objects.exists()


def test_the_second_of_two_decisions_answers_409_with_both(as_user, own, judge, claims):
    late = claims[0]
    client = as_user(judge)
    first = {"fact": late.pk, "version": late.version, "verdict": "rejected", "reason": "没有依据"}
    client.post(f"/review/{own.pk}/decide/", first)
    second = {"fact": late.pk, "version": late.version, "verdict": "exempt", "reason": "自查自报"}
    answer = client.post(f"/review/{own.pk}/decide/", second)
    assert answer.status_code == 409
    assert "没有依据" in answer.content.decode()
    assert "自查自报" in answer.content.decode()
    assert Ruling.objects.count() == 1


def test_accept_all_says_how_many_and_accepts_no_other_number(as_user, own, judge, claims):
    client = as_user(judge)
    assert "其余 2 条全部认可" in client.get(f"/review/{own.pk}/").content.decode()
    client.post(f"/review/{own.pk}/accept/", {"expected": "1"})
    assert not Ruling.objects.exists()
    client.post(f"/review/{own.pk}/accept/", {"expected": "2"})
    assert Ruling.objects.count() == 2


def test_a_reviewer_of_one_category_sees_nothing_of_the_others(as_user, own, cycle, reviewer, claims):
    rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=reviewer, category_code="results")
    client = as_user(reviewer)
    page = client.get(f"/review/{own.pk}/").content.decode()
    assert "完成计划" in page
    assert "会议纪律" not in page
    assert client.get(f"/review/{own.pk}/?fact={claims[0].pk}").status_code == 404
    assert client.get(f"/review/{own.pk}/?item=conduct.meetings").status_code == 404


def test_a_draft_of_a_sheet_not_handed_in_is_not_shown_to_reviewers(as_user, own, judge, claim):
    claim(NEWS, level="city", matter="保密事项")
    page = as_user(judge).get(f"/review/{own.pk}/?item=results.news").content.decode()
    assert "保密事项" not in page


def test_a_reviewer_does_not_see_their_own_unit(as_user, cycle, own, other, clerk):
    rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=clerk)
    client = as_user(clerk)
    page = client.get(f"/cycles/{cycle.pk}/review/").content.decode()
    assert f"/review/{other.pk}/" in page
    assert f"/review/{own.pk}/" not in page
    assert client.get(f"/review/{own.pk}/").status_code == 404


def test_a_fact_is_added_with_the_control_of_its_clause(as_user, own, judge):
    client = as_user(judge)
    form = client.get(f"/review/{own.pk}/fact/form/?clause={LATE}", headers=HTMX).content.decode()
    assert 'name="count"' in form
    client.post(f"/review/{own.pk}/fact/", {"clause": LATE, "count": "3", "note": "通报", "extras": "1"})
    fact = Fact.objects.get()
    assert (fact.origin, fact.said, fact.note) == ("reviewer", {"count": "3"}, "通报")


# --- the ledger and the board ---------------------------------------------------------------------------------------


def test_a_provider_records_and_withdraws_in_the_ledger(as_user, cycle, other, provider):
    client = as_user(provider)
    client.post(f"/cycles/{cycle.pk}/ledger/", {"unit": other.pk, "clause": LATE, "count": "2", "note": "通报第3期"})
    fact = Fact.objects.get()
    page = client.get(f"/cycles/{cycle.pk}/ledger/").content.decode()
    assert OTHER_WORD in page
    assert "通报第3期" in page
    client.post(f"/cycles/{cycle.pk}/ledger/withdraw/", {"fact": fact.pk, "version": "1"})
    fact.refresh_from_db()
    assert fact.state == "withdrawn"


def test_a_clause_of_nobody_or_of_others_is_not_recorded_in_the_ledger(as_user, cycle, other, provider):
    data = {"unit": other.pk, "clause": PLAN, "points": "3"}
    assert as_user(provider).post(f"/cycles/{cycle.pk}/ledger/", data).status_code == 422
    assert not Fact.objects.exists()


def test_the_board_counts_items_claims_decisions_and_files(as_user, cycle, own, judge, administrator, claims, clerk):
    services.decide(actor=judge, fact=claims[0], version=claims[0].version, verdict="accepted")
    page = as_user(administrator).get(f"/cycles/{cycle.pk}/progress/").content.decode()
    assert "已提交 1 / 2 家，已裁定 1 / 2 条" in page
    assert 'class="kp-num">5<span class="kp-of">/ 5</span>' in page


def test_home_names_what_awaits_clerk_reviewer_and_provider(as_user, cycle, own, clerk, judge, provider, claims):
    assert "已提交" in as_user(clerk).get("/").content.decode()
    assert "2 条自报中 2 条待裁定" in as_user(judge).get("/").content.decode()
    assert "登记各单位的事实" in as_user(provider).get("/").content.decode()
