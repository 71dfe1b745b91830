"""`manage.py remind`: the reminders that are due and the mail that waits; for a timer where nothing else runs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from evidence.services import reminders


class Command(BaseCommand):
    """Safe to run at any time and as often as one likes: nobody is reminded twice of the same step."""

    help = "Send the reminders of deadlines that are due, and the mail that waits."

    def handle(self, *args: Any, **options: Any) -> None:
        """Remind, then mail."""
        reminded = reminders.remind_due()
        mailed = reminders.mail_reminders()
        self.stdout.write(f"{reminded} people reminded, {mailed} messages sent.")
