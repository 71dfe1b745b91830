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
from rubrics.selectors.drafts import draft_of, last_change_of, shape_at
from rubrics.selectors.entries import find_entry
from rubrics.services.editing import as_version

if TYPE_CHECKING:
    from rubrics.models import Rubric
    from rubrics.selectors.drafts import Entry


@dataclass(frozen=True)
class Line:
    """A field in which the two versions differ; `mine` is empty where only the other person changed it."""

    label: str
    mine: tuple[Piece, ...]
    theirs: tuple[Piece, ...]


def clash(request: HttpRequest, rubric: Rubric, kind: str, key: str, *, mine: Mapping[str, Any]) -> HttpResponse:
    """409 with what was typed beside what is stored: a fragment for htmx, else a page that keeps what was posted."""
    stored = find_entry(rubric, kind, key)
    version = as_version(request.POST.get("base") or request.POST.get("version", "")) or 0
    base = None if stored is None else shape_at(rubric, kind, key, version)
    page = {
        "rubric": rubric,
        "kind": kind,
        "key": key,
        "stored": stored,
        "base": version,
        "gone": gone_words(),
        "lines": lines_of(rubric, kind, key, mine, stored, base),
        "change": last_change_of(rubric, kind, key),
    }
    if is_htmx(request):
        answer = render(request, "rubrics/bench/_clash.html", page, status=409)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#entry-answer", "innerHTML show:#entry-answer:top"
        return answer
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("version", "base", "csrfmiddlewaretoken")
    ]
    return render(request, "rubrics/clash.html", {**page, "kept": kept, "whole": True}, status=409)


def over_stored(rubric: Rubric, stored: Entry, mine: Mapping[str, Any], version: str) -> dict[str, Any]:
    """What is stored with what was changed since `version` on top; all that was typed where the history is silent."""
    base = shape_at(rubric, stored.kind, stored.key, as_version(version) or 0)
    if base is None:
        return dict(mine)
    touched = {name for name in (*mine, *base) if mine.get(name) != base.get(name)}
    kept = {name: value for name, value in stored.shape.items() if name not in touched}
    return {**kept, **{name: value for name, value in mine.items() if name in touched}}


def lines_of(
    rubric: Rubric, kind: str, key: str, mine: Mapping[str, Any], stored: Entry | None,
    base: Mapping[str, Any] | None = None,
) -> list[Line]:  # fmt: skip
    """The fields that differ, both values in words; all that was typed where the entry is gone.

    Where it is known what the entry said when it was opened (`base`), a field that was left alone is not one's own.
    """
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
        untouched = base is not None and one == base.get(name)
        own, stands = both(*words)
        lines.append(Line(label, () if untouched else own, stands))
    return lines


def gone_words() -> str:
    return _("It was deleted meanwhile by somebody else. Undo that in the history to go on.")
