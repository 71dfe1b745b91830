"""`manage.py verify_journal SCOPE|--all [--against HEAD]`: yes, or the first row that does not fit."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from units.services import journal

REASONS = {
    "missing": "is missing",
    "altered": "does not fit its own fingerprint: it was altered",
    "unlinked": "does not follow the row before it",
    "algorithm": "names an algorithm this program does not know",
    "cut": "and what followed it are gone: the end was cut off",
    "head": "is not the row that was noted as the last",
}


class Command(BaseCommand):
    """Exit code 0: everything fits. 1: something does not. 2: there is nothing of that name."""

    help = "Check the journal's hash chains; SCOPE is house, cycle:3 or cycle:3/unit:12 (a cycle includes its units)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One scope, or all of them."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("scope", nargs="?", help="house, cycle:3, cycle:3/unit:12, or just the number of a cycle")
        which.add_argument("--all", action="store_true", help="every chain there is")
        parser.add_argument(
            "--against", default="", metavar="HEAD", help="a head that was printed on something handed out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and say what was found."""
        prefix = "" if options["all"] else options["scope"]
        prefix = f"cycle:{prefix}" if prefix.isdigit() else prefix
        verdicts, fits = journal.verify(prefix)
        if not verdicts:
            raise CommandError(
                f"The journal has no chain {prefix!r}." if prefix else "The journal is empty.", returncode=2
            )
        for verdict in verdicts:
            if verdict.broken:
                number, reason = verdict.broken
                self.stdout.write(f"BROKEN {verdict.scope}: row {number} {REASONS[reason]}.")
            else:
                self.stdout.write(f"fits   {verdict.scope}: {verdict.count} rows, head {verdict.head}")
        self.stdout.write(f"head   {prefix or 'all'}: {journal.head_of(prefix)}")
        if options["against"]:
            known = journal.was_head(prefix, options["against"])
            fits = fits and known
            self.stdout.write("The head given " + ("still stands." if known else "does not fit what stands here now."))
        if not fits:
            raise CommandError("The journal does not fit.", returncode=1)
