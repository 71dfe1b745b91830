"""Which files are taken: ending, signature and container must agree."""

import io
import struct
import zipfile

import pytest

from evidence.files import Refused, clean_name, decode, ending_of, inspect
from tests.evidence.conftest import JPEG, PDF

LIMIT = 1_000_000


def boxed(entries: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as box:
        for name, content in entries.items():
            box.writestr(name, content)
    return target.getvalue()


def png(width: int, height: int) -> bytes:
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I4sII", 13, b"IHDR", width, height)
        + b"\x08\x02\x00\x00\x00"
        + b"\x00" * 16
    )


WORD = boxed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
BOMB = boxed({"a.txt": b"\x00" * 5_000_000}, zipfile.ZIP_DEFLATED)


def look(name: str, content: bytes) -> str:
    return inspect(name, io.BytesIO(content), len(content), limit=LIMIT)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", PDF, "pdf"),
        ("照片.JPG", JPEG, "image"),
        ("a.png", png(20, 30), "image"),
        ("a.gif", b"GIF89a" + struct.pack("<HH", 4, 5) + b"\x00" * 8, "image"),
        ("说明.txt", "会议记录".encode(), "text"),
        ("说明.csv", "单位,次数\n财务处,2".encode("gb18030"), "text"),
        ("总结.docx", WORD, "office"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "office"),
        ("公文.ofd", boxed({"OFD.xml": b"<o/>"}), "ofd"),
        ("all.zip", boxed({"a/b.txt": b"x"}), "archive"),
    ],
)
def test_files_that_are_what_they_say_are_taken(name, content, kind):
    assert look(name, content) == kind


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("run.exe", b"MZ", "ending"),
        ("page.html", b"<html>", "ending"),
        ("drawing.svg", b"<svg/>", "ending"),
        ("noending", PDF, "ending"),
        (".pdf", PDF, "ending"),
        ("a.pdf.js", PDF, "ending"),
        ("a.pdf", b"", "empty"),
        ("a.pdf", PDF + b" " * LIMIT, "too_large"),
        ("a.pdf", b"<html><script>alert(1)</script>", "signature"),
        ("a.pdf", b" " + PDF, "signature"),
        ("a.jpg", PDF, "signature"),
        ("a.jpg", b"\xff\xd8", "signature"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "signature"),
        ("a.png", png(0, 10), "signature"),
        ("a.png", png(60_000, 60_000), "pixels"),
        ("a.gif", b"<?php", "signature"),
        ("a.txt", b"MZ\x00\x01", "signature"),
        ("a.docx", boxed({"x.txt": b"x"}), "signature"),
        ("a.docx", b"PK\x03\x04" + b"\x00" * 50, "signature"),
        ("a.xlsx", WORD, "signature"),
        ("a.ofd", WORD, "signature"),
        ("a.doc", WORD, "signature"),
        ("a.zip", BOMB, "unpacks"),
        ("a.zip", boxed({"../evil.txt": b"x"}), "paths"),
        ("a.zip", boxed({"/etc/passwd": b"x"}), "paths"),
        ("a.zip", boxed({"C:\\evil.txt": b"x"}), "paths"),
        (
            "a.docx",
            boxed({"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b"x"}),
            "macros",
        ),
    ],
)
def test_files_that_are_not_are_refused_with_a_code(name, content, code):
    with pytest.raises(Refused) as fault:
        look(name, content)
    assert fault.value.code == code


def test_entries_of_a_container_that_share_their_bytes_are_refused():
    content = bytearray(boxed({"a.txt": b"x" * 200, "b.txt": b"x" * 200}))
    directory = content.find(b"PK\x01\x02", content.find(b"PK\x01\x02") + 1)
    content[directory + 42 : directory + 46] = struct.pack("<I", 0)
    with pytest.raises(Refused) as fault:
        look("a.zip", bytes(content))
    assert fault.value.code in ("unpacks", "signature")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\证明.pdf", "证明.pdf"),
        ("inv\u202egnp.exe.pdf", "invgnp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("  名 \t 单 .pdf ", "名 单 .pdf"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
    ],
)
def test_names_lose_folders_directions_and_breaks(name, shown):
    assert clean_name(name) == shown


def test_endings_are_the_last_ones_in_small_letters():
    assert [ending_of(name) for name in ("a.PDF", "a.tar.gz", "pdf", ".pdf", "a.")] == ["pdf", "gz", "", "", ""]


def test_text_cut_in_the_middle_of_a_character_is_still_text():
    assert decode("记录".encode()[:-1]) == "记"
    assert decode(b"\xff\xff\xff\xff\xff\xff") is None
