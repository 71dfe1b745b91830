"""Whether a PDF runs scripts or starts programs, as far as that is seen without taking it apart.

Pure but for reading the stream. The names of the two actions are looked for in the file as it lies and in its packed
object streams, letters written as ``#4A`` included. What a password hides is not seen; the browser's own viewer keeps
such a script away from our pages in any case.
"""

from __future__ import annotations

import re
import zlib
from typing import BinaryIO

CHUNK = 1024 * 1024
OVERLAP = 256
"""Bytes that are read twice, so that a name across two chunks is seen."""

MOST_PACKED = 4_000
"""Object streams that are looked into."""
PACKED, UNPACKED = 256 * 1024, 4 * 1024 * 1024
"""Bytes of an object stream that are read, and that it is unpacked to; some ten thousand objects."""
MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes that are unpacked of one file."""


def _named(word: bytes) -> bytes:
    """A pattern for a name of which any letter may be written as a number."""
    return b"".join(b"(?:%c|#(?i:%02x))" % (letter, letter) for letter in word)


ACTIVE = re.compile(b"/(?:" + _named(b"JavaScript") + b"|" + _named(b"Launch") + rb")(?![A-Za-z0-9])")
OBJECTS = re.compile(b"/" + _named(b"ObjStm"))
BEGINNING = re.compile(rb"stream\r?\n")


def is_active(stream: BinaryIO) -> bool:
    """Whether the file names a script or the start of a program."""
    places, at, kept = [], 0, b""
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        window = kept + chunk
        if ACTIVE.search(window):
            return True
        start = at - len(kept)
        places += [start + found.end() for found in OBJECTS.finditer(window)]
        at += len(chunk)
        kept = window[-OVERLAP:]
    return _packed_active(stream, sorted(set(places))[:MOST_PACKED])


def _packed_active(stream: BinaryIO, places: list[int]) -> bool:
    left = MOST_UNPACKED
    for place in places:
        stream.seek(place)
        part = stream.read(PACKED)
        begin = BEGINNING.search(part, 0, 1024)
        if begin is None:
            continue
        try:
            text = zlib.decompressobj().decompress(part[begin.end() :], min(UNPACKED, max(left, 1)))
        except zlib.error:
            continue
        if ACTIVE.search(text):
            return True
        left -= len(text)
        if left <= 0:
            return False
    return False
