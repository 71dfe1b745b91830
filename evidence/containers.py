"""What may be inside a ZIP, an Office document or an OFD: judged by the directory and by the beginnings of its parts.

Pure but for reading the stream. Nothing is unpacked to disk; of the XML parts of a document a few kilobytes each are
read, since only what stands before the first element can declare anything. ``Refused`` is a code with parameters.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import BinaryIO

from evidence.archives import UTF8_FLAG, TooLong, entry_name, opened, safe
from evidence.refused import Refused

DOCUMENTS: Mapping[str, str] = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
"""Office documents, each with the folder that its parts lie in."""

MAX_ENTRIES = 4_000
MAX_UNPACKED = 512 * 1024 * 1024
MAX_RATIO = 250
PROLOG = 16 * 1024
"""Bytes of an XML part in which its first element must begin."""
MAX_TYPES = 1024 * 1024
"""Bytes of the list of types of a document."""

LOCAL_HEADER = struct.Struct("<4s5H3I2H")
ENCRYPTED_FLAGS = 0x0001 | 0x0040 | 0x2000
ARCHIVES = frozenset(
    ("zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "cab", "iso", "jar", "war", "zst", "lzh", "arj")
)
LEFT_OVER = re.compile(r"(^|/)(__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini)$", re.IGNORECASE)
"""What file managers leave in an archive without being asked."""

FAULTS = (
    zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, OverflowError,
    struct.error, zlib.error,
)  # fmt: skip
"""What a damaged container makes the reader raise."""


def check_container(stream: BinaryIO, ending: str, allowed: frozenset[str]) -> None:
    """Raise Refused where a container of that ending is not sound. ``allowed``: endings that an archive may hold."""
    try:
        with opened(stream) as box:
            entries = box.infolist()
            _check_sizes(entries)
            _check_names(entries)
            if any(entry.flag_bits & ENCRYPTED_FLAGS for entry in entries):
                raise Refused("encrypted")
            _check_places(stream, entries, box.start_dir)
            if ending == "zip":
                _check_inside(entries, allowed)
            else:
                _check_document(box, entries, ending)
    except TooLong as fault:
        raise Refused("unpacks") from fault
    except FAULTS as fault:
        raise Refused("signature", {"ending": ending}) from fault


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    """Bounds on what a container unpacks to, as its directory says."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    too_much = len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED
    if too_much or (unpacked > 1_000_000 and unpacked > MAX_RATIO * max(packed, 1)):
        raise Refused("unpacks")


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    """Names that stay inside, name one file each, and name files or folders only."""
    seen = set()
    for entry in entries:
        name = entry.orig_filename
        parts = re.split(r"[\\/]", name)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if not name or "\x00" in name or ".." in parts or not parts[0] or ":" in parts[0]:
            raise Refused("paths")
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):  # links, devices
            raise Refused("paths")
        if name in seen:
            raise Refused("unsound")
        seen.add(name)


def _check_places(stream: BinaryIO, entries: list[zipfile.ZipInfo], directory: int) -> None:
    """Every entry lies where the directory says, under the same name, and no two on the same bytes."""
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            raise Refused("unpacks")
        stream.seek(entry.header_offset)
        head = LOCAL_HEADER.unpack(stream.read(LOCAL_HEADER.size))
        sign, flags, method, name_length, extra_length = head[0], head[2], head[3], head[9], head[10]
        name = stream.read(name_length)
        if sign != b"PK\x03\x04" or method != entry.compress_type or name != _raw_name(entry):
            raise Refused("unsound")
        if flags & ENCRYPTED_FLAGS:
            raise Refused("encrypted")
        if not flags & 0x08 and 0xFFFFFFFF not in (head[7], head[8]) and head[7:9] != _lengths(entry):
            raise Refused("unsound")
        if method == zipfile.ZIP_STORED and entry.file_size != entry.compress_size:
            raise Refused("unsound")
        end = entry.header_offset + LOCAL_HEADER.size + name_length + extra_length + entry.compress_size
        if end > directory:
            raise Refused("unsound")
    if entries and min(entry.header_offset for entry in entries) != 0:
        raise Refused("unsound")  # something else stands before it: a file that is two kinds at once


def _lengths(entry: zipfile.ZipInfo) -> tuple[int, int]:
    return entry.compress_size, entry.file_size


def _raw_name(entry: zipfile.ZipInfo) -> bytes:
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & UTF8_FLAG else "cp437")


def _check_inside(entries: list[zipfile.ZipInfo], allowed: frozenset[str]) -> None:
    """An archive holds files of the kinds that are taken, and no archives."""
    for entry in entries:
        name = entry_name(entry).replace("\\", "/")
        if name.endswith("/") or LEFT_OVER.search(name):
            continue
        shown = safe(name.rpartition("/")[2])
        ending = shown.rpartition(".")[2].lower().strip(" .")
        if ending in ARCHIVES:
            raise Refused("nested", {"name": shown[:80]})
        if ending not in allowed or "." not in shown:
            raise Refused("inside", {"name": shown[:80]})


def _check_document(box: zipfile.ZipFile, entries: list[zipfile.ZipInfo], ending: str) -> None:
    """The parts that a document of that ending has, no macros, nothing declared before the first element."""
    names = {entry.filename for entry in entries}
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise Refused("signature", {"ending": ending})
    if ending in DOCUMENTS:
        inside = any(name.startswith(DOCUMENTS[ending]) for name in names)
        if "[Content_Types].xml" not in names or not inside:
            raise Refused("signature", {"ending": ending})
    elif "OFD.xml" not in names:
        raise Refused("signature", {"ending": ending})
    if any(_is_macro(name) for name in names):
        raise Refused("macros")
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            with box.open(entry) as part:
                _check_prolog(part.read(PROLOG), whole=entry.file_size <= PROLOG)
    if ending in DOCUMENTS:
        _check_types(box)


def _is_macro(name: str) -> bool:
    low = name.lower()
    return low.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in low or "/activex/" in low


def _check_types(box: zipfile.ZipFile) -> None:
    """What the document says of its parts: none of them holds macros, whatever it is called."""
    if box.getinfo("[Content_Types].xml").file_size > MAX_TYPES:
        raise Refused("unpacks")
    types = _as_text(box.read("[Content_Types].xml")).lower()
    if "macroenabled" in types or "vbaproject" in types or "macrosheet" in types:
        raise Refused("macros")


def _as_text(part: bytes) -> str:
    """XML as far as its signs of ASCII go, in whatever of the usual encodings it is."""
    if part[:2] in (b"\xff\xfe", b"\xfe\xff") or (part[:4].count(0) >= 2):
        part = part.replace(b"\x00", b"")
    return part.decode("latin-1")


def _check_prolog(beginning: bytes, *, whole: bool) -> None:
    """Only remarks and instructions may stand before the first element: no DOCTYPE, and no remarks without end."""
    text = _as_text(beginning)
    at = text.find("<")
    while at >= 0:
        if text.startswith("<?", at):
            close, length = text.find("?>", at), 2
        elif text.startswith("<!--", at):
            close, length = text.find("-->", at), 3
        elif text.startswith("<!", at):
            raise Refused("declares")
        else:
            return
        if close < 0:
            break
        at = text.find("<", close + length)
    if not whole:
        raise Refused("declares")
