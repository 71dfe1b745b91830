"""Step 8: ranks within each series, then gradings with what vetoes do there."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .figures import maybe, num, num_or
from .moves import Move, has_fired, moves_of
from .nodes import final_total, shown_nodes
from .tree import Case, Clause, Unit, node_applies


@dataclass(eq=False)
class Standing:
    """What ranks and gradings read of one unit: final total, rounded nodes, fired vetoes, moves."""

    unit: Unit
    total: Fraction
    nodes: dict[str, Fraction]
    vetoes: list[Clause]
    moves: list[Move]
    out_of_rank: bool
    tie_key: tuple[Any, ...]


def is_out_of_rank(case: Case, unit: Unit) -> bool:
    """`out_of_rank: {tags: [...], series: [...]}`: a unit with one of the tags or of one of the series."""
    rule = (case.rubric.get("ranking") or {}).get("out_of_rank") or {}
    return bool(set(rule.get("tags") or []) & set(unit.tags)) or unit.series in (rule.get("series") or [])


def standing(case: Case, unit: Unit) -> Standing:
    """ "A tie-breaker that does not apply to a unit is below every value"."""
    nodes = shown_nodes(case, unit)
    breakers = (case.rubric.get("ranking") or {}).get("tie_breakers") or []
    tie_key = tuple((1, nodes[code]) if node_applies(case.node(code), unit) else (0, Fraction(0)) for code in breakers)
    vetoes = [clause for clause in case.clauses() if clause.effect == "veto" and has_fired(case, unit, clause)]
    moves = moves_of(case, unit)
    return Standing(unit, final_total(case, unit), nodes, vetoes, moves, is_out_of_rank(case, unit), tie_key)


def key(one: Standing) -> tuple[Any, ...]:
    """ "Tie-breakers separate ranks too"."""
    return (one.total, one.tie_key)


def place(case: Case, one: Standing, among: list[Standing], *, from_bottom: bool = False) -> int | None:
    """ "ranks within each series"; `ties: competition|dense`; "Equals at the bottom share place 1 from the bottom";
    units out of rank "take no place"."""
    if one.out_of_rank:
        return None
    ranked = [key(other) for other in among if not other.out_of_rank]
    ahead = [other for other in ranked if (other < key(one) if from_bottom else other > key(one))]
    dense = (case.rubric.get("ranking") or {}).get("ties") == "dense"
    return 1 + len(set(ahead) if dense else ahead)


def same_series(one: Standing, everyone: list[Standing]) -> list[Standing]:
    return [other for other in everyone if other.unit.series == one.unit.series]


# --- conditions -----------------------------------------------------------------------------------------------------


def rank_holds(case: Case, when: dict[str, Any], one: Standing, everyone: list[Standing]) -> bool:
    """`rank_at_most`, `rank_from_bottom_at_most`, "`within: all` beside either rank condition (default: within the
    series)"; "rank conditions are false" for units out of rank."""
    among = everyone if when.get("within") == "all" else same_series(one, everyone)
    for name, from_bottom in (("rank_at_most", False), ("rank_from_bottom_at_most", True)):
        if when.get(name) is not None:
            own = place(case, one, among, from_bottom=from_bottom)
            if own is None or own > num(when[name]):
                return False
    return True


def node_holds(case: Case, one: Standing, code: str, least: Any) -> bool:
    """`node_at_least: {full code: n}`; of a node that does not apply it is false."""
    return node_applies(case.node(code), one.unit) and one.nodes[code] >= num(least)


def holds_grade(one: Standing, wanted: dict[str, Any]) -> bool:
    """`holds_grade: {code: x, years: 1}` "(held in that many cycles running, or for that long)"."""
    return any(
        held["code"] == wanted["code"] and num_or(held.get("years"), 1) >= num_or(wanted.get("years"), 1)
        for held in one.unit.raw.get("holds") or []
    )


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def holds(case: Case, when: dict[str, Any], one: Standing, everyone: list[Standing]) -> bool:
    """ "all of which must hold; `any: [{…}, {…}]` holds where one of its members does"; "`has_fact` asks for all of its
    clauses" and "wants facts that count"."""
    counted = {move.clause.code for move in one.moves if move.counts and move.facts}
    checks: dict[str, Callable[[Any], bool]] = {
        "total_at_least": lambda wanted: one.total >= num(wanted),
        "total_below": lambda wanted: one.total < num(wanted),
        "node_at_least": lambda wanted: all(node_holds(case, one, code, least) for code, least in wanted.items()),
        "has_fact": lambda wanted: set(as_list(wanted)) <= counted,
        "no_veto": lambda wanted: not wanted or not one.vetoes,
        "has_tag": lambda wanted: set(as_list(wanted)) <= set(one.unit.tags),
        "in_series": lambda wanted: one.unit.series in as_list(wanted),
        "holds_grade": lambda wanted: holds_grade(one, wanted),
        "any": lambda wanted: any(holds(case, member, one, everyone) for member in wanted),
    }
    plain = all(check(when[name]) for name, check in checks.items() if when.get(name) is not None)
    return plain and rank_holds(case, when, one, everyone)


# --- merit and bars -------------------------------------------------------------------------------------------------


def merit_order(grading: dict[str, Any]) -> list[str]:
    """Grade codes from best to worst: "`merit: 1` is the best"; "by default merit is the order of the list with the
    sinks (total_below, rank_from_bottom_at_most) moved to the end in reverse order"."""
    rules = grading["rules"]
    if any(rule.get("merit") is not None for rule in rules):
        return [rule["code"] for rule in sorted(rules, key=lambda rule: num(rule["merit"]))]
    sinks = [rule for rule in rules if {"total_below", "rank_from_bottom_at_most"} & set(rule.get("when") or {})]
    others = [rule for rule in rules if rule not in sinks]
    return [rule["code"] for rule in others + sinks[::-1]]


def barred_grades(grading: dict[str, Any], one: Standing) -> set[str]:
    """ "`bar_grades` looks for its codes in all" gradings; "`cap_grade` bars all better grades before quotas are
    filled"."""
    order = merit_order(grading)
    barred: set[str] = set()
    for clause in one.vetoes:
        for entry in clause.list_of("consequences"):
            barred |= set(as_list(entry.get("bar_grades") or [])) & set(order)
            if entry.get("cap_grade") in order:
                barred |= set(order[: order.index(entry["cap_grade"])])
    return barred


def downgrades(case: Case, grading: dict[str, Any], one: Standing) -> int:
    """`{downgrade: 1, grading: code}` "(default: the first grading) ... adds up"."""
    steps = 0
    for clause in one.vetoes:
        for entry in clause.list_of("consequences"):
            if entry.get("downgrade") is not None:
                meant = entry.get("grading") or case.rubric["gradings"][0]["code"]
                steps += int(num(entry["downgrade"])) if meant == grading["code"] else 0
    return steps


# --- quotas ---------------------------------------------------------------------------------------------------------


def quota_places(rule: dict[str, Any], series: str | None, everyone: list[Standing]) -> int:
    """ "(a number for every series, a map by series, or `{percent: 20, partial: down}`)"; "a series missing in a quota
    map has 0"; "percent is of the series' units in rank"."""
    quota = rule["quota"]
    if not isinstance(quota, dict):
        return int(num(quota))
    if "percent" in quota:
        size = len([one for one in everyone if one.unit.series == series and not one.out_of_rank])
        share = num(quota["percent"]) * size / 100
        return math.ceil(share) if quota.get("partial") == "up" else math.floor(share)
    return int(num_or(quota.get(series), 0))


def best_within_quota(candidates: list[Standing], places: int, tie: str) -> list[Standing]:
    """`tie: extend|stop|tiebreak` "says what happens where the quota's edge cuts through equals (default extend)";
    "equals at a quota's edge are units with equal totals; `tiebreak` that leaves equals extends. Quota 0 takes
    nobody"."""
    if places <= 0:
        return []
    ordered = sorted(candidates, key=key, reverse=True)
    if len(ordered) <= places:
        return ordered
    edge, beyond = ordered[places - 1], ordered[places]
    if edge.total != beyond.total:
        return ordered[:places]
    if tie == "stop":
        return [one for one in ordered if one.total > edge.total]
    if tie == "tiebreak":
        return [one for one in ordered if key(one) >= key(edge)]
    return [one for one in ordered if one.total >= edge.total]


def taken_by(
    case: Case, grading: dict[str, Any], rule: dict[str, Any], left: list[Standing], everyone: list[Standing]
) -> list[Standing]:
    """The units of `left` that one rule takes: those that meet `when`, are not barred, and find a place in the quota;
    "Units out of rank take no quota place"."""
    meeting = [
        one
        for one in left
        if holds(case, rule.get("when") or {}, one, everyone) and rule["code"] not in barred_grades(grading, one)
    ]
    if rule.get("quota") is None:
        return meeting
    taken: list[Standing] = []
    for series in dict.fromkeys(one.unit.series for one in meeting):
        candidates = [one for one in meeting if one.unit.series == series and not one.out_of_rank]
        taken += best_within_quota(candidates, quota_places(rule, series, everyone), rule.get("tie") or "extend")
    return taken


def graded(case: Case, grading: dict[str, Any], everyone: list[Standing]) -> dict[str, str | None]:
    """ "from the top; the first rule that takes a unit wins"; "No rule takes the unit: null"; `downgrade` "acts last",
    "stops at the worst grade and asks neither bars nor quotas"."""
    grades: dict[str, str | None] = {one.unit.code: None for one in everyone}
    left = list(everyone)
    for rule in grading["rules"]:
        for one in taken_by(case, grading, rule, left, everyone):
            grades[one.unit.code] = rule["code"]
        left = [one for one in everyone if grades[one.unit.code] is None]
    order = merit_order(grading)
    for one in everyone:
        grade = grades[one.unit.code]
        if grade is not None:
            lower = order.index(grade) + downgrades(case, grading, one)
            grades[one.unit.code] = order[min(lower, len(order) - 1)]
    return grades


def converted(case: Case, one: Standing) -> Fraction | None:
    """ "`converted` = total × to ÷ total marks, rounded (null where these are 0)"; "null while `to` is open"."""
    to = maybe(((case.rubric.get("procedure") or {}).get("convert") or {}).get("to"))
    marks = case.total_marks(one.unit)
    return None if to is None or marks == 0 else case.rounded(one.total * to / marks)
