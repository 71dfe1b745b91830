"""What a reminder says: the notice in the house, and the message by mail in the person's own language."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from appraisal_site.toolkit import mail
from rubrics import dates
from units.wording import notice_text

if TYPE_CHECKING:
    from rubrics.models import Reminder


def notice_of(reminder: Reminder, now: datetime) -> tuple[str, dict[str, Any]]:
    """Code and parameters of the notice: figures and names only, since its reader's language is not known here."""
    late = "_late" if reminder.closes_at <= now else ""
    params = {"cycle": reminder.cycle.title, "until": _moment(reminder.closes_at), "count": reminder.count}
    if reminder.enrolment is not None:
        params["unit"] = reminder.enrolment.unit.title
    return f"reminder.{reminder.kind}{late}", params


def _moment(moment: datetime) -> str:
    """2026-12-15 17:30; the stroke of midnight is 24:00 of the day before."""
    last = dates.last_moment(moment)
    day = timezone.localtime(last).strftime("%Y-%m-%d")
    return f"{day} 24:00" if last != moment else f"{day} {timezone.localtime(moment):%H:%M}"


def message_of(reminder: Reminder, now: datetime) -> dict[str, str]:
    """Subject and body of the mail."""
    with override(reminder.user.language or settings.LANGUAGE_CODE):
        said = {
            "text": notice_text(*notice_of(reminder, now)),
            "left": dates.left(now, reminder.closes_at),
            "link": mail.full_address(reminder.url),
            "site": settings.KAOPING_SITE_TITLE or _("Kaoping"),
            "contact": settings.KAOPING_CONTACT,
        }
        subject = _("%(site)s: reminder, %(left)s") % said
        return {"subject": subject, "body": render_to_string("mail/reminder.txt", said)}
