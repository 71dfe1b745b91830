"""Sentences of this room: why something cannot be done, why a file is refused, dates as people say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from evidence.targets import Wrong
from rubrics.dates import days_between, last_moment, minute

REFUSALS: Mapping[str, Any] = {
    "closed": gettext_lazy("This cannot be changed now: the sheet is submitted, or its dates are over."),
    "prerequisites": gettext_lazy("The sheet opens when the prerequisites are confirmed."),
    "needs_file": gettext_lazy("Add a file that proves it first; then it can be confirmed."),
    "proves": gettext_lazy("It is confirmed by this file. Take the confirmation back before the file is taken off."),
    "not_given": gettext_lazy("The unit has given no such file."),
    "no_prerequisite": gettext_lazy("This prerequisite does not concern the unit."),
    "head_proposes": gettext_lazy("The unit's head lays its targets before the administrator."),
    "targets_closed": gettext_lazy("Targets cannot be changed now: this is not yours to do, or the cycle is over."),
    "targets_frozen": gettext_lazy("The targets are agreed and stay as they are for the year."),
    "targets_moved": gettext_lazy("The targets lie with the administrator. Take the proposal back to change them."),
    "no_targets_here": gettext_lazy("The unit has no targets of its own under this item."),
    "no_proposals": gettext_lazy("No proposal waits for a decision."),
    "proposals_changed": gettext_lazy("The proposals have changed meanwhile; look at the list again."),
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
    "no_file": gettext_lazy("This file is not at the item any more. Load the page anew."),
    "file_serves_locked": gettext_lazy(
        "This file also serves an item that you cannot change now, so what is said of it stays as it is."
    ),
    "other_date": gettext_lazy("That is not a date."),
    "nothing_left": gettext_lazy("There is nothing left to accept."),
    "may_not_share": gettext_lazy("Who fills in what is decided by the unit's clerk and head."),
    "not_in_unit": gettext_lazy("Items can be given to clerks and colleagues of the unit only."),
    "not_laid_before": gettext_lazy("The sheet does not lie before you to be signed."),
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
    "scripts": gettext_lazy("The PDF holds scripts or starts other programs; print it to PDF once more and send that."),
    "locked": gettext_lazy("The .%(ending)s file is locked by a password or in an old format; save it anew."),
    "encrypted": gettext_lazy("The file holds entries that are locked by a password; pack it without one."),
    "declares": gettext_lazy(
        "The file holds a declaration (DOCTYPE) that documents of its kind never have; it is not taken."
    ),
    "inside": gettext_lazy("The archive holds “%(name)s”; only kinds of files that are taken may be in it."),
    "nested": gettext_lazy("The archive holds another archive, “%(name)s”; unpack it and pack everything once."),
    "unsound": gettext_lazy("The archive's list does not agree with what is in it; it is damaged or made up."),
    "unit_room": gettext_lazy(
        "The unit has given %(used)s of the %(room)s that it may give; this file has %(needs)s. "
        "Use a file that was given already, or ask the administrator for more room."
    ),
    "cycle_room": gettext_lazy(
        "The room for files of this cycle (%(room)s) is used up but for %(left)s; this file has %(needs)s. "
        "Please tell the administrator."
    ),
    "same": gettext_lazy("It is the very file that it would replace; nothing was changed."),
    "name": gettext_lazy("The file's name could not be read. Rename it and send it again."),
}


TARGET_PROBLEMS: Mapping[str, Any] = {
    "none": gettext_lazy("Enter at least one target."),
    "many": gettext_lazy("These are %(found)s targets; at most %(wanted)s are taken."),
    "sum": gettext_lazy("The points add up to %(found)s, they should be %(wanted)s."),
    "title": gettext_lazy("the target has no name."),
    "points": gettext_lazy("it has no points."),
    "number": gettext_lazy("“%(found)s” is not a number."),
    "above_zero": gettext_lazy("%(found)s is not above 0."),
    "code": gettext_lazy("the code “%(found)s” may hold letters, figures and hyphens only."),
    "twice": gettext_lazy("the code “%(found)s” stands there twice."),
}


def target_problem(wrong: Wrong) -> str:
    """What is wrong with targets that were typed, with the row where it concerns one."""
    text = str(TARGET_PROBLEMS[wrong.code]) % {"found": wrong.found[:40], "wanted": wrong.wanted}
    if wrong.row is None:
        return text
    return _("Row %(row)d: %(problem)s") % {"row": wrong.row + 1, "problem": text}


def refusal(code: str) -> str:
    return str(REFUSALS.get(code, REFUSALS["closed"]))


def return_problem(name: str, code: str, closes_at: datetime | None) -> str:
    """Why something cannot be returned as it was asked for."""
    if name == "reason":
        return _("Say why it is returned; the unit will read it.")
    if code == "after_close" and closes_at is not None:
        return _("The date lies after the end of the cycle, %(when)s. Choose an earlier one.") % {
            "when": day_and_time(closes_at)
        }
    return _("Choose a date in the future by which it is to be handed in again.")


def file_refusal(code: str, params: Mapping[str, Any]) -> str:
    """Why a file is not taken; sizes among the parameters are in bytes."""
    shown = {name: size_text(value) if name in ("size", "limit") else value for name, value in params.items()}
    return str(FILE_REFUSALS[code]) % shown


def size_text(size: int) -> str:
    """1.2 MB; of small files whole KB."""
    if size >= 1_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{max(1, round(size / 1_000))} KB"


def mega_text(size: int) -> str:
    """Bytes in megabytes of 1,048,576, as limits are given; little in KB, very much in GB."""
    mega = size / 1_048_576
    if 0 < mega < 0.1:
        return f"{max(1, round(size / 1024))} KB"
    if mega >= 10_240:
        return f"{mega / 1024:.0f} GB"
    return f"{mega:.0f} MB" if mega >= 100 or mega == int(mega) else f"{mega:.1f} MB"


def file_text(title: str, name: str) -> str:
    """How a list names a file: by its title with the name beside it, by the name alone where it has none."""
    return _("%(title)s (%(name)s)") % {"title": title, "name": name} if title else name


def day(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "MONTH_DAY_FORMAT")


def day_and_time(moment: datetime) -> str:
    """28 December 17:30; an end on the stroke of midnight is 24:00 of the day before."""
    return minute(moment)


def in_figures(moment: datetime) -> str:
    """2026-12-15 17:30, for a text whose reader's language is not known; midnight is 24:00 of the day before."""
    last = last_moment(moment)
    local = timezone.localtime(last)
    return f"{local:%Y-%m-%d} 24:00" if last != moment else f"{local:%Y-%m-%d %H:%M}"


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
