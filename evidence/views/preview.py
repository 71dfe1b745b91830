"""The sheet of a rubric before anybody fills it in: for those who write the rubric and those who may read it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from evidence.selectors.preview import chosen_kind, preview_of, usual_kind
from rubrics import selectors as rubrics_selectors
from rubrics.selectors.annex import readable


@login_required
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet as a unit of the chosen kind sees it (``?series=&tag=&tag=&unit=``). Nothing here can be saved."""
    rubric = rubrics_selectors.rubric_for(request.user, pk)
    definition = readable(rubric)
    page = {"rubric": rubric, "state": rubric.get_state_display()}
    if definition is None:
        return render(request, "evidence/preview.html", page, status=409)
    asked = request.GET
    kind = (
        chosen_kind(definition, asked.get("series", ""), asked.getlist("tag"), asked.get("unit", ""))
        if asked
        else usual_kind(definition)
    )
    return render(request, "evidence/preview.html", {**page, "preview": preview_of(definition, kind)})
