"""The targets of all units of a cycle: what waits, and agreeing to it or giving it back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from appraisal_site.toolkit.conflicts import Conflict
from evidence import policies, services, wording
from evidence.forms import LONGEST, whole
from evidence.selectors import access
from evidence.selectors.targets import counted, has_targets, plan_list
from rubrics import selectors as rubrics_selectors

LONG = 40
"""From so many lines on, what is agreed already is folded away."""


@login_required
@require_GET
def show(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """A line for each unit and item; what waits for a decision on top."""
    cycle = rubrics_selectors.cycle_for(request.user, cycle_pk)
    if not policies.may_see_target_plans(request.user, cycle) or not has_targets(cycle):
        raise Http404
    lines = plan_list(cycle)
    numbers = counted(lines)
    context = {
        "cycle": cycle,
        "open": [line for line in lines if not line.plan.agreed],
        "agreed": [line for line in lines if line.plan.agreed],
        "folded": len(lines) >= LONG,
        "total": len(lines),
        "proposed": numbers["proposed"],
        "approvable": sum(line.approvable for line in lines),
        "may_decide": policies.may_decide_targets(request.user, cycle, timezone.now()),
    }
    return render(request, "evidence/target_plans.html", context)


@login_required
@require_POST
def approve_all(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """Agree to every proposal that adds up, as many as the person was shown."""
    cycle = rubrics_selectors.cycle_for(request.user, cycle_pk)
    if not policies.may_see_target_plans(request.user, cycle) or not has_targets(cycle):
        raise Http404
    if not policies.may_decide_targets(request.user, cycle, timezone.now()):
        raise PermissionDenied
    try:
        count = services.approve_all_targets(
            actor=request.user, cycle=cycle, expected=whole(request.POST.get("expected")) or 0
        )
    except services.Refused as fault:
        messages.error(request, wording.refusal(fault.code))
    else:
        done = ngettext("%(n)d proposal is agreed.", "%(n)d proposals are agreed.", count)
        messages.success(request, done % {"n": count})
    return redirect("evidence:target_plans", cycle.pk)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to one proposal, or give it back with a reason (``do``)."""
    enrolment = access.sheet_for(request.user, pk)
    if not has_targets(enrolment.cycle):
        raise Http404
    if not policies.may_decide_targets(request.user, enrolment.cycle, timezone.now()):
        raise PermissionDenied
    item, version = request.POST.get("item", ""), whole(request.POST.get("version")) or 0
    who = {"actor": request.user, "enrolment": enrolment, "item_code": item, "version": version}
    try:
        if request.POST.get("do") == "return":
            services.return_targets(**who, reason=request.POST.get("reason", "")[: LONGEST["reason"]])
            messages.success(request, _("The targets of %(unit)s are returned.") % {"unit": enrolment.unit.title})
        else:
            services.approve_targets(**who)
            messages.success(request, _("The targets of %(unit)s are agreed.") % {"unit": enrolment.unit.title})
    except services.Unfit as fault:
        messages.error(request, " ".join(wording.target_problem(one) for one in fault.wrong))
    except services.Refused as fault:
        messages.error(request, wording.refusal(fault.code))
    except services.Invalid:
        messages.error(request, _("A reason is needed."))
    except Conflict:
        messages.error(request, _("The proposal has changed meanwhile; this is how it stands now."))
    else:
        return redirect("evidence:target_plans", enrolment.cycle_id)
    return redirect("evidence:targets", pk)
