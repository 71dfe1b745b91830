"""Units: list, one with its people, adding and changing by hand."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from units import policies, selectors, services
from units.forms import UnitForm
from units.views.guards import only_if

PER_PAGE = 100


def _may_list(user: object) -> bool:
    return policies.may_manage_units(user) or policies.is_auditor(user)


@only_if(_may_list)
@require_GET
def unit_list(request: HttpRequest) -> HttpResponse:
    """All units, with how many people act for each."""
    words = request.GET.get("q", "").strip()[:80]
    page = Paginator(selectors.search_units(request.user, words), PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "words": words,
        "query": f"q={words}&" if words else "",
        "may_manage": policies.may_manage_units(request.user),
    }
    return render(request, "units/unit_list.html", shown)


@login_required
@require_GET
def unit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit and who acts for it."""
    unit = selectors.unit_for(request.user, pk)
    rows = [
        {
            "person": membership.user,
            "role": selectors.role_name(membership.role),
            "since": membership.since,
            "until": membership.until,
        }
        for membership in selectors.memberships_of_unit(unit)
    ]
    shown = {
        "unit": unit,
        "present": [row for row in rows if row["until"] is None],
        "former": [row for row in rows if row["until"] is not None],
        "may_manage": policies.may_manage_units(request.user),
    }
    return render(request, "units/unit.html", shown)


@only_if(policies.may_manage_units)
@require_http_methods(["GET", "POST"])
def unit_new(request: HttpRequest) -> HttpResponse:
    """Add a unit by hand."""
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        unit = services.create_unit(actor=request.user, **form.cleaned_data)
        messages.success(request, _("{title} is in the list of units.").format(title=unit.title))
        return redirect("units:unit", unit.pk)
    return render(request, "units/unit_form.html", {"form": form}, status=422 if form.errors else 200)


@only_if(policies.may_manage_units)
@require_http_methods(["GET", "POST"])
def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change title, short title or level, or take the unit out of use; the code stays."""
    unit = selectors.unit_for(request.user, pk)
    if request.method == "POST" and "active" in request.POST:
        services.change_unit(actor=request.user, unit=unit, is_active=request.POST["active"] == "yes")
        return redirect("units:unit", unit.pk)
    form = UnitForm(request.POST or None, instance=unit)
    form.fields["code"].disabled = True
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in ("title", "short_title", "level")}
        services.change_unit(actor=request.user, unit=unit, **changes)
        return redirect("units:unit", unit.pk)
    return render(request, "units/unit_form.html", {"form": form, "unit": unit}, status=422 if form.errors else 200)
