"""The list of rubrics, and one rubric as a printed form."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rubrics import policies, selectors
from rubrics.models import Rubric
from rubrics.selectors import differences, outlines, process
from rubrics.selectors.readiness import in_fours, readiness_of, workbench_url
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
    definition = differences.definition_shown(rubric)
    may_publish = policies.may_publish_rubric(request.user, rubric)
    ready = readiness_of(rubric) if rubric.state == Rubric.State.DRAFT else None
    page = {
        "rubric": rubric,
        "state": rubric.get_state_display(),
        "fingerprint": in_fours(rubric.fingerprint),
        "since": differences.summary_of(rubric, request.user),
        "ready": ready,
        "bench_url": workbench_url(rubric) if may_publish else "",
        "may_publish": may_publish,
        "why_not": ready.why_not if may_publish and ready else "",
        "may_write": policies.may_write_rubrics(request.user),
        "may_retire": policies.may_retire_rubric(request.user, rubric),
        "may_start": policies.may_start_cycle(request.user) and rubric.state == Rubric.State.PUBLISHED,
    }
    if definition is None:
        return render(request, "rubrics/unreadable.html", page)
    page |= {
        "summary": outlines.summary_of(definition),
        "rows": outlines.rows_of(definition),
        "outline": [row for row in outlines.rows_of(definition) if row.kind == "category" and row.deep == 1],
        "panels": process.panels_of(definition),
        "gradings": process.gradings_of(definition),
        "facts": process.process_facts_of(definition),
        "demands": process.demands_of(definition),
        "deadlines": process.deadlines_of(definition),
        "prerequisites": process.prerequisites_of(definition),
        "providers": [provider.title or provider.code for provider in definition.providers],
    }
    return render(request, "rubrics/rubric.html", page)
