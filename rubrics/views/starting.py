"""Starting a cycle: choose a published rubric, set dates, read the list of units, look, begin."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from appraisal_site.toolkit.xlsx import answer
from rubrics import policies, selectors, services
from rubrics.definition import Definition, file_data
from rubrics.forms import CycleForm
from rubrics.lifecycle import usual_days
from rubrics.models import Rubric
from rubrics.selectors import outlines
from rubrics.services import Participant
from rubrics.unit_list import packed, read_unit_list, template_workbook
from rubrics.views.guards import only_if, words_of
from rubrics.views.unit_plan import Plan, carried_over, planned, said_problems


@only_if(policies.may_start_cycle)
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """Which rubric: only published ones can be used."""
    page = {"rubrics": list(selectors.published_rubrics(request.user))}
    return render(request, "rubrics/new_cycle.html", page)


@only_if(policies.may_start_cycle)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Dates and units; the list is read and shown first, the cycle begins with the second press."""
    rubric = _published(request, pk)
    definition = selectors.definition_of(rubric)
    form = _form(request, rubric, definition)
    if request.method == "GET":
        return _page(request, rubric, definition, form, None, [])
    if not form.is_valid():
        participants = carried_over(request.POST.get("units_read", "")) or ()
        return _page(request, rubric, definition, form, None, list(participants), status=422)
    participants, plan = _plan(form, rubric, definition)
    if plan is None or plan.problems or request.POST.get("step") != "start":
        status = 422 if plan is None or plan.problems else 200
        return _page(request, rubric, definition, form, plan, participants, status=status)
    return _start(request, rubric, definition, form, plan, participants)


def _published(request: HttpRequest, pk: int) -> Rubric:
    rubric = selectors.rubric_for(request.user, pk)
    if rubric.state != Rubric.State.PUBLISHED:
        raise PermissionDenied
    return rubric


def _form(request: HttpRequest, rubric: Rubric, definition: Definition) -> CycleForm:
    procedure = file_data(definition.procedure)
    days = usual_days(definition.procedure.phases, procedure, timezone.localdate())
    initial = {
        "title": rubric.title,
        "year": rubric.year,
        "code": selectors.free_cycle_code(rubric),
        "head_may_delegate_submit": True,
    }
    return CycleForm(request.POST or None, request.FILES or None, days=days, initial=initial)


def _plan(form: CycleForm, rubric: Rubric, definition: Definition) -> tuple[list[Participant], Plan | None]:
    """The units of a newly chosen workbook, or those carried over, with what they would do."""
    file = form.cleaned_data["units_file"]
    if file:
        listed = read_unit_list(file, definition)
        problems = listed.with_found(services.unit_problems(rubric, listed.participants))
        return list(listed.participants), planned(definition, listed.participants, problems)
    carried = carried_over(form.cleaned_data["units_read"])
    if carried is None:
        form.add_error("units_file", _("The list that was read is too old. Choose the workbook again."))
        return [], None
    return list(carried), planned(definition, carried, said_problems(services.unit_problems(rubric, carried)))


def _page(
    request: HttpRequest,
    rubric: Rubric,
    definition: Definition,
    form: CycleForm,
    plan: Plan | None,
    participants: list[Participant],
    status: int = 200,
) -> HttpResponse:
    ready = plan is not None and not plan.problems
    page = {
        "rubric": rubric,
        "form": form,
        "plan": plan,
        "ready": ready,
        "units_read": packed(participants) if participants and (plan is None or ready) else "",
        "summary": outlines.summary_of(definition),
        "accounts_url": reverse("units:import", kwargs={"kind": "accounts"}),
        "carried": len(participants) if participants and plan is None else 0,
    }
    return render(request, "rubrics/start.html", page, status=status)


def _start(
    request: HttpRequest,
    rubric: Rubric,
    definition: Definition,
    form: CycleForm,
    plan: Plan,
    participants: list[Participant],
) -> HttpResponse:
    data = form.cleaned_data
    try:
        cycle = services.start_cycle(
            actor=request.user,
            rubric=rubric,
            title=data["title"],
            code=data["code"],
            year=data["year"],
            phases=form.phases(),
            participants=participants,
            head_may_delegate_submit=data["head_may_delegate_submit"],
        )
    except services.Refused as refused:
        form.add_error("code" if refused.code == "code" else None, words_of(refused))
        return _page(request, rubric, definition, form, plan, participants, status=422)
    messages.success(
        request, _("The cycle has begun with %(n)s units. Next: who reviews what.") % {"n": len(participants)}
    )
    return redirect("rubrics:board", cycle.pk)


@only_if(policies.may_start_cycle)
@require_GET
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """An empty list of units for this rubric."""
    rubric = _published(request, pk)
    book = template_workbook(selectors.definition_of(rubric))
    return answer(book, f"units-{rubric.code}.xlsx")
