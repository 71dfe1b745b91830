"""Everything that is read of results; the only door for other rooms that want to know."""

from scoring.selectors.access import View, own_enrolments, result_for, results_for, stands_for, usual_stand
from scoring.selectors.burden import BurdenOutcome, ItemLine, burden_outcome
from scoring.selectors.inputs import Inputs, inputs_of
from scoring.selectors.outcomes import Outcome, outcome_of, outcome_of_unit, result_of, results_of
from scoring.selectors.runs import current_run, is_fresh, journal_head, runs_of

__all__ = [
    "BurdenOutcome",
    "Inputs",
    "ItemLine",
    "Outcome",
    "View",
    "burden_outcome",
    "current_run",
    "inputs_of",
    "is_fresh",
    "journal_head",
    "outcome_of",
    "outcome_of_unit",
    "own_enrolments",
    "result_for",
    "result_of",
    "results_for",
    "results_of",
    "runs_of",
    "stands_for",
    "usual_stand",
]
