"""Rows of a sheet as a template takes them: finished values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from evidence.controls import Control


@dataclass(frozen=True)
class FactRow:
    """One claim in its form; ``pk`` is None while the form is blank."""

    key: str
    pk: int | None
    version: int
    controls: list[Control]
    folded: list[Control]
    date: str = ""
    matter: str = ""
    share: str = ""
    modifiers: tuple[str, ...] = ()
    note: str = ""
    extras_text: str = ""
    more_open: bool = False
    removable: bool = False

    @property
    def prefix(self) -> str:
        return f"c-{self.key}"


@dataclass(frozen=True)
class ClauseRow:
    """One clause with the forms of its claims."""

    code: str
    slug: str
    ref: str
    text: str
    how: str
    claimable: bool
    why_not: str
    editable: bool
    facts: list[FactRow]
    can_add: bool
    dated: bool
    earliest: str
    latest: str
    shares: tuple[Any, ...]
    modifiers: tuple[Any, ...]
    more_label: str

    @property
    def locked(self) -> bool:
        return not self.editable


@dataclass(frozen=True)
class FileRow:
    """One file as a tile; ``uses`` counts the items it serves, where there are several."""

    pk: int
    name: str
    kind: str
    size: str
    uses: int


@dataclass(frozen=True)
class RefusedRow:
    name: str
    text: str


@dataclass(frozen=True)
class ItemRow:
    """One item as a sheet of its own."""

    code: str
    slug: str
    title: str
    heading: str
    section: str
    explains: str
    full: str
    state: str
    reason: str
    returned_reason: str
    version: int
    editable: bool
    claimable: bool
    has_claims: bool
    lacking: str
    clauses: list[ClauseRow]
    files: list[FileRow]
    takes_proof: bool = True
    refused: list[RefusedRow] = field(default_factory=list)


@dataclass(frozen=True)
class OutlineEntry:
    """One line of the outline; ``worth`` stands until the running score fills it in."""

    code: str
    slug: str
    title: str
    url: str
    icon: str
    icon_css: str
    css: str
    state_text: str
    full: str
    worth: str
    live: bool = True
    """Whether the running score writes its value here."""


@dataclass(frozen=True)
class OutlineGroup:
    code: str
    title: str
    full: str
    entries: list[OutlineEntry]
