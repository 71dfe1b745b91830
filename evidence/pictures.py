"""Width and height of a picture out of its header, without decoding it: enough to tell what it is and to refuse floods.

Pure; a reader returns None where the header is not that of its format.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

Size = tuple[int, int]

MOST_COLOURS = 4

MOST_SEGMENTS = 500
"""Segments of a JPEG that are looked at before its frame header, and its first scan, must have come."""


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
    frame = _frame(stream)
    return (frame[0], frame[1]) if frame else None


def _frame(stream: BinaryIO) -> tuple[int, int, int, bool] | None:
    """Walk the segments of a JPEG to its frame header (SOF0 to SOF15 without the tables among them).

    Width, height, number of colours, and whether it is progressive; the stream stands behind the header then.
    """
    if stream.read(2) != b"\xff\xd8":
        return None
    for code, length in _segments(stream):
        if 0xC0 <= code <= 0xCF and code not in (0xC4, 0xC8, 0xCC):
            height, width, colours = struct.unpack(">xHHB", stream.read(6))
            stream.seek(length - 8, 1)
            return width, height, colours, code not in (0xC0, 0xC1)
        if length < 2:
            return None
        stream.seek(length - 2, 1)
    return None


def _segments(stream: BinaryIO) -> Iterator[tuple[int, int]]:
    """Marker and length of the segments from here on; whoever asks moves the stream behind each."""
    for _segment in range(MOST_SEGMENTS):
        marker = stream.read(2)
        while marker == b"\xff\xff":
            marker = b"\xff" + stream.read(1)
        if len(marker) < 2 or marker[0] != 0xFF:
            return
        (length,) = struct.unpack(">H", stream.read(2))
        yield marker[1], length


def colours_in_scans(stream: BinaryIO) -> int:
    """The colours of a JPEG that comes in several scans, so that a decoder has to hold all of it; 0 of any other.

    Four, the most there are, where that is not plain.
    """
    stream.seek(0)
    try:
        frame = _frame(stream)
        if frame is None:
            return MOST_COLOURS
        if frame[3]:
            return frame[2]
        for code, length in _segments(stream):
            if code == 0xDA:
                return 0 if stream.read(1) == bytes([frame[2]]) else frame[2]
            if length < 2:
                return MOST_COLOURS
            stream.seek(length - 2, 1)
    except struct.error:
        return MOST_COLOURS
    return MOST_COLOURS


_READERS: Mapping[str, Callable[[BinaryIO], Size | None]] = {
    "png": _png,
    "jpg": _jpeg,
    "jpeg": _jpeg,
    "gif": _gif,
    "webp": _webp,
    "bmp": _bmp,
}
