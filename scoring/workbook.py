"""The ranked result workbook, made to be printed and handed upwards: the same tables as the page shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

from appraisal_site.toolkit.xlsx import Column, Styled, Workbook
from scoring.sheets import grades, sentences, tables, why
from scoring.sheets.numbers import short
from scoring.sheets.words import both, word

if TYPE_CHECKING:
    from rubrics.definition import Definition

UNIT, PLACE, NUMBER, TEXT = 22, 6, 11, 46


@dataclass(frozen=True)
class About:
    """What the title block says beside the title; all of it may be missing."""

    title: str = ""
    stand: str = ""
    made_at: datetime | None = None
    fingerprint: str = ""
    journal_head: str = ""


def write_results(
    result: Any, definition: Definition, facts: Any, stream: IO[bytes], lang: str, about: About | None = None
) -> None:
    """Write the workbook into `stream`: a sheet for every series, items, lines, vetoes, grades and consequences."""
    build(result, definition, facts, lang, about).save(stream)


def build(result: Any, definition: Definition, facts: Any, lang: str, about: About | None = None) -> Workbook:
    """The workbook in the making."""
    made = _Maker(result, definition, facts, lang, about or About())
    made.series()
    made.matrix()
    made.lines()
    made.vetoes()
    made.grades()
    return made.book


class _Maker:
    def __init__(self, result: Any, definition: Definition, facts: Any, lang: str, about: About) -> None:
        self.result, self.definition, self.facts, self.lang, self.about = result, definition, facts, lang, about
        self.titles = tables.unit_titles(facts)
        self.series_titles = dict(tables.series_of(definition))
        self.title = about.title or f"{definition.title} · {self.word('result_title', year=definition.year)}"
        self.book = Workbook(title=self.title)
        self.digits = definition.rounding.digits

    def word(self, code: str, **said: object) -> str:
        return word(code, self.lang, **said)

    def _number(self, title: str, group: str = "", width: float = NUMBER) -> Column:
        return Column(title, width, digits=self.digits, wrap=True, group=group)

    def _notes(self, *first: str) -> list[str]:
        """What stands between title and table: what it was made from, so that it can be made again."""
        about = self.about
        said = [note for note in first if note]
        if about.stand:
            said.append(f"{self.word('stand')}: {self.word(about.stand)}")
        if about.made_at:
            said.append(f"{self.word('made')}: {about.made_at:%Y-%m-%d %H:%M}")
        if about.fingerprint:
            said.append(f"{self.word('fingerprint')}: {about.fingerprint[:16]}")
        if about.journal_head:
            said.append(f"{self.word('journal_head')}: {about.journal_head[:16]}")
        return ["    ".join(said)] if said else []

    def series(self) -> None:
        for table in tables.series_tables(self.result, self.definition, self.titles, self.lang):
            self._series(table)

    def _series(self, table: tables.SeriesTable) -> None:
        columns = [
            Column(self.word("rank"), PLACE, align="center"),
            Column(self.word("unit"), UNIT, wrap=True),
            *(self._number(f"{column.title}\n/ {short(column.full)}", width=13) for column in table.columns),
            self._number(f"{self.word('total')}\n/ {short(table.full)}"),
            *([self._number(self.word("converted"))] if table.has_converted else []),
            *(Column(title, 14, wrap=True) for title in table.gradings),
            Column(self.word("vetoes"), 34, wrap=True),
        ]
        sheet = self.book.sheet(
            table.title,
            columns=columns,
            title=f"{self.title} · {table.title}",
            notes=self._notes(both(f"{len(table.rows)} 家单位", f"{len(table.rows)} units", self.lang)),
            frozen=2,
            foot=self.title,
        )
        for row in table.rows:
            sheet.row(self._series_row(table, row))
        self._signatures(sheet)

    def _series_row(self, table: tables.SeriesTable, row: tables.Row) -> list[Any]:
        look = "bad" if row.vetoes else "plain"
        return [
            self._place(row),
            Styled(row.title, "strong"),
            *row.values,
            Styled(row.total, "sum", self.digits),
            *([row.converted] if table.has_converted else []),
            *row.grades,
            Styled(self._veto_words(row), look),
        ]

    def _place(self, row: tables.Row) -> Any:
        return row.place if row.place is not None else Styled(self.word("out_of_rank"), "muted")

    def _veto_words(self, row: tables.Row) -> str:
        said = [f"{veto.ref or veto.clause} {'; '.join(veto.consequences)}".strip() for veto in row.vetoes]
        return "\n".join(said)

    def _signatures(self, sheet: Any) -> None:
        sheet.blank()
        roles = [self.word(f"signature_{role}") for role in ("counter", "checker", "approver", "day")]
        sheet.line("            ".join(f"{role}{both('：', ': ', self.lang)}____________" for role in roles))

    def matrix(self) -> None:
        """Units × items, items under their top category."""
        matrix = tables.matrix(self.result, self.definition, self.titles, self.lang)
        columns = [
            Column(self.word("series"), 12, wrap=True),
            Column(self.word("rank"), PLACE, align="center"),
            Column(self.word("unit"), UNIT, wrap=True),
            *(self._number(f"{item.title} / {short(item.full)}", item.parent, width=8) for item in matrix.columns),
            self._number(self.word("total")),
        ]
        columns = [Column(**{**vars(entry), "upright": entry.group != ""}) for entry in columns]
        sheet = self.book.sheet(
            self.word("matrix"),
            columns=columns,
            title=f"{self.title} · {self.word('matrix')}",
            notes=self._notes(),
            frozen=3,
            foot=self.title,
        )
        series = {unit.code: unit.series for unit in self.result.units}
        for row in matrix.rows:
            title = self.series_titles.get(series[row.unit], "")
            sheet.row([title, self._place(row), row.title, *row.values, Styled(row.total, "sum", self.digits)])

    def lines(self) -> None:
        """Every point that moved, unit by unit in the order of the tables, in the order of the rubric within each."""
        columns = [
            Column(self.word("unit"), UNIT, wrap=True),
            Column(self.word("ref"), 12, wrap=True),
            Column(self.word("code"), 26, wrap=True),
            Column(self.word("node"), 20, wrap=True),
            Column(self.word("why"), 70, wrap=True),
            Column(self.word("date"), 12, align="center"),
            self._number(self.word("face"), width=10),
            self._number(self.word("points"), width=10),
            Column(self.word("reason"), 22, wrap=True),
        ]
        sheet = self.book.sheet(
            self.word("lines"),
            columns=columns,
            title=f"{self.title} · {self.word('lines')}",
            notes=self._notes(),
            foot=self.title,
        )
        for values in self._line_rows():
            sheet.row(values)

    def _line_rows(self) -> Iterator[list[Any]]:
        units = {unit.code: unit for unit in self.result.units}
        records = {unit.code: unit for unit in self.facts.units}
        for row in tables.matrix(self.result, self.definition, self.titles, self.lang).rows:
            facts = why.facts_by_id(records.get(row.unit))
            for line in units[row.unit].lines:
                yield self._line(row, line, facts)

    def _line(self, row: tables.Row, line: Any, facts: dict[str, Any]) -> list[Any]:
        own = [facts[key] for key in why.fact_ids(line) if key in facts]
        clause = self.definition.clauses.get(line.clause) if line.clause else None
        node = self.word("total") if line.node == why.TOTAL else tables.title_of_node(self.definition, line.node)
        return [
            row.title,
            clause.ref if clause is not None else "",
            line.clause or line.node,
            node,
            sentences.of_line(self.definition, line, own, self.lang),
            next((fact.date for fact in own if fact.date), None),
            Styled(line.face, digits=None) if line.clause else None,
            Styled(line.points, "bad" if line.points < 0 else "plain"),
            sentences.reason(line.reason, self.lang) if line.clause else "",
        ]

    def vetoes(self) -> None:
        columns = [
            Column(self.word("series"), 16, wrap=True),
            Column(self.word("unit"), UNIT, wrap=True),
            Column(self.word("ref"), 12, wrap=True),
            Column(self.word("code"), 26, wrap=True),
            Column(self.word("text"), TEXT, wrap=True),
            Column(self.word("consequence"), 34, wrap=True),
        ]
        sheet = self.book.sheet(
            self.word("vetoes_sheet"),
            columns=columns,
            title=f"{self.title} · {self.word('vetoes')}",
            notes=self._notes(),
            foot=self.title,
        )
        series = {unit.code: unit.series for unit in self.result.units}
        rows = tables.matrix(self.result, self.definition, self.titles, self.lang).rows
        for row in rows:
            title = self.series_titles.get(series[row.unit], "")
            for veto in row.vetoes:
                said = both("；", "; ", self.lang).join(veto.consequences)
                sheet.row([title, row.title, veto.ref, veto.clause, veto.text, said])
        if not any(row.vetoes for row in rows):
            sheet.line(self.word("no_vetoes"))

    def grades(self) -> None:
        """Every grading with its grades: how many, which units, what it brings."""
        columns = [
            Column(self.word("grading"), 18, wrap=True),
            Column(self.word("series"), 16, wrap=True),
            Column(self.word("grade"), 14, wrap=True),
            Column(self.word("count"), 7, align="center"),
            Column(self.word("units"), TEXT, wrap=True),
            Column(self.word("consequences"), TEXT, wrap=True),
        ]
        sheet = self.book.sheet(
            self.word("grades_sheet"),
            columns=columns,
            title=f"{self.title} · {self.word('grades_sheet')}",
            notes=self._notes(),
            foot=self.title,
        )
        for grading in self.definition.gradings:
            for code, units in _by_series(self.result).items():
                for line in grades.lines(grading, units, self.titles, self.lang):
                    sheet.row(self._grade(grading, self.series_titles.get(code, ""), line))

    def _grade(self, grading: Any, series: str, line: grades.GradeLine) -> list[Any]:
        between = both("、", ", ", self.lang)
        stop = both("；", "; ", self.lang)
        title = grading.title or grading.code
        brings = stop.join(line.consequences)
        return [title, series, line.title, len(line.units), between.join(line.units) or self.word("nobody"), brings]


def _by_series(result: Any) -> dict[str | None, list[Any]]:
    """The units of every series, best first."""
    found: dict[str | None, list[Any]] = {}
    for unit in result.units:
        found.setdefault(unit.series, []).append(unit)
    for units in found.values():
        units.sort(key=lambda unit: (unit.rank is None, unit.rank or 0))
    return found
