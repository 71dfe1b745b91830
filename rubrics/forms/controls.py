"""What a form shows of one entry: controls with their values, rows of lists, and what is wrong, as finished values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_GROUPS = tuple(
    f"_{name}.html" for name in ("codes", "sequence", "map", "provider", "applies_to", "quota", "record", "records")
)
MOST_IN_LINE = 4
"""Fields that a record may have to stand in one line."""
BLOCKS = frozenset({"long_text", "records", "record", "applies_to", "provider", "number_map", "code_map", "quota"})
"""What takes the whole width."""


@dataclass(frozen=True)
class Option:
    code: str
    title: str
    chosen: bool = False


@dataclass(frozen=True)
class Row:
    """One record of a list, or one pair of a map."""

    name: str
    place: int
    controls: tuple[Control, ...] = ()
    key: str = ""
    value: str = ""
    options: tuple[Option, ...] = ()
    first: bool = False
    last: bool = False
    title: str = ""
    """What a folded record is called; without one it is new."""

    @property
    def usual(self) -> tuple[Control, ...]:
        return tuple(control for control in self.controls if not control.rare)

    @property
    def rare(self) -> tuple[Control, ...]:
        """What stands behind *more* in this row."""
        return tuple(control for control in self.controls if control.rare)

    @property
    def rare_filled(self) -> bool:
        return says_more(self.rare)

    @property
    def folds(self) -> bool:
        """Whether it takes more than a line, so that it is folded to its title."""
        return len(self.usual) > MOST_IN_LINE or any(control.holds in BLOCKS for control in self.usual)

    @property
    def is_open(self) -> bool:
        return not self.title or any(control.troubled for control in self.controls)


@dataclass(frozen=True)
class Control:
    """One field on the page. `name` is its path, unique in the form, and serves as its id as well."""

    name: str
    label: str
    holds: str
    template: str
    value: str = ""
    help: str = ""
    rare: bool = False
    width: str = "w6"
    on: bool = False
    options: tuple[Option, ...] = ()
    by_series: tuple[Row, ...] = ()
    mode: str = ""
    rows: tuple[Row, ...] = ()
    controls: tuple[Control, ...] = ()
    parts: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    restructures: bool = False
    """Whether another value brings other fields."""

    @property
    def labels(self) -> bool:
        """Whether its label names one field; a group of fields is named as a group."""
        return not self.template.endswith(_GROUPS)

    @property
    def filled(self) -> bool:
        return bool(self.value or self.on or self.mode or self.rows or any(part.filled for part in self.controls))

    @property
    def troubled(self) -> bool:
        """Whether something is wrong in it or in what it holds."""
        inner = [*self.controls, *(control for row in self.rows for control in row.controls)]
        return bool(self.problems) or any(control.troubled for control in inner)

    @property
    def usual(self) -> tuple[Control, ...]:
        """The fields of a record that lie open."""
        return tuple(control for control in self.controls if not control.rare)

    @property
    def rare_controls(self) -> tuple[Control, ...]:
        return tuple(control for control in self.controls if control.rare)

    @property
    def rare_filled(self) -> bool:
        return says_more(self.rare_controls)


@dataclass(frozen=True)
class EntryForm:
    """What the page shows: the usual fields, and those behind *more*."""

    usual: tuple[Control, ...]
    rare: tuple[Control, ...]
    problems: tuple[str, ...] = ()

    @property
    def rare_filled(self) -> bool:
        """Whether something is said behind *more*, so that it is not hidden."""
        return says_more(self.rare)

    @property
    def controls(self) -> tuple[Control, ...]:
        return (*self.usual, *self.rare)


def says_more(controls: Iterable[Control]) -> bool:
    """Whether something is said, or wrong, in fields behind *more*; a code alone is always said."""
    return any(one.troubled or (one.filled and not one.name.endswith(".code")) for one in controls)
