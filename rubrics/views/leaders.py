"""The leading group of a cycle: named and withdrawn on the page of assignments."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rubrics import selectors, services
from rubrics.views.assignments import demand_right, leader_form, page_of, person_of
from rubrics.views.guards import board_cycle, say_refused


@login_required
@require_POST
def name(request: HttpRequest, pk: int) -> HttpResponse:
    """One more person in the leading group."""
    cycle = board_cycle(request, pk)
    demand_right(request, cycle)
    form = leader_form(cycle, request.POST)
    if not form.is_valid():
        return page_of(request, cycle, leader_form=form, status=422)
    person = person_of(form.cleaned_data["leader"])
    try:
        services.name_leader(actor=request.user, cycle=cycle, user=person)
    except services.Refused as refused:
        say_refused(request, refused)
    else:
        messages.success(request, _("%(person)s belongs to the leading group now.") % {"person": person})
    return redirect("rubrics:assignments", cycle.pk)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int, user: int) -> HttpResponse:
    """A person leaves the leading group; what they decided stays."""
    cycle = board_cycle(request, pk)
    demand_right(request, cycle)
    person = next((each for each in selectors.leaders_in(cycle) if each.pk == user), None)
    if person is None:
        raise Http404
    try:
        services.withdraw_leader(actor=request.user, cycle=cycle, user=person)
    except services.Refused as refused:
        say_refused(request, refused)
    else:
        text = _("%(person)s is no longer in the leading group. What was decided stays.")
        messages.success(request, text % {"person": person})
    return redirect("rubrics:assignments", cycle.pk)
