"""Two people changed one entry: both versions side by side, and nothing is written before one is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appraisal_site.toolkit.htmx import is_htmx
from rubrics.definition.entries import fields_of
from rubrics.selectors.differences.words import Piece, Teller, both
from rubrics.selectors.drafts import draft_of, last_change_of
from rubrics.selectors.entries import find_entry

if TYPE_CHECKING:
    from rubrics.models import Rubric
    from rubrics.selectors.drafts import Entry


@dataclass(frozen=True)
class Line:
    """A field in which the two versions differ."""

    label: str
    mine: tuple[Piece, ...]
    theirs: tuple[Piece, ...]


def clash(request: HttpRequest, rubric: Rubric, kind: str, key: str, *, mine: Mapping[str, Any]) -> HttpResponse:
    """409 with what was typed beside what is stored; a fragment for htmx, else a page that keeps what was posted."""
    stored = find_entry(rubric, kind, key)
    page = {
        "rubric": rubric,
        "kind": kind,
        "key": key,
        "stored": stored,
        "gone": gone_words(),
        "lines": lines_of(rubric, kind, key, mine, stored),
        "change": last_change_of(rubric, kind, key),
    }
    if is_htmx(request):
        answer = render(request, "rubrics/bench/_clash.html", page, status=409)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#entry-answer", "innerHTML"
        return answer
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("version", "csrfmiddlewaretoken")
    ]
    return render(request, "rubrics/clash.html", {**page, "kept": kept, "whole": True}, status=409)


def lines_of(
    rubric: Rubric, kind: str, key: str, mine: Mapping[str, Any], stored: Entry | None
) -> list[Line]:  # fmt: skip
    """The fields that differ, both values in words; all that was typed where the entry is gone."""
    theirs: Mapping[str, Any] = {} if stored is None else stored.shape
    section = key if kind == "head" else ""
    fields = {field.name: field for shape in (theirs, mine) for field in fields_of(kind, shape, section=section)}
    definition = draft_of(rubric).definition
    teller = None if definition is None else Teller(definition, definition)
    lines = []
    for name in dict.fromkeys([*fields, *mine, *theirs]):
        one, other = mine.get(name), theirs.get(name)
        if one == other:
            continue
        field = fields.get(name)
        words = [str(each or "–") if teller is None else teller.value(field, each) for each in (one, other)]
        label = name if field is None else field.title_in(get_language() or "zh-hans")
        lines.append(Line(label, *both(*words)))
    return lines


def gone_words() -> str:
    return _("It was deleted meanwhile by somebody else. Undo that in the history to go on.")
