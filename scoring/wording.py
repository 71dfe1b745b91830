"""What this app's verbs say in the journal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from units.wording import name_verbs


def declare() -> None:
    """Tell the journal; called once when the app is loaded."""
    name_verbs({"results.stored": _("Results stored: {units} units")})
