"""The fragment of the cycle board that says how far each unit is: at a glance by phases, then in numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from evidence import policies
from evidence.selectors.given import cycle_room, unit_limit
from evidence.selectors.progress import Progress, progress_of
from rubrics import selectors as rubrics_selectors
from rubrics.lifecycle import Schedule, state_of
from rubrics.selectors import board

if TYPE_CHECKING:
    from rubrics.models import Enrolment

SHORT = 20
"""So many units and their numbers stand open below the glance; longer tables are folded away."""


@login_required
@require_GET
def show(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """Every unit with the state of its sheet, for those who oversee the cycle."""
    cycle = rubrics_selectors.cycle_for(request.user, cycle_pk)
    if not policies.may_see_progress(request.user, cycle):
        raise Http404
    now = timezone.now()
    lines = progress_of(cycle, now)
    enrolments = list(rubrics_selectors.enrolments_in(cycle))
    definition = rubrics_selectors.definition_of(cycle.rubric)
    tables = board.glance(cycle, definition, enrolments, now, states_of(lines, enrolments, now), _review_url)
    total = {
        "units": len(lines),
        "submitted": sum(1 for line in lines if line.state in ("submitted", "ruled")),
        "claims": sum(line.claims for line in lines),
        "decided": sum(line.decided for line in lines),
        "room": cycle_room(cycle),
        "unit_limit": unit_limit(cycle).limit_text,
        "prerequisites": sum(line.due for line in lines),
    }
    context = {"lines": lines, "total": total, "columns": board.in_columns(tables), "folded": len(lines) >= SHORT}
    return render(request, "evidence/progress.html", context)


def _review_url(enrolment_pk: int) -> str:
    return reverse("evidence:review_unit", args=[enrolment_pk])


def states_of(lines: Iterable[Progress], enrolments: Iterable[Enrolment], now: datetime) -> dict[int, dict[str, str]]:
    """By enrolment, the states of its phases that the work decides; the dates decide the others."""
    schedules = {enrolment.pk: enrolment.schedule() for enrolment in enrolments}
    return {line.pk: phase_states(line, schedules[line.pk], now) for line in lines if line.pk in schedules}


def phase_states(line: Progress, schedule: Schedule, now: datetime) -> dict[str, str]:
    """How far one unit is in filling in its sheet and in having it reviewed; nothing where it is asked for none."""
    if not line.items:
        return {}
    found = {"self_assessment": _filling(line), "review": _reviewing(line, schedule, now)}
    return {phase: state for phase, state in found.items() if state}


def _filling(line: Progress) -> str:
    if line.state == "returned":
        return "back"
    if line.state in ("submitted", "ruled"):
        return "done"
    return "late" if line.late else ""


def _reviewing(line: Progress, schedule: Schedule, now: datetime) -> str:
    """Nothing to review before the sheet is in; done when every claim is decided; late when one is not at the end."""
    phase = schedule.phase("review")
    if phase is None or state_of(phase, now) == "next":
        return ""
    if line.state in ("none", "draft"):
        return "next"
    if line.done:
        return "done"
    return "late" if state_of(phase, now) == "past" else ""
