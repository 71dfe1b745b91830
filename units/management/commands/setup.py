"""`manage.py setup`: the first steps of a real installation, asked for or given by options."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from appraisal_site.toolkit.site import write_site
from units import selectors, services

# Without look-alikes, so that it can be read aloud and typed.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


class Command(BaseCommand):
    """Makes the tables, writes down title and time zone, opens the first administrator's account.

    Run again it changes the title and the time zone, and opens a further account when --username names a new one.
    """

    help = "Prepare a real installation: tables, site title, time zone, first administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whatever is not given is asked for; with --no-input the present or usual value stands."""
        parser.add_argument("--title", help="what stands in the top bar, for example 某市考评工作平台")
        parser.add_argument("--time-zone", help="for example Asia/Shanghai")
        parser.add_argument("--contact", help="whom people may ask, shown on the sign-in page")
        parser.add_argument("--username", help="the administrator's user name")
        parser.add_argument("--display-name", help="how the administrator is shown")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
        parser.add_argument("--no-input", action="store_false", dest="interactive", help="ask nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """One step after another; each may be repeated."""
        self.ask = options["interactive"] and sys.stdin.isatty() and not options["password_stdin"]
        call_command("migrate", interactive=False, verbosity=0)
        self._site(options)
        if options["username"] or selectors.is_house_empty():
            self._administrator(options)
        self.stdout.write(_("Done. What to start next is in README.md, section “Serving it”."))

    def _site(self, options: dict[str, Any]) -> None:
        title = self._said(options["title"], _("Site title"), settings.KAOPING_SITE_TITLE)
        zone = self._said(options["time_zone"], _("Time zone"), settings.TIME_ZONE)
        if zone not in available_timezones():
            raise CommandError(_("There is no time zone “%(zone)s”; Asia/Shanghai is one.") % {"zone": zone})
        contact = self._said(options["contact"], _("Whom people may ask (may stay empty)"), settings.KAOPING_CONTACT)
        write_site(Path(settings.DATA_DIR), title=title, time_zone=zone, contact=contact)

    def _administrator(self, options: dict[str, Any]) -> None:
        username = self._said(options["username"], _("User name of the administrator"), "admin")
        if username in selectors.users_by_name([username]):
            raise CommandError(_("There is an account “%(name)s” already.") % {"name": username})
        shown = self._said(options["display_name"], _("Shown as"), _("Administrator"))
        password, generated = self._password(options)
        try:
            with transaction.atomic():
                user = services.create_user(
                    actor=None,
                    username=username,
                    password=password,
                    display_name=shown,
                    must_change_password=generated,
                )
                services.give_role(actor=None, user=user, role="administrator")
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if generated:
            text = _("%(name)s signs in with the first password %(password)s and is asked for another at once.")
            self.stdout.write(text % {"name": username, "password": password})
        else:
            self.stdout.write(_("%(name)s can sign in.") % {"name": username})

    def _password(self, options: dict[str, Any]) -> tuple[str, bool]:
        """The password, and whether it is a generated one that has to be changed."""
        if options["password_stdin"]:
            return sys.stdin.readline().rstrip("\r\n"), False
        while self.ask:
            password = getpass(_("Password (empty: one is made for the first sign-in)") + ": ")
            if not password:
                break
            try:
                validate_password(password)
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))
                continue
            if getpass(_("Once more") + ": ") == password:
                return password, False
            self.stderr.write(_("The two are not the same."))
        return get_random_string(14, _ALPHABET), True

    def _said(self, given: str | None, question: str, usual: str) -> str:
        """What the option says, else what the person answers, else what is usual."""
        if given is not None or not self.ask:
            return usual if given is None else given.strip()
        return input(f"{question} [{usual}]: ").strip() or usual
