"""Opening a picture without trusting it: bounds before decoding, one at a time, and every fault is ``Unreadable``.

What decoding may cost is known before it begins. A JPEG whose scan holds all colours is decoded at an eighth of its
size. Whatever has to be held whole (PNG, GIF, BMP, WebP, and a JPEG of several scans, whose coefficients libjpeg keeps)
is refused above a number of pixels. At the worst that is some 90 MB, whatever the picture says of itself.
"""

from __future__ import annotations

import struct
import threading
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from PIL import Image, PngImagePlugin

from evidence import pictures
from evidence.looks.hashing import COLUMNS, ROWS, difference_hash

EDGE = 320
"""Longest edge of a thumbnail in pixels."""

MAX_PIXELS = 60_000_000
"""Of a JPEG that is decoded at a fraction of its size."""

WHOLE_PIXELS = 16_000_000
"""Of a picture that has to be held whole: four or five bytes for each pixel."""

SCAN_SAMPLES = 42_000_000
"""Pixels times colours of a JPEG in several scans: two bytes each. Fourteen million pixels of red, green and blue."""

WEBP_PIXELS = 5_000_000
"""Of a WebP: its decoder keeps two canvasses beside the picture, and the whole file."""

WEBP_BYTES = 20_000_000
ENOUGH = 2_000_000
"""Pixels that are more than enough to make a thumbnail of."""

STRIP = 64
"""Rows that a strip is brought down to."""

FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP", "bmp": "BMP"}
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns a picture upright, by the orientation that its camera noted."""
ORIENTATION = 0x0112

FAULTS = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError, MemoryError,
    struct.error, zlib.error, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
"""What Pillow is known to raise over damaged pictures."""

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
PngImagePlugin.MAX_TEXT_MEMORY = 4 * 1024 * 1024

_one_at_a_time = threading.Lock()


class Unreadable(Exception):
    """The picture cannot be decoded, or not within bounds."""


@dataclass(frozen=True)
class Look:
    """Size in pixels as it is seen upright, a small WebP without any metadata, and the hash ("" says nothing)."""

    width: int
    height: int
    thumb: bytes
    dhash: str


def read_look(stream: BinaryIO, ending: str) -> Look:
    """Look at a picture of that ending. Raises Unreadable."""
    with _one_at_a_time:
        try:
            return _read(stream, ending)
        except FAULTS as fault:
            raise Unreadable(f"{type(fault).__name__}: {fault}"[:200]) from fault


def _read(stream: BinaryIO, ending: str) -> Look:
    size = pictures.size_of(stream, ending)
    if size is None:
        raise Unreadable("not a picture of its ending")
    bound = _bound(stream, ending)
    if size[0] * size[1] > bound:
        raise Unreadable("too large to be decoded")
    stream.seek(0)
    with Image.open(stream, formats=[FORMATS[ending]]) as opened:
        width, height = opened.size
        if width * height > bound:  # the decoder reads another header than we did
            raise Unreadable("too large to be decoded")
        _draft(opened)
        turn = UPRIGHT.get(_orientation(opened))
        small = _small(opened)
    if turn is not None:
        small = small.transpose(turn)
    if turn in (Image.Transpose.TRANSPOSE, Image.Transpose.TRANSVERSE, *_QUARTERS):
        width, height = height, width
    return Look(width, height, _packed(small), _hash(small))


_QUARTERS = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)


def _bound(stream: BinaryIO, ending: str) -> int:
    """How many pixels the picture may have, by what decoding it takes."""
    if FORMATS[ending] == "WEBP":
        if stream.seek(0, 2) > WEBP_BYTES:
            raise Unreadable("too large to be decoded")
        return WEBP_PIXELS
    if FORMATS[ending] == "JPEG":
        colours = pictures.colours_in_scans(stream)
        return MAX_PIXELS if colours == 0 else SCAN_SAMPLES // max(colours, 3)
    return WHOLE_PIXELS


def _draft(opened: Image.Image) -> None:
    """Let a JPEG decode at a half, a quarter or an eighth of its size; other formats have no such thing."""
    width, height = opened.size
    factor = next((f for f in (1, 2, 4, 8) if width * height <= ENOUGH * f * f), 8)
    if factor > 1:
        opened.draft(opened.mode, (max(width // factor, 1), max(height // factor, 1)))


def _orientation(opened: Image.Image) -> int:
    try:
        value = opened.getexif().get(ORIENTATION)
    except FAULTS:  # damaged notes of the camera are no reason to show nothing
        return 1
    return value if isinstance(value, int) else 1


def _small(opened: Image.Image) -> Image.Image:
    """A copy of at most EDGE pixels a side in plain colours on white, holding nothing but its pixels."""
    picture = opened if opened.mode in ("L", "RGB", "RGBA", "LA", "La", "RGBa") else _plain(opened)
    factor = min(picture.size) // (2 * EDGE)
    if factor > 1:
        picture = _reduced(picture, factor)
    picture.thumbnail((EDGE, EDGE), reducing_gap=2.0)
    coloured = picture.convert("RGBA") if picture.mode in ("RGBA", "LA", "La", "RGBa") else picture.convert("RGB")
    paper = Image.new("RGB", coloured.size, "white")
    paper.paste(coloured, mask=coloured.getchannel("A") if coloured.mode == "RGBA" else None)
    return paper


def _reduced(picture: Image.Image, factor: int) -> Image.Image:
    """Brought down strip by strip: Pillow makes a second copy of whatever is transparent before it begins."""
    width, height = picture.size
    paper = Image.new(picture.mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, STRIP * factor):
        strip = picture.crop((0, top, width, min(top + STRIP * factor, height)))
        paper.paste(strip.reduce(factor), (0, top // factor))
    return paper


def _plain(opened: Image.Image) -> Image.Image:
    """Other kinds of pixels as shades or colours; a palette and a transparent colour become what they stand for."""
    if opened.mode == "1":
        return opened.convert("L")
    if opened.mode.startswith("I") or opened.mode == "F":
        return _sixteen(opened)
    return opened.convert("RGBA" if "transparency" in opened.info else "RGB")


def _sixteen(opened: Image.Image) -> Image.Image:
    """Shades of 16 bits brought down to 8; Pillow's own conversion cuts them off at 255."""
    opened.thumbnail((EDGE * 2, EDGE * 2), Image.Resampling.NEAREST)
    return opened.convert("F").point(lambda value: value * (1 / 257) + 0).convert("L")


def _packed(small: Image.Image) -> bytes:
    out = BytesIO()
    small.save(out, "WEBP", quality=72, method=2)
    return out.getvalue()


def _hash(small: Image.Image) -> str:
    grey = small.convert("L").resize((COLUMNS, ROWS), Image.Resampling.BOX)
    return difference_hash(grey.tobytes())
