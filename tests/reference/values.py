"""Gathering, readings and cohorts: how the facts of one unit become one value, and with whom it is compared."""

from dataclasses import dataclass
from fractions import Fraction

from .figures import ONE, ZERO, maybe, num, num_or
from .tree import Case, Clause, Fact, Unit, clause_applies, share_of


@dataclass(eq=False)
class Reading:
    """What one fact, or several gathered ones, say under a clause whose basis reads a value."""

    facts: list[Fact]
    value: Fraction | None  # as read; None: "there is no value"
    share: Fraction  # the share that acts on the points


def counting_facts(clause: Clause, unit: Unit) -> list[Fact]:
    """Step 1 sets aside what does not apply; "exempt facts are neither gathered nor part of a cohort"."""
    if not clause_applies(clause, unit):
        return []
    return [fact for fact in unit.facts(clause) if not fact.exempt]


def how_gathered(clause: Clause) -> str:
    """`gather`: "`sum` (default for `steps` and `ratio`), `last` (... default for the others)"; "`linked` gathers by
    `mean`"."""
    if clause.basis == "linked":
        return "mean"
    default = "sum" if clause.basis in ("steps", "ratio") else "last"
    return clause.raw.get("gather") or default


def reading_of(clause: Clause) -> str:
    return clause.raw.get("reading") or "value"


def said_value(clause: Clause, fact: Fact) -> Fraction | None:
    """`weights`: "the fact says `level` and `count` in place of `value`, and weight × count is the value"; for
    `linked` the value is score ÷ of."""
    if clause.basis == "linked":
        of = num(fact.raw["of"])
        return num(fact.raw["score"]) / of if of else None
    if clause.raw.get("weights"):
        weight = maybe(clause.raw["weights"][fact.raw["level"]])
        return None if weight is None else weight * fact.count
    return maybe(fact.raw.get("value"))


def weighted_share(values: list[Fraction], shares: list[Fraction]) -> Fraction:
    """ "the value-weighted mean of the shares"; of values that add up to 0, the plain mean."""
    if sum(values) == 0:
        return sum(shares, ZERO) / len(shares)
    return sum((value * share for value, share in zip(values, shares, strict=True)), ZERO) / sum(values)


def put_together(how: str, values: list[Fraction]) -> Fraction:
    """`gather`: sum, last, mean or max of the values (they stand in order of date)."""
    if how == "sum":
        return sum(values, ZERO)
    if how == "mean":
        return sum(values, ZERO) / len(values)
    return max(values) if how == "max" else values[-1]


def share_on_points(clause: Clause, how: str, values: list[Fraction], shares: list[Fraction]) -> Fraction:
    """ "With `gather: sum` a share acts on the value (or, by `share_on`, on the points), with every other gathering on
    the points"; "With `last` and `max` the share of the fact that counts, with `mean` the value-weighted mean"."""
    if how == "sum":
        return weighted_share(values, shares) if clause.raw.get("share_on") == "points" else ONE
    if how == "mean":
        return weighted_share(values, shares)
    return shares[values.index(max(values))] if how == "max" else shares[-1]


def gather(clause: Clause, facts: list[Fact]) -> Reading:
    """Several facts become one value. "`change` and `change_rate` gather values and baselines separately and are read
    once"; "a share acts on value and baseline alike"; "where one of the gathered facts (of `last`: the last) has no
    baseline there is no value"."""
    how = how_gathered(clause)
    how = "last" if how == "each" else how
    said = [said_value(clause, fact) for fact in facts]
    shares = [share_of(fact, clause.item) for fact in facts]
    if any(value is None for value in (said[-1:] if how == "last" else said)):
        return Reading(facts, None, ONE)
    values = [num_or(value, 0) for value in said]
    baselines = [maybe(fact.raw.get("baseline")) for fact in facts]
    share = share_on_points(clause, how, values, shares)
    if how == "sum" and clause.raw.get("share_on") != "points":
        values = [value * part for value, part in zip(values, shares, strict=True)]
        baselines = [None if base is None else base * part for base, part in zip(baselines, shares, strict=True)]
    value = put_together(how, values)
    if reading_of(clause) not in ("change", "change_rate"):
        return Reading(facts, value, share)
    if any(base is None for base in (baselines[-1:] if how == "last" else baselines)):
        return Reading(facts, None, share)
    baseline = put_together(how, [num_or(base, 0) for base in baselines])
    return Reading(facts, changed(clause, value, baseline), share)


def changed(clause: Clause, value: Fraction, baseline: Fraction) -> Fraction | None:
    """`change` (value − baseline), `change_rate` (that, in percent of the baseline); "with a baseline or mean of 0
    under a rate, there is no value"."""
    if reading_of(clause) == "change":
        return value - baseline
    return (value - baseline) * 100 / baseline if baseline else None


def gathered(clause: Clause, unit: Unit) -> list[Reading]:
    """One reading of all facts, or one a fact with `gather: each`; none without a fact. Gaps are not yet taken."""
    facts = counting_facts(clause, unit)
    if how_gathered(clause) == "each":
        return [gather(clause, [fact]) for fact in facts]
    return [gather(clause, facts)] if facts else []


def cohort(case: Case, clause: Clause, unit: Unit) -> list[Unit] | None:
    """`within: series (default), all, or tag:NAME`; None: "a unit without the tag of `tag:NAME` gets 0"; "units out of
    rank belong to cohorts"."""
    within = clause.raw.get("within") or "series"
    if within == "all":
        return case.units
    if within.startswith("tag:"):
        tag = within.removeprefix("tag:")
        return [other for other in case.units if tag in other.tags] if tag in unit.tags else None
    return [other for other in case.units if other.series == unit.series]


def gathered_in_cohort(case: Case, clause: Clause, unit: Unit) -> list[Fraction] | None:
    """The gathered values of the cohort's units "that have a value"."""
    others = cohort(case, clause, unit)
    if others is None:
        return None
    found = [reading.value for other in others for reading in gathered(clause, other)]
    return [value for value in found if value is not None]


def with_gap(case: Case, clause: Clause, unit: Unit, value: Fraction | None) -> Fraction | None:
    """`gap` (value − the cohort's mean), `gap_rate`; "gather ... `gap` after them"; no value with a mean of 0 under a
    rate."""
    if reading_of(clause) not in ("gap", "gap_rate") or value is None:
        return value
    peers = gathered_in_cohort(case, clause, unit)
    if not peers:
        return None
    mean = sum(peers, ZERO) / len(peers)
    if reading_of(clause) == "gap":
        return value - mean
    return (value - mean) * 100 / mean if mean else None


def readings(case: Case, clause: Clause, unit: Unit) -> list[Reading]:
    """The readings of one unit under one clause, gaps taken."""
    return [
        Reading(found.facts, with_gap(case, clause, unit, found.value), found.share) for found in gathered(clause, unit)
    ]


def values_in_cohort(case: Case, clause: Clause, unit: Unit) -> list[Fraction] | None:
    """The values as read of the cohort's units that have one: what ranks and best values are worked out from."""
    others = cohort(case, clause, unit)
    if others is None:
        return None
    found = [reading.value for other in others for reading in readings(case, clause, other)]
    return [value for value in found if value is not None]


def place_among(value: Fraction, values: list[Fraction], better: str) -> int:
    """ "Equal values share the better place, in `rank` and in `relative` alike." """
    ahead = [other for other in values if (other < value if better == "lower" else other > value)]
    return len(ahead) + 1


def own_target(clause: Clause, facts: list[Fact]) -> Fraction | None:
    """`ratio`: "an own target of the last fact that has one", else the clause's."""
    own = [num(fact.raw["target"]) for fact in facts if fact.raw.get("target") is not None]
    return own[-1] if own else maybe(clause.raw.get("target"))


def gathered_before_reading(clause: Clause, facts: list[Fact]) -> Fraction:
    """The gathered value itself, whatever the reading: "`from` is compared with the gathered value"."""
    plain = Clause(clause.code, {**clause.raw, "reading": "value"}, clause.item)
    return num_or(gather(plain, facts).value, 0)
