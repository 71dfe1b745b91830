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
    exempt_reason: str = ""
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
    may_ask_exemption: bool = False
    why_url: str = ""

    @property
    def locked(self) -> bool:
        return not self.editable


@dataclass(frozen=True)
class EarlierRow:
    """A file in whose place another came."""

    pk: int
    name: str
    given: str


@dataclass(frozen=True)
class FileRow:
    """One file as a tile; ``uses`` counts the items it serves, where there are several. ``clause``: in words, the one
    it proves. ``shown``: how it can be looked at in a page, "" where it only downloads. ``earlier``: the latest first.
    """

    pk: int
    name: str
    kind: str
    size: str
    uses: int
    title: str = ""
    day: str = ""
    note: str = ""
    clause: str = ""
    shown: str = ""
    has_thumb: bool = False
    earlier: tuple[EarlierRow, ...] = ()


@dataclass(frozen=True)
class ExpectedRow:
    """One clause of an item with the proof it asks for. ``lacks``: it is claimed, must be proved, and is not."""

    ref: str
    text: str
    required: bool
    proven: bool
    lacks: bool


@dataclass(frozen=True)
class Expected:
    """What proof an item expects, clause by clause; ``optional`` are those that may come with a file and need not."""

    required: tuple[ExpectedRow, ...]
    optional: tuple[ExpectedRow, ...]

    @property
    def proven(self) -> int:
        return sum(1 for row in self.required if row.proven)

    @property
    def is_proven(self) -> bool:
        return self.proven == len(self.required)

    @property
    def lacks(self) -> bool:
        return any(row.lacks for row in self.required)


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
    people: tuple[str, ...] = ()
    """Who of the unit has the item."""
    refused: list[RefusedRow] = field(default_factory=list)
    expected: Expected = field(default_factory=lambda: Expected((), ()))


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
    awaits: bool = False
    """Whether something is still to be said or given here: what "next open item" stops at."""
    flagged: int = 0
    """Files that a reviewer should look at twice; nothing that a unit sees."""


@dataclass(frozen=True)
class OutlineGroup:
    code: str
    title: str
    full: str
    entries: list[OutlineEntry]
