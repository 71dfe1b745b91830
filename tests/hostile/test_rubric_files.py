"""Rubric files as people really send them, and as nobody should: read, or refused with what to do; never half taken."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from rubrics.checks import read_definition
from rubrics.definition import canonical, fingerprint
from rubrics.files import look_at, write_workbook
from rubrics.files.workbook import Unreadable
from rubrics.models import Rubric
from tests.rubrics.workbooks import changed, opened, read, saved, shipped, written
from units.models import User

SECONDS = 20
"""Far more than reading takes here, far less than what would hold a server up."""


def rewritten(content: bytes, change: Callable[[str, bytes], bytes | None], **added: bytes) -> bytes:
    """The container with its parts changed, left out (None) or added."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = change(part.filename, old.read(part))
            if text is not None:
                new.writestr(part.filename, text)
        for name, text in added.items():
            new.writestr(name.replace("__", "/"), text)
    return out.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        look_at(content, lang="zh-hans")
    return str(caught.value)


# --- large ----------------------------------------------------------------------------------------------------------


def large(rows: int) -> dict[str, Any]:
    """A rubric of so many clauses, fifty under each item."""
    clause = {"text": "迟到早退或者擅自离岗", "effect": "deduct", "basis": "count", "points": "0.5", "per": "人次"}
    items = [
        {"code": f"i{place}", "title": f"项目{place}", "points": "1",
         "clauses": [{"code": f"c{number}", **clause} for number in range(50)]}
        for place in range(rows // 50)
    ]  # fmt: skip
    head = {"format": "appraisal-rubric/1", "code": "large", "title": "很大的办法", "year": "2026"}
    return {**head, "total": str(len(items)), "categories": [{"code": "all", "title": "全部", "items": items}]}


def test_a_workbook_of_five_thousand_rows_is_read_in_seconds() -> None:
    shape = large(5_000)
    content = write_workbook(shape, "zh-hans")
    began = time.monotonic()
    incoming = look_at(content, lang="zh-hans")
    assert time.monotonic() - began < SECONDS
    assert incoming.definition is not None
    assert len(incoming.definition.clauses) == 5_000
    assert canonical(incoming.definition) == shape


def test_five_thousand_wrong_rows_are_all_named_in_seconds() -> None:
    book = load_workbook(BytesIO(write_workbook(large(5_000), "zh-hans")))
    for row in range(2, 5_002):
        book["条款"][f"C{row}"] = "扣一点"
    content = saved(book)
    began = time.monotonic()
    incoming = look_at(content, lang="zh-hans")
    assert time.monotonic() - began < SECONDS
    assert {finding.place for finding in incoming.findings if finding.stops} == {f"条款!C{n}" for n in range(2, 5_002)}


def test_cells_far_out_and_rows_without_end_are_refused() -> None:
    assert "20000" in refused(changed(lambda book: book["目录"].cell(1_000_000, 1, "x")))
    assert "400" in refused(changed(lambda book: book["目录"].cell(1, 16_000, "x")))


# --- damaged, disguised, dangerous ------------------------------------------------------------------------------------


def test_an_old_or_locked_workbook_is_refused_with_what_to_do() -> None:
    assert ".xlsx" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4_000)


def test_a_text_document_under_the_name_of_a_workbook_is_refused() -> None:
    document = BytesIO()
    with zipfile.ZipFile(document, "w") as container:
        container.writestr("[Content_Types].xml", "<Types/>")
        container.writestr("word/document.xml", "<w:document/>")
    assert refused(document.getvalue())


def test_a_workbook_of_something_else_is_refused() -> None:
    book = Workbook()
    book.active.append(["姓名", "电话"])
    assert refused(saved(book))


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    bomb = rewritten(written("township"), lambda name, text: text, xl__worksheets__sheet99=b"0" * 200_000_000)
    assert len(bomb) < 2_000_000
    began = time.monotonic()
    assert refused(bomb)
    assert time.monotonic() - began < SECONDS


def test_entities_are_not_expanded() -> None:
    def declare(name: str, text: bytes) -> bytes:
        return b'<!DOCTYPE x [<!ENTITY a "b">]>' + text if name == "xl/worksheets/sheet2.xml" else text

    assert refused(rewritten(written("township"), declare))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet7.xml", "xl/styles.xml"])
def test_a_damaged_part_is_refused_or_read_without_it_but_never_fails(part: str) -> None:
    content = rewritten(written("township"), lambda name, text: text[: len(text) // 2] if name == part else text)
    try:
        incoming = look_at(content, lang="zh-hans")
    except Unreadable as error:
        assert str(error)
    else:
        assert incoming.stops or incoming.definition is not None


def test_macros_are_neither_run_nor_kept_and_do_not_stand_in_the_way() -> None:
    content = rewritten(written("township"), lambda name, text: text, xl__vbaProject=b"\xd0\xcf\x11\xe0 macro")
    incoming = look_at(content, lang="zh-hans")
    assert incoming.definition is not None
    assert fingerprint(incoming.definition) == fingerprint(shipped("township"))
    assert "macro" not in incoming.text


# --- odd, but well meant ----------------------------------------------------------------------------------------------


def test_blank_rows_trailing_blanks_and_full_width_signs_are_put_up_with() -> None:
    book = opened("township")
    tree, clauses = book["目录"], book["条款"]
    tree.insert_rows(4, 3)
    for row in tree.iter_rows(min_row=2):
        for each in row:
            if isinstance(each.value, str):
                each.value = f" {each.value}\u3000"
            elif each.value is not None:
                each.value = f" {str(each.value).translate({48 + digit: 0xFF10 + digit for digit in range(10)})} "
    for row in clauses.iter_rows(min_row=2, max_col=1):
        row[0].value = row[0].value.replace(".", "．")
    reading = read(saved(book))
    definition, problems = read_definition(reading.data)
    assert (reading.problems, definition is not None) == ([], True), problems
    assert fingerprint(definition) == fingerprint(shipped("township"))  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["#REF!", "#N/A", "#DIV/0!"])
def test_an_error_of_excel_is_not_read_as_nothing(value: str) -> None:
    book = opened("township")
    content = rewritten(saved(book), lambda name, text: _error(text, value) if name.endswith("sheet7.xml") else text)
    found = {str(each.place): each.problem for each in read(content).problems}
    assert [(place, problem.params) for place, problem in found.items() if problem.code == "cell_error"] == [
        ("目录!D2", {"value": value})
    ]


def _error(text: bytes, value: str) -> bytes:
    cell = f'<c r="D2" t="e"><f>1/0</f><v>{value}</v></c>'.encode()
    changed, count = re.subn(rb'<c r="D2"[^>]*>.*?</c>', cell, text, count=1)
    assert count == 1
    return changed


def test_nothing_of_a_refused_file_is_written(as_user: Callable[[User], Client], administrator: User) -> None:
    client = as_user(administrator)
    bomb = rewritten(written("township"), lambda name, text: text, xl__worksheets__sheet99=b"0" * 200_000_000)
    for content, name in (
        (bomb, "bomb.xlsx"), (b"\xd0\xcf\x11\xe0", "old.xls"), (b"PK", "x.xlsx"), (b"\x00\x01", "x.yaml"), ("甲,乙".encode(), "x.csv"),
    ):  # fmt: skip
        shown = client.post(reverse("rubrics:load"), {"file": SimpleUploadedFile(name, content)})
        assert shown.status_code == 422, name
    assert not Rubric.objects.exists()
