"""Width and height of a picture out of its header, without decoding it: enough to tell what it is and to refuse floods.

Pure; a reader returns None where the header is not that of its format.
"""

import struct
from collections.abc import Callable, Mapping
from typing import BinaryIO

Size = tuple[int, int]

MOST_SEGMENTS = 500
"""Segments of a JPEG that are looked at before its frame header must have come."""


def size_of(stream: BinaryIO, ending: str) -> Size | None:
    """Width and height in pixels, or None where the bytes are no picture of this ending."""
    stream.seek(0)
    try:
        size = _READERS[ending](stream)
    except struct.error:
        return None
    return size if size and min(size) > 0 else None


def _png(stream: BinaryIO) -> Size | None:
    head = stream.read(24)
    if head[:8] != b"\x89PNG\r\n\x1a\n" or head[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _gif(stream: BinaryIO) -> Size | None:
    head = stream.read(10)
    if head[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    width, height = struct.unpack("<HH", head[6:10])
    return width, height


def _bmp(stream: BinaryIO) -> Size | None:
    head = stream.read(26)
    if head[:2] != b"BM":
        return None
    width, height = struct.unpack("<ii", head[18:26])
    return abs(width), abs(height)


def _webp(stream: BinaryIO) -> Size | None:
    head = stream.read(30)
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    if head[12:16] == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if head[12:16] == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if head[12:16] == b"VP8L" and head[20] == 0x2F:
        (bits,) = struct.unpack("<I", head[21:25])
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return None


def _jpeg(stream: BinaryIO) -> Size | None:
    """Walk the segments to the frame header (SOF0 to SOF15 without the tables among them)."""
    if stream.read(2) != b"\xff\xd8":
        return None
    for _segment in range(MOST_SEGMENTS):
        marker = stream.read(2)
        while marker == b"\xff\xff":
            marker = b"\xff" + stream.read(1)
        if len(marker) < 2 or marker[0] != 0xFF:
            return None
        (length,) = struct.unpack(">H", stream.read(2))
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">xHH", stream.read(5))
            return width, height
        if length < 2:
            return None
        stream.seek(length - 2, 1)
    return None


_READERS: Mapping[str, Callable[[BinaryIO], Size | None]] = {
    "png": _png,
    "jpg": _jpeg,
    "jpeg": _jpeg,
    "gif": _gif,
    "webp": _webp,
    "bmp": _bmp,
}
