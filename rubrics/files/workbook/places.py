"""Where in the workbook a part of the rubric stands, so that every problem can be named by sheet and cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rubrics.kinds.problems import Path, Problem


class Place(NamedTuple):
    """A sheet and a cell, such as 条款 and F12; the cell is blank where the sheet as a whole is meant."""

    sheet: str
    cell: str = ""

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet


class Placed(NamedTuple):
    """A problem and where it stands."""

    place: Place
    problem: Problem


@dataclass(frozen=True)
class Spot:
    """Where one record stands: its sheet, the cell of each of its fields with the head over it, and the cell to name
    where no field is meant.
    """

    sheet: str
    cells: Mapping[tuple[str, ...], tuple[str, str]]
    first: str
    lists: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """The sheets of the lists in the record."""


class Where:
    """Places by the path of a problem."""

    def __init__(self) -> None:
        self._by_record: dict[int, Spot] = {}
        self._by_path: dict[Path, Spot] = {}

    def note(self, record: Mapping[str, Any], spot: Spot) -> None:
        """Remember where a record stands; the record must live as long as this."""
        self._by_record[id(record)] = spot

    def settle(self, data: Any, path: Path = ()) -> None:
        """Find the path of every record, once all stand in their lists."""
        if isinstance(data, dict):
            spot = self._by_record.get(id(data))
            if spot is not None:
                self._by_path[path] = spot
            for name, part in data.items():
                self.settle(part, (*path, name))
        elif isinstance(data, list):
            for number, part in enumerate(data):
                self.settle(part, (*path, number))

    def find(self, path: Path) -> tuple[Place, str]:
        """The place of the nearest thing that has one, and the head of its column (blank where none is meant)."""
        for length in range(len(path), -1, -1):
            spot = self._by_path.get(path[:length])
            if spot is not None:
                return _within(spot, path[length:])
        return Place(""), ""


def _within(spot: Spot, rest: Path) -> tuple[Place, str]:
    names = tuple(str(part) for part in rest if not isinstance(part, int))
    for length in range(len(names), 0, -1):
        if names[:length] in spot.cells:
            cell, head = spot.cells[names[:length]]
            return Place(spot.sheet, cell), head
        if names[:length] in spot.lists and length == len(names):
            return Place(spot.sheet, spot.first), spot.lists[names[:length]]
    return Place(spot.sheet, spot.first), ""
