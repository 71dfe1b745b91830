"""What a sheet is worth: worked out by the app above this one, which says so here; this room only writes it down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rubrics.models import Enrolment


@dataclass(frozen=True)
class Worth:
    """What a unit claims, in points as text: in all, of how much, by full code of a node and of a clause."""

    value: str = ""
    full: str = ""
    note: str = ""
    """What does not come from the sheet, in words."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """The same words by language, for what is kept."""
    nodes: Mapping[str, str] = field(default_factory=dict)
    clauses: Mapping[str, str] = field(default_factory=dict)


Source = Callable[["Enrolment", str], Worth]
"""Takes an enrolment and the reader's language."""
_sources: list[Source] = []


def offer(source: Source) -> None:
    """Say who knows what a sheet is worth; called once when the apps are loaded."""
    _sources[:] = [source]


def worth_of(enrolment: Enrolment, lang: str) -> Worth:
    """What the unit's claims are worth as they stand; blank where nobody knows."""
    return _sources[0](enrolment, lang) if _sources else Worth()
