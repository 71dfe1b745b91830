"""What a ZIP holds, out of its directory alone: nothing is unpacked.

Pure. Names come in whatever encoding the packing program used: UTF-8 where its flag says so, otherwise UTF-8 or
GB18030 if the bytes are that, since Chinese Windows writes GBK without saying so.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

UTF8_FLAG = 0x800
MOST_SHOWN = 500
"""Entries that a page lists."""
NAME_LENGTH = 300

MAX_DIRECTORY = 2 * 1024 * 1024
"""Bytes of a directory that are read. ZipFile makes a record of some 600 bytes out of as few as 46."""

FAULTS = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, OverflowError)
"""What the directory of a damaged archive makes the reader raise."""


@dataclass(frozen=True)
class Entry:
    """One file inside: its path and its size unpacked, in bytes, as the directory says."""

    name: str
    size: int


@dataclass(frozen=True)
class Listing:
    """The first files by their order in the archive, and how many there are in all with how many bytes."""

    entries: tuple[Entry, ...]
    count: int
    size: int


class TooLong(ValueError):
    """The directory of an archive is longer than any that is honestly meant."""


class Bounded:
    """The stream of an archive, of which nobody reads more than a directory at once.

    ZipFile reads the whole directory before it says how long it is.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream

    def read(self, size: int = -1) -> bytes:
        wanted = self.stream.read(MAX_DIRECTORY + 1 if size is None or size < 0 else min(size, MAX_DIRECTORY + 1))
        if len(wanted) > MAX_DIRECTORY:
            raise TooLong
        return wanted

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.stream.seek(offset, whence)

    def tell(self) -> int:
        return self.stream.tell()

    def seekable(self) -> bool:
        return True


def opened(stream: BinaryIO) -> zipfile.ZipFile:
    """The archive, its directory read; raises TooLong or one of FAULTS."""
    return zipfile.ZipFile(Bounded(stream))  # type: ignore[arg-type]


def listing_of(stream: BinaryIO) -> Listing | None:
    """The files in an archive, folders left out; None where its directory cannot be read."""
    stream.seek(0)
    try:
        with opened(stream) as box:
            infos = [info for info in box.infolist() if not info.is_dir()]
    except FAULTS:
        return None
    shown = tuple(Entry(safe(entry_name(info)), info.file_size) for info in infos[:MOST_SHOWN])
    return Listing(shown, len(infos), sum(info.file_size for info in infos))


def entry_name(info: zipfile.ZipInfo) -> str:
    """The name of an entry as whoever packed it saw it."""
    name = info.orig_filename
    if info.flag_bits & UTF8_FLAG or name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def safe(name: str) -> str:
    """A path to be read by people: no control, direction or unassigned characters, and not without end."""
    shown = "".join(sign for sign in name if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    shown = re.sub(r"\s+", " ", shown.replace("\\", "/")).strip()
    return shown if len(shown) <= NAME_LENGTH else f"{shown[:NAME_LENGTH]}…"
