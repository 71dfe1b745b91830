"""Results as they are now: kept in memory by what they were made from, so that none is stale. Nothing is written."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from rubrics import selectors as rubrics_selectors
from scoring.engine import ENGINE_VERSION, Result, UnitResult, evaluate, plan_of
from scoring.selectors.inputs import MEMBERS, Inputs, asked_grades, inputs_of, inputs_of_unit, linked_sources

if TYPE_CHECKING:
    from evidence.facts import Facts, UnitFacts
    from rubrics.definition import Definition
    from rubrics.models import Cycle, Enrolment

KEPT = 6
"""Whole results kept in memory; each is found by all that it depends on."""

Key = tuple[int, datetime, str, int, str, str]
_known: OrderedDict[Key, Outcome] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Outcome:
    """A result with what it was made from; `version` is the sum of the records' versions at that moment."""

    definition: Definition
    facts: Facts
    result: Result
    version: int
    is_whole: bool

    def unit(self, code: str) -> UnitResult:
        """One unit's result; raises KeyError."""
        return self.result.unit(code)

    def records(self, code: str) -> UnitFacts:
        """What was recorded about one unit; raises KeyError."""
        for unit in self.facts.units:
            if unit.code == code:
                return unit
        raise KeyError(code)


def outcome_of(cycle: Cycle, stand: str) -> Outcome:
    """The whole cycle in one stand (self, provisional, final), worked out from the records as they are."""
    version = rubrics_selectors.records_version_of(cycle)
    key = _key(cycle, stand, version)
    known = _recall(key)
    if known is not None:
        return known
    inputs = inputs_of(cycle, stand)
    outcome = _worked_out(inputs, version, is_whole=True)
    if not _depends_on_others(inputs.definition):
        _keep(key, outcome)
    return outcome


def outcome_of_unit(enrolment: Enrolment, stand: str) -> Outcome:
    """An outcome that holds at least this unit. Its place and grade are right only where `is_whole`.

    Where no clause compares units, the unit alone is read and worked out, unless the whole is at hand.
    """
    cycle = enrolment.cycle
    version = rubrics_selectors.records_version_of(cycle)
    known = _recall(_key(cycle, stand, version))
    if known is not None:
        return known
    if compares_units(rubrics_selectors.definition_of(cycle.rubric)):
        return outcome_of(cycle, stand)
    return _worked_out(inputs_of_unit(enrolment, stand), version, is_whole=False)


def results_of(cycle: Cycle, stand: str = "final") -> Result:
    """The result of every unit of a cycle."""
    return outcome_of(cycle, stand).result


def result_of(enrolment: Enrolment, stand: str) -> UnitResult:
    """One unit's result with its place and grade."""
    return outcome_of(enrolment.cycle, stand).unit(enrolment.unit.code)


def compares_units(definition: Definition) -> bool:
    """Whether one unit's points can depend on another's records."""
    plan = plan_of(definition)
    members = any(MEMBERS in getattr(clause, "source", ()) for clause in definition.clauses.values())
    return bool(plan.comparing) or plan.has_means or members


def _depends_on_others(definition: Definition) -> bool:
    """Whether results of other cycles go in, whose changes this cycle's version does not show."""
    return bool(linked_sources(definition) or asked_grades(definition))


def _worked_out(inputs: Inputs, version: int, *, is_whole: bool) -> Outcome:
    result = evaluate(inputs.definition, inputs.facts)
    return Outcome(inputs.definition, inputs.facts, result, version, is_whole)


def _key(cycle: Cycle, stand: str, version: int) -> Key:
    """All that a result depends on; the moment of the cycle's birth tells cycles of two databases apart."""
    return (cycle.pk, cycle.created_at, stand, version, cycle.rubric.fingerprint, ENGINE_VERSION)


def _recall(key: Key) -> Outcome | None:
    with _lock:
        known = _known.get(key)
        if known is not None:
            _known.move_to_end(key)
        return known


def _keep(key: Key, outcome: Outcome) -> None:
    with _lock:
        _known[key] = outcome
        while len(_known) > KEPT:
            _known.popitem(last=False)
