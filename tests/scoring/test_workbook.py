"""The workbook is opened again with another program's eyes and compared with the result, number by number."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evidence.facts import Fact, Facts, UnitFacts, read_facts
from rubrics.checks import read_definition
from rubrics.definition.figures import complete
from rubrics.files import read_yaml
from scoring.engine import evaluate
from scoring.sheets import tables
from scoring.workbook import About, build, write_results
from tests.scoring.test_sheets import definition_of, done, scored, unit

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
ZH = "zh-hans"


def opened(result: Any, definition: Any, facts: Any, lang: str = ZH) -> openpyxl.Workbook:
    stream = BytesIO()
    write_results(result, definition, facts, stream, lang)
    return openpyxl.load_workbook(BytesIO(stream.getvalue()))


def rows_below(sheet: Any, head: str) -> list[list[Any]]:
    """The rows below the one in which a cell says `head`."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    place = next(number for number, row in enumerate(rows) if head in row)
    return rows[place + 1 :]


@pytest.fixture(scope="module")
def township() -> tuple[Any, Any, Any]:
    """A shipped rubric with its figures and the facts of the demonstration."""
    data = read_yaml((FIXTURES / "rubrics" / "township.yaml").read_bytes())
    data = complete(data, read_yaml((FIXTURES / "demo" / "township.figures.yaml").read_bytes()))
    definition, problems = read_definition(data)
    assert definition is not None, problems
    facts, problems = read_facts(read_yaml((FIXTURES / "demo" / "township.facts.yaml").read_bytes()), definition)
    assert facts is not None, problems
    return definition, facts, evaluate(definition, facts)


def test_every_series_has_a_sheet_whose_numbers_are_those_of_the_result(township: Any) -> None:
    definition, facts, result = township
    book = opened(result, definition, facts)
    titles = tables.unit_titles(facts)
    for table in tables.series_tables(result, definition, titles, ZH):
        rows = rows_below(book[table.title], "单位")[: len(table.rows)]
        assert [row[1] for row in rows] == [row.title for row in table.rows]
        assert [row[0] for row in rows] == [row.place for row in table.rows]
        total = 2 + len(table.columns)
        assert [Decimal(str(row[total])) for row in rows] == [row.total for row in table.rows]
        values = [[Decimal(str(value)) for value in row[2:total]] for row in rows]
        assert values == [list(row.values) for row in table.rows]
        assert [row[total + 1] for row in rows] == [row.grades[0] for row in table.rows]


def test_the_matrix_holds_every_item_of_every_unit(township: Any) -> None:
    definition, facts, result = township
    sheet = opened(result, definition, facts)["项目得分"]
    matrix = tables.matrix(result, definition, tables.unit_titles(facts), ZH)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    rows = rows[-len(matrix.rows) :]
    found = [[None if value is None else Decimal(str(value)) for value in row[3:-1]] for row in rows]
    assert found == [list(row.values) for row in matrix.rows]


def test_the_lines_of_a_unit_and_what_its_nodes_start_from_add_up_to_its_total(township: Any) -> None:
    definition, facts, result = township
    rows = rows_below(opened(result, definition, facts)["计分明细"], "单位")
    assert len(rows) == sum(len(one.lines) for one in result.units)
    for one in result.units:
        moved = sum((Decimal(str(row[7])) for row in rows if row[0] == one.title), Decimal(0))
        starts = sum((one.nodes[code].start for code in definition.items if code in one.nodes), Decimal(0))
        assert moved + starts == one.total


def test_vetoes_and_grades_have_their_sheets(township: Any) -> None:
    definition, facts, result = township
    book = opened(result, definition, facts)
    vetoed = [code for one in result.units for code in one.vetoes]
    assert vetoed, "the demonstration touches every kind of clause"
    assert [row[3] for row in rows_below(book["否决"], "单位")] == vetoed or len(vetoed) == len(
        rows_below(book["否决"], "单位")
    )
    rows = rows_below(book["等次与运用"], "等次")
    assert sum(row[3] for row in rows) == len(definition.gradings) * len(result.units)


def test_without_vetoes_the_sheet_says_so() -> None:
    definition, facts, result = scored(unit("a", done(1)))
    sheet = opened(result, definition, facts)["否决"]
    assert "没有单位触发一票否决。" in {cell.value for row in sheet.iter_rows() for cell in row}


def test_it_is_set_up_to_be_printed_and_scrolled(township: Any) -> None:
    definition, facts, result = township
    for sheet in opened(result, definition, facts).worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
        assert sheet.freeze_panes
        assert sheet.column_dimensions["B"].width > 5


def test_the_title_block_says_what_it_was_made_from() -> None:
    definition, facts, result = scored(unit("a", done(1)))
    about = About(title="小型考评 · 2026", stand="final", fingerprint="4e7b02d9" * 8, journal_head="9f3a61c0" * 8)
    book = openpyxl.load_workbook(BytesIO(build(result, definition, facts, ZH, about).content()))
    sheet = book["职能部门"]
    assert sheet["A1"].value == "小型考评 · 2026 · 职能部门"
    assert all(word in sheet["A2"].value for word in ("核定", "4e7b02d9", "9f3a61c0"))


def test_it_ends_with_lines_to_sign() -> None:
    definition, facts, result = scored(unit("a", done(1)))
    texts = [cell.value for row in opened(result, definition, facts)["职能部门"].iter_rows() for cell in row]
    assert any(text and "统计人：" in text and "审定人：" in text for text in texts if isinstance(text, str))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "\t=1"])
def test_no_title_or_reason_becomes_a_formula(text: str) -> None:
    definition = definition_of()
    fact = Fact(clause="conduct.meetings.late", count=1, exempt=True, reason=text)
    facts = Facts(rubric="small", units=(UnitFacts(code="a", title=text, series="bureaus", facts=(fact,)),))
    book = opened(evaluate(definition, facts), definition, facts)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(isinstance(cell.value, str) and text.strip() in cell.value for cell in cells)


def test_in_english_its_words_are_english() -> None:
    definition, facts, result = scored(unit("a", done(1)))
    book = opened(result, definition, facts, "en")
    assert {"Items", "Lines", "Vetoes", "Grades"} <= set(book.sheetnames)
    assert rows_below(book["职能部门"], "Unit")[0][0] == 1
