"""What changes the tree of a draft: adding, moving, copying, deleting, taking back. POST only; each names the entry
that the page goes to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from appraisal_site.toolkit.htmx import is_htmx, trigger
from rubrics import policies, selectors
from rubrics.services import Refused, editing
from rubrics.views.clash import gone_words
from rubrics.views.guards import only_if, words_of

if TYPE_CHECKING:
    from rubrics.models import Rubric

FIRST = "0"
"""What a form says in place of the sibling to stand after, for the first place."""
STALE = ("not_draft", "changed_since", "nothing_to_undo", "no_parent")
"""Refusals that come of what others did meanwhile."""


@only_if(policies.may_write_rubrics)
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new, empty entry."""
    post = request.POST
    after = post.get("after", "") or editing.LAST

    def change(rubric: Rubric) -> tuple[str, str]:
        entry = editing.add_entry(
            actor=request.user,
            rubric=rubric,
            kind=post.get("kind", ""),
            parent=post.get("parent", "") or None,
            after=None if after == FIRST else after,
        )
        return entry.kind, entry.key

    return _change(request, pk, change)


@only_if(policies.may_write_rubrics)
@require_POST
def move(request: HttpRequest, pk: int, kind: str, key: str) -> HttpResponse:
    """One step by `direction`, or to a `parent` and `position`."""
    post = request.POST
    named: dict[str, Any] = {"kind": kind, "key": key, "version": post.get("version") or None}

    def change(rubric: Rubric) -> tuple[str, str]:
        common = {"actor": request.user, "rubric": rubric, **named}
        if "direction" in post:
            entry = editing.step_entry(**common, direction=post["direction"])
        else:
            entry = editing.move_entry(
                **common, parent=post.get("parent", "") or None, position=_place(post.get("position", ""))
            )
        return entry.kind, entry.key

    return _change(request, pk, change, at=(kind, key))


@only_if(policies.may_write_rubrics)
@require_POST
def duplicate(request: HttpRequest, pk: int, kind: str, key: str) -> HttpResponse:
    """A copy with all that stands below."""

    def change(rubric: Rubric) -> tuple[str, str]:
        version = request.POST.get("version") or None
        entry = editing.duplicate_entry(actor=request.user, rubric=rubric, kind=kind, key=key, version=version)
        return entry.kind, entry.key

    return _change(request, pk, change, at=(kind, key))


@only_if(policies.may_write_rubrics)
@require_POST
def delete(request: HttpRequest, pk: int, kind: str, key: str) -> HttpResponse:
    """Take an entry away with all that stands below; the answer carries the number by which it is undone."""
    detail: dict[str, Any] = {}

    def change(rubric: Rubric) -> tuple[str, str]:
        version = request.POST.get("version") or None
        made = editing.delete_entry(actor=request.user, rubric=rubric, kind=kind, key=key, version=version)
        detail["number"] = made.number
        return "", ""

    return _change(request, pk, change, detail=detail, at=(kind, key))


@only_if(policies.may_write_rubrics)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the last change, or the one whose `number` is posted."""

    def change(rubric: Rubric) -> tuple[str, str]:
        made = editing.undo(actor=request.user, rubric=rubric, number=request.POST.get("number") or None)
        return made.kind, made.key

    return _change(request, pk, change)


def _change(
    request: HttpRequest, pk: int, change: Callable[[Rubric], tuple[str, str]], *, detail: dict[str, Any] | None = None,
    at: tuple[str, str] = ("", ""),
) -> HttpResponse:  # fmt: skip
    """Do it and name the entry it came to, or say in a sentence why it was not done."""
    rubric = selectors.rubric_for(request.user, pk)
    try:
        kind, key = change(rubric)
    except Refused as refused:
        return _told(request, rubric, words_of(refused), 409 if refused.code in STALE else 422, at)
    except editing.Clash as clash:
        if clash.stored is not None:
            raise
        return _told(request, rubric, gone_words(), 409, at)
    if is_htmx(request):
        said = {"kind": kind, "key": key, "structure": True, **(detail or {})}
        return trigger(HttpResponse(status=204), "kp:rubric", said)
    return redirect(address_of(rubric, kind, key))


def _told(request: HttpRequest, rubric: Rubric, text: str, status: int, at: tuple[str, str]) -> HttpResponse:
    if is_htmx(request):
        return render(request, "rubrics/bench/_refused.html", {"text": text, "rubric": rubric}, status=status)
    messages.error(request, text)
    return redirect(address_of(rubric, *at))


def address_of(rubric: Rubric, kind: str = "", key: str = "") -> str:
    """The workbench, open at an entry where one is named; of what is published the page that shows it."""
    if rubric.state != "draft":
        return reverse("rubrics:rubric", args=[rubric.pk])
    bench = reverse("rubrics:workbench", args=[rubric.pk])
    return f"{bench}?at={kind}-{key}" if kind else bench


def _place(text: str) -> int:
    """A position as it is posted; what is no number is the last place."""
    return int(text) if text.isdecimal() and len(text) < 9 else 10**9
