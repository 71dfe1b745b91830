"""Workbooks that come back as nobody should send them: refused with a reason, or read in reasonable time."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from evidence.models import Fact, Submission
from tests.evidence.conftest import LATE, cycle, own, start  # noqa: F401  fixtures
from tests.evidence.test_offline import SHEET, downloaded, fill, look, rows_of, saved
from tests.evidence.test_offline_pages import sent

SECONDS = 20


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    yield


def rewritten(content: bytes, **added: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part))
        for name, text in added.items():
            new.writestr(name.replace("__", "/"), text)
    return out.getvalue()


def document() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        container.writestr("[Content_Types].xml", "<Types/>")
        container.writestr("word/document.xml", "<w:document/>")
    return out.getvalue()


def stranger() -> bytes:
    book = Workbook()
    book.active.append(["姓名", "电话"])
    return saved(book)


def far_out() -> bytes:
    book = Workbook()
    book.active.cell(1_000_000, 1, "x")
    return saved(book)


HOSTILE = {
    "empty": b"",
    "old or locked": b"\xd0\xcf\x11\xe0" + b"\0" * 4_000,
    "picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
    "binary": bytes(range(256)) * 8,
    "list of text": "代码,数量\nconduct.meetings.late,3\n".encode(),
    "document": document(),
    "another workbook": stranger(),
    "far out": far_out(),
    "too large": b"PK" + b"\0" * 6_000_000,
    "bomb": rewritten(stranger(), xl__worksheets__sheet99=b"0" * 200_000_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_with_a_reason_and_leaves_nothing(name, as_user, own, clerk):  # noqa: F811
    began = time.monotonic()
    answer = sent(as_user(clerk), own, HOSTILE[name])
    assert time.monotonic() - began < SECONDS
    assert answer.status_code == 422
    assert answer.context["fault"]
    assert not Fact.objects.exists()
    assert not Submission.objects.exists()


def test_cut_off_halfway_it_is_refused(as_user, own, clerk):  # noqa: F811
    content = saved(downloaded(own, clerk))
    for size in (100, len(content) // 2, len(content) - 30):
        assert sent(as_user(clerk), own, content[:size]).status_code == 422


def test_entities_are_not_expanded(as_user, own, clerk):  # noqa: F811
    content = saved(downloaded(own, clerk))
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/worksheets/sheet2.xml":
                text = b'<!DOCTYPE a [<!ENTITY x "y">]>' + text
            new.writestr(part.filename, text)
    assert sent(as_user(clerk), own, out.getvalue()).status_code == 422


def test_five_thousand_wrong_rows_are_named_in_seconds(as_user, own, clerk):  # noqa: F811
    book = load_workbook(BytesIO(saved(downloaded(own, clerk))))
    last = book[SHEET].max_row
    for row in range(last + 1, last + 5_001):
        fill(book, row, 代码=LATE, 数量="许多")
    content = saved(book)
    began = time.monotonic()
    answer = sent(as_user(clerk), own, content)
    assert time.monotonic() - began < SECONDS
    assert answer.status_code == 422
    assert answer.context["problem_count"] == 5_000
    assert not Fact.objects.exists()


def test_five_thousand_entries_at_once_are_too_many(as_user, own, clerk):  # noqa: F811
    book = load_workbook(BytesIO(saved(downloaded(own, clerk))))
    last = book[SHEET].max_row
    for row in range(last + 1, last + 5_001):
        fill(book, row, 代码=LATE, 数量=1)
    answer = sent(as_user(clerk), own, saved(book))
    assert answer.status_code == 422
    assert answer.context["fault"]


def test_numbers_beyond_all_sense_and_signs_nobody_sees_are_named(own, clerk):  # noqa: F811
    book = downloaded(own, clerk)
    row = rows_of(book, LATE)
    fill(book, row[0], 数量="1e400")
    fill(book, row[1], 数量="NaN")
    fill(book, row[2], 数量="9" * 40)
    assert len(look(book, own, clerk).problems) == 3
