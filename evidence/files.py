"""Which files are taken as proof: ending, signature and container must agree, sizes are bounded before parsing.

Pure but for reading the stream it is given. A refusal is a code with parameters; the sentence is made where
somebody reads it.
"""

import itertools
import re
import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from evidence import pictures

KINDS: Mapping[str, str] = {
    "pdf": "pdf",
    "png": "image",
    "jpg": "image",
    "jpeg": "image",
    "gif": "image",
    "webp": "image",
    "bmp": "image",
    "txt": "text",
    "csv": "text",
    "docx": "office",
    "xlsx": "office",
    "pptx": "office",
    "doc": "office",
    "xls": "office",
    "ppt": "office",
    "wps": "office",
    "et": "office",
    "ofd": "ofd",
    "zip": "archive",
}
"""Endings that are taken, each with the kind it is kept as."""

CONTENT_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "bmp": "image/bmp",
}
"""What may be shown inside a page, with the type it is sent as; everything else is only ever downloaded."""

CONTAINERS: Mapping[str, str] = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_PIXELS = 60_000_000
MAX_ENTRIES = 4_000
MAX_UNPACKED = 512 * 1024 * 1024
MAX_RATIO = 250
NAME_LENGTH = 200


@dataclass(frozen=True)
class Refused(Exception):
    """Why a file is not taken: code and the figures its sentence needs."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code


def clean_name(name: str) -> str:
    """A name that is safe to show and to send in a header: no folders, no control or direction characters."""
    base = re.split(r"[\\/]", name)[-1]
    shown = "".join(sign for sign in base if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    shown = re.sub(r"\s+", " ", shown).strip(" .")
    stem, dot, ending = shown.rpartition(".")
    if dot and len(shown) > NAME_LENGTH:
        shown = stem[: NAME_LENGTH - len(ending) - 1] + "." + ending
    return shown[:NAME_LENGTH]


def ending_of(name: str) -> str:
    """The ending in lower case, without its dot; empty where there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def inspect(name: str, stream: BinaryIO, size: int, *, limit: int) -> str:
    """The kind of a file whose name, signature and content agree; Refused otherwise. ``limit`` is in bytes."""
    ending = ending_of(name)
    if ending not in KINDS:
        raise Refused("ending", {"ending": ending[:20]})
    if size <= 0:
        raise Refused("empty")
    if size > limit:
        raise Refused("too_large", {"size": size, "limit": limit})
    stream.seek(0)
    head = stream.read(2048)
    kind = KINDS[ending]
    if kind == "pdf":
        _require(head.startswith(b"%PDF-"), ending)
    elif kind == "image":
        _check_picture(stream, ending)
    elif kind == "text":
        _check_text(stream, ending)
    elif ending in ("doc", "xls", "ppt", "wps", "et"):
        _require(head.startswith(OLE), ending)
    else:
        _check_zip(stream, ending, head)
    stream.seek(0)
    return kind


def _require(fits: bool, ending: str) -> None:
    if not fits:
        raise Refused("signature", {"ending": ending})


def _check_picture(stream: BinaryIO, ending: str) -> None:
    size = pictures.size_of(stream, ending)
    _require(size is not None, ending)
    width, height = size or (0, 0)
    if width * height > MAX_PIXELS:
        raise Refused("pixels", {"width": width, "height": height})


def _check_text(stream: BinaryIO, ending: str) -> None:
    stream.seek(0)
    sample = stream.read(256 * 1024)
    _require(b"\x00" not in sample, ending)
    if decode(sample) is None:
        raise Refused("signature", {"ending": ending})


def decode(sample: bytes) -> str | None:
    """Text out of bytes in UTF-8 or GB18030; the end may cut a character. None where it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        for cut in range(4):
            try:
                return sample[: len(sample) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None


def _check_zip(stream: BinaryIO, ending: str, head: bytes) -> None:
    _require(head.startswith(b"PK\x03\x04"), ending)
    try:
        with zipfile.ZipFile(stream) as box:
            entries = box.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as fault:
        raise Refused("signature", {"ending": ending}) from fault
    _check_entries(entries)
    names = {entry.filename for entry in entries}
    if ending in CONTAINERS:
        inside = any(name.startswith(CONTAINERS[ending]) for name in names)
        _require("[Content_Types].xml" in names and inside, ending)
    if ending == "ofd":
        _require("OFD.xml" in names, ending)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused("macros")


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Bounds on what a container unpacks to, names that stay inside, and no two entries on the same bytes."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    too_much = len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED
    if too_much or (unpacked > 1_000_000 and unpacked > MAX_RATIO * max(packed, 1)):
        raise Refused("unpacks")
    for entry in entries:
        parts = re.split(r"[\\/]", entry.filename)
        if ".." in parts or entry.filename.startswith(("/", "\\")) or ":" in parts[0]:
            raise Refused("paths")
    spans = sorted((entry.header_offset, entry.header_offset + entry.compress_size) for entry in entries)
    if any(following[0] < earlier[1] for earlier, following in itertools.pairwise(spans)):
        raise Refused("unpacks")
