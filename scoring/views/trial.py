"""One fact tried on one clause of a draft, beside the form that edits it: a fragment of the workbench."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from evidence.controls import controls_of
from rubrics import selectors as rubrics_selectors
from rubrics.selectors.drafts import draft_of, entry_of
from scoring import policies
from scoring.selectors.trial import CannotTry, Trial, can_be_tried, trial_of
from scoring.sheets import sentences
from scoring.sheets.numbers import short, signed
from scoring.views.common import lang

if TYPE_CHECKING:
    from rubrics.definition import CommonClause, Definition


@login_required
@require_GET
def show(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """What the fact in the address would move; without one, an example that shows the usual case."""
    if not policies.may_try_out(request.user):
        raise PermissionDenied
    rubric = rubrics_selectors.rubric_for(request.user, pk)
    entry = entry_of(rubric, "clause", key)
    definition = draft_of(rubric).definition
    clause = definition.clauses.get(entry.full_code) if definition is not None else None
    if definition is None or clause is None or not can_be_tried(clause):
        return render(request, "scoring/_trial.html", {"why_not": _why_not(clause)})
    said = _said(request, clause)
    modifiers = request.GET.getlist("modifiers")
    page: dict[str, Any] = {
        "rubric": rubric,
        "key": key,
        "clause": clause,
        "controls": controls_of(clause, clause.kind, said),
        "modifiers": [(entry.code, entry.title or entry.code, entry.code in modifiers) for entry in clause.modifiers],
    }
    try:
        page["result"] = _told(definition, entry.full_code, trial_of(definition, entry.full_code, said, modifiers))
    except CannotTry as fault:
        page["problems"] = [problem.text(lang()) for problem in fault.problems]
    return render(request, "scoring/_trial.html", page)


def _why_not(clause: CommonClause | None) -> str:
    """Which reason a template gives for having nothing to try."""
    return "unfinished" if clause is None else "compared"


def _said(request: HttpRequest, clause: CommonClause) -> dict[str, Any]:
    """The fields of the fact as texts: from the address, or those of an example."""
    names = [one.name for one in clause.kind.says(clause)]
    given: dict[str, Any] = {name: request.GET[name].strip() for name in names if request.GET.get(name, "").strip()}
    inputs = {
        name.removeprefix("inputs."): value.strip()
        for name, value in request.GET.items()
        if name.startswith("inputs.") and value.strip()
    }
    if inputs:
        given["inputs"] = inputs
    return given if request.GET else _example(clause)


def _example(clause: CommonClause) -> dict[str, Any]:
    """The usual case of what a clause asks: two occurrences, the first level, the most points."""
    found: dict[str, Any] = {}
    for one in clause.kind.says(clause):
        value = _EXAMPLES.get(one.holds, lambda clause: None)(clause)
        if value is not None and (one.required or one.name in ("count", "points")):
            found[one.name] = value
    return found


def _first_level(clause: Any) -> str | None:
    entries = getattr(clause, "levels", ()) or getattr(clause, "weights", ())
    return entries[0].code if entries else None


def _most_points(clause: Any) -> str | None:
    most = max(clause.choices, default=None) if getattr(clause, "choices", ()) else getattr(clause, "max", None)
    return None if most is None else str(most)


_EXAMPLES: Mapping[str, Any] = {
    "count": lambda clause: "1" if getattr(clause, "levels", ()) or getattr(clause, "weights", ()) else "2",
    "level": _first_level,
    "figure": _most_points,
}


def _told(definition: Definition, code: str, trial: Trial | None) -> dict[str, Any] | None:
    if trial is None:
        return None
    digits = definition.rounding.digits
    item = definition.items[code.rpartition(".")[0]]
    return {
        "points": signed(trial.line.points, digits),
        "lost": trial.line.points < 0 or trial.vetoed,
        "sentence": sentences.of_line(definition, trial.line, [trial.fact], lang()),
        "item": item.title or item.code,
        "before": short(trial.before),
        "after": short(trial.after),
        "full": short(item.points or 0),
        "vetoed": trial.vetoed,
    }
