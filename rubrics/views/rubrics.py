"""The list of rubrics, and one rubric as a printed form."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rubrics import policies, selectors
from rubrics.models import Rubric
from rubrics.selectors import outlines, process
from rubrics.selectors.rubrics import with_counts

TAGS = {"draft": ("now", "edit"), "published": ("done", "lock"), "retired": ("", "pack")}


@login_required
@require_GET
def rubric_list(request: HttpRequest) -> HttpResponse:
    """The rubrics the person may see, with their states."""
    rows = [_listed(rubric) for rubric in with_counts(selectors.rubrics_for(request.user))]
    page = {"rows": rows, "may_write": policies.may_write_rubrics(request.user)}
    return render(request, "rubrics/rubric_list.html", page)


def _listed(rubric: Rubric) -> dict[str, object]:
    state, icon = TAGS[rubric.state]
    return {
        "rubric": rubric,
        "state": rubric.get_state_display(),
        "tag": state,
        "icon": icon,
        "edition": rubric.edition if rubric.edition > 1 else "",
        "clauses": rubric.clause_count,
        "cycles": rubric.cycle_count,
        "fingerprint": rubric.fingerprint[:12],
        "day": rubric.published_at or rubric.created_at,
    }


@login_required
@require_GET
def rubric_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole rubric: marks, tree with every clause in words, panels, gradings, procedure, fingerprint."""
    rubric = selectors.rubric_for(request.user, pk)
    definition = selectors.definition_of(rubric)
    summary = outlines.summary_of(definition)
    may_publish = policies.may_publish_rubric(request.user, rubric)
    page = {
        "rubric": rubric,
        "state": rubric.get_state_display(),
        "summary": summary,
        "rows": outlines.rows_of(definition),
        "outline": [row for row in outlines.rows_of(definition) if row.kind == "category" and row.deep == 1],
        "panels": process.panels_of(definition),
        "gradings": process.gradings_of(definition),
        "facts": process.process_facts_of(definition),
        "demands": process.demands_of(definition),
        "deadlines": process.deadlines_of(definition),
        "prerequisites": process.prerequisites_of(definition),
        "providers": [provider.title or provider.code for provider in definition.providers],
        "fingerprint": _in_fours(rubric.fingerprint),
        "may_publish": may_publish,
        "why_not": _why_not(len(summary.open)) if may_publish and summary.open else "",
        "may_write": policies.may_write_rubrics(request.user),
        "may_retire": policies.may_retire_rubric(request.user, rubric),
        "may_start": policies.may_start_cycle(request.user) and rubric.state == Rubric.State.PUBLISHED,
    }
    return render(request, "rubrics/rubric.html", page)


def _why_not(count: int) -> str:
    return _("%(n)s figures are open; they have to be filled in first") % {"n": count}


def _in_fours(fingerprint: str) -> str:
    return " ".join(fingerprint[place : place + 4] for place in range(0, len(fingerprint), 4))
