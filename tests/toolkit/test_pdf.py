"""The one helper for PDF files: Chinese lines, tables over pages, the same bytes for the same content."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from appraisal_site.toolkit.pdf import Cell, Column, Document, Face, Frame, Paper, Part, Row
from appraisal_site.toolkit.pdf.faces import UNKNOWN, printable
from appraisal_site.toolkit.pdf.lines import NOT_FIRST, NOT_LAST, break_lines
from appraisal_site.toolkit.pdf.sheet import Sheet

DAY = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
SENTENCE = "每人次扣 0.5 分，前 1 人次不计；“自行查处”的（含主动报告）减半，合计不超过 12.5 分、一年一次。"


def measure(text: str) -> float:
    """A Chinese sign is two wide, a Latin one one."""
    return sum(1 if sign.isascii() else 2 for sign in text)


def document(**frame: str) -> Document:
    return Document(Frame("考评办法", DAY, **frame))


def said(sheet: Sheet) -> list[str]:
    return [text.text for text in sheet.texts]


@pytest.mark.parametrize("width", range(14, 60, 3))
def test_no_line_begins_with_a_closing_sign_or_ends_with_an_opening_one(width: int) -> None:
    lines = break_lines(SENTENCE, width, measure)
    assert "".join(lines).replace(" ", "") == SENTENCE.replace(" ", "")
    assert all(line[0] not in NOT_FIRST for line in lines)
    assert all(line[-1] not in NOT_LAST for line in lines)
    assert all(measure(line) <= width for line in lines)


def test_a_number_keeps_its_unit_and_a_word_its_letters() -> None:
    lines = break_lines("扣完为止共计扣 0.5 分", 20, measure)
    assert lines == ["扣完为止共计扣", "0.5 分"]
    assert break_lines("the longest words stay whole", 12, measure) == ["the longest", "words stay", "whole"]


def test_what_is_longer_than_a_line_is_cut_and_new_lines_are_kept() -> None:
    assert break_lines("abcdefghij", 4, measure) == ["abcd", "efgh", "ij"]
    assert break_lines("一\n\n二", 10, measure) == ["一", "", "二"]


def test_signs_that_the_font_lacks_are_marked_and_control_signs_left_out(caplog: pytest.LogCaptureFixture) -> None:
    assert printable("甲\x07\t乙\U0001f600", "hei") == f"甲 乙{UNKNOWN}"
    page = document()
    page.paragraph("甲\U0001f600")
    with caplog.at_level(logging.WARNING):
        page.as_bytes()
    assert caplog.records == []


def test_the_same_content_has_the_same_bytes_and_only_the_signs_it_uses() -> None:
    def made(text: str) -> bytes:
        page = document(footer="甲")
        page.title(text)
        page.paragraph(SENTENCE)
        return page.as_bytes()

    first = made("考评办法")
    assert first == made("考评办法")
    assert first != made("考核办法")
    assert first.startswith(b"%PDF-")
    assert len(first) < 60_000


def test_the_file_says_what_it_is_and_in_which_language() -> None:
    content = Document(Frame("Rubric 2026", DAY, lang="zh-CN")).as_bytes()
    assert b"/Lang (zh-CN)" in content
    assert b"Rubric 2026" in content
    assert b"D:20260301010000" in content


@pytest.mark.parametrize(
    ("paper", "box"),
    [
        (Paper(), b"[0 0 595.28 841.89]"),
        (Paper(across=True), b"[0 0 841.89 595.28]"),
        (Paper("A3"), b"[0 0 841.89 1190.55]"),
    ],
)
def test_paper_is_a4_or_a3_upright_or_across(paper: Paper, box: bytes) -> None:
    page = Document(Frame("纸张", DAY), paper)
    page.paragraph("一行")
    assert box in page.as_bytes()


def test_every_page_says_which_of_how_many_it_is() -> None:
    page = document(pages="第 {page} 页，共 {pages} 页", header="眉", footer="脚")
    page.turn()
    page.turn()
    assert said(page._around(1)) == ["脚", "第 1 页，共 3 页"]
    assert said(page._around(3)) == ["眉", "", "脚", "第 3 页，共 3 页"]


COLUMNS = (Column("项目", 30), Column("条款", 120), Column("分值", 20, "right"))


def test_a_table_repeats_its_head_and_says_again_what_goes_on() -> None:
    page = document()
    again = (Cell.of("会议纪律（续）"),)
    rows = [Row((Cell.of("会议纪律"), Cell.of("第 1 条"), Cell.of("1")))]
    rows += [Row((Cell(), Cell.of(f"第 {n} 条"), Cell.of("1")), joins=1, again=again) for n in range(2, 90)]
    page.table(COLUMNS, rows)
    assert len(page.sheets) == 3
    for sheet in page.sheets:
        assert said(sheet)[:3] == ["项目", "条款", "分值"]
    assert ["会议纪律（续）" in said(sheet) for sheet in page.sheets] == [False, True, True]
    clauses = [text for sheet in page.sheets for text in said(sheet) if text.startswith("第 ")]
    assert clauses == [f"第 {n} 条" for n in range(1, 90)]


def test_a_row_that_keeps_is_never_the_last_on_a_page() -> None:
    for filler in range(28, 40):
        page = document()
        rows = [Row((Cell.of("一"), Cell.of("二"), Cell.of("三")))] * filler
        rows += [Row((Cell.of("类别"), Cell(), Cell()), keeps=True), Row((Cell.of("项目"), Cell(), Cell()))]
        page.table(COLUMNS, rows)
        (sheet,) = [sheet for sheet in page.sheets if "类别" in said(sheet)]
        assert "项目" in said(sheet)[3:]


def test_a_row_taller_than_a_page_is_cut_and_nothing_is_lost() -> None:
    page = document()
    long = "".join(f"第{n}句话。" for n in range(2500))
    page.table(COLUMNS, [Row((Cell.of("长"), Cell((Part(long),)), Cell.of("1")))])
    assert len(page.sheets) > 2
    told = "".join(text.text for sheet in page.sheets for text in sheet.texts[3:] if text.x > page.left + 30)
    assert told.startswith("第0句话。")
    assert "第2499句话。" in told
    assert all(text.y < page.bottom for sheet in page.sheets for text in sheet.texts)


def test_joined_cells_share_the_height_of_their_rows() -> None:
    page = document()
    tall = Cell(tuple(Part("一行") for _ in range(4)))
    rows = [Row((tall, Cell.of("甲"), Cell()))] + [Row((Cell(), Cell.of("乙"), Cell()), joins=1)] * 3
    page.table(COLUMNS, rows)
    heights = sorted({round(line.y1, 2) for line in page.sheet.lines if line.y1 == line.y2})
    steps = {round(after - before, 1) for before, after in pairwise(heights[1:])}
    assert len(steps) == 1
    assert said(page.sheet).count("一行") == 4


def test_numbers_stand_on_the_right() -> None:
    page = document()
    page.table(COLUMNS, [Row((Cell(), Cell(), Cell.of(number))) for number in ("5", "100")])
    ends = {round(text.x + text.face.width(text.text), 3) for text in page.sheet.texts[3:]}
    assert len(ends) == 1


def test_a_heading_is_not_left_alone_at_the_end_of_a_page() -> None:
    for lines in range(38, 48):
        page = document()
        for _ in range(lines):
            page.paragraph("一行字")
        page.heading("标题")
        page.paragraph("正文")
        (sheet,) = [sheet for sheet in page.sheets if "标题" in said(sheet)]
        assert "正文" in said(sheet)


def test_a_draft_is_marked_across_every_page() -> None:
    assert document(mark="草案").as_bytes() != document().as_bytes()
    assert Face("song", 10).width("草案") == pytest.approx(2 * 10 * 25.4 / 72)
