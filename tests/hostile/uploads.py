"""Files that nobody should send as proof, each made here, with what has to become of it: a code, or "kept" harmlessly."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from io import BytesIO
from typing import NamedTuple

from PIL import Image

KEPT = "kept"
PDF = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
HTML = b"<!doctype html><html><script>document.title='run'</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><w>&c;</w>'


class Hostile(NamedTuple):
    """A file as it is sent, and what has to become of it."""

    what: str
    name: str
    content: bytes
    becomes: str


def boxed(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A container of these entries."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as box:
        for name, content in entries.items():
            box.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def word(**more: bytes) -> bytes:
    """A Word document with further parts; ``__`` stands for a slash, ``_xml`` and ``_bin`` for an ending."""
    parts = {"[Content_Types].xml": TYPES, "word/document.xml": b"<w/>"}
    named = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): text for name, text in more.items()
    }
    return boxed(parts | named)


def picture(form: str = "PNG", size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    """A small coloured picture."""
    image = Image.new("RGB", (8, 6))
    image.putdata([(x * 5 % 256, x * 37 % 256, x * 91 % 256) for x in range(48)])
    out = BytesIO()
    image.resize(size).save(out, form, **options)
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of few bytes that says that it is large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 999)) + chunk(b"IEND", b"")
    )


def gif_claiming(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\x00\x00" + b"\x00" * 6 + b"\x2c" + b"\x00" * 20


def bmp_claiming(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IHHI", 100, 0, 0, 54) + struct.pack("<IiiHH", 40, width, height, 1, 24) + b"\x00" * 60


def jpeg_claiming(width: int, height: int, *, progressive: bool = False) -> bytes:
    """A JPEG whose frame header says another size than its data has."""
    content = bytearray(picture("JPEG", progressive=progressive))
    at = content.find(b"\xff\xc2" if progressive else b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def changed(content: bytes, at: int, value: bytes) -> bytes:
    return content[:at] + value + content[at + len(value) :]


def central(content: bytes, number: int = 0) -> int:
    """Where the record of an entry begins in a container's directory."""
    at = -1
    for _ in range(number + 1):
        at = content.find(b"PK\x01\x02", at + 1)
    return at


def overlapping() -> bytes:
    """Two entries of the directory over the same bytes."""
    content = boxed({"a.txt": b"x" * 5000, "b.txt": b"x" * 5000}, zipfile.ZIP_STORED)
    return changed(content, central(content, 1) + 42, struct.pack("<I", 0))


def quoted() -> bytes:
    """Entries that begin inside one another: the bomb that unpacks to millions of times its size."""
    content = boxed({f"{n}.txt": b"\x00" * 900_000 for n in range(20)})
    first = content.find(b"PK\x03\x04")
    for number in range(1, 20):
        content = changed(content, central(content, number) + 42, struct.pack("<I", first))
    return content


def with_flags(content: bytes, flags: int) -> bytes:
    """All entries with these flags, in the directory and before the data."""
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(sign)
        while at >= 0:
            content = changed(content, at + offset, struct.pack("<H", flags))
            at = content.find(sign, at + 1)
    return content


def linked(kind: int) -> bytes:
    """An entry that is a link or a device."""
    info = zipfile.ZipInfo("link.txt")
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr(info, "/etc/passwd")
    return out.getvalue()


def raw_named(name: bytes, flags: int = 0) -> bytes:
    """An archive with one entry of that name, byte for byte."""
    text = b"content"
    crc = zlib.crc32(text)
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, flags, 0, 0, 33, crc, len(text), len(text), len(name), 0)
    body = local + name + text
    record = struct.pack(
        "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, flags, 0, 0, 33, crc, len(text), len(text), len(name), 0, 0, 0, 0, 0, 0
    )
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(record) + len(name), len(body), 0)
    return body + record + name + end


def nested(depth: int = 4) -> bytes:
    content = boxed({"zero.txt": b"\x00" * 1_000_000})
    for level in range(depth):
        content = boxed({f"{level}-{n}.zip": content for n in range(4)})
    return content


TWO = boxed({"a.txt": b"first", "b.txt": b"second"}, zipfile.ZIP_STORED)
GOOD_ZIP = boxed({"会议/记录.txt": "记录".encode(), "照片.jpg": picture("JPEG")})


def _disguised() -> list[Hostile]:
    return [
        Hostile("HTML called a PDF", "a.pdf", HTML, "signature"),
        Hostile("HTML called a picture", "a.png", HTML, "signature"),
        Hostile("SVG called a picture", "a.png", SVG, "signature"),
        Hostile("SVG", "a.svg", SVG, "ending"),
        Hostile("HTML", "a.html", HTML, "ending"),
        Hostile("script", "a.js", b"alert(1)", "ending"),
        Hostile("XHTML", "a.xhtml", HTML, "ending"),
        Hostile("program", "setup.exe", b"MZ" + b"\x00" * 200, "ending"),
        Hostile("program called a document", "a.docx", b"MZ" + b"\x00" * 200, "signature"),
        Hostile("program called a text", "a.txt", b"MZ\x90\x00" + os.urandom(400), "signature"),
        Hostile("shell script called a PDF", "a.pdf", b"#!/bin/sh\nrm -rf /\n", "signature"),
        Hostile("PHP called a picture", "a.gif", b"GIF89 <?php system($_GET[0]); ?>", "signature"),
        Hostile("PHP inside a picture", "a.gif", picture("GIF") + b"<?php system($_GET[0]); ?>", KEPT),
        Hostile("HTML inside a text", "a.txt", HTML, KEPT),
        Hostile("HTML inside a list", "a.csv", HTML, KEPT),
        Hostile("formulas inside a list", "a.csv", b"=cmd|' /C calc'!A0,2\n@SUM(1)\n", KEPT),
        Hostile("PDF with a page of HTML in it", "a.pdf", PDF + HTML, KEPT),
        Hostile("PDF with a page of HTML in its first lines", "a.pdf", b"%PDF-1.4\n" + HTML + PDF, KEPT),
        Hostile("HTML in front of a PDF", "a.pdf", HTML + PDF, "signature"),
        Hostile("PDF that runs a script", "a.pdf", PDF + b"<</S/JavaScript/JS(app.alert(1))>>", "scripts"),
        Hostile("PDF that hides the name", "a.pdf", PDF + b"<</S/#4aav#61Script/JS(app.alert(1))>>", "scripts"),
        Hostile(
            "PDF with a packed script", "a.pdf",
            b"%PDF-1.5\n9 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>stream\r\n"
            + zlib.compress(b"1 0 <</S/JavaScript/JS(app.alert(1))>>") + b"\nendstream endobj", "scripts",
        ),
        Hostile("PDF that starts a program", "a.pdf", PDF + b"<</S/Launch/F(cmd.exe)>>", "scripts"),
        Hostile("PDF and ZIP in one", "a.pdf", PDF + GOOD_ZIP, KEPT),
        Hostile("ZIP behind a PDF", "a.zip", PDF + GOOD_ZIP, "signature"),
        Hostile("picture with a ZIP behind it", "a.jpg", picture("JPEG") + GOOD_ZIP, KEPT),
        Hostile("picture of another kind", "a.png", picture("JPEG"), "signature"),
        Hostile("double ending", "report.pdf.exe", PDF, "ending"),
        Hostile("double ending the other way round", "report.exe.pdf", PDF, KEPT),
        Hostile("old Office under a new ending", "a.docx", OLE, "locked"),
        Hostile("old Office called a PDF", "a.pdf", OLE, "signature"),
        Hostile("old Office called a picture", "a.jpg", OLE, "signature"),
        Hostile("old Office, cut off", "a.doc", OLE[:6], "signature"),
        Hostile("document called an old one", "a.doc", word(), "signature"),
        Hostile("text with NUL", "a.txt", b"abc\x00def", "signature"),
        Hostile("text that is none", "a.csv", b"\xff\xfe\xfd" * 100, "signature"),
        Hostile("nothing", "a.pdf", b"", "empty"),
        Hostile("nothing called a text", "a.txt", b"", "empty"),
    ]  # fmt: skip


def _documents() -> list[Hostile]:
    macro = TYPES.replace(
        b"/>", b'><Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    )
    enabled = TYPES.replace(
        b"/>",
        b'><Override PartName="/word/document.xml" '
        b'ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>',
    )
    late = b"<?xml version='1.0'?><!--" + b" " * 20_000 + b"--><!DOCTYPE x><w/>"
    return [
        Hostile("document with macros", "a.docx", word(word__vbaProject_bin=OLE), "macros"),
        Hostile("macros under another name", "a.docx", boxed({"[Content_Types].xml": macro, "word/document.xml": b"<w/>", "word/x.bin": OLE}), "macros"),
        Hostile("docm called docx", "a.docx", boxed({"[Content_Types].xml": enabled, "word/document.xml": b"<w/>"}), "macros"),
        Hostile("docm called docx, in UTF-16", "a.docx", boxed({"[Content_Types].xml": enabled.decode().encode("utf-16"), "word/document.xml": b"<w/>"}), "macros"),
        Hostile("docm", "a.docm", word(), "ending"),
        Hostile("old macros in a workbook", "a.xlsx", boxed({"[Content_Types].xml": TYPES, "xl/workbook.xml": b"<w/>", "xl/macrosheets/sheet1.xml": b"<m/>"}), "macros"),
        Hostile("controls in a document", "a.docx", word(word__activeX__activeX1_bin=OLE), "macros"),
        Hostile("entities in a document", "a.docx", word(word__settings_xml=DOCTYPE), "declares"),
        Hostile("entities in UTF-16", "a.docx", word(word__settings_xml=DOCTYPE.decode().encode("utf-16")), "declares"),
        Hostile("entities behind a long remark", "a.docx", word(word__settings_xml=late), "declares"),
        Hostile("entities in an OFD", "a.ofd", boxed({"OFD.xml": DOCTYPE}), "declares"),
        Hostile("OFD without its list", "a.ofd", boxed({"Doc_0/Document.xml": b"<d/>"}), "signature"),
        Hostile("workbook called a document", "a.docx", boxed({"[Content_Types].xml": TYPES, "xl/workbook.xml": b"<w/>"}), "signature"),
        Hostile("document without its list", "a.docx", boxed({"word/document.xml": b"<w/>"}), "signature"),
        Hostile("document cut off", "a.docx", word()[:-30], "signature"),
        Hostile("document locked by a password", "a.docx", with_flags(word(), 1), "encrypted"),
        Hostile("document packed in a rare way", "a.docx", boxed({"[Content_Types].xml": TYPES, "word/document.xml": b"<w/>" * 99}, zipfile.ZIP_LZMA), "signature"),
        Hostile("document that is a bomb", "a.docx", word(word__media_xml=b"<a>" + b" " * 20_000_000), "unpacks"),
    ]  # fmt: skip


def _archives() -> list[Hostile]:
    many = boxed({f"{n}.txt": b"" for n in range(4_001)}, zipfile.ZIP_STORED)
    at = central(TWO)
    local = TWO.find(b"PK\x03\x04")
    return [
        Hostile("bomb", "a.zip", boxed({"zero.txt": b"\x00" * 30_000_000}), "unpacks"),
        Hostile("bomb in bombs", "a.zip", nested(), "nested"),
        Hostile("archive in an archive under another name", "a.zip", boxed({"a.RAR ": b"Rar!"}), "nested"),
        Hostile("entries over one another", "a.zip", overlapping(), "unpacks"),
        Hostile("entries inside one another", "a.zip", quoted(), "unpacks"),
        Hostile("very many entries", "a.zip", many, "unpacks"),
        Hostile("directory without end", "a.zip", long_directory(100_000), "unpacks"),
        Hostile("directory that says it has few", "a.zip", long_directory(65_540), "unpacks"),
        Hostile("upwards", "a.zip", boxed({"../../evil.txt": b"x"}), "paths"),
        Hostile("upwards, the other slash", "a.zip", boxed({"..\\..\\evil.txt": b"x"}), "paths"),
        Hostile("from the root", "a.zip", boxed({"/etc/cron.d/evil.txt": b"x"}), "paths"),
        Hostile("from a drive", "a.zip", boxed({"C:\\Windows\\evil.txt": b"x"}), "paths"),
        Hostile("from a share", "a.zip", boxed({"\\\\server\\share\\evil.txt": b"x"}), "paths"),
        Hostile("link", "a.zip", linked(stat.S_IFLNK), "paths"),
        Hostile("device", "a.zip", linked(stat.S_IFCHR), "paths"),
        Hostile("name with NUL", "a.zip", raw_named(b"a.txt\x00.exe"), "paths"),
        Hostile("name of nothing", "a.zip", raw_named(b""), "paths"),
        Hostile("program inside", "a.zip", boxed({"setup.exe": b"MZ"}), "inside"),
        Hostile("shortcut inside", "a.zip", boxed({"说明.pdf.lnk": b"L"}), "inside"),
        Hostile("page inside", "a.zip", boxed({"index.html": HTML}), "inside"),
        Hostile("program behind a turned name", "a.zip", boxed({"invoice\u202efdp.exe": b"MZ"}), "inside"),
        Hostile("locked by a password", "a.zip", with_flags(TWO, 1), "encrypted"),
        Hostile("hidden directory", "a.zip", with_flags(TWO, 0x2000), "encrypted"),
        Hostile("another name before the data", "a.zip", changed(TWO, local + 30, b"z"), "unsound"),
        Hostile("another length before the data", "a.zip", changed(TWO, local + 22, struct.pack("<I", 9_999)), "unsound"),
        Hostile("false length in the directory", "a.zip", changed(TWO, at + 24, struct.pack("<I", 0x7FFFFFFF)), "unpacks"),
        Hostile("data beyond the end", "a.zip", changed(changed(TWO, at + 20, struct.pack("<I", 900_000)), at + 24, struct.pack("<I", 900_000)), "unsound"),
        Hostile("data in the directory", "a.zip", changed(TWO, central(TWO, 1) + 42, struct.pack("<I", at)), "unsound"),
        Hostile("one name twice", "a.zip", raw_twice(), "unsound"),
        Hostile("cut off", "a.zip", TWO[:-10], "signature"),
        Hostile("nothing in it", "a.zip", b"PK\x05\x06" + b"\x00" * 18, "signature"),
        Hostile("damaged directory", "a.zip", changed(TWO, at, b"XX"), "signature"),
        Hostile("GBK names", "a.zip", raw_named("会议记录.txt".encode("gb18030")), KEPT),
        Hostile("name that is no text", "a.zip", raw_named(b"\xff\xfe\xff.txt"), KEPT),
        Hostile("name that says UTF-8 and is not", "a.zip", raw_named(b"\xff\xfe.txt", 0x800), "signature"),
        Hostile("what file managers leave", "a.zip", boxed({"__MACOSX/._a.txt": b"x", "Thumbs.db": b"x", "a.txt": b"x"}), KEPT),
    ]  # fmt: skip


def long_directory(count: int) -> bytes:
    """An archive of one entry whose directory names it many times over."""
    content = boxed({"a.txt": b"x"}, zipfile.ZIP_STORED)
    at, end = central(content), content.find(b"PK\x05\x06")
    directory = content[at:end] * count
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), at, 0)
    return content[:at] + directory + tail


def raw_twice() -> bytes:
    """Two entries of one name: which of them is meant depends on who reads."""
    content = boxed({"a.txt": b"harmless", "b.txt": b"the other one"}, zipfile.ZIP_STORED)
    return content.replace(b"b.txt", b"a.txt")


def _pictures() -> list[Hostile]:
    return [
        Hostile("PNG of ten billion points", "a.png", png_claiming(100_000, 100_000), "pixels"),
        Hostile("PNG that says it is wide", "a.png", png_claiming(2_000_000_000, 1), "pixels"),
        Hostile("PNG of 58 million points", "a.png", png_claiming(7_600, 7_600), KEPT),
        Hostile("JPEG of four billion points", "a.jpg", jpeg_claiming(65_000, 65_000), "pixels"),
        Hostile("JPEG that has fewer than it says", "a.jpg", jpeg_claiming(7_000, 7_000), KEPT),
        Hostile("JPEG in scans that says it is large", "a.jpg", jpeg_claiming(7_000, 7_000, progressive=True), KEPT),
        Hostile("GIF of four billion points", "a.gif", gif_claiming(65_535, 65_535), "pixels"),
        Hostile("BMP of four billion points", "a.bmp", bmp_claiming(65_000, -65_000), "pixels"),
        Hostile("BMP of the smallest number", "a.bmp", bmp_claiming(-(2**31), 1), "pixels"),
        Hostile("GIF cut off", "a.gif", picture("GIF")[:40], KEPT),
        Hostile("WebP cut off", "a.webp", picture("WEBP")[:60], KEPT),
        Hostile("BMP cut off", "a.bmp", picture("BMP")[:70], KEPT),
        Hostile("PNG cut off", "a.png", picture("PNG")[:60], KEPT),
        Hostile("JPEG cut off", "a.jpg", picture("JPEG")[:400], KEPT),
        Hostile("PNG of no points", "a.png", png_claiming(0, 0), "signature"),
        Hostile("camera's notes that are damaged", "a.jpg", picture("JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff"), KEPT),
    ]  # fmt: skip


def _named() -> list[Hostile]:
    return [
        Hostile("upwards", "../../../etc/passwd.pdf", PDF + b"1", KEPT),
        Hostile("from a drive", "C:\\Windows\\system32\\a.pdf", PDF + b"2", KEPT),
        Hostile("turned round", "invoice\u202efdp.exe", PDF, "ending"),
        Hostile("turned round, harmless ending", "exe\u202e.pdf", PDF + b"3", KEPT),
        Hostile("255 signs", "长" * 251 + ".pdf", PDF + b"4", KEPT),
        Hostile("a thousand signs", "a" * 1000 + ".pdf", PDF + b"5", KEPT),
        Hostile("markup", '"><img src=x onerror=alert(1)>.pdf', PDF + b"6", KEPT),
        Hostile("stream of a drive", "a.pdf::$DATA", PDF, "ending"),
        Hostile("device of old", "CON.pdf", PDF + b"7", KEPT),
        Hostile("only an ending", ".pdf", PDF, "ending"),
        Hostile("no ending", "pdf", PDF, "ending"),
        Hostile("blank at the end", "a.exe .pdf ", PDF + b"8", KEPT),
        Hostile("small and capital letters", "a.PdF", PDF + b"9", KEPT),
    ]


HOSTILE = [*_disguised(), *_documents(), *_archives(), *_pictures(), *_named()]
"""More than a hundred files."""

GOOD = {
    "a.pdf": PDF, "a.png": picture("PNG"), "a.jpg": picture("JPEG"), "b.jpeg": picture("JPEG", progressive=True),
    "a.gif": picture("GIF"), "a.webp": picture("WEBP"), "a.bmp": picture("BMP"), "a.txt": "会议记录\n".encode() * 20,
    "a.csv": "单位,次数\n财务处,2\n".encode("gb18030"), "a.docx": word(), "a.doc": OLE,
    "a.xlsx": boxed({"[Content_Types].xml": TYPES, "xl/workbook.xml": b"<w/>"}),
    "a.pptx": boxed({"[Content_Types].xml": TYPES, "ppt/presentation.xml": b"<p/>"}),
    "a.ofd": boxed({"OFD.xml": b"<?xml version='1.0'?><ofd:OFD xmlns:ofd='http://www.ofdspec.org/2016'/>"}),
    "a.zip": GOOD_ZIP,
}  # fmt: skip
"""One valid file of every kind."""
