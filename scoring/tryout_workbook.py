"""The comparison of a trial as a workbook: every unit, every clause that moves it, grades, and what was set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from appraisal_site.toolkit.xlsx import Column, Styled, Workbook
from scoring.sheets import grades
from scoring.sheets.words import both, word
from scoring.tryout import lists, page
from scoring.tryout.records import CLAUSE, Comparison, Movement, Side
from scoring.tryout.wording import Pair, aside_reason, aside_title, place, what_moves

if TYPE_CHECKING:
    from scoring.selectors.tryout import Trial

UNIT, NUMBER, TEXT = 24, 11, 46


def build(trial: Trial, comparison: Comparison, pair: Pair, *, title: str, records: str) -> Workbook:
    """The workbook in the making; `records` says whose records were tried."""
    made = _Maker(trial, comparison, pair, title, records)
    made.units()
    made.causes()
    made.clauses()
    made.grades()
    made.aside()
    return made.book


class _Maker:
    def __init__(self, trial: Trial, comparison: Comparison, pair: Pair, title: str, records: str) -> None:
        self.trial, self.comparison, self.pair = trial, comparison, pair
        self.title = title
        self.note = both(f"试算所用记录：{records}", f"Records tried: {records}", pair.lang)
        self.book = Workbook(title=title)
        self.ordered = page.by_place(comparison, pair)

    def both(self, chinese: str, english: str) -> str:
        return both(chinese, english, self.pair.lang)

    def word(self, code: str) -> str:
        return word(code, self.pair.lang)

    def _number(self, title: str, group: str = "") -> Column:
        return Column(title, NUMBER, digits=self.pair.digits, wrap=True, group=group)

    def _sheet(self, name: str, columns: list[Column], frozen: int = 1) -> Any:
        title = f"{self.title} · {name}"
        return self.book.sheet(name, columns=columns, title=title, notes=[self.note], frozen=frozen, foot=self.title)

    def units(self) -> None:
        """Total, place and grades of every unit on both sides."""
        before, after = self.both("原办法", "Before"), self.both("试算", "After")
        old = self.pair.before.gradings if self.pair.before else ()
        new = self.pair.after.gradings
        columns = [
            Column(self.word("series"), 14, wrap=True),
            Column(self.word("unit"), UNIT, wrap=True),
            self._number(self.word("total"), before),
            Column(self.word("rank"), 8, align="center", group=before),
            *(Column(grading.title or grading.code, 14, wrap=True, group=before) for grading in old),
            self._number(self.word("total"), after),
            Column(self.word("rank"), 8, align="center", group=after),
            *(Column(grading.title or grading.code, 14, wrap=True, group=after) for grading in new),
            self._number(self.both("总分变动", "Difference")),
            Column(self.both("名次变动", "Places won"), 10, align="center"),
        ]
        sheet = self._sheet(self.both("前后对比", "Before and after"), columns, frozen=2)
        for movement in self.ordered:
            sheet.row(self._unit(movement, old, new))

    def _unit(self, movement: Movement, old: Any, new: Any) -> list[Any]:
        side = movement.after or movement.before
        difference = movement.difference
        return [
            self.pair.series(side.series) if side is not None else "",
            Styled(movement.title, "strong"),
            *self._side(movement.before, old),
            *self._side(movement.after, new),
            Styled(difference, "bad" if difference is not None and difference < 0 else "plain", self.pair.digits),
            movement.places,
        ]

    def _side(self, side: Side | None, gradings: Any) -> list[Any]:
        if side is None:
            return [None] * (2 + len(gradings))
        rank = side.rank if side.rank is not None else Styled(place(side, self.pair.lang), "muted")
        titles = [grades.title_of(one, side.grades.get(one.code), self.pair.lang) for one in gradings]
        return [side.total, rank, *titles]

    def causes(self) -> None:
        """Every clause and node that moves a unit, with both amounts."""
        columns = [
            Column(self.word("unit"), UNIT, wrap=True),
            Column(self.word("ref"), 12, wrap=True),
            Column(self.word("code"), 26, wrap=True),
            Column(self.word("text"), TEXT, wrap=True),
            self._number(self.both("原", "Before")),
            self._number(self.both("现", "After")),
            self._number(self.both("变动", "Difference")),
        ]
        sheet = self._sheet(self.both("各单位变动原因", "Why units move"), columns)
        pair = self.pair
        for movement in self.ordered:
            for cause in movement.causes:
                ref = pair.ref(cause.code) if cause.kind == CLAUSE else ""
                moved = [cause.before, cause.after]
                look = "bad" if cause.difference < 0 else "plain"
                text = what_moves(cause.kind, cause.code, pair)
                sheet.row([movement.title, ref, cause.code, text, *moved, Styled(cause.difference, look, pair.digits)])

    def clauses(self) -> None:
        """The same over all units."""
        columns = [
            Column(self.word("ref"), 12, wrap=True),
            Column(self.word("code"), 26, wrap=True),
            Column(self.word("text"), TEXT, wrap=True),
            Column(self.both("加分家数", "Units lifted"), 10, align="center"),
            self._number(self.both("合计加分", "Up in all")),
            Column(self.both("减分家数", "Units lowered"), 10, align="center"),
            self._number(self.both("合计减分", "Down in all")),
        ]
        sheet = self._sheet(self.both("条款影响", "Clauses"), columns)
        for move in self.comparison.clauses:
            ref = self.pair.ref(move.code) if move.kind == CLAUSE else ""
            text = what_moves(move.kind, move.code, self.pair)
            sheet.row([ref, move.code, text, move.lifted, move.up, move.lowered, move.down])

    def grades(self) -> None:
        """Counts of every grade, then the units whose grade changes."""
        columns = [
            Column(self.word("grading"), 18, wrap=True),
            Column(self.both("等次或单位", "Grade or unit"), UNIT, wrap=True),
            Column(self.both("原", "Before"), 16, wrap=True),
            Column(self.both("现", "After"), 16, wrap=True),
            Column(self.both("变动", "Difference"), 12, align="center"),
        ]
        sheet = self._sheet(self.both("等次变化", "Grades"), columns)
        said = {"rises": self.both("上升", "rises"), "falls": self.both("下降", "falls"), "others": ""}
        for view in lists.grading_views(self.comparison.gradings, self.pair):
            for count in view.counts:
                sheet.row([view.title, Styled(count.title, "strong"), count.before, count.after, count.difference])
            for way, text in said.items():
                for row in getattr(view, way):
                    sheet.row([view.title, row.title, row.before, row.after, text])

    def aside(self) -> None:
        """Everything recorded that found no place, one row each."""
        columns = [
            Column(self.both("办法", "Rubric"), 10),
            Column(self.word("unit"), UNIT, wrap=True),
            Column(self.word("code"), 26, wrap=True),
            Column(self.word("text"), TEXT, wrap=True),
            Column(self.both("记录", "Record"), 12),
            Column(self.word("reason"), TEXT, wrap=True),
        ]
        sheet = self._sheet(self.both("未计入", "Set aside"), columns)
        titles = {movement.unit: movement.title for movement in self.comparison.movements}
        trial, pair = self.trial, self.pair
        sides = [
            (self.both("试算", "After"), trial.aside, trial.left),
            (self.both("原办法", "Before"), trial.before_aside, trial.before_left),
        ]
        for rubric, aside, left in sides:
            for unit in left:
                sheet.row([rubric, unit.title, "", "", "", lists.why_left(unit, pair)])
            for one in aside:
                title = titles.get(one.unit, one.unit)
                sheet.row([rubric, title, one.code, aside_title(one, pair), one.name, aside_reason(one, pair.lang)])
