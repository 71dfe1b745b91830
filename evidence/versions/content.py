"""The canonical content of a sheet: all that its unit states, and nothing else.

Whoever lets a unit state something more adds the field here and in `evidence.selectors.content`, which reads it.
Then the fingerprint covers it and a difference in it is named. Fields that are blank are left out of what is kept, so
that a field added later leaves older fingerprints as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

FORMAT = "appraisal-sheet/1"


@dataclass(frozen=True)
class FactState:
    """One claim. Dates are ISO, numbers in `said` shortest decimal strings, as they are stored."""

    clause: str
    said: Mapping[str, Any] = field(default_factory=dict)
    date: str = ""
    matter: str = ""
    share: str = ""
    modifiers: tuple[str, ...] = ()
    note: str = ""
    exempt_reason: str = ""


@dataclass(frozen=True)
class ItemState:
    """What is said about an item as a whole; `reason` why it is not the unit's duty."""

    code: str
    state: str
    reason: str = ""


@dataclass(frozen=True)
class FileState:
    """One file under one item, or for the one `clause` named: its bytes by their hash, and what is said of it."""

    item: str
    sha256: str
    name: str
    clause: str = ""
    title: str = ""
    happened_on: str = ""
    note: str = ""


@dataclass(frozen=True)
class PrerequisiteState:
    """The answer to a prerequisite, with the hashes of the files that prove it."""

    code: str
    confirmed: bool = False
    note: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class TargetState:
    """One of the unit's own targets of an item."""

    item: str
    code: str
    title: str = ""
    points: str = ""
    value: str = ""


@dataclass(frozen=True)
class Content:
    """A sheet as it was handed in, or as it stands."""

    cycle: str
    unit: str
    facts: tuple[FactState, ...] = ()
    items: tuple[ItemState, ...] = ()
    files: tuple[FileState, ...] = ()
    prerequisites: tuple[PrerequisiteState, ...] = ()
    targets: tuple[TargetState, ...] = ()


PARTS: Mapping[str, Any] = {
    "facts": FactState,
    "items": ItemState,
    "files": FileState,
    "prerequisites": PrerequisiteState,
    "targets": TargetState,
}


def content_data(content: Content) -> dict[str, Any]:
    """As JSON takes it, blank fields left out. The order of claims is theirs, all other lists are sorted."""
    data: dict[str, Any] = {"format": FORMAT, "cycle": content.cycle, "unit": content.unit}
    for name in PARTS:
        rows = [_row(one) for one in getattr(content, name)]
        data[name] = rows if name == "facts" else sorted(rows, key=_json)
    return data


def canonical_bytes(data: Mapping[str, Any]) -> bytes:
    """The canonical JSON: sorted keys, no blanks, UTF-8. What the fingerprint is taken of, byte by byte."""
    return _json(data).encode()


def fingerprint(data: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_bytes(data)).hexdigest()


def content_from(data: Mapping[str, Any]) -> Content:
    """Read what was kept. Fields that a later edition knows besides are not looked at."""
    parts = {name: tuple(_read(kind, data.get(name) or ())) for name, kind in PARTS.items()}
    return Content(cycle=str(data["cycle"]), unit=str(data["unit"]), **parts)


def _read(kind: Any, rows: Iterable[Mapping[str, Any]]) -> Iterable[Any]:
    known = {one.name for one in fields(kind)}
    for row in rows:
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
        yield kind(**{name: value for name, value in values.items() if name in known})


def _row(state: Any) -> dict[str, Any]:
    values = {one.name: getattr(state, one.name) for one in fields(state)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if value}


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
