"""How long there is still, and how long ago something was, as people say it. Only the language is asked."""

from __future__ import annotations

from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from rubrics.dates import day, days_between, last_moment

__all__ = ["ahead", "clock", "day", "last_moment", "lately", "left", "span"]


def span(start: datetime, end: datetime) -> str:
    """15 to 31 December, the month said once where it is the same."""
    first, last = timezone.localtime(start), timezone.localtime(last_moment(end))
    if (first.year, first.month) == (last.year, last.month):
        if first.day == last.day:
            return day(start)
        month = formats.date_format(last, pgettext("format of a month", "M"))
        return _("%(first)d–%(last)d %(month)s") % {"first": first.day, "last": last.day, "month": month}
    return _("%(start)s – %(end)s") % {"start": day(start), "end": day(last_moment(end))}


def clock(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M")


def left(now: datetime, moment: datetime) -> tuple[str, str]:
    """How long there is until a deadline, in two voices: ("3 days left", "31 December")."""
    days = days_between(now, last_moment(moment))
    if moment < now:
        late = max(-days, 1)
        return ngettext("%(n)d day late", "%(n)d days late", late) % {"n": late}, day(last_moment(moment))
    if days == 0:
        hours = max(int((moment - now).total_seconds() // 3600), 1)
        small = ngettext("%(n)d hour left", "%(n)d hours left", hours) % {"n": hours}
        midnight = last_moment(moment) != moment
        return _("Today %(time)s") % {"time": "24:00" if midnight else clock(moment)}, small
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}, day(last_moment(moment))


def ahead(now: datetime, moment: datetime) -> tuple[str, str]:
    """When something begins: ("From 4 January", "in 5 days")."""
    days = max(days_between(now, moment), 0)
    return _("From %(day)s") % {"day": day(moment)}, ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}


def lately(now: datetime, moment: datetime) -> str:
    """When something happened, as short as it can be said: 11:02, yesterday, 12-25."""
    past = -days_between(now, moment)
    if past == 0:
        return clock(moment)
    return _("yesterday") if past == 1 else timezone.localtime(moment).strftime("%m-%d")
