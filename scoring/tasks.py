"""Long work of this app: ids in, one service call, safe to run twice."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rubrics import selectors as rubrics_selectors
from scoring import services
from scoring.selectors import tryout
from units import jobs


@jobs.handler(services.STORE)
def store_results(ids: dict[str, Any], *, actor: Any, progress: Any) -> str:
    """Store the results of one cycle in one stand."""
    cycle = rubrics_selectors.cycle_for(actor, ids["cycle"])
    run = services.store_run(actor=actor, cycle=cycle, stand=ids["stand"], progress=progress)
    return ngettext("Results of %(n)d unit stored.", "Results of %(n)d units stored.", run.units) % {"n": run.units}


@jobs.handler(services.TRY_OUT)
def try_out(ids: dict[str, Any], *, actor: Any, progress: Any) -> str:
    """Try a rubric on the records of a cycle or of a file; the page that asked finds what came out."""
    try:
        tryout.trial_of(tryout.source_of(actor, ids), progress)
    except tryout.FileGone:
        return _("The file is no longer at hand; please choose it again.")
    return _("Tried out.")
