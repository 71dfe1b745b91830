"""Sentences of this room: why something cannot be done, why a file is refused, dates as people say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rubrics.dates import days_between, last_moment, minute

REFUSALS: Mapping[str, Any] = {
    "closed": gettext_lazy("This cannot be changed now: the sheet is submitted, or its dates are over."),
    "not_concerned": gettext_lazy("This item does not concern the unit."),
    "no_clause": gettext_lazy("The rubric has no such clause."),
    "no_fact": gettext_lazy("This entry is not there any more."),
    "has_claims": gettext_lazy("Entries have been made here; take them back first."),
    "not_submitted": gettext_lazy("The sheet has not been submitted."),
    "not_claimed": gettext_lazy("The unit no longer says that this is not its duty."),
    "own_fact": gettext_lazy("This fact is already decided as it stands."),
    "misfit": gettext_lazy(
        "What it says does not fit the clause any more. Say what counts instead, reject it, or return the item."
    ),
    "other_rubric": gettext_lazy(
        "The cycle has got another version of its rubric meanwhile. Load the page anew and look at the entry again."
    ),
    "nothing_left": gettext_lazy("There is nothing left to accept."),
    "no_such_saying": gettext_lazy("This cannot be said about an item."),
}

FILE_REFUSALS: Mapping[str, Any] = {
    "ending": gettext_lazy("Files of this kind are not taken. PDF, pictures, Office, OFD, text and zip are."),
    "empty": gettext_lazy("The file is empty."),
    "too_large": gettext_lazy("The file has %(size)s; at most %(limit)s are taken."),
    "signature": gettext_lazy("The content is not that of a .%(ending)s file; it may be damaged or renamed."),
    "pixels": gettext_lazy("The picture has %(width)s × %(height)s points, which is too large."),
    "unpacks": gettext_lazy("The file unpacks to far more than it should; it is not taken."),
    "paths": gettext_lazy("The file holds entries that lead outside of it; it is not taken."),
    "macros": gettext_lazy("The file holds macros; save it without them."),
    "name": gettext_lazy("The file's name could not be read. Rename it and send it again."),
}


def refusal(code: str) -> str:
    return str(REFUSALS.get(code, REFUSALS["closed"]))


def file_refusal(code: str, params: Mapping[str, Any]) -> str:
    """Why a file is not taken; sizes among the parameters are in bytes."""
    shown = {name: size_text(value) if name in ("size", "limit") else value for name, value in params.items()}
    return str(FILE_REFUSALS[code]) % shown


def size_text(size: int) -> str:
    """1.2 MB; of small files whole KB."""
    if size >= 1_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{max(1, round(size / 1_000))} KB"


def day(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "MONTH_DAY_FORMAT")


def day_and_time(moment: datetime) -> str:
    """28 December 17:30; an end on the stroke of midnight is 24:00 of the day before."""
    return minute(moment)


def due_text(closes_at: datetime) -> str:
    return _("Due %(moment)s") % {"moment": day_and_time(closes_at)}


def left_text(now: datetime, moment: datetime) -> str:
    """How long there is; empty once it is over."""
    if moment <= now:
        return ""
    days = days_between(now, last_moment(moment))
    if days == 0:
        hours = max(int((moment - now).total_seconds() // 3600), 1)
        return ngettext("%(n)d hour left", "%(n)d hours left", hours) % {"n": hours}
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}
