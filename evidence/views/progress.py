"""The fragment of the cycle board that says how far each unit is."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from evidence import policies
from evidence.selectors.progress import progress_of
from rubrics import selectors as rubrics_selectors


@login_required
@require_GET
def show(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """Every unit with the state of its sheet, for those who oversee the cycle."""
    cycle = rubrics_selectors.cycle_for(request.user, cycle_pk)
    if not policies.may_see_progress(request.user, cycle):
        raise Http404
    lines = progress_of(cycle, timezone.now())
    total = {
        "units": len(lines),
        "submitted": sum(1 for line in lines if line.state in ("submitted", "ruled")),
        "claims": sum(line.claims for line in lines),
        "decided": sum(line.decided for line in lines),
    }
    return render(request, "evidence/progress.html", {"lines": lines, "total": total})
