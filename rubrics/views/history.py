"""The history of a draft: every change, with what it said before and after, and a button to take it back."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rubrics import policies, selectors
from rubrics.selectors.history import PER_PAGE, history_of, rows_of
from rubrics.views.guards import only_if


@only_if(policies.may_list_rubrics)
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The changes, the last one first."""
    rubric = selectors.rubric_for(request.user, pk)
    page = Paginator(history_of(rubric), PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "rubric": rubric,
        "page": page,
        "rows": rows_of(rubric, page.object_list),
        "may_edit": policies.may_edit_rubric(request.user, rubric),
        "may_write": policies.may_write_rubrics(request.user),
    }
    return render(request, "rubrics/history.html", shown)
