"""The units of a running cycle: looked over, added to, and what the cycle says of one changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from appraisal_site.toolkit.xlsx import answer
from rubrics import policies, selectors, services
from rubrics.forms import ChangeEnrolmentForm, OneUnitForm, UnitsFileForm
from rubrics.models import Cycle, Enrolment
from rubrics.selectors import board as boards
from rubrics.selectors import participants as lists
from rubrics.services import Participant
from rubrics.unit_list import packed, read_unit_list, template_workbook
from rubrics.views.guards import board_cycle, words_of
from rubrics.views.unit_plan import Plan, carried_over, planned, said_problems
from units import selectors as units_selectors


@login_required
@require_GET
def unit_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All units of the cycle by series, with tags, whose members they are and their own dates."""
    cycle = board_cycle(request, pk)
    definition = selectors.definition_of(cycle.rubric)
    enrolments = list(selectors.enrolments_in(cycle))
    page = {
        "cycle": cycle,
        "count": len(enrolments),
        "series": lists.unit_series(definition, enrolments),
        "tagged": any(enrolment.tags for enrolment in enrolments),
        "membered": any(enrolment.member_of_id for enrolment in enrolments),
        "longer": sum(bool(enrolment.extensions) for enrolment in enrolments),
        "may_enrol": policies.may_enrol(request.user, cycle),
    }
    return render(request, "rubrics/units.html", page)


def _cycle(request: HttpRequest, pk: int) -> Cycle:
    """For whoever may change who takes part: 404 without a part in the cycle, 403 without that right."""
    cycle = board_cycle(request, pk)
    if not policies.may_enrol(request.user, cycle):
        raise PermissionDenied
    return cycle


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """More units, from a workbook or one by name; they are shown first and come in with the second press."""
    cycle = _cycle(request, pk)
    enrolments = list(selectors.enrolments_in(cycle))
    step = request.POST.get("step", "")
    file_form = UnitsFileForm(request.POST, request.FILES) if step == "file" else UnitsFileForm()
    one_form = _one_form(cycle, enrolments, request.POST if step == "one" else None)
    participants: list[Participant] = []
    plan: Plan | None = None
    if step == "file" and file_form.is_valid():
        participants, plan = _from_file(cycle, enrolments, file_form)
    elif step == "one" and one_form.is_valid():
        participants, plan = _from_form(cycle, enrolments, one_form)
    elif step == "add":
        carried = carried_over(request.POST.get("units_read", ""))
        if carried is None:
            messages.error(request, _("The list that was read is too old. Choose the workbook again."))
            return redirect("rubrics:units_add", cycle.pk)
        participants, plan = _looked_at(cycle, enrolments, carried)
        if not plan.problems:
            return _enrol(request, cycle, participants)
    ready = plan is not None and not plan.problems
    page = {
        "cycle": cycle,
        "file_form": file_form,
        "one_form": one_form,
        "tags": lists.known_tags(selectors.definition_of(cycle.rubric), enrolments),
        "plan": plan,
        "ready": ready,
        "units_read": packed(participants) if ready else "",
        "present": len(enrolments),
        "over": [line.title for line in boards.phase_lines(cycle, timezone.now()) if line.state == "past"],
    }
    status = 422 if request.method == "POST" and not ready else 200
    return render(request, "rubrics/units_add.html", page, status=status)


def _one_form(cycle: Cycle, enrolments: Sequence[Enrolment], data: Any) -> OneUnitForm:
    there = {enrolment.unit_id for enrolment in enrolments}
    units = [(unit.code, unit.label) for unit in units_selectors.all_units() if unit.pk not in there]
    return OneUnitForm(data, definition=selectors.definition_of(cycle.rubric), heads=_heads(enrolments), units=units)


def _heads(enrolments: Sequence[Enrolment], but: Enrolment | None = None) -> list[tuple[str, str]]:
    return [(row.unit.code, row.unit.label) for row in enrolments if but is None or row.pk != but.pk]


def _from_file(cycle: Cycle, enrolments: Sequence[Enrolment], form: UnitsFileForm) -> tuple[list[Participant], Plan]:
    definition = selectors.definition_of(cycle.rubric)
    listed = read_unit_list(form.cleaned_data["units_file"], definition)
    found = services.unit_problems(cycle.rubric, listed.participants, _codes(enrolments))
    return list(listed.participants), planned(definition, listed.participants, listed.with_found(found))


def _from_form(cycle: Cycle, enrolments: Sequence[Enrolment], form: OneUnitForm) -> tuple[list[Participant], Plan]:
    data = form.cleaned_data
    participant = Participant(
        code=data["unit"] or data["code"],
        title="" if data["unit"] else data["title"],
        series=data["series"],
        tags=tuple(data["tags"]),
        member_of=data["member_of"],
    )
    return _looked_at(cycle, enrolments, [participant])


def _looked_at(
    cycle: Cycle, enrolments: Sequence[Enrolment], participants: Sequence[Participant]
) -> tuple[list[Participant], Plan]:
    definition = selectors.definition_of(cycle.rubric)
    found = services.unit_problems(cycle.rubric, participants, _codes(enrolments))
    return list(participants), planned(definition, participants, said_problems(found))


def _codes(enrolments: Sequence[Enrolment]) -> list[str]:
    return [enrolment.unit.code for enrolment in enrolments]


def _enrol(request: HttpRequest, cycle: Cycle, participants: list[Participant]) -> HttpResponse:
    try:
        made = services.enrol_units(actor=request.user, cycle=cycle, participants=participants)
    except services.Refused as refused:
        messages.error(request, words_of(refused))
        return redirect("rubrics:units_add", cycle.pk)
    text = ngettext("%(n)d unit takes part now as well.", "%(n)d units take part now as well.", len(made))
    messages.success(request, text % {"n": len(made)})
    return redirect("rubrics:units", cycle.pk)


@login_required
@require_GET
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """An empty list of units for the cycle's rubric."""
    cycle = _cycle(request, pk)
    return answer(template_workbook(selectors.definition_of(cycle.rubric)), f"units-{cycle.code}.xlsx")


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int, enrolment: int) -> HttpResponse:
    """Another series, other tags, another unit above: what that touches is shown before it is done."""
    cycle = _cycle(request, pk)
    enrolments = list(selectors.enrolments_in(cycle))
    row = next((each for each in enrolments if each.pk == enrolment), None)
    if row is None:
        raise Http404
    form = _change_form(cycle, row, enrolments, request.POST or None)
    effects = None
    if request.method == "POST" and form.is_valid():
        wanted = _wanted(form, enrolments)
        if request.POST.get("step") == "change" and form.cleaned_data["seen"] == form.wish():
            if _change(request, row, form, wanted):
                return redirect("rubrics:units", cycle.pk)
        elif _differs(row, wanted):
            effects = _effects(cycle, row, wanted, enrolments)
            form.data = form.data.copy()
            form.data["seen"] = form.wish()
        else:
            form.add_error(None, words_of(services.Refused("same")))
    definition = selectors.definition_of(cycle.rubric)
    page = {
        "cycle": cycle,
        "unit": row.unit,
        "form": form,
        "effects": effects,
        "tags": lists.known_tags(definition, enrolments),
    }
    return render(request, "rubrics/unit_change.html", page, status=422 if form.errors else 200)


def _change_form(cycle: Cycle, row: Enrolment, enrolments: Sequence[Enrolment], data: Any) -> ChangeEnrolmentForm:
    initial = {
        "version": row.version,
        "series": row.series_code,
        "tags": " ".join(row.tags),
        "member_of": row.member_of.unit.code if row.member_of else "",
    }
    definition = selectors.definition_of(cycle.rubric)
    return ChangeEnrolmentForm(data, definition=definition, heads=_heads(enrolments, row), initial=initial)


def _wanted(form: ChangeEnrolmentForm, enrolments: Sequence[Enrolment]) -> lists.Wanted:
    data = form.cleaned_data
    head = next((each for each in enrolments if each.unit.code == data["member_of"]), None)
    return lists.Wanted(data["series"], tuple(data["tags"]), head)


def _differs(row: Enrolment, wanted: lists.Wanted) -> bool:
    head = wanted.member_of.pk if wanted.member_of else None
    return (row.series_code, list(row.tags), row.member_of_id) != (wanted.series, list(wanted.tags), head)


def _effects(cycle: Cycle, row: Enrolment, wanted: lists.Wanted, enrolments: Sequence[Enrolment]) -> lists.Effects:
    assignments = selectors.assignments_in(cycle)
    return lists.effects_of(selectors.definition_of(cycle.rubric), row, wanted, enrolments, assignments)


def _change(request: HttpRequest, row: Enrolment, form: ChangeEnrolmentForm, wanted: lists.Wanted) -> bool:
    """Whether it was done; otherwise the form says why not."""
    try:
        services.change_enrolment(
            actor=request.user,
            enrolment=row,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            series_code=wanted.series,
            tags=list(wanted.tags),
            member_of=wanted.member_of,
        )
    except services.Refused as refused:
        form.add_error(None, words_of(refused))
        for problem in said_problems(refused.problems):
            form.add_error(None, problem.text)
        return False
    messages.success(
        request, _("%(unit)s: changed, its people are told, and the journal says why.") % {"unit": row.unit.label}
    )
    return True
