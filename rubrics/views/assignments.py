"""Who judges what, where nobody does, who leads the cycle, and which units supply the facts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rubrics import policies, selectors, services
from rubrics.forms import AssignmentForm, LeaderForm, ProviderForm
from rubrics.models import Cycle
from rubrics.selectors import duties
from rubrics.views.guards import board_cycle, say_refused
from units import selectors as units_selectors


@login_required
@require_http_methods(["GET", "POST"])
def assignment_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All assignments with the gaps they leave; a POST adds one."""
    cycle = board_cycle(request, pk)
    if request.method == "POST":
        return _add(request, cycle)
    return page_of(request, cycle)


def _add(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    demand_right(request, cycle)
    form = _assignment_form(cycle, request.POST)
    if not form.is_valid():
        return page_of(request, cycle, form=form, status=422)
    data = form.cleaned_data
    try:
        services.assign_reviewer(
            actor=request.user,
            cycle=cycle,
            user=person_of(data["user"]),
            series_code=data["series"],
            category_code=data["category"],
            unit=_unit(data["unit"]),
        )
    except services.Refused as refused:
        say_refused(request, refused)
    else:
        messages.success(request, _("Assigned. The gaps below are counted anew."))
    return redirect("rubrics:assignments", cycle.pk)


def demand_right(request: HttpRequest, cycle: Cycle) -> None:
    if not policies.may_assign(request.user, cycle):
        raise PermissionDenied


def person_of(pk: str) -> Any:
    person = units_selectors.user_by_pk(int(pk))
    if person is None:
        raise Http404
    return person


def _unit(pk: str) -> Any:
    return units_selectors.all_units().filter(pk=int(pk)).first() if pk else None


def _assignment_form(cycle: Cycle, data: Any = None) -> AssignmentForm:
    return AssignmentForm(
        data,
        definition=selectors.definition_of(cycle.rubric),
        people=[(str(person.pk), str(person)) for person in units_selectors.active_people()],
        units=[(str(row.unit_id), row.unit.label) for row in selectors.enrolments_in(cycle)],
    )


def leader_form(cycle: Cycle, data: Any = None) -> LeaderForm:
    """Whom to choose from: everybody who can sign in and is not in the leading group."""
    there = {person.pk for person in selectors.leaders_in(cycle)}
    people = [person for person in units_selectors.active_people() if person.pk not in there]
    return LeaderForm(data, people=[(str(person.pk), str(person)) for person in people])


def _provider_form(cycle: Cycle, data: Any = None) -> ProviderForm:
    units = [(str(unit.pk), unit.title) for unit in units_selectors.all_units()]
    return ProviderForm(data, definition=selectors.definition_of(cycle.rubric), units=units)


def page_of(request: HttpRequest, cycle: Cycle, status: int = 200, **forms: Any) -> HttpResponse:
    """The whole page; `forms` (form, provider_form, leader_form) are those that came back with a mistake."""
    definition = selectors.definition_of(cycle.rubric)
    enrolments = list(selectors.enrolments_in(cycle))
    assignments = selectors.assignments_in(cycle)
    coverage = duties.coverage(definition, enrolments, assignments)
    may = policies.may_assign(request.user, cycle)
    page = {
        "cycle": cycle,
        "people": duties.people_lines(definition, assignments),
        "coverage": coverage,
        "gaps": sum(row.units - row.covered for row in coverage),
        "providers": duties.provider_lines(definition, selectors.provider_units_in(cycle)),
        "form": _assignment_form(cycle) if may else None,
        "provider_form": _provider_form(cycle) if may and definition.providers else None,
        "leaders": duties.leader_lines(selectors.leaders_in(cycle), enrolments),
        "leader_form": leader_form(cycle) if may else None,
        "may_assign": may,
        **forms,
    }
    return render(request, "rubrics/assignments.html", page, status=status)


@login_required
@require_POST
def take(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """Take a part away from a reviewer; the decisions they made stay."""
    cycle = board_cycle(request, pk)
    demand_right(request, cycle)
    row = next((each for each in selectors.assignments_in(cycle) if each.pk == assignment), None)
    if row is None:
        raise Http404
    services.unassign_reviewer(actor=request.user, assignment=row)
    messages.success(request, _("Taken away. What was decided stays."))
    return redirect("rubrics:assignments", cycle.pk)


@login_required
@require_POST
def tie(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which unit stands behind a provider of the rubric."""
    cycle = board_cycle(request, pk)
    demand_right(request, cycle)
    form = _provider_form(cycle, request.POST)
    if not form.is_valid():
        return page_of(request, cycle, provider_form=form, status=422)
    data = form.cleaned_data
    try:
        services.tie_provider(actor=request.user, cycle=cycle, provider_code=data["provider"], unit=_unit(data["unit"]))
    except services.Refused as refused:
        say_refused(request, refused)
    return redirect("rubrics:assignments", cycle.pk)


@login_required
@require_POST
def untie(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """The unit no longer answers for the provider."""
    cycle = board_cycle(request, pk)
    demand_right(request, cycle)
    rows = [each for group in selectors.provider_units_in(cycle).values() for each in group]
    found = next((each for each in rows if each.pk == row), None)
    if found is None:
        raise Http404
    services.untie_provider(actor=request.user, row=found)
    return redirect("rubrics:assignments", cycle.pk)
