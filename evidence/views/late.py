"""Who is late or not finished in a cycle, how much time there is, and reminding them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from evidence import policies
from evidence.selectors.late import OpenReview, OpenSheet, open_work
from evidence.services import reminders
from rubrics import dates
from rubrics import policies as rubrics_policies
from rubrics import selectors as rubrics_selectors
from rubrics import services as rubrics_services
from rubrics.selectors import board
from rubrics.selectors.late import Key, Last, last_reminders
from rubrics.wording import phase_title, refusal

if TYPE_CHECKING:
    from rubrics.models import Cycle, Enrolment

ALL = {"sheets": OpenSheet, "reviews": OpenReview}


@dataclass(frozen=True)
class Row:
    """A line of the page; `what` names it to `remind`."""

    line: OpenSheet | OpenReview
    what: str
    title: str
    url: str
    phase: str
    ends: str
    left: str
    late: bool
    percent: int
    reminded: str
    too_soon: bool
    longer_url: str = ""
    """Where the unit is given more time; blank for a reviewer, and for those who may not."""
    extended: str = ""
    """Why the end that holds is the unit's own."""

    @property
    def can_remind(self) -> bool:
        return bool(self.line.people) and not self.too_soon


@login_required
@require_GET
def show(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """Sheets that are not handed in and claims nobody decided, what ends first on top."""
    cycle = _cycle(request, cycle_pk)
    now = timezone.now()
    work, last = open_work(cycle, now), last_reminders(cycle)
    may_extend = rubrics_policies.may_schedule(request.user, cycle)
    sheets = [_row(line, last, now, may_extend=may_extend) for line in work.sheets]
    reviews = [_row(line, last, now) for line in work.reviews]
    page = {
        "cycle": cycle,
        "sentence": board.sentence(cycle, now),
        "sheets": sheets,
        "reviews": reviews,
        "asked": work.asked,
        "handed_in": work.asked - len(sheets),
        "late": sum(row.late for row in sheets),
        "late_reviews": sum(row.late for row in reviews),
        "remind_sheets": sum(row.can_remind for row in sheets),
        "remind_reviews": sum(row.can_remind for row in reviews),
        "may_remind": rubrics_policies.may_remind(request.user, cycle),
    }
    return render(request, "evidence/late.html", page)


def _cycle(request: HttpRequest, pk: int) -> Cycle:
    cycle = rubrics_selectors.cycle_for(request.user, pk)
    if not policies.may_see_progress(request.user, cycle):
        raise Http404
    return cycle


def _row(line: OpenSheet | OpenReview, last: dict[Key, Last], now: datetime, *, may_extend: bool = False) -> Row:
    known = last.get(line.about)
    own = line.enrolment if isinstance(line, OpenSheet) else None
    longer = own is not None and own.extension(line.phase.code) == line.phase.closes_at
    is_sheet = isinstance(line, OpenSheet)
    return Row(
        line=line,
        what="{}-{}".format(*line.about),
        title=line.enrolment.unit.title if isinstance(line, OpenSheet) else str(line.user),
        url=reverse("evidence:review_unit", args=[line.enrolment.pk]) if isinstance(line, OpenSheet) else "",
        phase=_("To be amended") if line.kind == "returned" else phase_title(line.phase.code),
        ends=dates.minute(line.phase.closes_at),
        left=dates.left(now, line.phase.closes_at),
        late=line.phase.closes_at <= now,
        percent=100 * line.filled // line.items if is_sheet and isinstance(line, OpenSheet) else 0,
        reminded=dates.minute(known.at) if known else "",
        too_soon=bool(known and known.too_soon(now)),
        longer_url=_longer_url(own, line.phase.code) if own is not None and may_extend else "",
        extended=_extended(own.extension_reason(line.phase.code)) if own is not None and longer else "",
    )


def _extended(reason: str) -> str:
    return _("given more time: %(reason)s") % {"reason": reason} if reason else _("more time")


def _longer_url(enrolment: Enrolment, phase: str) -> str:
    """The form for more time, this unit and phase filled in."""
    said = urlencode({"unit": enrolment.pk, "phase": phase})
    return f"{reverse('rubrics:phases', args=[enrolment.cycle_id])}?{said}#extend-h"


@login_required
@require_POST
def remind(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """Remind one of the lines, or all of a kind that were not reminded by hand within the hour."""
    cycle = _cycle(request, cycle_pk)
    if not rubrics_policies.may_remind(request.user, cycle):
        raise PermissionDenied
    what = request.POST.get("what", "")
    lines = [line for line in open_work(cycle, timezone.now()).lines if _is_meant(line, what)]
    try:
        count = reminders.remind(actor=request.user, cycle=cycle, lines=lines)
    except rubrics_services.Refused as refused:
        messages.error(request, refusal(refused.code, **refused.params))
    else:
        done = (
            ngettext("%(n)d reviewer is reminded.", "%(n)d reviewers are reminded.", count)
            if isinstance(lines[0], OpenReview)
            else ngettext("The people of %(n)d unit are reminded.", "The people of %(n)d units are reminded.", count)
        )
        messages.success(request, done % {"n": count})
    return redirect("evidence:late", cycle.pk)


def _is_meant(line: OpenSheet | OpenReview, what: str) -> bool:
    return isinstance(line, ALL[what]) if what in ALL else "{}-{}".format(*line.about) == what
