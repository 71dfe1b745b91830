"""A unit's own targets: drawn up, proposed, agreed or returned, and frozen for the year."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services, targets
from evidence.models import TargetPlan
from evidence.selectors.records import targets_of
from evidence.selectors.targets import plan_list, plans_of
from rubrics.models import Cycle, Enrolment
from tests.evidence.before_cycle import ITEM, TARGET, rows, with_targets
from tests.evidence.conftest import OVER, enrolment_in
from units.models import JournalEntry, Notice, User

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture
def cycle(start: Callable[..., Cycle]) -> Cycle:
    """The item `results.plan` is filled in by targets, 30 points together."""
    return start(**with_targets())


def propose(person: User, own: Enrolment, *points: str, version: int = 1, **first: str) -> TargetPlan:
    return services.propose_targets(
        actor=person, enrolment=own, item_code=ITEM, rows=rows(*points, **first), version=version
    )


def agree(person: User, own: Enrolment, plan: TargetPlan) -> TargetPlan:
    return services.approve_targets(actor=person, enrolment=own, item_code=ITEM, version=plan.version)


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(services.Refused) as refused:
        call()
    return str(refused.value.code)


# --- rows ---------------------------------------------------------------------------------------------------------


def test_all_that_is_wrong_is_named_at_once() -> None:
    typed = [
        {"code": "a b", "title": "", "points": "x", "value": "-1"},
        {"code": "one", "title": "甲", "points": "", "value": ""},
        {"code": "one", "title": "乙", "points": "0", "value": "y"},
    ]
    found = [(one.row, one.field, one.code) for one in targets.problems_of(targets.tidy_rows(typed), Decimal(5))]
    assert found == [
        (0, "title", "title"),
        (0, "code", "code"),
        (0, "points", "number"),
        (0, "value", "above_zero"),
        (1, "points", "points"),
        (2, "points", "above_zero"),
        (2, "value", "number"),
        (2, "code", "twice"),
    ]


@pytest.mark.parametrize(
    ("points", "found"),
    [
        ((), [("none", "", "")]),
        (("10", "20"), []),
        (("10.5", "19.5"), []),
        (("10", "19.99"), [("sum", "29.99", "30")]),
        (("30", "1", "x"), [("number", "x", ""), ("sum", "31", "30")]),
        (("10", "x"), [("number", "x", "")]),
    ],
)
def test_the_points_add_up_exactly(points: tuple[str, ...], found: list[tuple[str, str, str]]) -> None:
    typed = targets.tidy_rows(rows(*points)) if points else []
    assert [(one.code, one.found, one.wanted) for one in targets.problems_of(typed, Decimal(30))] == found


@given(st.lists(st.sampled_from(["", "t1", "t2", "own-3"]), max_size=12))
def test_codes_that_were_left_out_are_given_and_clash_with_none(codes: list[str]) -> None:
    """Codes that were typed stay as they are, whether they are doubled is said elsewhere."""
    made = targets.with_codes([{"code": code, "title": "x", "points": "1", "value": ""} for code in codes])
    given_codes = [row["code"] for row, code in zip(made, codes, strict=True) if not code]
    assert [row["code"] for row, code in zip(made, codes, strict=True) if code] == [code for code in codes if code]
    assert len(set(given_codes)) == len(given_codes)
    assert not set(given_codes) & set(codes)


def test_blank_rows_and_blanks_around_are_dropped() -> None:
    typed = [{"title": " 甲 ", "points": "1,000.50"}, {"title": "  "}, {}]
    assert targets.tidy_rows(typed) == [{"code": "", "title": "甲", "points": "1000.5", "value": ""}]


# --- services -----------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_however_unfinished(own: Enrolment, clerk: User) -> None:
    kept = services.save_targets(actor=clerk, enrolment=own, item_code=ITEM, rows=rows("abc", value="many"), version=1)
    assert kept.state == TargetPlan.State.DRAFT
    assert kept.rows == [{"code": "", "title": "目标1", "points": "abc", "value": "many"}]
    assert not JournalEntry.objects.filter(verb__startswith="targets.").exists()


def test_a_proposal_must_add_up(own: Enrolment, clerk: User) -> None:
    with pytest.raises(services.Unfit) as unfit:
        propose(clerk, own, "10", "10")
    assert [one.code for one in unfit.value.wrong] == ["sum"]
    assert TargetPlan.objects.get().state == TargetPlan.State.DRAFT


def test_what_is_agreed_is_what_the_unit_is_scored_by_and_what_it_claims(
    own: Enrolment, clerk: User, administrator: User
) -> None:
    claim = services.Claim({"target": "t1", "value": Decimal(5)}, {})
    with pytest.raises(services.Invalid):
        services.save_claim(actor=clerk, enrolment=own, clause_code=TARGET, claim=claim)
    plan = propose(clerk, own, "10", "20", value="8")
    assert agree(administrator, own, plan).state == TargetPlan.State.APPROVED
    own = enrolment_in(own.cycle, "own")
    first, second = targets_of(own)[ITEM]
    assert (first.code, first.points, first.value) == ("t1", Decimal(10), Decimal(8))
    assert (second.code, second.value) == ("t2", None)
    assert services.save_claim(actor=clerk, enrolment=own, clause_code=TARGET, claim=claim).fact is not None


def test_what_is_agreed_is_frozen_for_everybody(own: Enrolment, clerk: User, head: User, administrator: User) -> None:
    plan = agree(administrator, own, propose(head, own, "30"))
    own = enrolment_in(own.cycle, "own")
    who = {"enrolment": own, "item_code": ITEM, "version": plan.version}
    assert refusal(lambda: services.save_targets(actor=clerk, rows=rows("30"), **who)) == "targets_frozen"
    assert refusal(lambda: services.propose_targets(actor=head, rows=rows("30"), **who)) == "targets_frozen"
    assert refusal(lambda: services.take_back_targets(actor=head, **who)) == "targets_frozen"
    assert refusal(lambda: services.return_targets(actor=administrator, reason="改", **who)) == "targets_frozen"
    assert refusal(lambda: services.approve_targets(actor=administrator, **who)) == "targets_frozen"


def test_targets_that_came_with_the_unit_are_agreed_already(own: Enrolment, clerk: User) -> None:
    Enrolment.objects.filter(pk=own.pk).update(targets={ITEM: [{"code": "a", "points": "30"}]})
    own = enrolment_in(own.cycle, "own")
    (plan,) = plans_of(own)
    assert (plan.agreed, plan.is_given, plan.sum) == (True, True, "30")
    assert refusal(lambda: propose(clerk, own, "30")) == "targets_frozen"


def test_what_is_returned_comes_with_a_reason_and_is_proposed_again(
    own: Enrolment, clerk: User, administrator: User
) -> None:
    plan = propose(clerk, own, "30")
    who = {"actor": administrator, "enrolment": own, "item_code": ITEM}
    with pytest.raises(services.Invalid):
        services.return_targets(**who, version=plan.version, reason=" ")
    plan = services.return_targets(**who, version=plan.version, reason="分得细一些")
    notice = Notice.objects.get(user=clerk)
    assert (notice.text_code, notice.params["reason"]) == ("targets.returned", "分得细一些")
    (shown,) = plans_of(own)
    assert (shown.state, shown.reason, shown.editable) == ("returned", "分得细一些", True)
    again = propose(clerk, own, "10", "20", version=plan.version)
    assert (again.state, again.reason) == ("proposed", "")
    verbs = JournalEntry.objects.filter(verb__startswith="targets.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["targets.proposed", "targets.returned", "targets.proposed"]


def test_agreeing_tells_the_unit_and_the_journal_once(own: Enrolment, head: User, administrator: User) -> None:
    agree(administrator, own, propose(head, own, "30"))
    assert Notice.objects.get(user=head).text_code == "targets.approved"
    row = JournalEntry.objects.get(verb="targets.agreed")
    assert row.after["targets"] == [{"code": "t1", "title": "目标1", "points": "30"}]
    assert row.scope == f"cycle:{own.cycle_id}/unit:{own.unit_id}"


def test_a_proposal_taken_back_can_be_changed_and_not_be_agreed_to(
    own: Enrolment, clerk: User, administrator: User
) -> None:
    plan = propose(clerk, own, "30")
    who = {"enrolment": own, "item_code": ITEM}
    moved = refusal(lambda: services.save_targets(actor=clerk, rows=rows("20"), version=plan.version, **who))
    assert moved == "targets_moved"
    back = services.take_back_targets(actor=clerk, version=plan.version, **who)
    assert back.state == TargetPlan.State.DRAFT
    with pytest.raises(Conflict):
        services.approve_targets(actor=administrator, version=plan.version, **who)
    assert enrolment_in(own.cycle, "own").targets == {}


def test_a_clerk_proposes_only_where_clerks_submit(own: Enrolment, clerk: User, head: User) -> None:
    Cycle.objects.filter(pk=own.cycle_id).update(head_may_delegate_submit=False)
    own = enrolment_in(own.cycle, "own")
    assert refusal(lambda: propose(clerk, own, "30")) == "head_proposes"
    services.save_targets(actor=clerk, enrolment=own, item_code=ITEM, rows=rows("30"), version=1)
    assert propose(head, own, "30", version=2).proposed_by == head


@pytest.mark.parametrize("who", ["judge", "auditor", "stranger", "clerk_of_other", "administrator"])
def test_nobody_else_draws_them_up(request: pytest.FixtureRequest, who: str, own: Enrolment) -> None:
    person = request.getfixturevalue(who)
    assert refusal(lambda: propose(person, own, "30")) == "targets_closed"
    assert not TargetPlan.objects.exists()


@pytest.mark.parametrize("who", ["clerk", "head", "judge", "auditor", "leader"])
def test_nobody_but_the_administrator_decides(
    request: pytest.FixtureRequest, who: str, own: Enrolment, clerk: User
) -> None:
    plan = propose(clerk, own, "30")
    person = request.getfixturevalue(who)
    assert refusal(lambda: agree(person, own, plan)) == "targets_closed"
    decide = {"actor": person, "enrolment": own, "item_code": ITEM, "version": plan.version, "reason": "改"}
    assert refusal(lambda: services.return_targets(**decide)) == "targets_closed"
    assert refusal(lambda: services.approve_all_targets(actor=person, cycle=own.cycle, expected=1)) == "targets_closed"


def test_nothing_is_proposed_once_the_cycle_is_over(start: Callable[..., Cycle], clerk: User) -> None:
    days = {code: (first - 30, last - 30) for code, (first, last) in OVER.items()}
    own = enrolment_in(start(days, **with_targets()), "own")
    assert refusal(lambda: propose(clerk, own, "30")) == "targets_closed"


def test_an_item_without_targets_takes_none(own: Enrolment, clerk: User) -> None:
    code = refusal(
        lambda: services.save_targets(actor=clerk, enrolment=own, item_code="results.news", rows=rows("20"), version=1)
    )
    assert code == "no_targets_here"


def test_all_proposals_that_add_up_are_agreed_at_once(
    own: Enrolment, other: Enrolment, clerk: User, clerk_of_other: User, administrator: User
) -> None:
    propose(clerk, own, "30")
    propose(clerk_of_other, other, "10", "20")
    TargetPlan.objects.filter(enrolment=other).update(rows=rows("10"))
    together = {"actor": administrator, "cycle": own.cycle}
    assert refusal(lambda: services.approve_all_targets(**together, expected=2)) == "proposals_changed"
    assert services.approve_all_targets(**together, expected=1) == 1
    assert ITEM in enrolment_in(own.cycle, "own").targets
    assert enrolment_in(own.cycle, "other").targets == {}
    assert refusal(lambda: services.approve_all_targets(**together, expected=0)) == "no_proposals"


# --- pages --------------------------------------------------------------------------------------------------------


def sent(do: str, version: int = 1, points: tuple[str, ...] = ("10", "20"), **more: Any) -> dict[str, Any]:
    titles = [f"目标{place}" for place in range(len(points))]
    blank = [""] * len(points)
    return {"item": ITEM, "do": do, "version": version, "title": titles, "points": list(points), "code": blank,
            "value": blank, **more}  # fmt: skip


def test_from_the_empty_page_to_agreed_without_a_script(
    own: Enrolment, clerk: User, administrator: User, as_user: Browser
) -> None:
    page, unit, house = reverse("evidence:targets", args=[own.pk]), as_user(clerk), as_user(administrator)
    assert unit.post(page, sent("add"))["Location"].startswith(f"{page}?more=")
    assert unit.post(page, sent("save", 2, drop="1")).status_code == 302
    assert [row["points"] for row in TargetPlan.objects.get().rows] == ["10"]
    unit.post(page, sent("propose", 3))
    listed = reverse("evidence:target_plans", args=[own.cycle_id])
    assert "同意全部 1 份目标" in house.get(listed).content.decode()
    decide = {"item": ITEM, "version": TargetPlan.objects.get().version, "do": "approve"}
    assert house.post(reverse("evidence:targets_decide", args=[own.pk]), decide)["Location"] == listed
    assert "已商定" in unit.get(page).content.decode()


def test_a_proposal_that_does_not_add_up_says_so_and_keeps_what_was_typed(
    own: Enrolment, clerk: User, as_user: Browser
) -> None:
    page, browser = reverse("evidence:targets", args=[own.pk]), as_user(clerk)
    answer = browser.post(page, sent("propose", points=("10", "x")), HTTP_HX_REQUEST="true")
    assert answer.status_code == 422
    assert "第 2 行：“x”不是数字。" in answer.content.decode()
    assert "分值合计为 10" not in answer.content.decode()
    browser.post(page, sent("propose", points=("10", "15")))
    text = browser.get(page).content.decode()
    assert "分值合计为 25，应为 30。" in text
    assert [row["points"] for row in TargetPlan.objects.get().rows] == ["10", "15"]


def test_the_loser_of_two_sees_both_lists(own: Enrolment, clerk: User, as_user: Browser) -> None:
    services.save_targets(actor=clerk, enrolment=own, item_code=ITEM, rows=rows("7"), version=1)
    page = reverse("evidence:targets", args=[own.pk])
    for headers in ({}, {"HTTP_HX_REQUEST": "true"}):
        answer = as_user(clerk).post(page, sent("save", 1), **headers)
        assert answer.status_code == 409
        text = answer.content.decode()
        assert "7 分" in text
        assert "20 分" in text
    assert [row["points"] for row in TargetPlan.objects.get().rows] == ["7"]


def test_the_sheet_says_that_nothing_can_be_claimed_yet(
    own: Enrolment, clerk: User, administrator: User, as_user: Browser
) -> None:
    sheet, page = reverse("evidence:sheet", args=[own.pk]), reverse("evidence:targets", args=[own.pk])
    text = as_user(clerk).get(sheet).content.decode()
    assert "目标尚未商定，在此之前不能申报。" in text
    assert page in text
    agree(administrator, own, propose(clerk, own, "30"))
    text = as_user(clerk).get(sheet).content.decode()
    assert "目标尚未商定" not in text
    assert "本单位目标已商定" in text


def test_both_sides_find_it_on_their_home_page(
    own: Enrolment, clerk: User, administrator: User, as_user: Browser
) -> None:
    page, listed = reverse("evidence:targets", args=[own.pk]), reverse("evidence:target_plans", args=[own.cycle_id])
    assert "请提出目标" in as_user(clerk).get("/").content.decode()
    assert page in as_user(clerk).get("/").content.decode()
    assert "份目标待审定" not in as_user(administrator).get("/").content.decode()
    plan = propose(clerk, own, "30")
    assert "已提出，等待考评办审定" in as_user(clerk).get("/").content.decode()
    home = as_user(administrator).get(f"/?cycle={own.cycle_id}").content.decode()
    assert "有 1 份目标待审定" in home
    assert listed in home
    agree(administrator, own, plan)
    assert "本年度目标已商定" in as_user(clerk).get("/").content.decode()


def test_a_cycle_without_targets_has_no_such_pages(
    start: Callable[..., Cycle], clerk: User, administrator: User, as_user: Browser
) -> None:
    own = enrolment_in(start(), "own")
    assert as_user(clerk).get(reverse("evidence:targets", args=[own.pk])).status_code == 404
    for name, key in (("target_plans", own.cycle_id), ("targets", own.pk)):
        assert as_user(administrator).get(reverse(f"evidence:{name}", args=[key])).status_code == 404
    assert as_user(administrator).post(reverse("evidence:targets_approve", args=[own.cycle_id])).status_code == 404


def test_the_list_asks_the_same_queries_whatever_the_number(
    own: Enrolment, other: Enrolment, clerk: User, clerk_of_other: User, django_assert_num_queries: Any
) -> None:
    propose(clerk, own, "30")
    plan_list(own.cycle)
    with django_assert_num_queries(3):
        assert len(plan_list(own.cycle)) == 2
    propose(clerk_of_other, other, "30")
    with django_assert_num_queries(3):
        assert [line.plan.state for line in plan_list(own.cycle)] == ["proposed", "proposed"]


def test_what_the_rubric_no_longer_adds_up_to_cannot_be_agreed(
    own: Enrolment, clerk: User, administrator: User, as_user: Browser
) -> None:
    plan = propose(clerk, own, "30")
    TargetPlan.objects.filter(pk=plan.pk).update(rows=rows("29"))
    with pytest.raises(services.Unfit):
        agree(administrator, own, plan)
    text = as_user(administrator).get(reverse("evidence:targets", args=[own.pk])).content.decode()
    assert "分值合计为 29，应为 30。" in text
    assert 'value="approve"' not in text
