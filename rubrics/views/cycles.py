"""The list of cycles, and the board of one."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from rubrics import policies, selectors
from rubrics.models import Cycle
from rubrics.selectors import board as boards
from rubrics.selectors import duties, process


@login_required
@require_GET
def cycle_list(request: HttpRequest) -> HttpResponse:
    """The cycles the person has a part in, with what goes on in each."""
    now = timezone.now()
    cycles = list(selectors.cycles_for(request.user))
    counts = selectors.unit_counts(cycles)
    rows = [
        {
            "cycle": cycle,
            "sentence": boards.sentence(cycle, now),
            "phases": boards.phase_lines(cycle, now),
            "units": counts.get(cycle.pk, 0),
            "url": _door(request.user, cycle),
        }
        for cycle in cycles
    ]
    page = {"rows": rows, "may_start": policies.may_start_cycle(request.user)}
    return render(request, "rubrics/cycle_list.html", page)


def _door(user: Any, cycle: Cycle) -> str:
    """The board for those who may see it, the rubric for everybody else in the cycle."""
    if policies.may_see_board(user, cycle):
        return reverse("rubrics:board", args=[cycle.pk])
    return f"{reverse('home')}?cycle={cycle.pk}"


@login_required
@require_GET
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """How the cycle stands: phases with today on them, units × phases, coverage of review, what the rules demand."""
    now = timezone.now()
    cycle = selectors.cycle_for(request.user, pk)
    if not policies.may_see_board(request.user, cycle):
        return redirect(_door(request.user, cycle))
    definition = selectors.definition_of(cycle.rubric)
    enrolments = list(selectors.enrolments_in(cycle))
    assignments = selectors.assignments_in(cycle)
    coverage = duties.coverage(definition, enrolments, assignments)
    progress_url = _progress_url(cycle)
    tables = [] if progress_url else boards.glance(cycle, definition, enrolments, now)
    page = {
        "cycle": cycle,
        "sentence": boards.sentence(cycle, now),
        "phases": boards.phase_lines(cycle, now),
        "totals": boards.totals(cycle, definition, enrolments, assignments, coverage, now),
        "columns": boards.in_columns(tables),
        "coverage": coverage,
        "gaps": sum(row.units - row.covered for row in coverage),
        "longer": boards.extensions(cycle, enrolments),
        "demands": process.demands_of(definition),
        "deadlines": boards.deadlines(cycle, definition, now),
        "progress_url": progress_url,
        "results_url": _first_url("scoring:results", cycle.pk),
        "newer_url": _newer_url(request.user, cycle),
        "late_url": _first_url("evidence:late", cycle.pk),
        "burden_url": _first_url("scoring:burden", cycle.pk),
        "may_configure": policies.may_configure(request.user, cycle),
        "may_schedule": policies.may_schedule(request.user, cycle),
        "may_assign": policies.may_assign(request.user, cycle),
    }
    return render(request, "rubrics/board.html", page)


def _newer_url(user: Any, cycle: Cycle) -> str:
    """Where an administrator moves the cycle to a later edition of its rubric; nothing while there is none."""
    if not policies.may_change_rubric(user, cycle) or not selectors.newer_editions(cycle.rubric):
        return ""
    return _first_url("evidence:adopt", cycle.pk)


def _progress_url(cycle: Cycle) -> str:
    """Where the room above answers how far each unit's sheet is; nothing where that room is not installed."""
    return _first_url("evidence:progress", cycle.pk)


def _first_url(name: str, pk: int) -> str:
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""
