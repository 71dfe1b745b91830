"""Deadlines: reminders by the clock and by hand, each once, by mail as soon as it goes; and the page of who is late."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evidence.models import Submission
from evidence.selectors.late import open_work
from evidence.services import reminders
from rubrics import services as rubrics_services
from rubrics.models import Cycle, Enrolment, Reminder
from tests.evidence.conftest import LATE
from units import jobs
from units.models import JournalEntry, Notice, User

NOON = datetime.fromisoformat("2026-11-20T12:00+08:00")
"""Self-assessment began five days before and ends five days after; review ends ten days after."""


@pytest.fixture(autouse=True)
def clock(db: None) -> Iterator[time_machine.Traveller]:
    """The cycle begins at a fixed noon."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mailed(clerk: User) -> User:
    """The clerk has an address."""
    User.objects.filter(pk=clerk.pk).update(email="clerk@kaoping.example")
    clerk.refresh_from_db()
    return clerk


def sent_to(user: User, *kinds: str) -> list[int | None]:
    """The steps a person was reminded of, in order."""
    rows = Reminder.objects.filter(user=user).order_by("pk")
    return list((rows.filter(kind__in=kinds) if kinds else rows).values_list("days", flat=True))


def told(user: User) -> int:
    return Notice.objects.filter(user=user, text_code__startswith="reminder.").count()


def days_before(clock: Any, days: float, end: datetime = NOON + timedelta(5)) -> None:
    clock.move_to(end - timedelta(days=days, minutes=30))


def test_each_step_goes_to_clerk_and_head_once(clock: Any, cycle: Cycle, clerk: User, head: User) -> None:
    rubrics_services.change_phase(
        actor=None, cycle=cycle, code="self_assessment", version=cycle.version, reason="更长",
        opens_at=NOON - timedelta(5), closes_at=NOON + timedelta(20),
    )  # fmt: skip
    for days in (12, 8, 7, 6.9, 4, 3, 2, 1, 0.9, 0, 0):
        days_before(clock, days, NOON + timedelta(20))
        reminders.remind_due()
        reminders.remind_due()
    assert sent_to(clerk) == sent_to(head) == [7, 3, 1, 0]
    assert told(clerk) == told(head) == 4
    days_before(clock, -1, NOON + timedelta(20))
    assert reminders.remind_due() == 0


def test_who_has_handed_in_is_left_alone(
    clock: Any, cycle: Cycle, own: Enrolment, clerk: User, clerk_of_other: User, hand_in: Any
) -> None:
    hand_in()
    days_before(clock, 3)
    reminders.remind_due()
    assert sent_to(clerk) == []
    assert sent_to(clerk_of_other) == [3]


def test_a_unit_with_more_time_is_reminded_by_its_own_end(
    clock: Any, cycle: Cycle, own: Enrolment, clerk: User, clerk_of_other: User
) -> None:
    days_before(clock, 1)
    reminders.remind_due()
    own.refresh_from_db()
    until = NOON + timedelta(15)
    rubrics_services.extend_enrolment(
        actor=None, enrolment=own, version=own.version, code="self_assessment", until=until, reason="停电"
    )
    days_before(clock, 0)
    reminders.remind_due()
    assert sent_to(clerk) == [1]
    assert sent_to(clerk_of_other) == [1, 0]
    for days in (7, 3, 1, 0):
        days_before(clock, days, until)
        reminders.remind_due()
    assert sent_to(clerk) == [1, 7, 3, 1, 0]
    assert sent_to(clerk_of_other) == [1, 0]


def test_a_returned_sheet_is_reminded_of_by_the_end_of_review(
    clock: Any, cycle: Cycle, own: Enrolment, clerk: User, hand_in: Any
) -> None:
    hand_in()
    Submission.objects.filter(enrolment=own).update(state="returned")
    days_before(clock, 3, NOON + timedelta(10))
    reminders.remind_due()
    assert sent_to(clerk, "returned") == [3]
    assert Notice.objects.filter(user=clerk).latest("pk").text_code == "reminder.returned"


def test_reviewers_are_reminded_of_claims_they_have_to_decide(
    clock: Any, cycle: Cycle, own: Enrolment, judge: User, claim: Callable[..., Any], hand_in: Any
) -> None:
    claim(LATE, count=1)
    hand_in()
    days_before(clock, 1, NOON + timedelta(10))
    reminders.remind_due()
    reminders.remind_due()
    row = Reminder.objects.get(user=judge)
    assert (row.kind, row.days, row.count, row.enrolment) == ("review", 1, 1, None)


def test_nobody_is_reminded_in_a_sealed_cycle(clock: Any, cycle: Cycle, clerk: User) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.SEALED)
    days_before(clock, 1)
    assert reminders.remind_due() == 0


# --- mail -----------------------------------------------------------------------------------------------------------


def test_mail_is_plain_in_the_persons_language_with_the_way_there(
    clock: Any, cycle: Cycle, own: Enrolment, mailed: User, head: User, settings: Any
) -> None:
    settings.KAOPING_SITE_ADDRESS = "https://kaoping.example/"
    User.objects.filter(pk=mailed.pk).update(language="en")
    days_before(clock, 3)
    call_command("remind")
    call_command("remind")
    (message,) = mail.outbox
    assert message.to == ["clerk@kaoping.example"]
    assert "3 days left" in message.subject
    assert f"https://kaoping.example/sheets/{own.pk}/" in message.body
    assert "本单位甲局: the self-assessment is not handed in yet. It is due 2026-11-25 12:00." in message.body
    assert message.content_subtype == "plain"
    assert mailed.username not in message.body
    assert set(Reminder.objects.values_list("user", "mail")) == {(mailed.pk, "sent"), (head.pk, "")}


def test_without_an_address_of_the_house_the_message_names_no_link(
    clock: Any, cycle: Cycle, mailed: User, settings: Any
) -> None:
    settings.KAOPING_SITE_ADDRESS = ""
    days_before(clock, 3)
    call_command("remind")
    assert "/sheets/" not in mail.outbox[0].body


@pytest.fixture
def broken_mail(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """What sending raises, one after the other; nothing left: it goes out."""
    faults: list[Exception] = []
    send = mail.EmailMessage.send

    def fail(self: Any, fail_silently: bool = False) -> int:
        if faults:
            raise faults.pop(0)
        return int(send(self, fail_silently))

    monkeypatch.setattr(mail.EmailMessage, "send", fail)
    return faults


@pytest.mark.parametrize("fault", [ConnectionRefusedError("down"), smtplib.SMTPDataError(451, b"later")])
def test_a_mail_that_fails_loses_nothing_and_is_tried_again(
    clock: Any, cycle: Cycle, mailed: User, broken_mail: list[Exception], fault: Exception
) -> None:
    broken_mail.append(fault)
    days_before(clock, 3)
    reminders.remind_due()
    assert reminders.mail_reminders() == 0
    assert told(mailed) == 1
    assert reminders.mail_reminders() == 0, "not at once"
    clock.shift(timedelta(minutes=11))
    assert reminders.mail_reminders() == 1
    clock.shift(timedelta(hours=2))
    assert reminders.mail_reminders() == 0
    assert (len(mail.outbox), told(mailed)) == (1, 1)


def test_a_server_that_is_away_is_not_asked_for_every_message(
    clock: Any, cycle: Cycle, mailed: User, head: User, broken_mail: list[Exception]
) -> None:
    User.objects.filter(pk=head.pk).update(email="head@kaoping.example")
    broken_mail += [ConnectionRefusedError("down"), AssertionError("asked again")]
    days_before(clock, 3)
    reminders.remind_due()
    assert reminders.mail_reminders() == 0
    assert len(broken_mail) == 1


def test_an_address_that_is_refused_is_given_up_and_keeps_nobody_waiting(
    clock: Any, cycle: Cycle, mailed: User, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = mail.EmailMessage.send

    def refuse_the_clerk(self: Any, fail_silently: bool = False) -> int:
        if self.to == [mailed.email]:
            raise smtplib.SMTPRecipientsRefused({mailed.email: (550, b"unknown")})
        return int(send(self, fail_silently))

    monkeypatch.setattr(mail.EmailMessage, "send", refuse_the_clerk)
    User.objects.filter(pk=head.pk).update(email="head@kaoping.example")
    days_before(clock, 3)
    reminders.remind_due()
    for _round in range(7):
        reminders.mail_reminders()
        clock.shift(timedelta(minutes=11))
    assert [message.to for message in mail.outbox] == [["head@kaoping.example"]]
    states = set(Reminder.objects.values_list("mail", flat=True))
    assert states == {"sent", "failed"}
    assert Reminder.objects.get(mail="failed").mail_tries == 5


def test_a_message_whose_sender_died_is_sent_later(clock: Any, cycle: Cycle, mailed: User) -> None:
    days_before(clock, 3)
    reminders.remind_due()
    Reminder.objects.update(mail="sending", mail_after=timezone.now() + timedelta(hours=1))
    assert reminders.mail_reminders() == 0
    clock.shift(timedelta(minutes=61))
    assert reminders.mail_reminders() == 1


def test_who_handed_in_meanwhile_and_what_is_a_day_old_gets_no_mail(
    clock: Any, cycle: Cycle, mailed: User, hand_in: Any, clerk_of_other: User
) -> None:
    User.objects.filter(pk=clerk_of_other.pk).update(email="other@kaoping.example")
    days_before(clock, 3)
    reminders.remind_due()
    hand_in()
    clock.shift(timedelta(hours=25))
    assert reminders.mail_reminders() == 0
    assert Reminder.objects.get(user=mailed).mail == "dropped"
    assert Reminder.objects.get(user=clerk_of_other).mail == "failed"
    assert mail.outbox == []


def test_without_a_mail_server_nothing_waits(clock: Any, cycle: Cycle, mailed: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    days_before(clock, 3)
    reminders.remind_due()
    assert (Reminder.objects.get().mail, told(mailed)) == ("", 1)


def test_the_clock_of_the_house_reminds_and_mails(clock: Any, cycle: Cycle, mailed: User) -> None:
    days_before(clock, 3)
    jobs.keep_clock()
    assert (told(mailed), len(mail.outbox)) == (1, 1)


# --- by hand, and the page ------------------------------------------------------------------------------------------


def page(client: Any, cycle: Cycle) -> str:
    return client.get(f"/cycles/{cycle.pk}/late/").content.decode()


def press(client: Any, cycle: Cycle, what: str) -> str:
    return client.post(f"/cycles/{cycle.pk}/late/remind/", {"what": what}, follow=True).content.decode()


def test_the_page_says_who_is_not_finished_and_how_long_there_is(
    clock: Any, cycle: Cycle, own: Enrolment, clerk: User, claim: Any, as_user: Any, administrator: User
) -> None:
    claim(LATE, count=1)
    shown = as_user(administrator).get(f"/cycles/{cycle.pk}/late/")
    rows = {row.what: row for row in shown.context["sheets"]}
    mine = rows[f"unit-{own.pk}"]
    assert (mine.line.filled, mine.line.items, mine.percent, mine.left, mine.late) == (1, 5, 20, "还剩 5 天", False)
    assert shown.context["remind_sheets"] == 1, "the other unit has nobody"
    clock.shift(timedelta(days=6))
    shown = as_user(administrator).get(f"/cycles/{cycle.pk}/late/")
    assert {row.late for row in shown.context["sheets"]} == {True}
    assert shown.context["late"] == 2


def test_one_press_reminds_everybody_who_is_not_finished_and_the_journal_says_so(
    cycle: Cycle, clerk: User, head: User, clerk_of_other: User, as_user: Any, administrator: User, mailed: User,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    client = as_user(administrator)
    assert "2 个单位" in page(client, cycle)
    with django_capture_on_commit_callbacks(execute=True):
        press(client, cycle, "sheets")
    assert sent_to(clerk) == sent_to(head) == sent_to(clerk_of_other) == [None]
    assert [message.to for message in mail.outbox] == [["clerk@kaoping.example"]]
    entry = JournalEntry.objects.get(verb="reminders.sent")
    assert (entry.actor, entry.scope) == (administrator, f"cycle:{cycle.pk}")
    assert (entry.after["count"], entry.after["units"]) == (3, ["other", "own"])


def test_by_hand_again_but_not_within_the_hour(
    clock: Any, cycle: Cycle, own: Enrolment, clerk: User, clerk_of_other: User, as_user: Any, administrator: User
) -> None:
    client = as_user(administrator)
    press(client, cycle, f"unit-{own.pk}")
    press(client, cycle, f"unit-{own.pk}")
    assert sent_to(clerk) == [None]
    press(client, cycle, "sheets")
    assert (len(sent_to(clerk)), len(sent_to(clerk_of_other))) == (1, 1)
    clock.shift(timedelta(minutes=61))
    press(as_user(administrator), cycle, f"unit-{own.pk}")
    assert len(sent_to(clerk)) == 2


def test_a_reminder_by_the_clock_does_not_count_as_one_by_hand(
    clock: Any, cycle: Cycle, own: Enrolment, clerk: User, as_user: Any, administrator: User
) -> None:
    days_before(clock, 3)
    reminders.remind_due()
    press(as_user(administrator), cycle, f"unit-{own.pk}")
    assert sent_to(clerk) == [3, None]


def test_after_the_end_the_words_are_others(clock: Any, cycle: Cycle, own: Enrolment, clerk: User) -> None:
    clock.shift(timedelta(days=6))
    reminders.remind(actor=None, cycle=cycle, lines=open_work(cycle, timezone.now()).sheets)
    assert Notice.objects.get(user=clerk).text_code == "reminder.sheet_late"


def test_nobody_there_is_said(cycle: Cycle, other: Enrolment, as_user: Any, administrator: User) -> None:
    press(as_user(administrator), cycle, f"unit-{other.pk}")
    press(as_user(administrator), cycle, "nonsense")
    assert not Reminder.objects.exists()
    assert not JournalEntry.objects.filter(verb="reminders.sent").exists()


def test_reviewers_stand_on_the_page_and_their_own_unit_does_not(
    cycle: Cycle, own: Enrolment, judge: User, claim: Any, hand_in: Any, as_user: Any, administrator: User, unit: Any
) -> None:
    claim(LATE, count=1)
    hand_in()
    (line,) = open_work(cycle, timezone.now()).reviews
    assert (line.user, line.count, line.units) == (judge, 1, 1)
    press(as_user(administrator), cycle, "reviews")
    assert Reminder.objects.get().user == judge
    judge.memberships.create(unit=unit, role="provider", since=timezone.localdate())
    assert open_work(cycle, timezone.now()).reviews == ()


def test_the_leading_group_reads_and_does_not_remind(cycle: Cycle, clerk: User, as_user: Any, auditor: User) -> None:
    client = as_user(auditor)
    assert "<form" not in page(client, cycle).partition("<main")[2]
    assert client.post(f"/cycles/{cycle.pk}/late/remind/", {"what": "sheets"}).status_code == 403
    assert not Reminder.objects.exists()


def test_the_administrator_finds_the_late_units_among_the_tasks(
    clock: Any, cycle: Cycle, as_user: Any, administrator: User
) -> None:
    link = f'href="/cycles/{cycle.pk}/late/"'
    assert link not in as_user(administrator).get("/").content.decode()
    assert link in as_user(administrator).get(f"/cycles/{cycle.pk}/").content.decode()
    clock.shift(timedelta(days=6))
    assert link in as_user(administrator).get("/").content.decode()


def test_the_page_takes_the_same_queries_however_many_units_there_are(
    cycle: Cycle, clerk: User, as_user: Any, administrator: User, person: Any, django_assert_num_queries: Any
) -> None:
    client = as_user(administrator)
    page(client, cycle)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(client, cycle)
    newcomers = [rubrics_services.Participant(f"new-{n}", "offices", title=f"新单位{n}") for n in range(12)]
    for row in rubrics_services.enrol_units(actor=None, cycle=cycle, participants=newcomers):
        person(f"clerk-{row.pk}", role="clerk", unit=row.unit)
    reminders.remind(actor=None, cycle=cycle, lines=open_work(cycle, timezone.now()).sheets)
    with django_assert_num_queries(len(few)):
        page(client, cycle)


def test_an_administrator_says_where_a_person_is_mailed_to_and_the_journal_keeps_no_address(
    clerk: User, as_user: Any, administrator: User
) -> None:
    client = as_user(administrator)
    client.post(f"/people/{clerk.pk}/", {"display_name": "经办人", "email": " clerk@kaoping.example "})
    clerk.refresh_from_db()
    assert clerk.email == "clerk@kaoping.example"
    entry = JournalEntry.objects.filter(verb="user.changed").latest("pk")
    assert entry.after["email_changed"] is True
    assert "kaoping.example" not in f"{entry.before}{entry.after}"
    answer = client.post(f"/people/{clerk.pk}/", {"display_name": "经办人", "email": "nowhere"})
    assert "邮箱" in answer.content.decode()
    client.post(f"/people/{clerk.pk}/", {"display_name": "另一个"})
    clerk.refresh_from_db()
    assert (clerk.email, clerk.display_name) == ("clerk@kaoping.example", "另一个")
