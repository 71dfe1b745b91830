"""Steps 2 to 4: what every fact of a unit moves, after escalation, modifiers, shares, exclusivity and limits."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .bases import Score, fires, gathers, scores
from .figures import ONE, ZERO, num, num_or
from .tree import Case, Clause, Fact, Node, Unit, clause_applies

NOT_COUNTING = ("exempt", "set_aside", "not_applicable")


@dataclass(eq=False)
class Move:
    """One line: one fact (or the gathered ones, or none under a panel) and what it moves."""

    clause: Clause
    facts: list[Fact]
    face: Fraction = ZERO
    points: Fraction = ZERO
    reason: str | None = None

    @property
    def node(self) -> Node:
        return self.clause.target_node

    @property
    def counts(self) -> bool:
        """ "facts that count (not exempt, not set aside)"; a fact under a clause that does not apply "is set aside"."""
        return self.reason not in NOT_COUNTING

    @property
    def date(self) -> datetime.date | None:
        """ "Gathered facts carry ... the latest date." """
        return max((fact.date for fact in self.facts if fact.date is not None), default=None)

    @property
    def order(self) -> tuple[Any, ...]:
        """ "the order of their dates"; undated facts last, then the order of the file."""
        return (self.date is None, self.date or datetime.date.min, self.facts[-1].place if self.facts else 0)

    @property
    def matter(self) -> str | None:
        """ "Gathered facts carry a matter ... only if all of them do"."""
        matters = {fact.raw.get("matter") for fact in self.facts}
        return matters.pop() or None if len(matters) == 1 else None

    def hold(self, points: Fraction, reason: str) -> None:
        """Cut the move to these points; the reason of the first cut stays."""
        if points != self.points:
            self.points = points
            self.reason = self.reason or reason

    def set_aside(self) -> None:
        self.points, self.reason = ZERO, "set_aside"


# --- step 2 ---------------------------------------------------------------------------------------------------------


def ladder_sum(ladder: list[Fraction], used: Fraction, counted: Fraction) -> Fraction:
    """`escalate: [1, 2]`: "the first counted occurrence moves its points once, the second and every later one twice";
    the multipliers of the occurrences after the first `used` ones, added up."""
    total = ZERO
    while counted > 0:
        rung = int(used)
        portion = min(counted, rung + 1 - used)
        total += portion * ladder[min(rung, len(ladder) - 1)]
        used += portion
        counted -= portion
    return total


def modified(clause: Clause, facts: list[Fact], points: Fraction) -> Fraction:
    """ "A fact's modifiers act in the order of the clause's list, times before plus"; they "never bring its points
    below 0"; gathered facts carry a modifier "only if all of them do"."""
    named = [
        entry
        for entry in clause.list_of("modifiers")
        if facts and all(entry["code"] in (fact.raw.get("modifiers") or []) for fact in facts)
    ]
    changed = points
    for entry in named:
        if entry.get("times") is not None:
            changed *= num(entry["times"])
    for entry in named:
        if entry.get("plus") is not None:
            changed += num(entry["plus"])
    return max(changed, min(points, ZERO))


def moved_points(clause: Clause, found: list[Score]) -> list[Fraction]:
    """Step 2 for awards and deductions: basis, "then escalation, modifiers, × share"."""
    ladder = [num(rung) for rung in clause.list_of("escalate")] or [ONE]
    used, points = ZERO, []
    for score in found:
        amount = score.each * ladder_sum(ladder, used, score.counted)
        used += score.counted
        if score.judged and score.counted > 0:
            amount = modified(clause, score.facts, amount)
        points.append(amount * score.share)
    return points


def veto_deduction(clause: Clause) -> Fraction:
    """What all `{deduct: n}` of a veto take away for one counted occurrence."""
    return sum((num_or(entry["deduct"], 0) for entry in clause.list_of("consequences") if "deduct" in entry), ZERO)


def veto_points(clause: Clause, found: list[Score]) -> list[Fraction]:
    """ "`{deduct}` moves its points for every counted occurrence"; "A veto on a value deducts once for each fact that
    fires it"; "modifiers ... `share` and `escalate` do not change what a forfeit or veto counts"."""
    by_occurrence = clause.basis in ("count", "level")
    counted = [score.counted if by_occurrence else Fraction(score.reached > 0) for score in found]
    return [veto_deduction(clause) * number for number in counted]


def faces(clause: Clause, found: list[Score]) -> list[Fraction]:
    """ "signed points after step 2; a deduction is negative"; forfeits and records move 0."""
    if clause.effect in ("deduct", "award"):
        return [clause.sign * points for points in moved_points(clause, found)]
    if clause.effect == "veto":
        return [-points for points in veto_points(clause, found)]
    return [ZERO for _ in found]


def clause_moves(case: Case, clause: Clause, unit: Unit) -> list[Move]:
    """Steps 1 and 2 for one clause: a move a fact, in the order of dates; "an exempt fact moves 0"."""
    facts = unit.facts(clause)
    if not clause_applies(clause, unit):
        return [Move(clause, [fact], reason="not_applicable") for fact in facts]
    found = scores(case, clause, unit)
    moves = [Move(clause, s.facts, face, face) for s, face in zip(found, faces(clause, found), strict=True)]
    moves += [Move(clause, [fact], reason="exempt") for fact in facts if fact.exempt]
    return moves if gathers(clause) else sorted(moves, key=lambda move: move.order)


# --- step 3 ---------------------------------------------------------------------------------------------------------


def rivals(node: Node, moves: list[Move]) -> list[Move]:
    """ "by where the clause stands; forfeits, vetoes, exempt and 0-point facts are no rivals"."""
    return [
        move
        for move in moves
        if node in move.clause.item.ancestors()
        and move.clause.effect in ("deduct", "award")
        and move.counts
        and move.matter
        and move.face != 0
    ]


def exclude(node: Node, moves: list[Move]) -> None:
    """ "of the facts with the same non-empty matter and the same sign only the one that moves most counts ... On a tie
    the clause that stands first wins, then the earlier fact." Moves come in that very order."""
    standing = rivals(node, moves)
    for move in standing:
        others = [other for other in standing if other.matter == move.matter and (other.face > 0) == (move.face > 0)]
        winner = max(others, key=lambda other: abs(other.face))  # the first of equals
        if winner is not move:
            move.set_aside()


def apply_exclusivity(case: Case, moves: list[Move]) -> None:
    """ "within a node with `exclusive: matter`"; "The innermost exclusive node acts first." """
    exclusive = [node for node in case.nodes() if node.raw.get("exclusive") == "matter"]
    for node in sorted(exclusive, key=lambda node: -len(node.ancestors())):
        exclude(node, moves)


# --- step 4 ---------------------------------------------------------------------------------------------------------


def hold_running(moves: Iterable[Move], limit: Fraction, reason: str) -> None:
    """ "the most points, in absolute value"; "the running sum stops at the limit, so later facts are cut"."""
    running = ZERO
    for move in moves:
        held = max(-limit, min(limit, running + move.points))
        move.hold(held - running, reason)
        running = held


def bucket(date: datetime.date, unit_of_time: str) -> tuple[int, int]:
    """The month or the quarter in which a fact's date lies."""
    return (date.year, date.month if unit_of_time == "month" else (date.month - 1) // 3)


def hold_to_limits(clause: Clause, moves: list[Move]) -> None:
    """ "A clause's facts are added up in the order of their dates and held to `limit_per`, then `limit`"."""
    counting = [move for move in moves if move.counts]
    for unit_of_time, most in (clause.raw.get("limit_per") or {}).items():
        dated = [(bucket(move.date, unit_of_time), move) for move in counting if move.date is not None]
        for wanted in sorted({when for when, _ in dated}) if most is not None else []:
            hold_running([move for when, move in dated if when == wanted], num(most), "limit_per")
    if clause.raw.get("limit") is not None:
        hold_running(counting, num(clause.raw["limit"]), "limit")


def hold_to_groups(item: Node, moves: list[Move]) -> None:
    """ "then its group's limit": "a limit over several clauses together"; in reading order, then order of dates."""
    for group in item.raw.get("groups") or []:
        if group.get("limit") is None:
            continue
        codes = [f"{item.code}.{code}" for code in group["clauses"]]
        within = [move for move in moves if move.clause.code in codes and move.counts]
        hold_running(within, num(group["limit"]), "group_limit")


# --- together -------------------------------------------------------------------------------------------------------


def waits_for_members(clause: Clause, unit: Unit) -> bool:
    """Whether other units' totals say what the clause moves. Such a move carries no matter, so that it has no part in
    exclusivity; it is worked out only where its item is asked for, else circles would be seen where there are none."""
    return clause.basis == "linked" and clause.raw.get("source") == "members" and not unit.facts(clause)


def faced(case: Case, unit: Unit) -> dict[str, list[Move]]:
    """Steps 1 to 3 for one unit: its moves by clause, without those that wait for members."""
    if (unit.code, "faced") not in case.kept:
        clauses = [clause for clause in case.clauses() if not waits_for_members(clause, unit)]
        by_clause = {clause.code: clause_moves(case, clause, unit) for clause in clauses}
        apply_exclusivity(case, [move for found in by_clause.values() for move in found])
        case.kept[unit.code, "faced"] = by_clause
    return case.kept[unit.code, "faced"]


def item_moves(case: Case, unit: Unit, item: Node) -> list[Move]:
    """Steps 1 to 4 for one item: its moves by clauses in reading order, then by date."""
    if (unit.code, "item", item.code) not in case.kept:
        moves: list[Move] = []
        for clause in item.clauses:
            waits = waits_for_members(clause, unit)
            found = clause_moves(case, clause, unit) if waits else faced(case, unit)[clause.code]
            hold_to_limits(clause, found)
            moves += found
        hold_to_groups(item, moves)
        case.kept[unit.code, "item", item.code] = moves
    return case.kept[unit.code, "item", item.code]


def moves_of(case: Case, unit: Unit) -> list[Move]:
    """All moves of a unit, in reading order."""
    return [move for node in case.nodes() for move in item_moves(case, unit, node)]


def has_fired(case: Case, unit: Unit, clause: Clause) -> bool:
    """Whether a forfeit or veto fires for the unit."""
    if (unit.code, "fired", clause.code) not in case.kept:
        applies = clause_applies(clause, unit)
        case.kept[unit.code, "fired", clause.code] = applies and fires(clause, scores(case, clause, unit))
    return case.kept[unit.code, "fired", clause.code]
