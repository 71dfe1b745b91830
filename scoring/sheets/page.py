"""The ranked table of a page in finished strings: the template only writes them down."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scoring.sheets import charts, grades, rulers, tables
from scoring.sheets.numbers import MINUS, fixed, short
from scoring.sheets.words import both

if TYPE_CHECKING:
    from rubrics.definition.records import Definition, Grading


@dataclass(frozen=True)
class Cell:
    """A value with what was handed on beyond zero."""

    value: str
    carried: str = ""


@dataclass(frozen=True)
class Entry:
    """A row of the page: a unit, or an edge between grades."""

    edge: str = ""
    is_floor: bool = False
    unit: str = ""
    place: str = ""
    title: str = ""
    cells: tuple[Cell, ...] = ()
    total: str = ""
    converted: str = ""
    grades: tuple[tuple[str, str], ...] = ()
    vetoes: tuple[str, ...] = ()
    pending: int = 0


@dataclass(frozen=True)
class Table:
    """One series on the page."""

    code: str
    title: str
    heads: tuple[tuple[str, str], ...]
    full: str
    gradings: tuple[str, ...]
    has_converted: bool
    entries: tuple[Entry, ...]
    width: int
    units: int
    pending: int


def table(series: tables.SeriesTable, definition: Definition, lang: str, only: Collection[str] | None = None) -> Table:
    """The page's table of a series; with `only`, those units alone, without the edges, which tell of others."""
    entries = []
    edges = {edge.above: edge for edge in series.edges} if only is None else {}
    for number, row in enumerate(series.rows):
        edge = edges.get(number)
        if edge is not None:
            entries.append(Entry(edge=edge.text, is_floor=edge.is_floor))
        if only is None or row.unit in only:
            entries.append(_entry(row, definition, lang))
    width = 3 + len(series.columns) + len(series.gradings) + series.has_converted
    return Table(
        code=series.code,
        title=series.title,
        heads=tuple((column.title, short(column.full) if column.full else "") for column in series.columns),
        full=short(series.full),
        gradings=series.gradings,
        has_converted=series.has_converted,
        entries=tuple(entries),
        width=width,
        units=sum(1 for entry in entries if entry.unit),
        pending=sum(entry.pending for entry in entries),
    )


def _entry(row: tables.Row, definition: Definition, lang: str) -> Entry:
    digits = definition.rounding.digits
    cells = tuple(
        Cell(fixed(value, digits) if value is not None else "—", fixed(carried, digits) if carried else "")
        for value, carried in zip(row.values, row.carried, strict=True)
    )
    return Entry(
        unit=row.unit,
        place=str(row.place) if row.place is not None else "–",
        title=row.title,
        cells=cells,
        total=fixed(row.total, digits),
        converted=fixed(row.converted, digits),
        grades=tuple(
            (title, _css(grading, code, row.series) if grading is definition.gradings[0] else "kp-2nd")
            for title, code, grading in zip(row.grades, row.grade_codes, definition.gradings, strict=True)
        ),
        vetoes=tuple(dict.fromkeys(_veto_tag(definition.clauses[veto.clause], lang) for veto in row.vetoes)),
        pending=row.pending,
    )


def _css(grading: Grading, code: str | None, series: str | None) -> str:
    """The best grade stands out, the one that catches what failed is red, the others are quiet."""
    if code is None:
        return "kp-3rd"
    if grades.is_best(grading, code, series):
        return "fw-semibold"
    rule = next(rule for rule in grading.rules if rule.code == code)
    return "kp-lost fw-semibold" if rule.when.total_below is not None else "kp-2nd"


def _veto_tag(clause: Any, lang: str) -> str:
    """What a veto takes away, short enough for a table: −20; the bars it raises show in the grade itself."""
    parts = [MINUS + short(entry.deduct) for entry in clause.consequences if entry.deduct]
    if any(entry.zero for entry in clause.consequences):
        parts.append(both("计零", "to zero", lang))
    return " ".join(parts)


def distribution(series: tables.SeriesTable, definition: Definition, lang: str) -> charts.Scale:
    """All units of a series in rank as dots, with the edges of the grades."""
    digits = definition.rounding.digits
    lines = edge_lines(series, definition)
    grading = definition.gradings[0] if definition.gradings else None
    points = [charts.Point(row.total, row.title, _dot(grading, row)) for row in series.ranked]
    edges = both("，", ", ", lang).join(line.text for line in lines)
    label = both(f"{len(points)} 家单位的总分分布", f"Totals of {len(points)} units", lang)
    return charts.distribution(points, lines, f"{label}{both('，', ', ', lang) if edges else ''}{edges}", digits)


def _dot(grading: Grading | None, row: tables.Row) -> str:
    if grading is None or not row.grade_codes:
        return ""
    css = _css(grading, row.grade_codes[0], row.series)
    return "full" if css == "fw-semibold" else "bad" if css.startswith("kp-lost") else ""


def edge_lines(series: tables.SeriesTable, definition: Definition) -> list[charts.Line]:
    return [charts.Line(total, text, is_floor) for total, text, is_floor in grades.thresholds(definition, series.edges)]


def position(series: tables.SeriesTable, definition: Definition, unit: Any, lang: str) -> charts.Scale:
    """One unit on the ruler of its series."""
    digits = definition.rounding.digits
    own = both(f"本单位 {fixed(unit.total, digits)}", f"this unit {fixed(unit.total, digits)}", lang)
    lines = edge_lines(series, definition)
    totals = [row.total for row in series.ranked]
    ends = (both("最低", "lowest", lang), both("最高", "highest", lang))
    said = [own, *(line.text for line in lines)]
    if totals:
        low, high = fixed(min(totals), digits), fixed(max(totals), digits)
        said.append(both(f"本系列最低 {low}，最高 {high}", f"lowest {low}, highest {high} of the series", lang))
    label = both("，", ", ", lang).join(said)
    return rulers.position(unit.total, series.full, totals, lines, own, ends, label)


def running(definition: Definition, unit: Any, lang: str) -> charts.Scale:
    """The running score: the categories that the unit has, end to end, but for those that only ballots fill."""
    parts = _parts(definition, unit)
    return rulers.running(parts, _said(parts, definition, lang), definition.rounding.digits)


def filled(definition: Definition, unit: Any, lang: str) -> charts.Scale:
    """The same without words, their numbers standing in a list below: full marks at the joints."""
    parts = _parts(definition, unit)
    return rulers.filled(parts, _said(parts, definition, lang))


def _parts(definition: Definition, unit: Any) -> list[rulers.Part]:
    return [
        rulers.Part(tables.title_of_node(definition, code), unit.nodes[code].value, _lost(unit, code), full)
        for code, full in own_parts(definition, unit)
    ]


def _said(parts: list[rulers.Part], definition: Definition, lang: str) -> str:
    digits = definition.rounding.digits
    said = [
        both(
            f"{part.title} {fixed(part.value, digits)} 分，满分 {short(part.full)}",
            f"{part.title}: {fixed(part.value, digits)} of {short(part.full)}",
            lang,
        )
        for part in parts
    ]
    return both("；", "; ", lang).join(said)


def own_parts(definition: Definition, unit: Any) -> list[tuple[str, Decimal]]:
    """The top categories with full marks that the unit has a say in, with those marks."""
    found = []
    for category in definition.categories:
        full = tables.full_of(definition, category.code)
        if category.code in unit.nodes and full and not by_ballot(definition, category.code):
            found.append((category.code, full))
    return found


def by_ballot(definition: Definition, code: str) -> bool:
    """Whether everything under a node is said by ballots or by other scores, so that no unit can claim it."""
    clauses = [clause for key, clause in definition.clauses.items() if key.startswith(f"{code}.")]
    return bool(clauses) and all(clause.kind.mode == "unit" for clause in clauses)


def _lost(unit: Any, code: str) -> Decimal:
    """What was taken away under a node, as a positive amount."""
    lost = sum(
        (line.points for line in unit.lines if line.clause and line.points < 0 and _within(line.node, code)), Decimal(0)
    )
    return -lost


def _within(node: str, code: str) -> bool:
    return node == code or node.startswith(f"{code}.")
