"""Returning with a date: until when the unit may amend, what locks it again, and who is told and reminded of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from evidence import awaiting, policies, returning, services
from evidence.models import Submission
from evidence.selectors import access, gaps_of
from evidence.selectors.late import open_work
from evidence.selectors.progress import progress_of
from evidence.selectors.sheetdata import load
from evidence.services import reminders
from evidence.wording import day_and_time, in_figures
from rubrics import services as rubrics_services
from rubrics.models import Cycle, Enrolment, Reminder
from tests.evidence.conftest import LATE, enrolment_in, upload
from units.models import Notice, User

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-11-20T12:00+08:00")
"""Self-assessment ends five days after, review ten, approval (and the cycle) twenty."""


@pytest.fixture(autouse=True)
def clock(db: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def handed_in(claim: Callable[..., Any], hand_in: Callable[[], Any]) -> Submission:
    claim(LATE, count=1)
    return hand_in()


@pytest.fixture
def give_back(own: Enrolment, judge: User, handed_in: Submission) -> Callable[..., Submission]:
    def back(until: datetime | None = None, item: str = "conduct.meetings", reason: str = "请核对") -> Submission:
        sheet = Submission.objects.get(enrolment=own)
        given = {"actor": judge, "enrolment": own, "reason": reason, "version": sheet.version, "until": until}
        return services.return_item(item_code=item, **given) if item else services.return_sheet(**given)

    return back


def fresh(own: Enrolment) -> Enrolment:
    return enrolment_in(own.cycle, "own")


def may_write(user: User, own: Enrolment, item: str = "conduct.meetings") -> bool:
    """The policy and the page agree."""
    enrolment, now = fresh(own), timezone.now()
    sheet = Submission.objects.get(enrolment=own)
    row = sheet.items.get(item_code=item)
    one = policies.may_fill_item(user, enrolment, sheet, row, now)
    assert (item in access.editable_items(user, load(enrolment), now)) == one
    return one


# --- the date ---------------------------------------------------------------------------------------------------------


def test_a_day_ends_at_midnight_and_the_last_day_of_the_cycle_with_the_cycle():
    closes_at = datetime.fromisoformat("2026-12-10T17:30+08:00")
    assert returning.end_of(datetime(2026, 12, 9).date(), closes_at) == datetime.fromisoformat("2026-12-10T00:00+08:00")
    assert returning.end_of(datetime(2026, 12, 10).date(), closes_at) == closes_at
    midnight = datetime.fromisoformat("2026-12-11T00:00+08:00")
    assert returning.end_of(datetime(2026, 12, 10).date(), midnight) == midnight
    assert returning.last_day(midnight) == datetime(2026, 12, 10).date()


def test_without_a_date_the_unit_has_a_week_or_what_is_left_of_the_cycle(give_back):
    assert give_back().returned_until == datetime.fromisoformat("2026-11-28T00:00+08:00")
    assert returning.usual_until(NOON, NOON + timedelta(2)) == NOON + timedelta(2)


@pytest.mark.parametrize(
    ("until", "code"),
    [(NOON, "past"), (NOON - timedelta(1), "past"), (NOON + timedelta(20, seconds=1), "after_close")],
)
def test_the_date_lies_in_the_future_and_before_the_end_of_the_cycle(give_back, own, until, code):
    with pytest.raises(services.Invalid) as fault:
        give_back(until)
    assert fault.value.problems == {"until": code}
    assert Submission.objects.get().state == "submitted"
    assert give_back(NOON + timedelta(20)).returned_until == NOON + timedelta(20)


def test_a_return_without_reason_and_with_a_wrong_date_names_both(give_back):
    with pytest.raises(services.Invalid) as fault:
        give_back(NOON, reason=" ")
    assert fault.value.problems == {"reason": "missing", "until": "past"}


def test_another_return_may_move_the_date_and_leaves_it_alone_where_it_names_none(give_back):
    first = give_back(NOON + timedelta(3))
    assert give_back(None, "conduct.files").returned_until == first.returned_until
    assert give_back(NOON + timedelta(9), "results.plan").returned_until == NOON + timedelta(9)
    assert give_back(NOON + timedelta(2), "").returned_until == NOON + timedelta(2)


def test_a_date_that_is_over_is_not_taken_for_the_next_return(give_back, clock):
    give_back(NOON + timedelta(1))
    clock.move_to(NOON + timedelta(2))
    assert give_back(None, "conduct.files").returned_until == returning.usual_until(NOON + timedelta(2), None)


# --- until when the unit may write --------------------------------------------------------------------------------------


def test_the_date_stands_in_place_of_the_end_of_the_phase(give_back, own, clerk, clock):
    give_back(NOON + timedelta(3))
    assert may_write(clerk, own)
    assert not may_write(clerk, own, "conduct.files"), "this item was not returned"
    clock.move_to(NOON + timedelta(3) - timedelta(seconds=1))
    assert may_write(clerk, own)
    clock.move_to(NOON + timedelta(3))
    assert not may_write(clerk, own), "the phase is still open, the date is over"


def test_the_date_may_lie_beyond_the_phases(give_back, own, clerk, head, clock):
    give_back(NOON + timedelta(15))
    clock.move_to(NOON + timedelta(14))
    assert may_write(clerk, own)
    services.save_claim(
        actor=clerk, enrolment=fresh(own), clause_code=LATE, claim=services.Claim({"count": 2}, {}),
        fact_pk=fresh(own).facts.get(clause_code=LATE).pk, version=1,
    )  # fmt: skip
    sheet = Submission.objects.get()
    assert policies.may_submit(head, fresh(own), sheet, timezone.now())
    submitted = services.submit_sheet(actor=clerk, enrolment=fresh(own), version=sheet.version)
    assert (submitted.state, submitted.returned_until) == ("submitted", None)


def test_after_the_date_nothing_is_saved_or_handed_in_and_the_sheet_says_why(give_back, own, clerk, clock, as_user):
    give_back(NOON + timedelta(3))
    clock.move_to(NOON + timedelta(4))
    with pytest.raises(services.Refused):
        services.attach_file(actor=clerk, enrolment=fresh(own), upload=upload(), item_code="conduct.meetings")
    with pytest.raises(services.Refused):
        services.submit_sheet(actor=clerk, enrolment=fresh(own), version=Submission.objects.get().version)
    page = as_user(clerk).get(f"/sheets/{own.pk}/").content.decode()
    assert "补正期限已过" in page
    assert day_and_time(NOON + timedelta(3)) in page


@pytest.mark.parametrize("end", ["sealed", "closed"])
def test_never_after_the_cycle(give_back, own, clerk, cycle, clock, end):
    give_back(NOON + timedelta(18))
    if end == "sealed":
        Cycle.objects.update(state=Cycle.State.SEALED)
    else:
        cycle.phases.filter(code="approval").update(closes_at=NOON + timedelta(12))
        cycle.phases.filter(code="approval").update(opens_at=NOON + timedelta(10))
        clock.move_to(NOON + timedelta(13))
    assert not may_write(clerk, own)


def test_more_time_from_the_administrator_counts_where_it_is_later(give_back, own, clerk, clock, administrator):
    give_back(NOON + timedelta(3))
    unit = fresh(own)
    rubrics_services.extend_enrolment(
        actor=administrator, enrolment=unit, version=unit.version, code="self_assessment",
        until=NOON + timedelta(8), reason="停电",
    )  # fmt: skip
    clock.move_to(NOON + timedelta(7))
    assert may_write(clerk, own)
    assert policies.correct_until(fresh(own), Submission.objects.get()) == NOON + timedelta(8)
    (line,) = [one for one in open_work(own.cycle, timezone.now()).sheets if one.enrolment.pk == own.pk]
    assert line.phase.closes_at == NOON + timedelta(8)
    clock.move_to(NOON + timedelta(8))
    assert not may_write(clerk, own)


def test_items_that_were_not_returned_are_no_gap(own, clerk, judge, claim, hand_in, give_back):
    """What the unit may not touch does not keep it from handing in again."""
    give_back(NOON + timedelta(3))
    sheet = Submission.objects.get()
    sheet.items.filter(item_code="results.plan").update(state="untouched")
    assert [(gap.item, gap.code) for gap in gaps_of(fresh(own))] == [("conduct.meetings", "returned")]
    give_back(NOON + timedelta(3), "")
    assert ("results.plan", "untouched") in [(gap.item, gap.code) for gap in gaps_of(fresh(own))]


# --- told, shown, reminded ------------------------------------------------------------------------------------------------


def test_the_notice_tells_the_date_in_figures(give_back, clerk, head):
    give_back(NOON + timedelta(3, hours=12), reason="缺签章")
    for person in (clerk, head):
        notice = Notice.objects.filter(user=person).latest("pk")
        assert notice.params["until"] == "2026-11-23 24:00" == in_figures(NOON + timedelta(3, hours=12))
        assert notice.params["reason"] == "缺签章"


def test_the_sheet_shows_what_came_back_on_top_with_words_and_date(give_back, own, clerk, as_user):
    give_back(NOON + timedelta(3), reason="人次与登记不符")
    give_back(None, "conduct.files", "缺移交清单")
    text = as_user(clerk).get(f"/sheets/{own.pk}/").content.decode()
    top = text[: text.index('id="item-conduct__meetings"')]
    assert "2 项" in top
    assert 'href="#item-conduct__meetings"' in top
    assert 'href="#item-conduct__files"' in top
    assert "人次与登记不符" in top
    assert "缺移交清单" in top
    assert day_and_time(NOON + timedelta(3)) in top


def test_the_task_on_the_home_page_has_the_date_and_says_when_it_is_over(give_back, own, clerk, clock):
    give_back(NOON + timedelta(3))
    (task, *_rest) = awaiting.entries(clerk, own.cycle)
    assert (task.due, task.state) == (NOON + timedelta(3), "returned")
    clock.move_to(NOON + timedelta(4))
    (task, *_rest) = awaiting.entries(clerk, own.cycle)
    assert task.due == NOON + timedelta(3)
    assert task.label


def test_the_unit_is_reminded_of_its_date_seven_three_one_days_before_and_on_the_day(
    give_back, own, clerk, head, cycle, clock
):
    end = NOON + timedelta(12)
    give_back(end)
    for days in (10, 7, 6, 3, 2, 1, 0, 0):
        clock.move_to(end - timedelta(days=days, minutes=30))
        reminders.remind_due()
        reminders.remind_due()
    for person in (clerk, head):
        rows = Reminder.objects.filter(user=person, kind="returned").order_by("pk")
        assert list(rows.values_list("days", flat=True)) == [7, 3, 1, 0]
        assert {row.closes_at for row in rows} == {end}
    assert not Reminder.objects.filter(user=clerk, kind="sheet").exists()


def test_a_date_beyond_every_phase_is_reminded_of_too(give_back, own, clerk, clock):
    end = NOON + timedelta(16, hours=12)
    give_back(end)
    clock.move_to(end - timedelta(days=1, minutes=30))
    assert reminders.remind_due() > 0
    assert list(Reminder.objects.filter(user=clerk, kind="returned").values_list("days", flat=True)) == [1]


def test_a_returned_sheet_past_its_date_is_late_for_the_administrator(
    give_back, own, cycle, administrator, clock, as_user
):
    give_back(NOON + timedelta(3))
    clock.move_to(NOON + timedelta(4))
    rows = as_user(administrator).get(f"/cycles/{cycle.pk}/late/").context["sheets"]
    (row,) = [one for one in rows if one.line.enrolment.pk == own.pk]
    assert (row.late, row.line.state, row.phase) == (True, "returned", "补正")
    assert [line.late for line in progress_of(cycle, timezone.now()) if line.pk == own.pk] == [True]


# --- the page of the reviewer ---------------------------------------------------------------------------------------------


def test_the_reviewer_names_the_last_day_and_the_page_offers_a_week(give_back, own, reviewer, as_user):
    client = as_user(reviewer)
    until = client.get(f"/review/{own.pk}/?item=conduct.files").context["until"]
    assert until == {"value": "2026-11-27", "first": "2026-11-20", "last": "2026-12-10"}
    sheet = Submission.objects.get()
    answer = client.post(
        f"/review/{own.pk}/return/",
        {"item": "conduct.files", "reason": "补清单", "until": "2026-11-24", "version": sheet.version},
        follow=True,
    )
    assert answer.status_code == 200
    sheet.refresh_from_db()
    assert sheet.returned_until == datetime.fromisoformat("2026-11-25T00:00+08:00")
    assert "11月24日 24:00" in answer.content.decode()
    assert answer.context["until"]["value"] == "2026-11-24"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"until": "2026-11-19"}, "今天以后"),
        ({"until": "2027-05-01"}, "晚于考评结束"),
        ({"until": "soon"}, "今天以后"),
        ({"reason": " "}, "退回"),
    ],
)
def test_what_cannot_be_returned_so_keeps_what_was_typed(give_back, own, reviewer, as_user, sent, words):
    sheet = Submission.objects.get()
    post = {"item": "conduct.files", "reason": "补移交清单", "until": "2026-11-24", "version": sheet.version} | sent
    answer = as_user(reviewer).post(f"/review/{own.pk}/return/", post)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert any(words in problem for problem in answer.context["return_problems"])
    assert answer.context["return_typed"] == {"reason": post["reason"], "until": post["until"]}
    assert answer.context["current"] == "conduct.files"
    assert post["until"] in text
    assert Submission.objects.get().state == "submitted"


def test_a_return_on_an_old_version_keeps_what_was_typed(give_back, own, reviewer, as_user):
    old = Submission.objects.get().version
    give_back(NOON + timedelta(3))
    post = {"item": "conduct.files", "reason": "补移交清单", "until": "2026-11-24", "version": old}
    answer = as_user(reviewer).post(f"/review/{own.pk}/return/", post)
    assert answer.status_code == 409
    assert "补移交清单" in answer.content.decode()
    with pytest.raises(Conflict):
        services.return_item(actor=reviewer, enrolment=fresh(own), item_code="conduct.files", reason="补", version=old)
