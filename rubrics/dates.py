"""Dates as the pages of this app show them. Only the language is asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def day(moment: datetime) -> str:
    """28 December, without the year."""
    return formats.date_format(timezone.localtime(moment), "MONTH_DAY_FORMAT")


def last_moment(end: datetime) -> datetime:
    """An end on the stroke of midnight belongs to the day before."""
    local = timezone.localtime(end)
    return end - timedelta(seconds=1) if (local.hour, local.minute, local.second) == (0, 0, 0) else end


def minute(moment: datetime) -> str:
    """28 December 17:30; midnight is written as 24:00 of the day before."""
    local = timezone.localtime(moment)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{day(last_moment(moment))} 24:00"
    return f"{day(moment)} {local:%H:%M}"


def beginning(moment: datetime) -> str:
    """28 December 8:30; from midnight it is the day alone."""
    local = timezone.localtime(moment)
    return day(moment) if (local.hour, local.minute) == (0, 0) else f"{day(moment)} {local:%H:%M}"


def span(start: datetime, end: datetime) -> str:
    return _("%(start)s – %(end)s") % {"start": day(start), "end": day(last_moment(end))}


def days_between(now: datetime, moment: datetime) -> int:
    """Midnights between now and the moment by the local calendar; negative when it is past."""
    return (timezone.localtime(moment).date() - timezone.localtime(now).date()).days


def left(now: datetime, end: datetime) -> str:
    """How long a phase still runs, or how long it has been over."""
    days = days_between(now, last_moment(end))
    if end <= now:
        ago = max(-days, 0)
        return ngettext("over for %(n)d day", "over for %(n)d days", ago) % {"n": ago} if ago else _("over since today")
    if days <= 0:
        return _("ends today")
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}


def until(now: datetime, start: datetime) -> str:
    """How long it takes until a phase begins."""
    days = days_between(now, start)
    return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days} if days > 0 else _("today")
