"""Lists as people really send them: long, merged, computed, in other encodings, of another kind, or meant to harm.

Each is read, or refused by sheet and cell with what to do about it; and none leaves a trace.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from units import services
from units.models import Unit, User
from units.resources import ACCOUNT_HEADS, UNIT_HEADS
from units.services import imports
from units.tables import MAX_ROWS, Problem, Table, read_table

HEADS = ["代码", "名称", "简称", "层级"]
CSV = "代码,名称,简称,层级\nczj,市财政局,财政局,市级\njyj,市教育局,教育局,市级\n"


def saved(book: Workbook) -> BytesIO:
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file


def book_of(*rows: list[Any]) -> Workbook:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def read(file: BytesIO | bytes, kind: str = "units") -> tuple[Table, list[Problem]]:
    file = BytesIO(file) if isinstance(file, bytes) else file
    heads = {"units": UNIT_HEADS, "accounts": ACCOUNT_HEADS}[kind]
    return read_table(file, heads=heads, required=imports.REQUIRED[kind])


def codes(table: Table) -> list[str]:
    return [row.values["code"] for row in table.rows]


def rewritten(book: Workbook, change: Callable[[str], str]) -> BytesIO:
    """The workbook with its first sheet's XML changed, as another program might have written it."""
    out = BytesIO()
    with zipfile.ZipFile(saved(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                content = change(content.decode()).encode()
            new.writestr(part.filename, content)
    out.seek(0)
    return out


# ---------------------------------------------------------------- long lists


@pytest.mark.django_db
def test_five_thousand_units_come_in(administrator: User) -> None:
    rows = [[f"u{number}", f"单位{number}", None, "县级"] for number in range(5_000)]
    table, problems = read(saved(book_of(HEADS, *rows)))
    assert problems == []
    plan = imports.plan_units(actor=administrator, table=table)
    assert plan.count("new") == 5_000
    imports.import_units(actor=administrator, table=table, shown=plan.fingerprint, source="x")
    assert Unit.objects.count() == 5_000


@pytest.mark.django_db
def test_the_faults_of_five_thousand_rows_are_named_each_by_its_cell() -> None:
    rows = [[f"u{number}", f"单位{number}", None, "县级"] for number in range(5_000)]
    rows[17][1], rows[2_999][3], rows[4_999][0] = None, "州级", "u3"
    table, _problems = read(saved(book_of(HEADS, *rows)))
    plan = imports.plan_units(actor=None, table=table)
    assert [problem.cell for problem in plan.problems] == ["B19", "D3001", "A5001"]
    assert [problem.head for problem in plan.problems] == ["名称", "层级", "代码"]


def test_too_long_a_list_is_refused_in_one_sentence() -> None:
    rows = [[f"u{number}", "单位"] for number in range(MAX_ROWS + 5)]
    table, problems = read(saved(book_of(HEADS, *rows)))
    assert table.rows == []
    assert len(problems) == 1


def test_a_cell_far_away_takes_no_memory_and_is_refused() -> None:
    book = book_of(HEADS, ["czj", "市财政局"])
    book.active["A1000000"] = "x"
    assert read(saved(book))[1] != []


# ---------------------------------------------------------------- wrong sheets


def test_another_list_is_told_from_the_right_one_and_the_sheets_are_named() -> None:
    book = book_of(["用户名", "显示名", "角色"], ["a", "甲", "经办人"])
    book.active.title = "账户表"
    table, problems = read(saved(book))
    assert table.rows == []
    assert len(problems) == 1
    assert "账户表" in problems[0].text
    assert "代码" in problems[0].text


def test_hidden_sheets_and_pages_of_explanation_are_left_alone() -> None:
    book = book_of(["填写说明"], ["代码不要改"])
    hidden = book.create_sheet("旧表")
    hidden.append(HEADS)
    hidden.append(["old", "旧单位"])
    hidden.sheet_state = "hidden"
    right = book.create_sheet("单位")
    right.append(HEADS)
    right.append(["czj", "市财政局"])
    table, problems = read(saved(book))
    assert problems == []
    assert codes(table) == ["czj"]


def test_a_column_that_stands_twice_is_named_where_it_does() -> None:
    table, problems = read(saved(book_of(["代码", "名称", "简称", "单位名称"], ["czj", "甲", "乙", "丙"])))
    assert [(problem.cell, problem.head) for problem in problems] == [("D1", "名称")]
    assert table.rows[0].values["title"] == "甲"


# ---------------------------------------------------------------- merged cells


def test_a_heading_line_and_heads_may_be_merged() -> None:
    book = book_of(["二〇二六年单位名单"], HEADS, [], ["czj", "市财政局", "财政局", "市级"])
    book.active.merge_cells("A1:D1")
    for letter in "ABCD":
        book.active.merge_cells(f"{letter}2:{letter}3")
    table, problems = read(saved(book))
    assert problems == []
    assert codes(table) == ["czj"]


def test_what_is_merged_over_rows_holds_for_each_of_them() -> None:
    book = book_of(
        ["用户名", "显示名", "角色", "单位代码"], ["a", "甲", "经办人", "czj"], [None, None, "数据员", "czj"]
    )
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("B2:B3")
    table, problems = read(saved(book), "accounts")
    assert problems == []
    assert [(row.values["username"], row.values["display_name"], row.values["role"]) for row in table.rows] == [
        ("a", "甲", "经办人"),
        ("a", "甲", "数据员"),
    ]


def test_what_is_merged_over_columns_is_named_with_its_range() -> None:
    book = book_of(HEADS, ["一、党委部门"], ["czj", "市财政局", "财政局", "市级"], ["jyj", "市教育局"])
    book.active.merge_cells("A2:D2")
    book.active.merge_cells("B4:C4")
    _table, problems = read(saved(book))
    assert [problem.cell for problem in problems] == ["A2", "B4"]
    assert "A2:D2" in problems[0].text
    assert "B4:C4" in problems[1].text
    assert problems[1].place == "第 4 行“名称”列"


def test_empty_merged_cells_disturb_nobody() -> None:
    book = book_of(HEADS, ["czj", "市财政局"])
    book.active.merge_cells("A5:D9")
    book.active.merge_cells("F2:H3")
    table, problems = read(saved(book))
    assert (codes(table), problems) == (["czj"], [])


# ---------------------------------------------------------------- formulas


def test_the_values_of_formulas_are_read() -> None:
    book = book_of(HEADS, ["czj", "=CONCATENATE(B9,C9)"], ["jyj", "=1/1"])

    def work_out(xml: str) -> str:
        xml = xml.replace(
            '<c r="B2"><f>CONCATENATE(B9,C9)</f><v /></c>', '<c r="B2" t="str"><f>X</f><v>市财政局</v></c>'
        )
        return xml.replace('<c r="B3"><f>1/1</f><v /></c>', '<c r="B3"><f>1/1</f><v>1</v></c>')

    table, problems = read(rewritten(book, work_out))
    assert problems == []
    assert [row.values["title"] for row in table.rows] == ["市财政局", "1"]


def test_formulas_that_were_never_worked_out_are_named_by_cell() -> None:
    book = book_of(HEADS, ["czj", "=A9&B9", "=C9"], ["=A2", "市教育局"], ["swj", "市商务局", None, None, "=1+1"])
    _table, problems = read(saved(book))
    assert [(problem.cell, problem.head) for problem in problems] == [("B2", "名称"), ("C2", "简称"), ("A3", "代码")]


def test_a_formula_that_gives_an_empty_text_is_an_empty_cell() -> None:
    book = book_of(HEADS, ["czj", "市财政局", "=C9"])
    empty = rewritten(
        book, lambda xml: xml.replace('<c r="C2"><f>C9</f><v /></c>', '<c r="C2" t="str"><f>C9</f><v/></c>')
    )
    table, problems = read(empty)
    assert problems == []
    assert table.rows[0].values["short_title"] == ""


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#NAME?"])
def test_a_formula_that_ends_in_an_error_is_named_by_cell(error: str) -> None:
    book = book_of(HEADS, ["czj", "市财政局", "x"])
    broken = rewritten(
        book,
        lambda xml: xml.replace(
            '<c r="C2" t="inlineStr"><is><t>x</t></is></c>', f'<c r="C2" t="e"><f>VLOOKUP(A2,X,2)</f><v>{error}</v></c>'
        ),
    )
    _table, problems = read(broken)
    assert [(problem.cell, problem.head) for problem in problems] == [("C2", "简称")]
    assert error in problems[0].text


@pytest.mark.django_db
def test_faults_of_cells_and_of_rows_are_named_together() -> None:
    book = book_of(HEADS, ["czj", "=A9"], ["J Y J", "市教育局", None, "州级"])
    table, problems = read(saved(book))
    plan = imports.whole_plan(problems, lambda: imports.plan_units(actor=None, table=table))
    assert [problem.cell for problem in plan.problems] == ["B2", "A3", "D3"]


# ---------------------------------------------------------------- encodings of .csv


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_text_list_is_read_in_every_usual_encoding(encoding: str, ends: str) -> None:
    table, problems = read(CSV.replace("\n", ends).encode(encoding))
    assert problems == []
    assert [row.values["title"] for row in table.rows] == ["市财政局", "市教育局"]
    assert [row.number for row in table.rows] == [2, 3]


def test_characters_that_only_gb18030_has_survive() -> None:
    table, _problems = read("代码,名称\nx,㐂𠀀镇\n".encode("gb18030"))
    assert table.rows[0].values["title"] == "㐂𠀀镇"


def test_short_chinese_that_looks_like_utf8_by_chance_stays_gb18030() -> None:
    content = "代码,名称\nx,隆芦娄\n".encode("gb18030")
    assert "隆芦娄".encode("gb18030").decode("utf-8")  # letters of other scripts, by chance
    assert read(content)[0].rows[0].values["title"] == "隆芦娄"


@pytest.mark.parametrize(
    ("first", "then", "mark"),
    [("utf-8", "gb18030", b""), ("gb18030", "utf-8", b""), ("utf-8", "gb18030", b"\xef\xbb\xbf")],
)
def test_two_encodings_in_one_file_are_refused_by_line(first: str, then: str, mark: bytes) -> None:
    """As happens when two exports were joined: read in either, half of it would be other characters."""
    lines = [("代码,单位名称\n", first), ("czj,市财政局\n", first), ("jyj,市教育局\n", then)]
    table, problems = read(mark + b"".join(line.encode(encoding) for line, encoding in lines))
    assert table.rows == []
    assert len(problems) == 1
    assert "3" in problems[0].text


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "，"])
def test_any_usual_delimiter_will_do(delimiter: str) -> None:
    table, problems = read(CSV.replace(",", delimiter).encode())
    assert (codes(table), problems) == (["czj", "jyj"], [])


def test_an_open_quotation_mark_names_its_row() -> None:
    _table, problems = read('代码,名称\nczj,"市财政局\njyj,市教育局\n'.encode())
    assert len(problems) == 1
    assert "2" in problems[0].text or "3" in problems[0].text


@pytest.mark.django_db
def test_a_fault_in_a_text_list_has_a_cell_too() -> None:
    table, _problems = read("代码,名称,层级\nczj,市财政局,州级\n".encode("gb18030"))
    plan = imports.plan_units(actor=None, table=table)
    assert [(problem.cell, problem.place) for problem in plan.problems] == [("C2", "第 2 行“层级”列")]


# ---------------------------------------------------------------- through both doors, leaving nothing behind

BROKEN = {
    "empty": b"",
    "picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 64,
    "old": b"\xd0\xcf\x11\xe0" + b"\x00" * 64,
    "cut": saved(book_of(HEADS, ["czj", "市财政局"])).getvalue()[:900],
    "words": "只是一句话".encode(),
    "binary": bytes(range(256)) * 8,
    "merged": None,
}


def broken(name: str) -> bytes:
    if BROKEN[name] is not None:
        return BROKEN[name]
    book = book_of(HEADS, ["czj", "市财政局"])
    book.active.merge_cells("A2:D2")
    return saved(book).getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("path", ["/units/import/", "/admin/units/unit/import/"])
def test_a_broken_list_is_refused_alike_at_both_doors(
    name: str, path: str, administrator: User, as_user: Callable[[User], Client]
) -> None:
    upload = SimpleUploadedFile("名单.xlsx", broken(name))
    answer = as_user(administrator).post(path, {"file": upload, "existing": "replace"})
    assert answer.status_code == 422
    assert not Unit.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/units/import/", "/admin/units/unit/import/"])
def test_markup_in_cells_is_text(path: str, administrator: User, as_user: Callable[[User], Client]) -> None:
    services.create_unit(actor=None, code="czj", title="市财政局")
    rows = [HEADS, ["czj", "<script>alert(1)</script>"], ["x<b>", "{{ 7|add:1 }}", "<img src=x onerror=alert(1)>"]]
    client = as_user(administrator)
    upload = SimpleUploadedFile("<i>名单</i>.xlsx", saved(book_of(*rows)).getvalue())
    page = client.post(path, {"file": upload, "existing": "replace"}, follow=True).content.decode()
    for markup in ("<script>alert", "<img src=x", "x<b>", "<i>名单"):
        assert markup not in page
