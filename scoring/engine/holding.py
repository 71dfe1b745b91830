"""Steps 3 and 4: exclusivity, then the limits of clauses and groups. Lines keep their face and lose points."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from scoring.engine.plan import ZERO, ClausePlan, NodePlan, Plan
from scoring.engine.result import Line

_LAST = datetime.date.max


def _when(line: Line) -> tuple[Any, ...]:
    return (line.date is None, line.date or _LAST, line.index)


def set_aside_rivals(plan: Plan, lines: Iterable[Line]) -> None:
    """Within an exclusive node one line stands for a matter and a sign, the one that moves most; innermost first."""
    rivals = [line for line in lines if line.matter and line.face and line.reason is None]
    by_node: dict[str, list[Line]] = {}
    for line in rivals:
        for code in plan.clauses[line.clause or ""].exclusive:
            by_node.setdefault(code, []).append(line)
    for code in sorted(by_node, key=lambda code: -plan.nodes[code].depth):
        _within(plan, by_node[code])


def _within(plan: Plan, lines: list[Line]) -> None:
    matters: dict[tuple[str, bool], list[Line]] = {}
    for line in lines:
        if line.reason is None:
            matters.setdefault((line.matter, line.face > 0), []).append(line)
    for rivals in matters.values():
        if len(rivals) > 1:
            kept = min(rivals, key=lambda line: (-abs(line.face), plan.clauses[line.clause or ""].order, _when(line)))
            for line in rivals:
                if line is not kept:
                    line.points, line.reason = ZERO, "set_aside"


def hold_clause(clause: ClausePlan, lines: list[Line]) -> None:
    """Hold a clause's lines, in the order of their dates, to `limit_per` and then to `limit`."""
    if clause.limit_per is not None:
        for limit, period_of in ((clause.limit_per.month, _month), (clause.limit_per.quarter, _quarter)):
            if limit is not None:
                periods: dict[Any, list[Line]] = {}
                for line in lines:
                    periods.setdefault(period_of(line), []).append(line)
                for together in periods.values():
                    _hold(together, limit, "limit_per")
    if clause.limit is not None:
        _hold(lines, clause.limit, "limit")


def hold_groups(item: NodePlan, lines: list[Line]) -> None:
    """Hold the clauses of a group together to the group's limit."""
    for limit, members in item.groups:
        _hold(sorted((line for line in lines if line.clause in members), key=_when), limit, "group_limit")


def _hold(lines: list[Line], limit: Decimal, reason: str) -> None:
    """The running sum stops at the limit, in absolute value, so that later lines are cut."""
    running = ZERO
    for line in lines:
        reached = running + line.points
        if reached > limit:
            reached = limit
        elif reached < -limit:
            reached = -limit
        held = reached - running
        if held != line.points:
            line.points, line.reason = held, reason
        running = reached


def _month(line: Line) -> Any:
    return line.date and (line.date.year, line.date.month)


def _quarter(line: Line) -> Any:
    return line.date and (line.date.year, (line.date.month - 1) // 3)
