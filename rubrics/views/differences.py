"""Any two versions of rubrics beside each other: what came, what went, what is otherwise."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rubrics import selectors
from rubrics.differences import MANNERS
from rubrics.models import Rubric
from rubrics.selectors import differences

VIEWS = ("list", "sides")


@login_required
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """``with`` names the other version (else the one before it), ``manner`` what is shown, ``view`` how."""
    rubric = selectors.rubric_for(request.user, pk)
    versions = differences.versions_for(request.user, rubric)
    other = _other(request, rubric, versions)
    view = request.GET.get("view") if request.GET.get("view") in VIEWS else "list"
    manner = request.GET.get("manner", "") if request.GET.get("manner") in MANNERS else ""
    context = {
        "rubric": rubric,
        "other": other,
        "view": view,
        "manner": manner,
        "choices": [
            {"pk": one.pk, "title": label(one), "same": one.code == rubric.code, "chosen": one == other}
            for one in versions
        ],
    }
    if other is not None:
        context |= _compared(rubric, other, view, manner)
    return render(request, "rubrics/differences.html", context)


def _other(request: HttpRequest, rubric: Rubric, versions: list[Rubric]) -> Rubric | None:
    wanted = request.GET.get("with", "")
    if not wanted:
        before = differences.predecessor_of(rubric, request.user)
        return before or next(iter(versions), None)
    found = next((one for one in versions if str(one.pk) == wanted), None)
    if found is None:
        raise Http404
    return found


def _compared(rubric: Rubric, other: Rubric, view: str, manner: str) -> dict[str, object]:
    old, new = differences.definition_shown(other), differences.definition_shown(rubric)
    if old is None or new is None:
        return {"unreadable": other if old is None else rubric}
    found = differences.differences_of(other, rubric)
    page = differences.page_of(old, new, found, manner)
    added, changed, removed = differences.counted(found)
    return {
        "page": page,
        "added": added,
        "changed": changed,
        "removed": removed,
        "other_label": label(other),
        "own_label": label(rubric),
        "tabs": [
            {"url": _address(rubric, other, view, one.code), "words": one.words, "count": one.count, "on": one.chosen}
            for one in page.filters
        ],
        "list_url": _address(rubric, other, "list", manner),
        "sides_url": _address(rubric, other, "sides", manner),
        "swap_url": _address(other, rubric, view, ""),
    }


def _address(rubric: Rubric, other: Rubric, view: str, manner: str) -> str:
    said = {"with": other.pk} | ({"view": view} if view != "list" else {}) | ({"manner": manner} if manner else {})
    return f"{reverse('rubrics:differences', args=[rubric.pk])}?{urlencode(said)}"


def label(rubric: Rubric) -> str:
    """A version as it stands in a list: title, year, edition, state."""
    parts = [rubric.title, str(rubric.year)]
    if rubric.edition > 1:
        parts.append(_("edition %(n)s") % {"n": rubric.edition})
    if rubric.state != Rubric.State.PUBLISHED:
        parts.append(str(rubric.get_state_display()))
    return " · ".join(parts)
