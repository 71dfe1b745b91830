"""Long work of this app: ids in, one service call, safe to run twice."""

from __future__ import annotations

from typing import Any

from django.utils.translation import ngettext

from rubrics import selectors as rubrics_selectors
from scoring import services
from units import jobs


@jobs.handler(services.STORE)
def store_results(ids: dict[str, Any], *, actor: Any, progress: Any) -> str:
    """Store the results of one cycle in one stand."""
    cycle = rubrics_selectors.cycle_for(actor, ids["cycle"])
    run = services.store_run(actor=actor, cycle=cycle, stand=ids["stand"], progress=progress)
    return ngettext("Results of %(n)d unit stored.", "Results of %(n)d units stored.", run.units) % {"n": run.units}
