from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from scoring import selectors
from scoring.sheets import page, running
from scoring.views.common import asked_stand, lang


@login_required
@require_GET
def head(request: HttpRequest, enrolment_pk: int) -> HttpResponse:
    """The running score of a sheet as a fragment, with the values that score.js writes into the page around it."""
    enrolment, allowed = selectors.result_for(request.user, enrolment_pk, timezone.now())
    stand = asked_stand(request, allowed, "self")
    outcome = selectors.outcome_of_unit(enrolment, stand)
    unit = outcome.unit(enrolment.unit.code)
    context = {
        "score": running.summary(outcome.definition, unit, lang()),
        "scale": page.running(outcome.definition, unit, lang()),
    }
    return render(request, "scoring/_score.html", context)
