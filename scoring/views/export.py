from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from appraisal_site.toolkit.xlsx import answer
from scoring import policies, selectors
from scoring.views.common import STANDS, asked_stand, lang
from scoring.workbook import About, build


@login_required
@require_GET
def workbook(request: HttpRequest, cycle_pk: int) -> HttpResponseBase:
    """The ranked result workbook of the cycle as it stands now."""
    now = timezone.now()
    view = selectors.results_for(request.user, cycle_pk)
    if not policies.may_export(request.user, view.cycle):
        raise Http404
    stand = asked_stand(request, list(STANDS), selectors.usual_stand(view.cycle, now))
    outcome = selectors.outcome_of(view.cycle, stand)
    about = About(
        title=view.cycle.title,
        stand=stand,
        made_at=timezone.localtime(now),
        fingerprint=view.cycle.rubric.fingerprint,
        journal_head=selectors.journal_head(view.cycle),
    )
    made = build(outcome.result, outcome.definition, outcome.facts, lang(), about)
    return answer(made, f"{view.cycle.code}-{stand}-{timezone.localtime(now):%Y%m%d}.xlsx")
