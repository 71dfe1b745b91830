"""What this app shows beside the tasks of the home page: to a unit's own people, their running score."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from scoring import selectors
from scoring.sheets import page, running


def entries(user: Any, cycle: Any) -> list[dict[str, Any]]:
    """The self-assessed score of the one unit that the person acts for."""
    own = selectors.own_enrolments(user, cycle) if cycle is not None else []
    if len(own) != 1:
        return []
    outcome = selectors.outcome_of_unit(own[0], "self")
    unit, lang = outcome.unit(own[0].unit.code), get_language() or "zh-hans"
    return [
        {
            "template": "scoring/_own_score.html",
            "score": running.summary(outcome.definition, unit, lang),
            "scale": page.filled(outcome.definition, unit, lang),
            "url": reverse("scoring:why", args=[own[0].pk]),
        }
    ]
