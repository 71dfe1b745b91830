"""A unit draws up its own targets: kept as they are typed, proposed when they add up."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.htmx import is_htmx
from evidence import policies, services, targets, wording
from evidence.forms import tidy, whole
from evidence.outline import slug
from evidence.selectors import access
from evidence.selectors.targets import ItemPlan, plans_of
from evidence.views.common import refused

if TYPE_CHECKING:
    from rubrics.models import Enrolment

BLANK = dict.fromkeys(targets.FIELDS, "")
EMPTY_ROWS = 3
"""How many blank rows a plan without any begins with."""


@login_required
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit's items with targets; POST saves, proposes or takes back one of them. ``?only=`` is one alone."""
    enrolment = access.sheet_for(request.user, pk)
    if request.method == "POST":
        return _post(request, enrolment)
    plans = plans_of(enrolment)
    if not plans:
        raise Http404
    only = request.GET.get("only", "")
    if only:
        context = {**_rights(request, enrolment), **_shown(_find(plans, only))}
        return render(request, "evidence/_targets_item.html", context)
    more = whole(request.GET.get("more")) or 0
    return render(request, "evidence/targets.html", _page(request, enrolment, plans, more))


def _page(request: HttpRequest, enrolment: Enrolment, plans: tuple[ItemPlan, ...], more: int = 0) -> dict[str, Any]:
    return {
        "enrolment": enrolment,
        "cycle": enrolment.cycle,
        "shown": [_shown(plan, more) for plan in plans],
        "agreed": sum(plan.agreed for plan in plans),
        "total": len(plans),
        "may_see_all": policies.may_see_target_plans(request.user, enrolment.cycle),
        **_rights(request, enrolment),
    }


def _rights(request: HttpRequest, enrolment: Enrolment) -> dict[str, Any]:
    user, now = request.user, timezone.now()
    return {
        "sheet_pk": enrolment.pk,
        "may_draw": policies.may_draw_targets(user, enrolment, now),
        "may_propose": policies.may_propose_targets(user, enrolment, now),
        "may_decide": policies.may_decide_targets(user, enrolment.cycle, now),
    }


def _shown(plan: ItemPlan, more: int = 0) -> dict[str, Any]:
    """One item with its rows to type into, blank ones at the end, and all that keeps them from being proposed."""
    blank = max(1, EMPTY_ROWS - len(plan.rows), min(more, targets.MOST_ROWS))
    return {
        "plan": plan,
        "rows": [*plan.rows, *([BLANK] * blank)],
        "problems": [wording.target_problem(one) for one in plan.wrong] if plan.rows else [],
    }


def _find(plans: tuple[ItemPlan, ...], code: str) -> ItemPlan:
    found = next((plan for plan in plans if plan.item.code == code), None)
    if found is None:
        raise Http404
    return found


def read_rows(data: QueryDict) -> list[dict[str, str]]:
    """The rows that were typed, in their order; ``drop`` leaves one out by its place, from 0."""
    columns = [[tidy(text) for text in data.getlist(name)] for name in targets.FIELDS]
    rows = [dict(zip(targets.FIELDS, values, strict=True)) for values in zip_longest(*columns, fillvalue="")]
    dropped = whole(data.get("drop"))
    return [row for place, row in enumerate(rows) if place != dropped]


def _post(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    code, do = request.POST.get("item", ""), request.POST.get("do", "save")
    _find(plans_of(enrolment), code)
    who = {"actor": request.user, "enrolment": enrolment, "item_code": code}
    version, rows = whole(request.POST.get("version")) or 0, read_rows(request.POST)
    try:
        if do == "propose":
            services.propose_targets(**who, version=version, rows=rows)
        elif do == "take_back":
            services.take_back_targets(**who, version=version)
        else:
            services.save_targets(**who, version=version, rows=rows)
    except services.Unfit as fault:
        return _unfit(request, enrolment, code, rows, fault)
    except services.Refused as fault:
        return _refuse(request, enrolment, code, fault)
    except Conflict:
        return _clash(request, enrolment, code, rows, do)
    if not is_htmx(request):
        return redirect(f"{_address(enrolment, '?more=3' if do == 'add' else '')}#targets-{slug(code)}")
    plan = _find(plans_of(enrolment), code)
    context = {**_rights(request, enrolment), **_shown(plan), "at": timezone.now(), "oob": True}
    if do not in ("propose", "take_back"):
        return render(request, "evidence/_targets_told.html", context)
    response = render(request, "evidence/_targets_item.html", {**context, "oob": False})
    response.headers["HX-Retarget"] = f"#targets-{plan.slug}"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def _address(enrolment: Enrolment, query: str = "") -> str:
    return reverse("evidence:targets", args=[enrolment.pk]) + query


def _unfit(
    request: HttpRequest, enrolment: Enrolment, code: str, rows: list[dict[str, str]], fault: services.Unfit
) -> HttpResponse:
    """Everything that is wrong at once; what was typed stays where it is, for htmx on the page, else in the draft."""
    problems = [wording.target_problem(one) for one in fault.wrong]
    plan = _find(plans_of(enrolment), code)
    if is_htmx(request):
        context = {"plan": plan, "problems": problems, "refused": True}
        return render(request, "evidence/_targets_told.html", context, status=422)
    version = whole(request.POST.get("version")) or 0
    services.save_targets(actor=request.user, enrolment=enrolment, item_code=code, rows=rows, version=version)
    messages.error(request, _("Not proposed yet:") + " " + " ".join(problems))
    return redirect(f"{_address(enrolment)}#targets-{plan.slug}")


def _refuse(request: HttpRequest, enrolment: Enrolment, code: str, fault: services.Refused) -> HttpResponse:
    if is_htmx(request):
        return refused(request, fault)
    messages.error(request, wording.refusal(fault.code))
    return redirect(f"{_address(enrolment)}#targets-{slug(code)}")


def _clash(request: HttpRequest, enrolment: Enrolment, code: str, rows: list[dict[str, str]], do: str) -> HttpResponse:
    """Both versions side by side; nothing is written until one is chosen."""
    plan = _find(plans_of(enrolment), code)
    mine = targets.tidy_rows(rows)
    context = {"plan": plan, "mine": mine, "do": do, **_rights(request, enrolment)}
    whole_page = not is_htmx(request)
    template = "evidence/targets_clash.html" if whole_page else "evidence/_targets_clash.html"
    return render(request, template, context, status=409)
