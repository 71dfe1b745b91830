"""The settings of a cycle: its title, who hands sheets in, how much proof is taken."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appraisal_site.toolkit.conflicts import Conflict
from rubrics import policies, selectors, services
from rubrics.forms import SettingsForm
from rubrics.models import Cycle
from rubrics.views.guards import board_cycle, words_of


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and change them; where somebody else did meanwhile, what was typed stays and theirs stands beside it."""
    cycle = board_cycle(request, pk)
    if not policies.may_configure(request.user, cycle):
        raise PermissionDenied
    form = SettingsForm(request.POST or None, initial={**_stored(cycle), "version": cycle.version})
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_settings(actor=request.user, cycle=cycle, **form.cleaned_data)
        except services.Refused as refused:
            form.add_error(None, words_of(refused))
        except Conflict:
            return _clash(request, selectors.cycle_for(request.user, pk), form)
        else:
            if changed:
                messages.success(request, _("The settings are changed; the journal says what they were before."))
            else:
                messages.info(request, _("Nothing was changed; the settings are as they were."))
            return redirect("rubrics:board", cycle.pk)
    return _page(request, cycle, form, status=422 if form.errors else 200)


def _clash(request: HttpRequest, cycle: Cycle, form: SettingsForm) -> HttpResponse:
    """What was typed, on the version that is stored now: saving again writes it over what the other person settled."""
    again = SettingsForm({**form.data.dict(), "version": cycle.version})
    stored, typed = _stored(cycle), form.cleaned_data
    lines = [
        (str(form.fields[name].label), _words(typed[name]), _words(stored[name]))
        for name in stored
        if typed[name] != stored[name]
    ]
    return _page(request, cycle, again, lines=lines, clash=True, status=409)


def _page(request: HttpRequest, cycle: Cycle, form: SettingsForm, *, status: int, **more: Any) -> HttpResponse:
    return render(request, "rubrics/settings.html", {"cycle": cycle, "form": form, **more}, status=status)


def _stored(cycle: Cycle) -> dict[str, Any]:
    names = ("title", "head_may_delegate_submit", "unit_proof_limit", "proof_limit")
    return {name: getattr(cycle, name) for name in names}


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
