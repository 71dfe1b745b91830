"""What this app does in the background: reminders by the clock, and their mail."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from evidence.services import reminders
from units import jobs


@jobs.regularly("evidence.reminders")
def keep_reminding() -> None:
    """Every few minutes: the steps that are due, then whatever mail waits, be it from before."""
    reminders.remind_due()
    reminders.mail_reminders()


@jobs.handler(reminders.MAIL)
def mail_reminders(ids: Any, *, actor: Any, progress: jobs.Progress) -> str:
    """Send the mail of reminders that were sent by hand."""
    return _("Messages sent: {count}").format(count=reminders.mail_reminders())
