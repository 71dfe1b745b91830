"""`manage.py load_demo`: the demonstration, once; run again it changes nothing and prints the people again."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring import demo
from scoring.demo import table
from units import selectors as units_selectors


class Command(BaseCommand):
    help = "Load the demonstration: five cycles with units, people, facts and proof, dated from today."

    def handle(self, *args: Any, **options: Any) -> None:
        """Only where KAOPING_DEMO is set, since every account of the demonstration has the same known password."""
        if not settings.KAOPING_DEMO:
            raise CommandError(_("The demonstration is loaded only where KAOPING_DEMO is set, never beside real data."))
        plan = demo.read_plan()
        if demo.is_loaded():
            self._say(_("The demonstration is there already; nothing was changed."))
        elif not units_selectors.is_house_empty():
            raise CommandError(_("There are accounts here that are not the demonstration's; nothing was loaded."))
        else:
            started = time.monotonic()
            self._say(_("Loading the demonstration …"))
            demo.load(plan, now=timezone.now(), say=self._say)
            self._say(_("Loaded in %(seconds).1f seconds.") % {"seconds": time.monotonic() - started})
        self._people(plan)

    def _say(self, line: str) -> None:
        self.stdout.write(f"· {line}")
        self.stdout.flush()

    def _people(self, plan: demo.Plan) -> None:
        head = [_("User name"), _("Who"), _("Role"), _("Where")]
        self.stdout.write("")
        for line in table.lines(head, demo.who(plan)):
            self.stdout.write(line)
        said = _("The password of all of them: %(password)s") % {"password": plan.password}
        self.stdout.write(f"\n{said}")
