"""Who is late or not finished in a cycle, how much time there is, and reminding them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
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
    from rubrics.models import Cycle

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
    sheets = [_row(line, last, now) for line in work.sheets]
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


def _row(line: OpenSheet | OpenReview, last: dict[Key, Last], now: datetime) -> Row:
    known = last.get(line.about)
    is_sheet = isinstance(line, OpenSheet)
    return Row(
        line=line,
        what="{}-{}".format(*line.about),
        title=line.enrolment.unit.title if isinstance(line, OpenSheet) else str(line.user),
        url=reverse("evidence:review_unit", args=[line.enrolment.pk]) if isinstance(line, OpenSheet) else "",
        phase=phase_title(line.phase.code),
        ends=dates.minute(line.phase.closes_at),
        left=dates.left(now, line.phase.closes_at),
        late=line.phase.closes_at <= now,
        percent=100 * line.filled // line.items if is_sheet and isinstance(line, OpenSheet) else 0,
        reminded=dates.minute(known.at) if known else "",
        too_soon=bool(known and known.too_soon(now)),
    )


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
