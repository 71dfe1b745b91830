"""A comparison in finished strings: the template only writes them down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoring.sheets.charts import Scale
from scoring.sheets.numbers import fixed, signed
from scoring.sheets.words import both
from scoring.tryout import chart
from scoring.tryout.records import CLAUSE, ClauseMove, Comparison, Movement, Side
from scoring.tryout.wording import Pair, first_grade, place, places_won, sentence, what_moves

SHOWN_UNITS = 50
SHOWN_ARROWS = 16
SHOWN_CLAUSES = 12
SHOWN_CAUSES = 4


@dataclass(frozen=True)
class Row:
    """One unit before and after."""

    unit: str
    title: str
    series: str
    before: str
    after: str
    full: str
    difference: str
    falls: bool
    rank_before: str
    rank_after: str
    places: str
    grade_before: str
    grade_after: str
    causes: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class ClauseRow:
    """One clause over all units."""

    code: str
    text: str
    ref: str
    lifted: int
    lowered: int
    up: str
    down: str


def by_movement(comparison: Comparison) -> list[Movement]:
    """The units that are scored on both sides and move, the one that moves most first."""
    moved = [movement for movement in comparison.movements if movement.moves]
    return sorted(moved, key=lambda one: (-abs(one.difference or Decimal(0)), -abs(one.places or 0)))


def by_place(comparison: Comparison, pair: Pair) -> list[Movement]:
    """Every unit by its series and place under the new rubric; those that it cannot score at the end."""
    series = {entry.code: number for number, entry in enumerate(pair.after.series)}

    def key(movement: Movement) -> tuple[int, bool, int, Decimal]:
        side = movement.after
        if side is None:
            return (len(series) + 1, True, 0, Decimal(0))
        return (series.get(side.series or "", len(series)), side.rank is None, side.rank or 0, -side.total)

    return sorted(comparison.movements, key=key)


def rows(movements: Iterable[Movement], pair: Pair) -> list[Row]:
    return [_row(movement, pair) for movement in movements]


def _row(movement: Movement, pair: Pair) -> Row:
    old, new = movement.before, movement.after
    side = new or old
    return Row(
        unit=movement.unit,
        title=movement.title,
        series=pair.series(side.series) if side is not None else "",
        before=_total(old, pair),
        after=_total(new, pair),
        full=fixed(new.marks, 0) if new is not None else "",
        difference=signed(movement.difference, pair.digits),
        falls=(movement.difference or 0) < 0,
        rank_before=place(old, pair.lang),
        rank_after=place(new, pair.lang),
        places=places_won(movement.places, pair.lang),
        grade_before=first_grade(old, pair.before, pair.lang),
        grade_after=first_grade(new, pair.after, pair.lang),
        causes=tuple(sentence(cause, pair) for cause in movement.causes[:SHOWN_CAUSES]),
        more=max(0, len(movement.causes) - SHOWN_CAUSES),
    )


def _total(side: Side | None, pair: Pair) -> str:
    return "" if side is None else fixed(side.total, pair.digits)


def clause_rows(moves: Sequence[ClauseMove], pair: Pair) -> list[ClauseRow]:
    """What moves points over all units, the greatest first."""
    return [
        ClauseRow(
            code=move.code,
            text=what_moves(move.kind, move.code, pair),
            ref=pair.ref(move.code) if move.kind == CLAUSE else "",
            lifted=move.lifted,
            lowered=move.lowered,
            up=signed(move.up, pair.digits) if move.up else "",
            down=signed(move.down, pair.digits) if move.down else "",
        )
        for move in moves
    ]


def movement_chart(movements: Sequence[Movement], pair: Pair) -> Scale:
    """The units that move most, from the greatest gain to the greatest loss."""
    chosen = [movement for movement in movements if movement.difference][:SHOWN_ARROWS]
    chosen.sort(key=lambda movement: -(movement.difference or Decimal(0)))
    arrows = [
        chart.Arrow(movement.title, movement.before.total, movement.after.total)
        for movement in chosen
        if movement.before is not None and movement.after is not None
    ]
    label = both(
        f"变动最大的 {len(arrows)} 家单位的总分，前后各一点；数字见表",
        f"Totals of the {len(arrows)} units that move most, before and after; the figures are in the table",
        pair.lang,
    )
    return chart.movements(arrows, label, pair.digits)
