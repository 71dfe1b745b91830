"""Which files are taken as proof: ending, signature and container must agree, sizes are bounded before parsing.

Pure but for reading the stream it is given. A refusal is a code with parameters; the sentence is made where
somebody reads it.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import BinaryIO

from evidence import pdfs, pictures
from evidence.containers import DOCUMENTS, check_container
from evidence.refused import Refused

__all__ = ["CONTENT_TYPES", "KINDS", "Refused", "clean_name", "decode", "ending_of", "inspect"]

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

PACKABLE = frozenset(KINDS) - {"zip"}
"""Endings of what an archive may hold: an archive in an archive is how a bomb is built."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_PIXELS = 60_000_000
NAME_LENGTH = 200


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
        if pdfs.is_active(stream):
            raise Refused("scripts")
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
    if ending in DOCUMENTS and head.startswith(OLE):
        raise Refused("locked", {"ending": ending})
    _require(head.startswith(b"PK\x03\x04"), ending)
    check_container(stream, ending, PACKABLE)
