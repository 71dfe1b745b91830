"""What the people of the demonstration have claimed, found and decided so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from evidence import services as evidence_services
from evidence.facts import Fact as FactRecord
from evidence.facts import Facts, UnitFacts, read_facts
from rubrics import selectors as rubrics_selectors
from scoring.demo import proof, schedule
from scoring.demo.plan import CyclePlan

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from rubrics.models import Cycle, Enrolment
    from units.models import User

REFUSED = "refused"
"""The id of a claim that the facts file does not have, since it was refused."""


@dataclass(frozen=True)
class Story:
    """One cycle while it is being filled: what is in it, who is there, and what time it is."""

    plan: CyclePlan
    cycle: Cycle
    definition: Definition
    users: Mapping[str, User]
    now: datetime

    def clerk(self, code: str) -> User:
        """Who fills in the unit's sheet."""
        return self.users[self.plan.prefix + code]

    def reviewer(self, series: str | None) -> User | None:
        """Who decided about the units of a series, where anybody has."""
        return self.users.get(self.plan.reviewer_of(series or ""))

    def submitted_at(self, place: int, places: int) -> datetime | None:
        """When the unit at that place handed its sheet in; None where no sheets are asked for."""
        phase = rubrics_selectors.schedule_of(self.cycle).phase("self_assessment")
        if phase is None:
            return None
        until = min(phase.closes_at, self.now - timedelta(days=2))
        return schedule.within(phase.opens_at, until, place, places)


def fill(
    plan: CyclePlan, cycle: Cycle, users: Mapping[str, User], data: Mapping[str, Any], now: datetime
) -> dict[str, int]:
    """Everything recorded in one cycle; how many units there are and how many facts."""
    definition = rubrics_selectors.definition_of(cycle.rubric)
    facts, problems = read_facts(data, definition)
    if facts is None:
        raise ValueError("; ".join(f"{plan.rubric}: {problem.place}: {problem.text('en')}" for problem in problems))
    story = Story(plan, cycle, definition, users, now)
    enrolments = {row.unit.code: row for row in rubrics_selectors.enrolments_in(cycle)}
    count = 0
    for place, unit in enumerate(facts.units):
        row = enrolments[plan.prefix + unit.code]
        if unit.code in plan.confirmed:
            proof.confirm(row, story.clerk(unit.code), now - timedelta(days=1), plan.confirmed[unit.code])
        if unit.code not in plan.untouched:
            count += _fill_unit(story, row, unit, place, len(facts.units))
    _rate(story, facts, enrolments)
    return {"units": len(facts.units), "facts": count}


def _fill_unit(story: Story, enrolment: Enrolment, unit: UnitFacts, place: int, places: int) -> int:
    """One unit's proof, claims and what others recorded; the number of its facts."""
    plan = story.plan
    sheet = story.submitted_at(place, places)
    silent = plan.claims == "none" or unit.series in plan.silent or sheet is None
    claims = [] if silent else [fact for fact in unit.facts if _is_claimed(story, fact)]
    others = [fact for fact in unit.facts if fact not in claims and fact.id not in plan.found]
    if not silent:
        proof.confirm(enrolment, story.clerk(unit.code), sheet - timedelta(days=1))
        proof.attach(plan, enrolment, unit.code, story.clerk(unit.code))
        _claim(story, enrolment, unit, claims, sheet)
    for provider, provided in _by_provider(story, unit, others).items():
        recorded = evidence_services.Recorded(provided_by=story.users.get(provider))
        evidence_services.load_records(actor=None, enrolment=enrolment, facts=provided, recorded=recorded)
    for fact in unit.facts:
        if fact.id in plan.found:
            _find(story, enrolment, unit, fact)
    return len(unit.facts)


def _by_provider(story: Story, unit: UnitFacts, facts: Iterable[FactRecord]) -> dict[str, list[FactRecord]]:
    """The facts by the user name of the provider who recorded them, "" where no account of theirs is shown."""
    plan, found = story.plan, defaultdict(list)
    for fact in facts:
        codes = story.definition.providers_of(fact.clause, unit.series)
        units = [code for provider in codes for code in plan.providers.get(provider, ()) if code in plan.data]
        found[f"{plan.prefix}{units[0]}-data" if units else ""].append(fact)
    return found


def _is_claimed(story: Story, fact: FactRecord) -> bool:
    if fact.id in story.plan.found:
        return False
    return story.plan.claims == "all" or story.definition.clauses[fact.clause].effect in ("award", "record")


def _claim(
    story: Story, enrolment: Enrolment, unit: UnitFacts, claims: Iterable[FactRecord], sheet: datetime | None
) -> None:
    """The unit's sheet: begun only, or handed in, and decided where reviewing has begun."""
    plan, reviewer = story.plan, story.reviewer(unit.series)
    said = [_as_claimed(plan, fact) for fact in claims] + _refused(story, unit.code)
    begun = unit.code in plan.begun
    rows = evidence_services.load_records(
        actor=None,
        enrolment=enrolment,
        facts=said[: len(said) // 2 + 1] if begun else said,
        recorded=evidence_services.Recorded(
            claimed_by=story.clerk(unit.code),
            submitted_at=None if begun else sheet,
            decided_by=reviewer,
            decided_at=sheet + timedelta(days=2) if sheet else None,
            undecided=frozenset([*plan.corrected, REFUSED]),
        ),
    )
    if begun or reviewer is None:
        return
    right = {fact.id: fact for fact in claims}
    for row, fact in zip(rows, said, strict=True):
        if fact.id in plan.corrected:
            reason = plan.corrected[fact.id]["reason"]
            evidence_services.decide(
                actor=reviewer, fact=row, version=row.version, verdict="changed", reason=reason,
                said=_said(right[fact.id]),
            )  # fmt: skip
        elif fact.id == REFUSED:
            evidence_services.decide(
                actor=reviewer, fact=row, version=row.version, verdict="rejected", reason=fact.reason
            )


def _as_claimed(plan: CyclePlan, fact: FactRecord) -> FactRecord:
    """The fact as the unit had put it before it was corrected."""
    if fact.id not in plan.corrected:
        return fact
    return fact._replace(**{name: _typed(value) for name, value in plan.corrected[fact.id]["said"].items()})


def _refused(story: Story, code: str) -> list[FactRecord]:
    """Claims of the unit that came to nothing."""
    year = story.cycle.year
    return [
        FactRecord(
            clause=entry["clause"],
            id=REFUSED,
            date=date.fromisoformat(f"{year}-{entry['date']}"),
            note=entry["note"],
            reason=entry["reason"],
            **{name: _typed(value) for name, value in entry["said"].items()},
        )
        for entry in story.plan.refused
        if entry["unit"] == code
    ]


def _typed(value: Any) -> Any:
    """Whole numbers as they are, others exact."""
    return value if isinstance(value, (int, str)) else Decimal(value)


SAID = ("count", "level", "value", "baseline", "points", "target", "rank", "of", "inputs", "score")


def _said(fact: FactRecord) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in SAID if getattr(fact, name) is not None}


def _find(story: Story, enrolment: Enrolment, unit: UnitFacts, fact: FactRecord) -> None:
    """A fact that the reviewers recorded themselves."""
    reviewer = story.reviewer(unit.series)
    if reviewer is None:
        raise ValueError(f"{fact.id} was found by a reviewer, and {unit.code} has none")
    extras = {"date": fact.date, "matter": fact.matter, "note": fact.note, "modifiers": list(fact.modifiers)}
    claim = evidence_services.Claim(said=_said(fact), extras=extras)
    evidence_services.record_fact(
        actor=reviewer, enrolment=enrolment, clause_code=fact.clause, claim=claim, origin="reviewer"
    )


def _rate(story: Story, facts: Facts, enrolments: Mapping[str, Enrolment]) -> None:
    if facts.ratings:
        prefix = story.plan.prefix
        ratings = [replace_unit(rating._asdict(), prefix) for rating in facts.ratings]
        evidence_services.load_ratings(actor=None, cycle=story.cycle, ratings=ratings, enrolments=enrolments)


def replace_unit(rating: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The ballots for the unit as the house calls it."""
    return {**rating, "unit": prefix + rating["unit"]}
