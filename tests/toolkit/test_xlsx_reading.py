"""The reader gives back what was written and refuses, with a sentence, what is no list."""

import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from appraisal_site.toolkit.xlsx import Column, Unreadable, Workbook, read_workbook
from appraisal_site.toolkit.xlsx.packed import MAX_UNPACKED


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def changed(content: bytes, path: str, change) -> bytes:
    """The workbook with one part rewritten."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            new.writestr(part.filename, change(text) if part.filename == path else text)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_values_come_as_a_person_sees_them() -> None:
    day = datetime(2026, 3, 1)
    content = workbook(
        [["code", "n"], [], [" 甲\u3000", 7], [0.1, 1.25], [day, True], [datetime(2026, 3, 1, 8, 30), None]]
    )
    [sheet] = read_workbook(content)
    assert sheet.name == "Sheet"
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (1, ["code", "n"]),
        (3, ["甲", Decimal(7)]),
        (4, [Decimal("0.1"), Decimal("1.25")]),
        (5, [day.date(), True]),
        (6, [datetime(2026, 3, 1, 8, 30), None]),
    ]
    assert type(sheet.rows[3].cells[0]) is date


def test_what_the_writer_wrote_is_read_back() -> None:
    book = Workbook()
    sheet = book.sheet("一", columns=[Column("名称"), Column("得分", digits=2)])
    sheet.row(["=1+1", Decimal("97.25")])
    book.sheet("二", columns=[Column("空")])
    found = read_workbook(book.content())
    assert [(sheet.name, [row.cells for row in sheet.rows]) for sheet in found] == [
        ("一", [["名称", "得分"], ["=1+1", Decimal("97.25")]]),
        ("二", [["空"]]),
    ]


def test_hidden_sheets_are_left_out() -> None:
    book = openpyxl.Workbook()
    book.active.append(["seen"])
    book.create_sheet("hidden").append(["unseen"])
    book["hidden"].sheet_state = "hidden"
    file = BytesIO()
    book.save(file)
    assert [sheet.name for sheet in read_workbook(file.getvalue())] == ["Sheet"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_text_list_is_read_in_the_encodings_that_excel_writes(encoding: str, delimiter: str) -> None:
    content = f'代码{delimiter}名称\r\n\r\n01{delimiter}"甲{delimiter}\n乙"\r\n'.encode(encoding)
    [sheet] = read_workbook(content)
    assert [(row.number, row.cells) for row in sheet.rows] == [(1, ["代码", "名称"]), (3, ["01", f"甲{delimiter}\n乙"])]


def far_cell(reference: bytes):
    return lambda content: changed(
        content,
        SHEET,
        lambda text: text.replace(b"</sheetData>", b"<row><c " + reference + b"><v>1</v></c></row></sheetData>"),
    )


REFUSED = {
    "nothing": (lambda _: b"", "empty"),
    "blanks": (lambda _: b" \r\n", "empty"),
    "an old workbook": (lambda _: b"\xd0\xcf\x11\xe0" + bytes(600), "old .xls"),
    "a zip of something": (lambda _: zipped({"a.txt": b"a"}), "not an Excel workbook"),
    "half a workbook": (lambda content: content[: len(content) // 2], "not an Excel workbook"),
    "a workbook that says nothing sensible": (
        lambda content: changed(content, SHEET, lambda _: b"<worksheet"),
        "not an Excel",
    ),
    "a picture": (lambda _: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(60), "neither a workbook"),
    "an open quotation mark": (lambda _: b'a,b\n"c,d\n', "quotation mark"),
    "entities": (lambda content: changed(content, SHEET, lambda text: b"<!DOCTYPE x>" + text), "not an Excel workbook"),
    "a far column": (far_cell(b'r="XFD1"'), "rows or"),
    "a far row": (far_cell(b'r="A1048576"'), "rows or"),
    "a far row, oddly written": (far_cell(b"\tr =\n'b1048576'"), "rows or"),
    "a far row in another prefix": (far_cell(b'a="" r="zz99999999999999"'), "rows or"),
    "a bomb": (lambda _: zipped({"xl/workbook.xml": b"", SHEET: bytes(MAX_UNPACKED + 1)}), "not an Excel workbook"),
    "many parts": (lambda _: zipped({f"xl/{number}": b"" for number in range(600)}), "not an Excel workbook"),
}


def zipped(parts: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_list_is_refused_with_a_sentence(case: str) -> None:
    make, words = REFUSED[case]
    with translation.override("en"), pytest.raises(Unreadable, match=words):
        read_workbook(make(workbook([["a", "b"], [1, 2]])))


def test_overlapping_parts_are_refused() -> None:
    content = bytearray(workbook([["a"]]))
    start = content.rindex(b"PK\x01\x02")  # the directory's last entry shall claim the bytes of the first part
    content[start + 42 : start + 46] = (0).to_bytes(4, "little")
    with pytest.raises(Unreadable):
        read_workbook(bytes(content))


def test_a_part_that_is_larger_than_it_says_is_refused() -> None:
    content = bytearray(zipped({"xl/workbook.xml": b"<a/>", SHEET: b"x" * 5000}))
    start = content.rindex(b"PK\x01\x02")
    content[start + 24 : start + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Unreadable):
        read_workbook(bytes(content))


def test_limits_hold_for_both_formats() -> None:
    rows = [["a"], ["b"], ["c"]]
    for content in (workbook(rows), b"a\nb\nc\n"):
        assert len(read_workbook(content, max_rows=3)[0].rows) == 3
        with pytest.raises(Unreadable):
            read_workbook(content, max_rows=2)
    with pytest.raises(Unreadable):
        read_workbook(b"a,b,c", max_columns=2)
    with pytest.raises(Unreadable):
        read_workbook(b"a,b,c", max_bytes=4)


@given(st.binary(max_size=200), st.integers(0, 3000))
def test_bytes_written_over_a_workbook_never_raise_anything_else(noise: bytes, place: int) -> None:
    content = bytearray(PLAIN)
    place %= len(content)
    content[place : place + len(noise)] = noise
    try:
        read_workbook(bytes(content))
    except Unreadable as error:
        assert str(error)


PLAIN = workbook([["code", "title"], ["a", 1.5]])
