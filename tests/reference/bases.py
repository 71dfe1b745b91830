"""The points of every basis. A basis answers with one `Score` for each fact (or gathered facts) of a unit."""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .figures import ONE, ZERO, maybe, num, num_or
from .formula import formula_value
from .panels import panel_rating
from .tree import Case, Clause, Fact, Unit, share_of
from .values import (
    Reading,
    cohort,
    counting_facts,
    gathered_before_reading,
    how_gathered,
    own_target,
    place_among,
    readings,
    share_on_points,
    values_in_cohort,
)


@dataclass(eq=False)
class Score:
    """The points of a basis for one fact: `each` × `counted`, before escalation, modifiers and share."""

    facts: list[Fact]
    each: Fraction
    counted: Fraction = ONE  # occurrences with `count` and `level`; one with every other basis
    share: Fraction = ONE
    judged: bool = True  # False: there was no value, no ballot, no figure

    @property
    def reached(self) -> Fraction:
        return self.each * self.counted


def nothing(facts: list[Fact], share: Fraction = ONE) -> Score:
    """ "there is no value: 0 points and a notice"."""
    return Score(facts, ZERO, ONE, share, judged=False)


def of_value(facts: list[Fact], points: Fraction | None, share: Fraction) -> Score:
    return nothing(facts, share) if points is None else Score(facts, points, ONE, share)


# --- count, level, manual -------------------------------------------------------------------------------------------


def count_scores(case: Case, clause: Clause, unit: Unit) -> list[Score]:
    """`count`: points × counted occurrences; "`free` and `limit_count` run over all of a unit's facts under the
    clause" (the first `free` are not counted, then at most `limit_count` are)."""
    free = num_or(clause.raw.get("free"), 0)
    left = maybe(clause.raw.get("limit_count"))
    points = maybe(clause.raw.get("points"))
    scores = []
    for fact in counting_facts(clause, unit):
        not_counted = min(free, fact.count)
        free -= not_counted
        counted = fact.count - not_counted
        if left is not None:
            counted = min(counted, left)
            left -= counted
        scores.append(Score([fact], num_or(points, 0), counted, share_of(fact, clause.item), points is not None))
    return scores


def level_points(clause: Clause) -> dict[str, Fraction | None]:
    """`levels: [{code, title, points}]` "(short form `{code: points}`)"."""
    levels = clause.raw.get("levels") or {}
    if isinstance(levels, dict):
        return {code: maybe(points) for code, points in levels.items()}
    return {level["code"]: maybe(level.get("points")) for level in levels}


def level_scores(case: Case, clause: Clause, unit: Unit) -> list[Score]:
    """`level`: the level's points × count."""
    table = level_points(clause)
    scores = []
    for fact in counting_facts(clause, unit):
        points = table.get(fact.raw["level"])
        scores.append(Score([fact], num_or(points, 0), fact.count, share_of(fact, clause.item), points is not None))
    return scores


def manual_scores(case: Case, clause: Clause, unit: Unit) -> list[Score]:
    """`manual`: the points given. Where `open` leaves the range out, "it moves 0"."""
    open_figure = clause.raw.get("open") and clause.raw.get("max") is None and not clause.raw.get("choices")
    scores = []
    for fact in counting_facts(clause, unit):
        points = None if open_figure else maybe(fact.raw.get("points"))
        scores.append(of_value([fact], points, share_of(fact, clause.item)))
    return scores


# --- bases that read a value ----------------------------------------------------------------------------------------


def whole_steps(distance: Fraction, partial: str) -> Fraction:
    """ "`partial: up` counts a started step, `exact` its fraction"; down: the whole steps."""
    if partial == "exact":
        return distance
    return Fraction(math.ceil(distance) if partial == "up" else math.floor(distance))


def steps_points(clause: Clause, value: Fraction) -> Fraction | None:
    """`steps`: "above: 0 while value < start_at, else start_points + points × n ...; below: 0 while value ≥ start_at,
    else start_points + points × n"."""
    start, points = maybe(clause.raw.get("start_at")), maybe(clause.raw.get("points"))
    step = maybe(clause.raw.get("step"))
    if start is None or points is None or (not step and points != 0):
        return None
    below = clause.raw.get("side") == "below"
    if (below and value >= start) or (not below and value < start):
        return ZERO
    steps = whole_steps(abs(value - start) / step if step else ZERO, clause.raw.get("partial") or "down")
    return num_or(clause.raw.get("start_points"), 0) + points * steps


def sorted_bands(clause: Clause) -> list[tuple[Fraction, bool, Fraction]]:
    """Edge, whether it is an `above`, points; lowest first, "`above` before `at_least` on one number" (so it is the
    higher band)."""
    found = []
    for band in clause.list_of("bands"):
        is_above = band.get("above") is not None
        edge = num(band["above"] if is_above else band["at_least"])
        found.append((edge, is_above, num_or(band.get("points"), 0)))
    return sorted(found, key=lambda band: band[:2])


def bands_points(clause: Clause, value: Fraction) -> Fraction:
    """`bands`: "the points of the highest band reached"; "otherwise (default 0)"; "Of bands the greatest edge that is
    reached counts"."""
    bands = sorted_bands(clause)
    if clause.raw.get("interpolate"):
        return interpolated(bands, value)
    reached = [points for edge, is_above, points in bands if (value > edge if is_above else value >= edge)]
    return reached[-1] if reached else num_or(clause.raw.get("otherwise"), 0)


def interpolated(bands: list[tuple[Fraction, bool, Fraction]], value: Fraction) -> Fraction:
    """ "interpolated: the straight line between neighbouring bands, the outermost points beyond them"."""
    if value <= bands[0][0]:
        return bands[0][2]
    for (low, _, low_points), (high, _, high_points) in itertools.pairwise(bands):
        if low < value <= high:
            return low_points + (high_points - low_points) * (value - low) / (high - low)
    return bands[-1][2]


def ratio_points(clause: Clause, reading: Reading) -> Fraction | None:
    """`ratio`: "points × value ÷ target, never above points nor below 0"; "`from` (below it 0, default 0)"; "target
    0: 0 and a notice"."""
    points, target = maybe(clause.raw.get("points")), own_target(clause, reading.facts)
    if points is None or not target or reading.value is None:
        return None
    if gathered_before_reading(clause, reading.facts) < num_or(clause.raw.get("from"), 0):
        return ZERO
    return min(points, max(ZERO, points * reading.value / target))


def rank_points(clause: Clause, rank: Fraction, of: Fraction) -> Fraction:
    """`rank`: "the table's entry for the place counted from that end; beyond the table 0"; "`end: bottom` counts of −
    rank + 1"; "a row is reached where rank × 100 ≤ top × of"."""
    place = of - rank + 1 if clause.raw.get("end") == "bottom" else rank
    table = clause.raw.get("table")
    if table is not None:
        return num_or(table[int(place) - 1], 0) if 1 <= place <= len(table) else ZERO
    rows = sorted(clause.list_of("percent_table"), key=lambda row: num(row["top"]))
    reached = [row for row in rows if place * 100 <= num(row["top"]) * of]
    return num_or(reached[0].get("points"), 0) if reached else ZERO


def rank_scores(case: Case, clause: Clause, unit: Unit) -> list[Score]:
    """`rank`: "`rank` and `of`; or `value`, and the rank is worked out within the cohort"; "`of` for worked-out ranks
    is the number of units with a value"."""
    scores = []
    for reading in readings(case, clause, unit):
        last = reading.facts[-1]
        if last.raw.get("rank") is not None:
            points = rank_points(clause, num(last.raw["rank"]), num_or(last.raw.get("of"), 0))
            scores.append(Score(reading.facts, points, ONE, share_of(last, clause.item)))
            continue
        peers = values_in_cohort(case, clause, unit)
        if reading.value is None or peers is None:
            scores.append(nothing(reading.facts, reading.share))
            continue
        place = place_among(reading.value, peers, clause.raw.get("better") or "higher")
        points = rank_points(clause, Fraction(place), Fraction(len(peers)))
        scores.append(Score(reading.facts, points, ONE, reading.share))
    return scores


def relative_points(clause: Clause, own: Fraction, values: list[Fraction]) -> Fraction | None:
    """`relative`: best_ratio, min_max, efficacy, rank_steps. "Where b = w every unit gets full points." """
    points = maybe(clause.raw.get("points"))
    if points is None:
        return None
    lower = clause.raw.get("better") == "lower"
    best, worst = (min(values), max(values)) if lower else (max(values), min(values))
    method = clause.raw.get("method")
    if best == worst:
        return points
    if method == "best_ratio":
        if own == best:
            return points
        return points * best / own if lower else points * own / best
    if method == "rank_steps":
        place = place_among(own, values, "lower" if lower else "higher")
        return max(ZERO, points - num_or(clause.raw.get("step"), 0) * (place - 1))
    part = (own - worst) / (best - worst)
    if method == "min_max":
        return points * part
    base = num_or(clause.raw.get("base"), Fraction(6, 10))
    return points * (base + (1 - base) * part)


def value_scores(case: Case, clause: Clause, unit: Unit) -> list[Score]:
    """`steps`, `bands`, `ratio` and `relative`."""
    scores = []
    for reading in readings(case, clause, unit):
        points = None
        needs_cohort = clause.basis == "relative" or clause.raw.get("reading") in ("gap", "gap_rate")
        if reading.value is None or (needs_cohort and cohort(case, clause, unit) is None):
            points = None
        elif clause.basis == "steps":
            points = steps_points(clause, reading.value)
        elif clause.basis == "bands":
            points = bands_points(clause, reading.value)
        elif clause.basis == "ratio":
            points = ratio_points(clause, reading)
        else:
            points = relative_points(clause, reading.value, values_in_cohort(case, clause, unit) or [])
        scores.append(of_value(reading.facts, points, reading.share))
    return scores


# --- targets, formula, panel, linked --------------------------------------------------------------------------------


def targets_scores(case: Case, clause: Clause, unit: Unit) -> list[Score]:
    """`targets`: "the points given; with values: the target's points × value ÷ the target's value, held within 0 and
    its points"; "keyed by full item code, one fact a target"."""
    own = {entry["code"]: entry for entry in (unit.raw.get("targets") or {}).get(clause.item.code) or []}
    scores = []
    for fact in counting_facts(clause, unit):
        target, share = own[fact.raw["target"]], share_of(fact, clause.item)
        if fact.raw.get("points") is not None:
            scores.append(of_value([fact], num(fact.raw["points"]), share))
            continue
        full, wanted = num(target["points"]), maybe(target.get("value"))
        points = min(full, max(ZERO, full * num(fact.raw["value"]) / wanted)) if wanted else None
        scores.append(of_value([fact], points, share))
    return scores


def formula_scores(case: Case, clause: Clause, unit: Unit) -> list[Score]:
    """`formula`: "the expression's value, held within min and max"; a division by zero "makes the whole expression 0,
    whatever `min` says"."""
    scores = []
    for fact in counting_facts(clause, unit):
        inputs = {code: num(value) for code, value in (fact.raw.get("inputs") or {}).items()}
        value = formula_value(clause.raw["expression"], inputs, case.mode) if clause.raw.get("expression") else None
        if value is not None and clause.raw.get("max") is not None:
            value = min(value, num(clause.raw["max"]))
        if value is not None and clause.raw.get("min") is not None:
            value = max(value, num(clause.raw["min"]))
        scores.append(of_value([fact], value, share_of(fact, clause.item)))
    return scores


def panel_scores(case: Case, clause: Clause, unit: Unit) -> list[Score]:
    """`panel`: "points × the panel's combined rating ÷ its scale"; no fact: "the ratings say it"."""
    rating = panel_rating(case, clause.raw["panel"], unit)
    points = maybe(clause.raw.get("points"))
    return [nothing([]) if rating is None or points is None else Score([], points * rating)]


def members_ratio(case: Case, unit: Unit) -> Fraction | None:
    """`members`: the mean over "the units whose `member_of` is this unit" of "final total ÷ total"."""
    from .nodes import final_total  # a member's total is the result of everything below

    parts = []
    for member in case.units:
        if member.raw.get("member_of") == unit.code and case.total_marks(member) != 0:
            parts.append(final_total(case, member) / case.total_marks(member))
    return sum(parts, ZERO) / len(parts) if parts else None


def linked_scores(case: Case, clause: Clause, unit: Unit) -> list[Score]:
    """`linked`: "points × score ÷ of"; "the mean of score ÷ of"; "given facts go before members"."""
    facts, points = counting_facts(clause, unit), maybe(clause.raw.get("points"))
    if facts:
        if points is None or any(num(fact.raw["of"]) == 0 for fact in facts):
            return [nothing(facts)]
        parts = [num(fact.raw["score"]) / num(fact.raw["of"]) for fact in facts]
        share = share_on_points(clause, "mean", parts, [share_of(fact, clause.item) for fact in facts])
        return [Score(facts, points * sum(parts, ZERO) / len(parts), ONE, share)]
    if clause.raw.get("source") != "members":
        return []
    ratio = members_ratio(case, unit)
    return [nothing([]) if ratio is None or points is None else Score([], points * ratio)]


def recorded(case: Case, clause: Clause, unit: Unit) -> list[Score]:
    """`record` without a basis: a line a fact, of 0 points."""
    return [nothing([fact]) for fact in counting_facts(clause, unit)]


BASES: dict[str | None, Callable[[Case, Clause, Unit], list[Score]]] = {
    None: recorded,
    "count": count_scores,
    "level": level_scores,
    "manual": manual_scores,
    "steps": value_scores,
    "bands": value_scores,
    "ratio": value_scores,
    "rank": rank_scores,
    "relative": value_scores,
    "targets": targets_scores,
    "formula": formula_scores,
    "panel": panel_scores,
    "linked": linked_scores,
}


def scores(case: Case, clause: Clause, unit: Unit) -> list[Score]:
    """What the clause's basis makes of a unit's facts, for a clause that applies to the unit."""
    return BASES[clause.basis](case, clause, unit)


def gathers(clause: Clause) -> bool:
    """Whether several facts of a unit become one under this clause ("Gathered facts act as one fact")."""
    if clause.basis == "linked":
        return True
    return clause.basis in ("steps", "bands", "ratio", "rank", "relative") and how_gathered(clause) != "each"


def fires(clause: Clause, found: list[Any]) -> bool:
    """`forfeit`: "once the counted occurrences reach `at` (default 1)"; `veto`: "fires on one accepted fact"; "with a
    basis on a value it fires when the points reached are above 0"."""
    if clause.basis in ("count", "level"):
        at = num_or(clause.raw.get("at"), 1) if clause.effect == "forfeit" else ONE
        counted = sum((score.counted for score in found), ZERO)
        return counted >= at and counted > 0
    return any(score.reached > 0 for score in found)
