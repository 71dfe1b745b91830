"""A result and its definition as one table: what the page shows and the workbook prints, so that they cannot differ.

Numbers stay exact here; page and workbook write them down with the rubric's digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scoring.sheets import grades, sentences
from scoring.sheets.numbers import exact
from scoring.sheets.words import word

if TYPE_CHECKING:
    from rubrics.definition.records import Definition


@dataclass(frozen=True)
class Column:
    """A node that has a column, or several of which every unit has one at most; `full` are their full marks."""

    codes: tuple[str, ...]
    title: str
    full: Decimal
    parent: str = ""

    def of(self, unit: Any) -> str | None:
        """Which of the column's nodes the unit has."""
        return next((code for code in self.codes if code in unit.nodes), None)


@dataclass(frozen=True)
class Veto:
    """A veto that fired on a unit."""

    clause: str
    ref: str
    text: str
    consequences: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One unit: its place (None where it takes none) and its values by column (None where a node does not apply)."""

    unit: str
    title: str
    series: str | None
    place: int | None
    out_of_rank: bool
    values: tuple[Decimal | None, ...]
    total: Decimal
    converted: Decimal | None
    grades: tuple[str, ...]
    grade_codes: tuple[str | None, ...]
    vetoes: tuple[Veto, ...]
    pending: int
    carried: tuple[Decimal, ...] = ()

    @property
    def grade(self) -> str:
        return self.grades[0] if self.grades else ""


@dataclass(frozen=True)
class SeriesTable:
    """The ranked table of one series, best first, units out of rank at the end."""

    code: str
    title: str
    full: Decimal
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    edges: tuple[grades.Edge, ...]
    gradings: tuple[str, ...]

    @property
    def has_converted(self) -> bool:
        return any(row.converted is not None for row in self.rows)

    @property
    def ranked(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.out_of_rank)


@dataclass(frozen=True)
class Matrix:
    """Units × items: every item that applies to at least one unit."""

    groups: tuple[tuple[str, int], ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def unit_titles(facts: Any) -> dict[str, str]:
    return {unit.code: unit.title or unit.code for unit in facts.units} if facts is not None else {}


def series_of(definition: Definition) -> list[tuple[str | None, str]]:
    """Series codes with titles; a rubric without series has one, nameless."""
    return [(entry.code, entry.title or entry.code) for entry in definition.series] or [(None, "")]


def series_tables(result: Any, definition: Definition, titles: Mapping[str, str], lang: str) -> tuple[SeriesTable, ...]:
    """One ranked table for every series that has units, in the rubric's order."""
    names = dict(series_of(definition))
    groups: dict[str | None, list[Any]] = {code: [] for code in names}
    for unit in result.units:
        groups.setdefault(unit.series, []).append(unit)
    return tuple(
        _series_table(code, names.get(code) or word("all", lang), units, definition, titles, lang)
        for code, units in groups.items()
        if units
    )


def _series_table(
    code: str | None, title: str, units: list[Any], definition: Definition, titles: Mapping[str, str], lang: str
) -> SeriesTable:
    ordered = sorted(units, key=_by_place)
    columns = merged(
        columns_of(definition, [category.code for category in definition.categories], ordered), ordered, lang
    )
    ranked = [unit for unit in ordered if not unit.out_of_rank]
    edges = grades.edges(definition.gradings[0], code or "", ranked, lang) if definition.gradings else ()
    return SeriesTable(
        code=code or "",
        title=title,
        full=definition.total_of(code),
        columns=columns,
        rows=tuple(row_of(unit, columns, definition, titles, lang) for unit in ordered),
        edges=edges,
        gradings=tuple(grading.title or grading.code for grading in definition.gradings),
    )


def _by_place(unit: Any) -> tuple[bool, int, Decimal]:
    return (unit.out_of_rank or unit.rank is None, unit.rank or 0, -exact(unit.total))


def columns_of(definition: Definition, codes: Sequence[str], units: Sequence[Any]) -> tuple[Column, ...]:
    """Columns for those of the nodes that at least one of the units has."""
    return tuple(
        Column(
            (code,),
            title_of_node(definition, code),
            full_of(definition, code),
            title_of_node(definition, code.partition(".")[0]),
        )
        for code in codes
        if any(code in unit.nodes for unit in units)
    )


def merged(columns: tuple[Column, ...], units: Sequence[Any], lang: str) -> tuple[Column, ...]:
    """The same with the parts of which every unit has its own in one column, and without parts that move nothing.

    A bureau whose fourteen offices each have a category of their own gets one column for it, not fourteen.
    """
    shown = [column for column in columns if column.full or any(value_of(unit, column.codes[0]) for unit in units)]
    own = [column for column in shown if sum(column.of(unit) is not None for unit in units) < len(units)]
    codes = tuple(code for column in own for code in column.codes)
    if len(own) < 2 or len({column.full for column in own}) > 1:
        return tuple(shown)
    if any(sum(code in unit.nodes for code in codes) > 1 for unit in units):
        return tuple(shown)
    together = Column(codes, _common_ending([column.title for column in own]) or word("own_part", lang), own[0].full)
    return tuple(together if column is own[0] else column for column in shown if column is own[0] or column not in own)


def _common_ending(titles: Sequence[str]) -> str:
    """What all titles end with, if it is more than one sign."""
    ending = titles[0]
    while ending and not all(title.endswith(ending) for title in titles):
        ending = ending[1:]
    return ending.strip() if len(ending.strip()) > 1 else ""


def row_of(unit: Any, columns: Sequence[Column], definition: Definition, titles: Mapping[str, str], lang: str) -> Row:
    return Row(
        unit=unit.code,
        title=titles.get(unit.code, unit.code),
        series=unit.series,
        place=unit.rank,
        out_of_rank=unit.out_of_rank,
        values=tuple(value_of(unit, column.of(unit)) for column in columns),
        total=exact(unit.total),
        converted=None if unit.converted is None else exact(unit.converted),
        grades=tuple(grades.title_of(grading, unit.grades.get(grading.code), lang) for grading in definition.gradings),
        grade_codes=tuple(unit.grades.get(grading.code) for grading in definition.gradings),
        vetoes=tuple(veto_of(definition, code, lang) for code in unit.vetoes),
        pending=len(unit.pending),
        carried=tuple(carried_out(unit, column.of(unit)) for column in columns),
    )


def value_of(unit: Any, code: str | None) -> Decimal | None:
    node = None if code is None else unit.nodes.get(code)
    return None if node is None else exact(node.value)


def carried_out(unit: Any, code: str | None) -> Decimal:
    """What a node could not bear itself and handed on to its parent, as a positive amount; 0 mostly."""
    moved = [
        line.points for line in unit.lines if line.clause is None and line.node == code and line.reason == "carried"
    ]
    return sum((exact(points) for points in moved if points > 0), Decimal(0))


def matrix(result: Any, definition: Definition, titles: Mapping[str, str], lang: str) -> Matrix:
    """Every unit in order of series and place with the value of every item."""
    order = {code: number for number, (code, _title) in enumerate(series_of(definition))}
    units = sorted(result.units, key=lambda unit: (order.get(unit.series, len(order)), *_by_place(unit)))
    columns = columns_of(definition, list(definition.items), units)
    groups: list[tuple[str, int]] = []
    for column in columns:
        if groups and groups[-1][0] == column.parent:
            groups[-1] = (column.parent, groups[-1][1] + 1)
        else:
            groups.append((column.parent, 1))
    return Matrix(tuple(groups), columns, tuple(row_of(unit, columns, definition, titles, lang) for unit in units))


def title_of_node(definition: Definition, code: str) -> str:
    node = definition.nodes.get(code)
    return code if node is None else node.title or code


def full_of(definition: Definition, code: str) -> Decimal:
    """The full marks of a node."""
    node = definition.nodes[code]
    marks = getattr(node, "full_marks", None)
    return marks if marks is not None else node.points or Decimal(0)


def veto_of(definition: Definition, code: str, lang: str) -> Veto:
    clause = definition.clauses[code]
    said = tuple(sentences.veto_consequence(definition, entry, lang) for entry in clause.consequences)
    return Veto(code, clause.ref, clause.text, said)
