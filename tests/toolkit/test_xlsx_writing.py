"""What the writer writes is what Excel and openpyxl read back: text as text, numbers as numbers."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from appraisal_site.toolkit.xlsx import Column, Styled, Workbook, answer

FORMULAS = ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")', "＝1+1", "=cmd|' /C calc'!A0", "'=1"]
TWO = [Column("Unit", 24), Column("Score", digits=2)]


def reopened(book: Workbook) -> Any:
    return openpyxl.load_workbook(BytesIO(book.content()))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_comes_back_as_the_same_text(text: str) -> None:
    book = Workbook()
    sheet = book.sheet("List", columns=[Column("Text")], title=text, notes=[text], foot=text)
    sheet.row([text])
    sheet.row([Styled(text, "bad")])
    sheet.line(text)

    cells = [cell for row in reopened(book).active.iter_rows() for cell in row if cell.value is not None]
    assert [(cell.value.strip(), cell.data_type) for cell in cells if cell.value != "Text"] == [(text.strip(), "s")] * 5


def test_a_text_that_looks_like_a_formula_stays_text_when_the_cell_is_edited() -> None:
    book = Workbook()
    book.sheet("List", columns=TWO).row(["=1", "plain"])

    first, second = reopened(book).active[2]
    assert (first.quotePrefix, second.quotePrefix) == (True, False)


@given(st.text(max_size=60))
def test_any_text_comes_back_without_what_a_workbook_cannot_hold(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    book = Workbook()
    book.sheet("List", columns=[Column("Text")]).row([text])

    kept = ILLEGAL_CHARACTERS_RE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    found = reopened(book).active["A2"]
    if kept.strip("\ufffe\uffff"):
        assert (found.value or "").replace("_x000D_", "\n") == kept


def test_numbers_stay_numbers_with_their_digits() -> None:
    book = Workbook()
    sheet = book.sheet(
        "List", columns=[Column("Two", digits=2), Column("Any"), Column("None", digits=0), Column("Text")]
    )
    sheet.row([Decimal("97.50"), Decimal("0.125"), 12, "007"])
    sheet.row([Styled(Decimal("1.2345"), digits=4), 1.5, None, True])

    first, second = [list(row) for row in reopened(book).active.iter_rows(min_row=2)]
    assert [cell.value for cell in first] == [97.5, 0.125, 12, "007"]
    assert [cell.number_format for cell in first] == ["0.00", "General", "0", "@"]
    assert [cell.value for cell in second] == [1.2345, 1.5, None, True]
    assert second[0].number_format == "0.0000"


@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("Infinity"), float("nan"), float("-inf")])
def test_what_is_no_number_becomes_text(number: Any) -> None:
    book = Workbook()
    book.sheet("List", columns=TWO).row(["A", number])
    assert reopened(book).active["B2"].value == str(number)


def test_dates_are_dates_and_times_are_local() -> None:
    book = Workbook()
    book.sheet("List", columns=TWO).row([date(2026, 3, 1), datetime(2026, 3, 1, 4, 0, tzinfo=UTC)])
    first, second = reopened(book).active[2]
    assert (first.value, first.number_format) == (datetime(2026, 3, 1), "yyyy-mm-dd")
    assert second.value == datetime(2026, 3, 1, 12, 0)


def test_a_sheet_is_ready_for_the_printer() -> None:
    book = Workbook(title="Results")
    sheet = book.sheet("Counties", columns=TWO, title="Results 2026", notes=["as of today"], foot="A & B")
    sheet.row(["A", 1])

    found = reopened(book)
    page = found["Counties"]
    assert page["A1"].value == "Results 2026"
    assert page["A2"].value == "as of today"
    assert [cell.value for cell in page[3]] == ["Unit", "Score"]
    assert page.freeze_panes == "B4"
    assert page.print_title_rows == "$3:$3"
    assert {str(area) for area in page.merged_cells.ranges} == {"A1:B1", "A2:B2"}
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage is True
    assert page.column_dimensions["A"].width == 24
    assert page.oddFooter.left.text == "A && B"
    assert found.properties.title == "Results"


def test_columns_stand_under_their_groups() -> None:
    columns = [
        Column("Unit"),
        Column("a", group="First"),
        Column("b", group="First"),
        Column("c", group="Second"),
        Column("Sum"),
    ]
    book = Workbook()
    book.sheet("List", columns=columns, title="T").row(["x", 1, 2, 3, 6])

    page = reopened(book).active
    assert [cell.value for cell in page[2]] == ["Unit", "First", None, "Second", "Sum"]
    assert [cell.value for cell in page[3]] == [None, "a", "b", "c", None]
    assert {str(area) for area in page.merged_cells.ranges} == {"A1:E1", "A2:A3", "B2:C2", "E2:E3"}
    assert page.freeze_panes == "B4"
    assert page.print_title_rows == "$2:$3"


def test_sheet_names_are_made_fit_and_different() -> None:
    book = Workbook()
    names = ["市/县:[一]", "市 县  一", "x" * 40, "X" * 40, "", "History", "'quoted'"]
    for name in names:
        book.sheet(name, columns=TWO)
    found = reopened(book).sheetnames
    assert found == ["市 县  一", "市 县  一 2", "x" * 31, "X" * 29 + " 2", "Sheet", "History 2", "quoted"]


def test_more_values_than_columns_are_refused() -> None:
    book = Workbook()
    sheet = book.sheet("List", columns=TWO)
    with pytest.raises(ValueError, match="3 values for 2 columns"):
        sheet.row([1, 2, 3])
    assert reopened(book).active.max_row == 1


def test_rows_are_counted_with_title_heads_and_blanks() -> None:
    book = Workbook()
    sheet = book.sheet("List", columns=TWO, title="T")
    sheet.blank()
    sheet.row(["a"])
    assert sheet.number == 4
    assert reopened(book).active["A4"].value == "a"


def test_the_answer_is_a_download_with_a_chinese_name() -> None:
    book = Workbook()
    book.sheet("List", columns=TWO).row(["甲", 1])
    response = answer(book, "结果.xlsx")
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert openpyxl.load_workbook(BytesIO(b"".join(response))).active["A2"].value == "甲"
