"""The way of a sheet between clerk and head: laid before the head, changed since, given back, signed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from evidence import awaiting, policies, services
from evidence.models import Submission
from evidence.selectors.sheetdata import load
from evidence.selectors.signing import signing_of
from tests.evidence.conftest import CLOSED, LATE, enrolment_in
from units.models import JournalEntry, Notice, User

ITEMS = ("conduct.meetings", "conduct.files", "results.news", "results.plan", "results.contest")


@pytest.fixture
def cycle(start):
    """The head submits in this one."""
    found = start()
    type(found).objects.filter(pk=found.pk).update(head_may_delegate_submit=False)
    found.refresh_from_db()
    return found


@pytest.fixture
def filled(own, clerk):
    """Every item of the sheet is answered."""
    for code in ITEMS:
        services.say_item(actor=clerk, enrolment=own, item_code=code, say="nothing")
    return Submission.objects.get()


def lay(clerk: User, own: Any, version: int = 1) -> Submission:
    return services.lay_before_head(actor=clerk, enrolment=own, version=version)


def test_a_clerk_lays_the_complete_sheet_before_the_head_who_is_told(filled, own, clerk, head):
    submission = lay(clerk, own)
    stored = Submission.objects.get()
    assert (stored.state, stored.ready_by, stored.ready_at) == ("draft", clerk, submission.ready_at)
    assert stored.version == filled.version  # colleagues go on saving
    notice = Notice.objects.get()
    assert (notice.user, notice.text_code, notice.url) == (head, "sheet.laid_before", f"/sheets/{own.pk}/check/")
    assert JournalEntry.objects.filter(verb="sheet.laid_before", actor=clerk).count() == 1


def test_a_sheet_with_gaps_is_not_laid_before_anybody(own, clerk, claim):
    with pytest.raises(services.Incomplete):
        lay(clerk, own)
    claim(LATE, count=1)
    with pytest.raises(services.Incomplete) as fault:
        lay(clerk, own)
    assert len(fault.value.gaps) == 4
    assert Submission.objects.get().ready_at is None


@pytest.mark.parametrize("who", ["head", "colleague", "stranger", "administrator", "judge", "clerk_of_other"])
def test_only_the_clerk_lays_it_before_the_head(request, filled, own, who):
    with pytest.raises(services.Refused):
        lay(request.getfixturevalue(who), own)
    assert Submission.objects.get().ready_at is None


def test_where_clerks_submit_themselves_nothing_is_laid_before_the_head(filled, own, clerk):
    own.cycle.head_may_delegate_submit = True
    with pytest.raises(services.Refused):
        lay(clerk, own)
    services.submit_sheet(actor=clerk, enrolment=own, version=1)


def test_a_clerk_cannot_submit_where_the_head_does(filled, own, clerk, head):
    with pytest.raises(services.Refused):
        services.submit_sheet(actor=clerk, enrolment=own, version=1)
    services.submit_sheet(actor=head, enrolment=own, version=1)


def test_the_second_of_two_clerks_is_told_that_it_lies_there_already(filled, own, clerk, person, unit):
    lay(clerk, own)
    with pytest.raises(services.Refused):
        lay(person("clerk-2", role="clerk", unit=unit), own)
    assert Notice.objects.filter(text_code="sheet.laid_before").count() == 0  # the unit has no head yet
    assert Submission.objects.get().ready_by == clerk


def test_laying_it_down_on_an_older_version_is_a_conflict(filled, own, clerk):
    with pytest.raises(Conflict):
        lay(clerk, own, version=7)


def test_after_the_deadline_nothing_is_laid_before_the_head(start, clerk, head):
    cycle = start(CLOSED, code="late")
    cycle.head_may_delegate_submit = False
    with pytest.raises(services.Refused):
        lay(clerk, enrolment_in(cycle, "own"))


def test_the_head_gives_it_back_with_a_remark_and_the_clerks_are_told(filled, own, clerk, head):
    laid = lay(clerk, own)
    services.send_back(actor=head, enrolment=own, remark=" 第三项写错了 ", laid_at=laid.ready_at)
    stored = Submission.objects.get()
    assert (stored.ready_at, stored.ready_by, stored.state) == (None, None, "draft")
    notice = Notice.objects.get(user=clerk)
    assert (notice.text_code, notice.params["reason"]) == ("sheet.sent_back", "第三项写错了")
    assert JournalEntry.objects.get(verb="sheet.sent_back").after == {"reason": "第三项写错了"}
    lay(clerk, own)  # and again


def test_giving_back_needs_a_remark_and_a_sheet_that_lies_there(filled, own, clerk, head):
    with pytest.raises(services.Refused) as fault:
        services.send_back(actor=head, enrolment=own, remark="改", laid_at=timezone.now())
    assert fault.value.code == "not_laid_before"
    laid = lay(clerk, own)
    with pytest.raises(services.Invalid):
        services.send_back(actor=head, enrolment=own, remark="  ", laid_at=laid.ready_at)
    assert Submission.objects.get().ready_at is not None


@pytest.mark.parametrize("who", ["clerk", "colleague", "stranger", "administrator", "judge", "clerk_of_other"])
def test_only_the_head_gives_it_back(request, filled, own, clerk, who):
    laid = lay(clerk, own)
    with pytest.raises(services.Refused):
        services.send_back(actor=request.getfixturevalue(who), enrolment=own, remark="改", laid_at=laid.ready_at)
    assert Submission.objects.get().ready_at == laid.ready_at


def test_a_remark_about_what_was_laid_down_before_is_a_conflict(filled, own, clerk, head):
    first = lay(clerk, own)
    services.send_back(actor=head, enrolment=own, remark="改", laid_at=first.ready_at)
    second = lay(clerk, own)
    with pytest.raises(Conflict):
        services.send_back(actor=head, enrolment=own, remark="再改", laid_at=first.ready_at)
    assert Submission.objects.get().ready_at == second.ready_at


def test_submitting_and_returning_leave_nothing_before_the_head(filled, own, clerk, head, judge):
    lay(clerk, own)
    submission = services.submit_sheet(actor=head, enrolment=own, version=1)
    assert Submission.objects.get().ready_at is None
    services.return_sheet(actor=judge, enrolment=own, reason="补", version=submission.version)
    assert policies.may_lay_before(clerk, own, Submission.objects.get(), timezone.now())


def test_what_is_saved_afterwards_takes_nothing_back_and_is_said(filled, own, clerk, head, claim):
    lay(clerk, own)
    assert signing_of(head, load(own), timezone.now()).changed_text == ""
    services.say_item(actor=clerk, enrolment=own, item_code="conduct.meetings", say="clear", version=1)
    claim(LATE, count=1)
    stored = Submission.objects.get()
    assert stored.ready_at is not None
    told = signing_of(head, load(own), timezone.now())
    assert f"{timezone.localtime(stored.ready_at):%H:%M}" in told.changed_text
    assert str(clerk) in told.laid_text


def test_each_is_told_what_they_may_do_next(filled, own, clerk, head):
    now = timezone.now()
    assert (signing_of(clerk, load(own), now).may_lay, signing_of(head, load(own), now).may_lay) == (True, False)
    lay(clerk, own)
    mine, theirs = signing_of(clerk, load(own), now), signing_of(head, load(own), now)
    assert (mine.may_lay, mine.waits, mine.may_send_back) == (False, True, False)
    assert (theirs.may_submit, theirs.waits, theirs.may_send_back) == (True, False, True)


def test_the_head_finds_it_on_the_home_page_and_the_clerk_sees_where_it_lies(filled, own, cycle, clerk, head):
    assert "审签" not in awaiting.entries(head, cycle)[0].title
    lay(clerk, own)
    task = awaiting.entries(head, cycle)[0]
    assert task.title.startswith("审签并提交")
    assert task.url == f"/sheets/{own.pk}/check/"
    assert str(clerk) in task.detail
    waiting = awaiting.entries(clerk, cycle)[0]
    assert (waiting.label, waiting.state) == ("待负责人审签", "going")


def test_after_the_deadline_the_home_page_asks_nobody_to_sign(filled, own, cycle, clerk, head):
    lay(clerk, own)
    cycle.phases.filter(code="self_assessment").update(closes_at=timezone.now() - timedelta(hours=1))
    cycle.refresh_from_db()
    assert [task.title for task in awaiting.entries(head, type(cycle).objects.get(pk=cycle.pk))] == []


# --- the page ---------------------------------------------------------------------------------------------------


def test_the_clerks_page_lays_it_before_the_head(as_user, filled, own, clerk):
    page = as_user(clerk).get(f"/sheets/{own.pk}/check/").content.decode()
    assert f"/sheets/{own.pk}/lay-before/" in page
    assert "送单位负责人审签" in page
    answer = as_user(clerk).post(f"/sheets/{own.pk}/lay-before/", {"version": 1})
    assert answer.headers["Location"] == f"/sheets/{own.pk}/check/"
    page = as_user(clerk).get(f"/sheets/{own.pk}/check/").content.decode()
    assert "/lay-before/" not in page
    assert "送单位负责人审签。" in page


def test_with_gaps_the_button_says_why_it_cannot(as_user, own, clerk):
    page = as_user(clerk).get(f"/sheets/{own.pk}/check/").content.decode()
    assert 'aria-describedby="why-lay"' in page
    assert "/lay-before/" in page
    answer = as_user(clerk).post(f"/sheets/{own.pk}/lay-before/", {"version": 1}, follow=True)
    assert "尚有 5 处" in answer.content.decode()


def test_the_heads_page_says_who_laid_it_there_and_gives_it_back(as_user, filled, own, clerk, head):
    laid = lay(clerk, own)
    page = as_user(head).get(f"/sheets/{own.pk}/check/").content.decode()
    assert f"{clerk}于" in page
    assert laid.ready_at.isoformat() in page.replace("&#x2B;", "+")
    sent = {"remark": "请补第二项", "laid_at": laid.ready_at.isoformat()}
    page = as_user(head).post(f"/sheets/{own.pk}/send-back/", sent, follow=True).content.decode()
    assert "已退给经办人" in page
    assert Submission.objects.get().ready_at is None


@pytest.mark.parametrize("laid_at", ["", "yesterday", "2026-02-30T10:00:00", "2026-01-01T10:00:00+00:00"])
def test_giving_back_what_one_did_not_see_changes_nothing(as_user, filled, own, clerk, head, laid_at):
    lay(clerk, own)
    answer = as_user(head).post(f"/sheets/{own.pk}/send-back/", {"remark": "改", "laid_at": laid_at}, follow=True)
    assert "别人先了一步" in answer.content.decode()
    assert Submission.objects.get().ready_at is not None
