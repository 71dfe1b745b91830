"""A look inside a zip container before any parser sees it."""

import posixpath
import re
import struct
import zipfile
import zlib
from io import BytesIO
from itertools import pairwise

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

MAX_PARTS = 500
MAX_UNPACKED = 150 * 1024 * 1024  # bytes of all parts together
# What zipfile raises over damaged containers, depending on which bytes are damaged.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)
_EVEN = bytes.maketrans(b"\t\r\n'", b'   "')  # one kind of blank, one kind of quotation mark
_LETTERS = re.compile(rb' r="([A-Za-z]+)')
_DIGITS = re.compile(rb' r="[A-Za-z]*([0-9]+)')
# A cell with a formula and nothing worked out (one of type str may be worked out to nothing), and one with an error.
_FORMULA = rb"\s*<f(?:[^>]{0,300}/>|[^>]{0,300}>[^<]{0,9000}</f>)\s*"
_BARE = re.compile(
    rb"<c(?=[^>]{0,300} r=.([A-Z]+[0-9]+))(?![^>]{0,300} t=.str)[^>]{0,300}>"
    + _FORMULA
    + rb"(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_ERROR = re.compile(
    rb"<c(?=[^>]{0,300} r=.([A-Z]+[0-9]+))(?=[^>]{0,300} t=.e\b)[^>]{0,300}>(?:"
    + _FORMULA
    + rb")?\s*<v>([^<]{0,20})</v>\s*</c>"
)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_READ = ("xl/worksheets/", "xl/sharedStrings", "xl/styles", "xl/workbook", "xl/_rels/")


class Suspicious(Exception):
    """The container is not what a list from Excel looks like; the message says why, in English, for the log."""


def open_container(content: bytes) -> zipfile.ZipFile:
    """The container, when its parts lie one after another and stay within the limits; raises Suspicious."""
    try:
        container = zipfile.ZipFile(BytesIO(content))
    except _DAMAGED as error:
        raise Suspicious(f"no zip container: {error}") from error
    parts = sorted(container.infolist(), key=lambda part: part.header_offset)
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Suspicious("too many or too large parts")
    if any(part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for part in parts):
        raise Suspicious("an unusual compression")
    for part, following in pairwise(parts):
        if part.header_offset + part.compress_size > following.header_offset:
            raise Suspicious(f"{part.filename} overlaps {following.filename}")
    if len({part.filename for part in parts}) != len(parts):
        raise Suspicious("two parts of one name")
    return container


def largest_sheet(container: zipfile.ZipFile) -> tuple[int, int]:
    """The rows and columns that the most spread-out sheet reaches to, wherever its cells claim to be.

    A parser that lays cells out in a grid would take memory for every empty one between two far-off cells.
    """
    rows = columns = 0
    for part in container.infolist():
        if not part.filename.startswith(_READ):
            continue
        try:
            with container.open(part) as file:
                text = file.read(part.file_size + 1)
        except _DAMAGED as error:
            raise Suspicious(f"{part.filename}: {error}") from error
        if len(text) > part.file_size:
            raise Suspicious(f"{part.filename} is larger than it says")
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise Suspicious(f"{part.filename} declares entities")
        if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
            reach = _reach(text)
            rows, columns = max(rows, reach[0]), max(columns, reach[1])
    return rows, columns


def _reach(text: bytes) -> tuple[int, int]:
    """The largest row and column that any cell of a sheet's XML names (references are `r="B7"`, `r = 'B7'`, …)."""
    text = text.translate(_EVEN)
    if b" r " in text or b" r= " in text:
        text = re.sub(rb" r *= *", b" r=", text)
    rows = max((int(digits[:9]) for digits in set(_DIGITS.findall(text))), default=0)
    return rows, max((_number(letters) for letters in set(_LETTERS.findall(text))), default=0)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:6]:
        number = number * 26 + letter - 64
    return number


def unknown_cells(container: zipfile.ZipFile) -> dict[str, dict[str, str]]:
    """By sheet, the cells whose value nobody knows and which would read as empty, with the error they show (`#REF!`).

    With nothing where a formula was never worked out: no program that calculates has saved the workbook.

    Call it after `largest_sheet`, which has looked at the parts.
    """
    found: dict[str, dict[str, str]] = {}
    try:
        for name, part in _sheet_parts(container):
            text = container.read(part) if part in container.NameToInfo else b""
            cells = dict.fromkeys(_BARE.findall(text), b"") if b"<f" in text else {}
            if b"#" in text:
                cells |= dict(_ERROR.findall(text))
            found[name] = {cell.decode("ascii"): error.decode("utf-8", "replace") for cell, error in cells.items()}
    except (*_DAMAGED, ParseError, DefusedXmlException) as error:
        raise Suspicious(f"workbook.xml: {error}") from error
    return found


def _sheet_parts(container: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Name and part of every sheet, as the workbook ties them together."""
    ties = container.NameToInfo.get("xl/_rels/workbook.xml.rels")
    if ties is None:
        return []
    targets = {tie.get("Id"): tie.get("Target", "") for tie in fromstring(container.read(ties))}
    sheets = fromstring(container.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    return [
        (sheet.get("name", ""), posixpath.join("xl", targets.get(sheet.get(_RELATION), "")).lstrip("/"))
        for sheet in sheets
    ]
