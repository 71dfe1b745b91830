"""A definition as a tree of entries, each with what it says itself: its canonical form without what stands below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rubrics.differences.records import Kind

_BELOW: Mapping[str, tuple[tuple[str, Kind], ...]] = {
    "category": (("items", "item"), ("categories", "category")),
    "item": (("clauses", "clause"),),
    "grading": (("rules", "rule"),),
}
_TOP: tuple[tuple[str, Kind], ...] = (
    ("categories", "category"),
    ("panels", "panel"),
    ("series", "series"),
    ("gradings", "grading"),
)
BELOW = ("categories", "items", "clauses", "panels", "series", "gradings", "rules")
"""Fields of records that hold entries of their own (a clause has none of them, whatever its basis)."""
SECTIONS = ("rounding", "period", "ranking", "procedure", "providers")
GENERAL = "general"
"""What stands at the top of the file and in none of the other sections."""


@dataclass(frozen=True, eq=False)
class Entry:
    """`says` is the canonical form without the code and without what has entries of its own."""

    kind: Kind
    code: str
    full: str
    says: Mapping[str, Any]
    below: tuple[Entry, ...] = ()

    @property
    def title(self) -> str:
        return str(self.says.get("text" if self.kind == "clause" else "title") or "")

    def all_below(self) -> Iterator[Entry]:
        """Everything below it in reading order."""
        for entry in self.below:
            yield entry
            yield from entry.all_below()


def tree_of(shape: Mapping[str, Any]) -> Entry:
    """The entries of a definition in canonical form below one that stands for the whole."""
    below = [entry for key, kind in _TOP for entry in _entries(shape.get(key, ()), kind, "")]
    return Entry("section", "", "", {}, tuple(below))


def sections_of(shape: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The head by sections; a section that is a list is a mapping with the list under its own name."""
    apart = {*SECTIONS, *(key for key, _kind in _TOP)}
    found: dict[str, Mapping[str, Any]] = {GENERAL: {key: shape[key] for key in shape if key not in apart}}
    for name in SECTIONS:
        part = shape.get(name, {})
        found[name] = part if isinstance(part, Mapping) else {name: part}
    return found


def _entries(shapes: Any, kind: Kind, prefix: str) -> Iterator[Entry]:
    for shape in shapes:
        code = str(shape.get("code", ""))
        full = f"{prefix}{code}"
        lists = _BELOW.get(kind, ())
        below = [entry for key, inner in lists for entry in _entries(shape.get(key, ()), inner, f"{full}.")]
        apart = {"code", *(key for key, _kind in lists)}
        yield Entry(kind, code, full, {key: shape[key] for key in shape if key not in apart}, tuple(below))
