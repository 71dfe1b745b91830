"""The provider's page: record a fact about any unit under its own clauses, and see what it recorded."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appraisal_site.toolkit.conflicts import Conflict
from evidence import explain, services, wording
from evidence.controls import controls_of
from evidence.forms import read_entry, whole
from evidence.selectors import ledger as selectors
from rubrics import lifecycle as rubrics_lifecycle
from rubrics import selectors as rubrics_selectors


def _guard(request: HttpRequest, cycle_pk: int) -> tuple[Any, Any, set[str], dict[str, Any]]:
    """Cycle, definition, the person's provider codes and their clauses; 404 for everybody else."""
    cycle = rubrics_selectors.cycle_for(request.user, cycle_pk)
    codes = rubrics_selectors.provider_codes_of(request.user, cycle)
    if not codes:
        raise Http404
    definition = rubrics_selectors.definition_of(cycle.rubric)
    return cycle, definition, codes, selectors.clauses_of_providers(definition, codes)


@login_required
@require_http_methods(["GET", "POST"])
def ledger(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """The form and the list; POST records one fact."""
    cycle, definition, codes, clauses = _guard(request, cycle_pk)
    problems: list[str] = []
    if request.method == "POST":
        problems = _record(request, cycle, clauses)
        if not problems:
            messages.success(request, _("The fact is recorded and counts from now on."))
            return redirect("evidence:ledger", cycle_pk)
    titles = {one.code: one.title or one.code for one in definition.providers}
    context = {
        "cycle": cycle,
        "providers": sorted(titles.get(code, code) for code in codes),
        "clauses": len(clauses),
        "choices": selectors.choices_of(definition, clauses),
        "units": selectors.units_of(cycle),
        "unit": whole(request.POST.get("unit")),
        "clause": request.POST.get("clause", ""),
        "problems": problems,
        "rows": selectors.rows_of(request.user, cycle, definition, clauses),
        "open": rubrics_lifecycle.is_open("record_fact", cycle.schedule(), timezone.now()),
    }
    return render(request, "evidence/ledger.html", context, status=422 if problems else 200)


def _record(request: HttpRequest, cycle: Any, clauses: dict[str, Any]) -> list[str]:
    enrolment = selectors.enrolment_in(cycle, whole(request.POST.get("unit")))
    code = request.POST.get("clause", "")
    clause = clauses.get(code)
    if enrolment is None or clause is None:
        return [_("Choose a unit and a clause.")]
    typed = read_entry(request.POST, clause, clause.kind)
    if typed.problems:
        return list(typed.problems.values())
    try:
        claim = services.Claim(typed.said, typed.extras, typed.present)
        services.record_fact(actor=request.user, enrolment=enrolment, clause_code=code, claim=claim, origin="provider")
    except services.Invalid as fault:
        return [_("Say what happened.") if text == "missing" else text for text in fault.problems.values()]
    except services.Refused as fault:
        return [wording.refusal(fault.code)]
    return []


@login_required
@require_GET
def form(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """The controls of the clause that was chosen."""
    _cycle, definition, _codes, clauses = _guard(request, cycle_pk)
    code = request.GET.get("clause", "")
    clause = clauses.get(code)
    if clause is None:
        return render(request, "evidence/_record_controls.html", {"controls": []})
    context = {
        "clause": clause,
        "controls": controls_of(clause, clause.kind, {}),
        "how": explain.how(clause, definition, code, None),
    }
    return render(request, "evidence/_record_controls.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """Take back a fact that the person recorded."""
    cycle, _definition, _codes, _clauses = _guard(request, cycle_pk)
    fact = selectors.own_fact(request.user, cycle, whole(request.POST.get("fact")))
    if fact is None:
        raise Http404
    try:
        services.withdraw_fact(actor=request.user, fact=fact, version=whole(request.POST.get("version")) or 0)
    except services.Refused as fault:
        messages.error(request, wording.refusal(fault.code))
    except Conflict:
        messages.error(request, _("It was changed meanwhile; this is how it stands now."))
    return redirect("evidence:ledger", cycle_pk)
