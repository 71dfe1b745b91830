"""What this app does in the background: looking at pictures, reminders by the clock, and their mail."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from evidence.services import looks, reminders
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


@jobs.handler(looks.LOOK)
def look_at_pictures(ids: Any, *, actor: Any, progress: jobs.Progress) -> str:
    """Pictures that were just uploaded."""
    return _("Pictures looked at: {count}").format(count=sum(looks.look_at(pk) for pk in ids))


@jobs.regularly(looks.LOOK)
def keep_looking() -> None:
    """Every few minutes: pictures that nobody looked at."""
    looks.look_at_missing()
