"""Where proof lies: a folder outside the web root, under random names, written so that a crash leaves no half.

A file is written beside its place, flushed to disk, renamed, and only then does a row name it. Nothing here
ever deletes: rows that count point at these files.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings


@dataclass(frozen=True)
class Stored:
    """A file in the store: its random name, bytes and SHA-256."""

    name: str
    size: int
    sha256: str


def root() -> Path:
    """The folder of the store: ``EVIDENCE_ROOT``, or ``evidence`` inside ``MEDIA_ROOT``."""
    return Path(getattr(settings, "EVIDENCE_ROOT", None) or Path(settings.MEDIA_ROOT) / "evidence")


def keep(chunks: Iterable[bytes]) -> Stored:
    """Write the chunks under a new random name: temporary file, fsync, rename, fsync of the folder."""
    token = secrets.token_hex(20)
    folder = root() / token[:2]
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{token}.part"
    digest, size = hashlib.sha256(), 0
    try:
        with part.open("xb") as target:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        part.chmod(0o640)
        part.rename(folder / token)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync(folder)
    return Stored(f"{token[:2]}/{token}", size, digest.hexdigest())


def drop(name: str) -> None:
    """Take back a file that no row came to name (its transaction failed)."""
    _place(name).unlink(missing_ok=True)


def open_file(name: str) -> BinaryIO:
    """The stored bytes for reading; FileNotFoundError where the store lost them."""
    return _place(name).open("rb")


def _place(name: str) -> Path:
    place = (root() / name).resolve()
    if not place.is_relative_to(root().resolve()):
        raise ValueError("a stored name never leaves the store")
    return place


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
