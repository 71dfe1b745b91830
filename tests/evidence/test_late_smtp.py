"""A reminder that really goes out: `EMAIL_URL=smtp://…` to a server that listens, from the setting to the message."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import environ
import pytest
from django.utils import timezone

from evidence.selectors.late import open_work
from evidence.services import reminders
from rubrics.models import Cycle, Reminder
from tests.smtp_sink import Sink, smtp_sink
from units.models import User

ROOT = Path(__file__).parents[2]
ADDRESS = "office@kaoping.example"


@pytest.fixture
def server(settings: Any) -> Any:
    """The settings as `EMAIL_URL` makes them."""
    with smtp_sink() as sink:
        made = environ.Env.email_url_config(f"smtp://127.0.0.1:{sink.port}")
        for name, value in made.items():
            setattr(settings, name, value)
        yield sink


def test_a_reminder_reaches_the_server_with_its_words(
    server: Sink, cycle: Cycle, clerk: User, administrator: User
) -> None:
    User.objects.filter(pk=clerk.pk).update(email=ADDRESS)
    lines = [line for line in open_work(cycle, timezone.now()).sheets if line.enrolment.unit.code == "own"]
    reminders.remind(actor=administrator, cycle=cycle, lines=lines)
    reminders.mail_reminders()
    assert server.receivers == [ADDRESS]
    message = server.messages[0]
    assert message["To"] == ADDRESS
    assert message["From"] == "kaoping@localhost"
    assert "催办提醒" in str(make_header(decode_header(message["Subject"])))
    body = message.get_content()
    assert "本单位甲局" in body
    assert not Reminder.objects.filter(user=clerk, mail="waiting").exists()


def test_a_second_round_sends_nothing_twice(server: Sink, cycle: Cycle, clerk: User, administrator: User) -> None:
    User.objects.filter(pk=clerk.pk).update(email=ADDRESS)
    reminders.remind(actor=administrator, cycle=cycle, lines=open_work(cycle, timezone.now()).sheets)
    for _round in range(2):
        reminders.mail_reminders(timezone.now() + timedelta(minutes=1))
    assert len(server.messages) == 1


def test_the_setting_alone_makes_the_house_send_by_that_server() -> None:
    """A process of its own, with nothing but the variable: what an installation does."""
    with smtp_sink() as sink:
        run = subprocess.run(
            [sys.executable, "manage.py", "sendtestemail", ADDRESS],
            cwd=ROOT, capture_output=True, text=True, timeout=60,
            env={**os.environ, "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}", "DJANGO_SETTINGS_MODULE": "appraisal_site.settings"},
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        assert sink.receivers == [ADDRESS]
