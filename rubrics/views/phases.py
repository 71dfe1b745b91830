"""The dates of a cycle's phases: moved, closed early, opened again; and more time for single units."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rubrics import policies, selectors, services
from rubrics.forms import ExtensionForm, PhaseForm, ReasonForm, ReopenForm
from rubrics.models import Cycle, CyclePhase
from rubrics.selectors import board as boards
from rubrics.views.guards import board_cycle, say_refused, words_of
from rubrics.wording import phase_title


@login_required
@require_GET
def phase_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All phases with their dates, and the units that have more time; the address may name one to be given more."""
    cycle = board_cycle(request, pk)
    asked = {name: request.GET[name] for name in ("unit", "phase") if name in request.GET}
    form = _extension_form(cycle, initial=asked) if asked and policies.may_schedule(request.user, cycle) else None
    return _page(request, cycle, form)


def _page(request: HttpRequest, cycle: Cycle, form: ExtensionForm | None, status: int = 200) -> HttpResponse:
    now = timezone.now()
    enrolments = list(selectors.enrolments_in(cycle))
    may = policies.may_schedule(request.user, cycle)
    page = {
        "cycle": cycle,
        "sentence": boards.sentence(cycle, now),
        "phases": boards.phase_lines(cycle, now),
        "longer": boards.extensions(cycle, enrolments),
        "form": form or (_extension_form(cycle) if may else None),
        "may_schedule": may,
    }
    return render(request, "rubrics/phases.html", page, status=status)


def _extension_form(cycle: Cycle, data: Any = None, initial: dict[str, str] | None = None) -> ExtensionForm:
    units = [(str(enrolment.pk), enrolment.unit.label) for enrolment in selectors.enrolments_in(cycle)]
    phases = [phase.code for phase in selectors.phases_of(cycle)]
    return ExtensionForm(data, units=units, phases=phases, initial=initial)


def _cycle_and_phase(request: HttpRequest, pk: int, code: str) -> tuple[Cycle, CyclePhase]:
    """For whoever may change the dates: 404 without a part in the cycle or such a phase, 403 without the right."""
    cycle = board_cycle(request, pk)
    if not policies.may_schedule(request.user, cycle):
        raise PermissionDenied
    phase = next((row for row in selectors.phases_of(cycle) if row.code == code), None)
    if phase is None:
        raise Http404
    return cycle, phase


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Move a phase's dates."""
    cycle, phase = _cycle_and_phase(request, pk, code)
    initial = {"version": cycle.version, "opens_at": phase.opens_at, "closes_at": phase.closes_at}
    form = PhaseForm(request.POST or None, initial=initial)
    words = {
        "title": _("Change the dates: %(phase)s"),
        "text": _(
            "The dates hold for every unit at once; a unit with more time of its own keeps it where that ends later."
        ),
        "button": _("Change the dates"),
    }
    return _act(request, cycle, phase, form, words, services.change_phase)


@login_required
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Close a phase now."""
    cycle, phase = _cycle_and_phase(request, pk, code)
    form = ReasonForm(request.POST or None, initial={"version": cycle.version})
    words = {
        "title": _("Close early: %(phase)s"),
        "text": _("The phase ends at once for every unit without more time of its own; what was saved stays."),
        "button": _("Close the phase now"),
    }
    return _act(request, cycle, phase, form, words, services.close_phase)


@login_required
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Open a phase that is over once more."""
    cycle, phase = _cycle_and_phase(request, pk, code)
    form = ReopenForm(request.POST or None, initial={"version": cycle.version})
    words = {
        "title": _("Open again: %(phase)s"),
        "text": _("The phase is open at once, for every unit, until the moment given here."),
        "button": _("Open the phase again"),
    }
    return _act(request, cycle, phase, form, words, services.reopen_phase)


def _act(
    request: HttpRequest, cycle: Cycle, phase: CyclePhase, form: Any, words: dict[str, str], service: Any
) -> HttpResponse:
    """Show the form, or do what it says and go back to the list."""
    if request.method == "POST" and form.is_valid():
        try:
            service(actor=request.user, cycle=cycle, code=phase.code, **form.cleaned_data)
        except services.Refused as refused:
            form.add_error(None, words_of(refused))
        else:
            messages.success(
                request,
                _("%(phase)s: the dates are changed, and the journal says why.") % {"phase": phase_title(phase.code)},
            )
            return redirect("rubrics:phases", cycle.pk)
    title = phase_title(phase.code)
    line = next(line for line in boards.phase_lines(cycle, timezone.now()) if line.code == phase.code)
    page = {**words, "title": words["title"] % {"phase": title}, "cycle": cycle, "line": line, "form": form}
    return render(request, "rubrics/phase.html", page, status=422 if form.errors else 200)


@login_required
@require_POST
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a unit more time in a phase."""
    cycle = board_cycle(request, pk)
    if not policies.may_schedule(request.user, cycle):
        raise PermissionDenied
    form = _extension_form(cycle, request.POST)
    if not form.is_valid():
        return _page(request, cycle, form, status=422)
    data = form.cleaned_data
    enrolment = selectors.enrolment_for(request.user, int(data["unit"]))
    try:
        services.extend_enrolment(
            actor=request.user,
            enrolment=enrolment,
            version=enrolment.version,
            code=data["phase"],
            until=data["until"],
            reason=data["reason"],
        )
    except services.Refused as refused:
        say_refused(request, refused)
    else:
        said = {"unit": enrolment.unit.label}
        longer = (
            _("%(unit)s has more time, and its people are told.")
            if data["until"]
            else _("The dates of everybody hold for %(unit)s again.")
        )
        messages.success(request, longer % said)
    return redirect("rubrics:phases", cycle.pk)
