"""Moving a running cycle to a later edition of its rubric: what it would do, then the confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from evidence import services, wording
from evidence.forms import AdoptForm, whole
from evidence.selectors.impact import impact_of
from evidence.selectors.impactpage import page_of
from rubrics import policies as rubrics_policies
from rubrics import selectors as rubrics_selectors
from rubrics import services as rubrics_services
from rubrics.selectors import differences
from rubrics.wording import refusal

if TYPE_CHECKING:
    from rubrics.models import Cycle, Rubric


@sensitive_post_parameters("password")
@login_required
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """``to`` names the edition, the newest where it is left out; nothing happens before reason and password."""
    cycle = rubrics_selectors.cycle_for(request.user, pk)
    if not rubrics_policies.may_change_rubric(request.user, cycle):
        raise PermissionDenied
    editions = rubrics_selectors.newer_editions(cycle.rubric)
    if request.method == "GET":
        return _page(request, cycle, editions, _chosen(editions, request.GET.get("to")))
    form = AdoptForm(request.POST)
    chosen = _chosen(editions, request.POST.get("to"))
    if chosen is None:
        messages.error(request, refusal("not_newer"))
        return redirect("evidence:adopt", pk)
    if form.is_valid() and not _is_own_password(request, form.cleaned_data["password"]):
        form.add_error("password", _("This is not your password."))
    if not form.is_valid():
        return _page(request, cycle, editions, chosen, form, status=422)
    return _adopt(request, cycle, chosen, form)


def _chosen(editions: list[Rubric], wanted: str | None) -> Rubric | None:
    """The edition that was asked for, the newest where none was; nothing where there is no such edition."""
    if not wanted:
        return editions[0] if editions else None
    return next((one for one in editions if one.pk == whole(wanted)), None)


def _is_own_password(request: HttpRequest, password: str) -> bool:
    return authenticate(request, username=request.user.get_username(), password=password) == request.user


def _adopt(request: HttpRequest, cycle: Cycle, rubric: Rubric, form: AdoptForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        done = services.adopt_rubric(
            actor=request.user,
            cycle=cycle,
            rubric=rubric,
            version=data["version"],
            reason=data["reason"],
            expected=data["expected"],
        )
    except services.Refused as fault:
        words = refusal("changed") if fault.code == "changed" else wording.refusal(fault.code)
        return _refused(request, cycle.pk, rubric, data["reason"], words)
    except rubrics_services.Refused as fault:
        return _refused(request, cycle.pk, rubric, data["reason"], refusal(fault.code, **fault.params))
    text = ngettext(
        "The cycle runs the new version. %(n)d decision is back in the queue.",
        "The cycle runs the new version. %(n)d decisions are back in the queue.",
        done.reopened,
    )
    messages.success(request, text % {"n": done.reopened})
    return redirect("rubrics:board", cycle.pk)


def _refused(request: HttpRequest, pk: int, rubric: Rubric, reason: str, words: str) -> HttpResponse:
    """Nothing was done: the page as the records are now, with the reason that was typed."""
    cycle = rubrics_selectors.cycle_for(request.user, pk)
    form = AdoptForm(initial=_initial(cycle, rubric, "") | {"reason": reason})
    messages.error(request, words)
    return _page(request, cycle, rubrics_selectors.newer_editions(cycle.rubric), rubric, form, status=422)


def _initial(cycle: Cycle, rubric: Rubric, seal: str) -> dict[str, Any]:
    return {"to": rubric.pk, "version": cycle.version, "expected": seal}


def _page(
    request: HttpRequest,
    cycle: Cycle,
    editions: list[Rubric],
    chosen: Rubric | None,
    form: AdoptForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"cycle": cycle, "editions": editions, "chosen": chosen}
    if chosen is not None:
        impact = impact_of(cycle, cycle.rubric, chosen)
        form = form or AdoptForm(initial=_initial(cycle, chosen, impact.seal))
        if form.is_bound:
            form.data = {**form.data.dict(), "expected": impact.seal, "version": cycle.version}
        else:
            form.initial["expected"] = impact.seal
        added, changed, removed = differences.counted(differences.differences_of(cycle.rubric, chosen))
        context |= {
            "impact": page_of(impact),
            "form": form,
            "added": added,
            "changed": changed,
            "removed": removed,
            "differences_url": f"{reverse('rubrics:differences', args=[chosen.pk])}?with={cycle.rubric_id}",
        }
    return render(request, "evidence/adopt.html", context, status=status)
