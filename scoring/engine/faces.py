"""Step 2: what each fact is worth by its clause's basis, then escalation, modifiers and share."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evidence.facts import Fact, UnitFacts
from rubrics.kinds.base import NoValue, Own
from rubrics.kinds.values import Cohort, read_change, read_gap, value_said
from scoring.engine.plan import ZERO, ClausePlan, Plan
from scoring.engine.result import Line, Notice
from scoring.engine.rounding import as_decimal

Placed = tuple[int, Fact]
"""A fact with its place among the unit's facts."""

Cohorts = tuple[Cohort, Cohort]
"""The values of the units compared, as gathered, and as the clause reads them."""

_LAST = datetime.date.max


def in_order(facts: Sequence[Placed]) -> list[Placed]:
    """By date; those without one after those with one; then as they stand in the file."""
    return sorted(facts, key=lambda placed: (placed[1].date is None, placed[1].date or _LAST, placed[0]))


def place(placed: Placed) -> str:
    """How a line names a fact: its id, or its place in the unit's list."""
    return placed[1].id or f"facts[{placed[0]}]"


class Faces:
    """Turns the facts of one unit, clause by clause, into lines with their face points."""

    def __init__(
        self, plan: Plan, unit: UnitFacts, cohorts_of: Callable[[ClausePlan, UnitFacts], Cohorts | None]
    ) -> None:
        self.plan = plan
        self.unit = unit
        self.cohorts_of = cohorts_of
        self.notices: list[Notice] = []

    def lines(self, clause: ClausePlan, facts: list[Placed]) -> list[Line]:
        """The lines of a clause's facts, in the order in which they count."""
        ordered = in_order(facts) if len(facts) > 1 else facts
        live = [placed for placed in ordered if not placed[1].exempt]
        lines = _MODES[clause.mode](self, clause, live) if live else []
        if len(live) < len(ordered):
            lines += [self._exempt(clause, placed) for placed in ordered if placed[1].exempt]
        return lines

    def notice(self, code: str, about: str, **params: Any) -> None:
        self.notices.append(Notice(code, about, params))

    def _exempt(self, clause: ClausePlan, placed: Placed) -> Line:
        line = self._line(clause, [placed], ZERO)
        line.reason = "exempt"
        return line

    def _line(self, clause: ClausePlan, facts: Sequence[Placed], face: Decimal) -> Line:
        """`face` is signed. Gathered facts share a matter only if all have it, and stand at the latest date."""
        first = facts[0]
        fact = first[1]
        line = Line(clause.code, place(first), clause.acts_on, face, face, None, fact.matter, fact.date, first[0])
        if len(facts) > 1:
            line.fact = ", ".join([place(placed) for placed in facts])
            if any(other.matter != fact.matter for _, other in facts):
                line.matter = ""
            line.date = max((fact.date for _, fact in facts if fact.date is not None), default=None)
        return line

    # occurrences

    def occurrences(self, clause: ClausePlan, facts: list[Placed]) -> list[Line]:
        free, most = clause.free, clause.limit_count
        happened, counted = 0, 0
        lines = []
        for placed in facts:
            count = placed[1].count
            happened += 1 if count is None else count
            reached = happened - free if happened > free else 0
            if most is not None and reached > most:
                reached = most
            lines.append(self._occurrence(clause, placed, counted, reached))
            counted = reached
        return lines

    def _occurrence(self, clause: ClausePlan, placed: Placed, before: int, after: int) -> Line:
        if not clause.moves:
            return self._unmoved_occurrence(clause, placed, after - before)
        fact = placed[1]
        each = clause.kind.points(clause.clause, fact)
        if not each and clause.clause.open:
            self.notice("open_figure", clause.code)
        face = each * (_escalated(clause.escalate, before, after) if clause.escalate else after - before)
        if fact.modifiers and after > before:
            face = self._modified(clause, (placed,), face)
        if fact.share is not None:
            face = face * self.share_of(clause, fact)
        return self._line(clause, (placed,), face * clause.sign)

    def _unmoved_occurrence(self, clause: ClausePlan, placed: Placed, count: int) -> Line:
        if clause.effect == "record":
            return self._recorded(clause, (placed,), clause.kind.points(clause.clause, placed[1]) * count)
        return self._fired(clause, (placed,), count)

    # values

    def value(self, clause: ClausePlan, facts: list[Placed]) -> list[Line]:
        if clause.gather == "each":
            return [self._value_line(clause, [placed], step) for step, placed in enumerate(facts)]
        return [self._value_line(clause, facts, 0)]

    def _value_line(self, clause: ClausePlan, facts: list[Placed], step: int) -> Line:
        try:
            points = self._value_points(clause, facts)
        except NoValue as none:
            self.notice(none.code, clause.code, **none.params)
            return self._line(clause, facts, ZERO)
        return self._worth(clause, facts, as_decimal(points), step, self._share_of_points(clause, facts))

    def _value_points(self, clause: ClausePlan, facts: list[Placed]) -> Any:
        kind = clause.kind
        if kind.given is not None:
            given = kind.given(clause.clause, facts[-1][1])
            if given is not None:
                return given
        value = gathered_value(clause, facts, self.share_of)
        cohort: Cohort | None = None
        if clause.compares:
            cohorts = self.cohorts_of(clause, self.unit)
            if cohorts is None:
                raise NoValue("no_cohort_tag", tag=clause.within.partition(":")[2])
            values, cohort = cohorts
            value = read_gap(clause.clause, value, values)
        parameters = clause.clause if isinstance(value, Decimal) else clause.exact
        if not kind.takes_target:
            return kind.points(parameters, value, cohort)
        target: Any = next((fact.target for _, fact in reversed(facts) if fact.target is not None), None)
        if target is not None and isinstance(value, Fraction):
            target = Fraction(target)
        return kind.points(parameters, value, cohort, target)

    def _share_of_points(self, clause: ClausePlan, facts: list[Placed]) -> Any:
        """The share that acts on the points: of the fact that counts, or the value-weighted mean of the shares."""
        if all(fact.share is None for _, fact in facts):
            return 1
        given = clause.kind.given
        if given is not None and given(clause.clause, facts[-1][1]) is not None:
            return self.share_of(clause, facts[-1][1])  # a place that is given is no value: its points are shared
        if clause.shares_value:
            return 1
        if len(facts) == 1:
            return self.share_of(clause, facts[0][1])
        if clause.gather == "last":
            return self.share_of(clause, facts[-1][1])
        said = [value_said(clause.clause, fact) for _, fact in facts]
        if clause.gather == "max":
            return self.share_of(clause, facts[said.index(max(said))][1])
        return weighted_mean([self.share_of(clause, fact) for _, fact in facts], said)

    # single facts

    def fact(self, clause: ClausePlan, facts: list[Placed]) -> list[Line]:
        own = Own(
            targets={target.code: target for target in self.unit.targets.get(clause.item.code, ())},
            rounded=self.plan.rounder.fraction,
        )
        return [self._fact_line(clause, placed, step, own) for step, placed in enumerate(facts)]

    def _fact_line(self, clause: ClausePlan, placed: Placed, step: int, own: Own) -> Line:
        try:
            points = as_decimal(clause.kind.points(clause.clause, placed[1], own))
        except NoValue as none:
            self.notice(none.code, clause.code, **none.params)
            return self._line(clause, [placed], ZERO)
        share = 1 if placed[1].share is None else self.share_of(clause, placed[1])
        return self._worth(clause, [placed], points, step, share)

    # scores said by facts

    def unit_facts(self, clause: ClausePlan, facts: list[Placed]) -> list[Line]:
        """`linked`: the mean of score ÷ of over all facts."""
        parts = [Fraction(fact.score or 0) / Fraction(fact.of or 1) for _, fact in facts]
        part = sum(parts, Fraction(0)) / len(parts)
        share: Any = 1
        if any(fact.share is not None for _, fact in facts):
            share = weighted_mean([self.share_of(clause, fact) for _, fact in facts], parts)
        return [self._worth(clause, facts, as_decimal(clause.kind.points(clause.clause, part)), 0, share)]

    # what every line has in common

    def _worth(self, clause: ClausePlan, facts: Sequence[Placed], points: Decimal, step: int, share: Any) -> Line:
        if not clause.moves:
            if clause.effect == "record":
                return self._recorded(clause, facts, points)
            return self._fired(clause, facts, 1 if points > 0 else 0)
        if clause.escalate:
            points = points * clause.escalate[min(step, len(clause.escalate) - 1)]
        if clause.modifiers:
            points = self._modified(clause, facts, points)
        if share != 1:
            points = as_decimal(Fraction(points) * share) if isinstance(share, Fraction) else points * share
        return self._line(clause, facts, points * clause.sign)

    def _modified(self, clause: ClausePlan, facts: Sequence[Placed], points: Decimal) -> Decimal:
        if not clause.modifiers:
            return points
        named = set(facts[0][1].modifiers).intersection(*(fact.modifiers for _, fact in facts[1:]))
        if not named:
            return points
        acting = [modifier for code, modifier in clause.modifiers.items() if code in named]
        changed = points
        for modifier in acting:
            if modifier.times is not None:
                changed = changed * modifier.times
        for modifier in acting:
            if modifier.plus is not None:
                changed = changed + modifier.plus
        return max(changed, min(points, ZERO))

    def share_of(self, clause: ClausePlan, fact: Fact) -> Decimal:
        if fact.share is None:
            return Decimal(1)
        return clause.shares.get(fact.share, ZERO) if isinstance(fact.share, str) else fact.share

    def _fired(self, clause: ClausePlan, facts: Sequence[Placed], count: int) -> Line:
        """A forfeit moves nothing by itself; a veto takes its deductions for every counted occurrence."""
        deduction = sum((part.deduct for part in clause.clause.consequences if part.deduct is not None), ZERO)
        line = self._line(clause, facts, -deduction * count if deduction and count else ZERO)
        line.count = count
        line.matter = ""
        return line

    def _recorded(self, clause: ClausePlan, facts: Sequence[Placed], shown: Decimal) -> Line:
        line = self._line(clause, facts, ZERO)
        line.count = shown
        line.matter = ""
        return line


_MODES: dict[str, Callable[[Faces, ClausePlan, list[Placed]], list[Line]]] = {
    "occurrences": Faces.occurrences,
    "value": Faces.value,
    "fact": Faces.fact,
    "unit": Faces.unit_facts,
}


def _escalated(multipliers: Sequence[Decimal], before: int, after: int) -> Decimal:
    """Σ of the multipliers of the occurrences after `before` up to `after`; the last multiplier goes on."""
    listed = [multipliers[n] for n in range(before, min(after, len(multipliers)))]
    beyond = after - max(before, len(multipliers))
    return sum(listed, ZERO) + (multipliers[-1] * beyond if beyond > 0 else ZERO)


def weighted_mean(shares: Sequence[Decimal], weights: Sequence[Decimal | Fraction]) -> Fraction:
    """The mean of the shares, weighted by value; plain where the values add up to 0."""
    total = sum((Fraction(weight) for weight in weights), Fraction(0))
    if total == 0:
        return sum((Fraction(share) for share in shares), Fraction(0)) / len(shares)
    return sum((Fraction(s) * Fraction(w) for s, w in zip(shares, weights, strict=True)), Fraction(0)) / total


def gathered_value(
    clause: ClausePlan, facts: Sequence[Placed], share_of: Callable[[ClausePlan, Fact], Decimal]
) -> Decimal | Fraction:
    """Several facts as one value, read against its baseline where the clause asks for that.

    Raises NoValue where a gathered fact has no baseline.
    """
    values = [_scaled(value_said(clause.clause, fact), clause, fact, share_of) for _, fact in facts]
    value: Decimal | Fraction = _GATHERINGS[clause.gather](values)
    if clause.compares:
        value = Fraction(value)
    if clause.clause.reading not in ("change", "change_rate"):
        return value
    counting = facts[-1:] if clause.gather == "last" else facts
    if any(fact.baseline is None for _, fact in counting):
        raise NoValue("no_baseline")
    baselines = [_scaled(fact.baseline or ZERO, clause, fact, share_of) for _, fact in counting]
    return read_change(clause.clause, value, _GATHERINGS[clause.gather](baselines))


def _scaled(
    number: Decimal, clause: ClausePlan, fact: Fact, share_of: Callable[[ClausePlan, Fact], Decimal]
) -> Decimal:
    """A number that a fact says, times the fact's share where shares act on the value."""
    if fact.share is None or not clause.shares_value:
        return number
    return number * share_of(clause, fact)


_GATHERINGS: dict[str, Callable[[Sequence[Decimal]], Decimal | Fraction]] = {
    "sum": lambda values: sum(values, ZERO),
    "last": lambda values: values[-1],
    "max": max,
    "mean": lambda values: sum((Fraction(value) for value in values), Fraction(0)) / len(values),
    "each": lambda values: values[0],
}
