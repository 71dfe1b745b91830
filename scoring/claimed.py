"""What a unit claims, in points, for the pages and papers of the room below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence.worth import Worth, offer
from scoring import selectors
from scoring.sheets import running

if TYPE_CHECKING:
    from rubrics.models import Enrolment

LANGUAGES = ("zh-hans", "en")


def declare() -> None:
    """Tell the room of sheets; called once when the app is loaded."""
    offer(worth_claimed)


def worth_claimed(enrolment: Enrolment, lang: str) -> Worth:
    """The self-assessed score: what the running score shows beside the sheet."""
    outcome = selectors.outcome_of_unit(enrolment, "self")
    unit = outcome.unit(enrolment.unit.code)
    score = running.summary(outcome.definition, unit, lang)
    clauses = {one.code: one.text for one in score.clauses}
    notes = {one: running.summary(outcome.definition, unit, one).note for one in LANGUAGES}
    return Worth(score.value, score.full, score.note, notes, dict(score.nodes), clauses)
