"""What a workbook knows about itself: of which sheet it is, under which rubric, and from which records it was made.

It stands on a hidden sheet as rows of texts and carries a seal, so that a changed or mixed-up one is noticed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.signing import Signer

if TYPE_CHECKING:
    from rubrics.models import Enrolment

FORMAT = "kaoping-sheet/1"
NAME = "kp"
_SIGNER = Signer(salt="evidence.offline.stamp")


class Broken(ValueError):
    """The hidden sheet is missing, changed or not ours."""


@dataclass
class Stamp:
    """``heads`` are the columns by key; ``facts`` and ``items`` give the mark of what each row showed."""

    cycle: str
    cycle_title: str
    unit: str
    unit_title: str
    rubric: str
    sheet: str
    heads: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    facts: dict[int, str] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)

    def rows(self) -> list[list[str]]:
        found = [
            ["format", FORMAT], ["cycle", self.cycle, self.cycle_title], ["unit", self.unit, self.unit_title],
            ["rubric", self.rubric], ["sheet", self.sheet],
        ]  # fmt: skip
        found += [["head", key, title] for key, title in self.heads.items()]
        found += [["word", key, word] for key, word in self.words.items()]
        found += [["item", code, mark, str(self.versions.get(code, 0))] for code, mark in self.items.items()]
        found += [["fact", str(pk), mark, str(self.versions.get(str(pk), 0))] for pk, mark in self.facts.items()]
        found = [[" ".join(cell.split()) for cell in row] for row in found]
        return [*found, ["seal", _seal(found)]]


def stamp_for(enrolment: Enrolment, sheet: str) -> Stamp:
    """The stamp of a sheet's workbook, without its columns and records."""
    cycle, unit = enrolment.cycle, enrolment.unit
    return Stamp(str(cycle.pk), cycle.title, unit.code, str(unit), cycle.rubric.fingerprint, sheet)


def read_stamp(rows: Iterable[list[str]]) -> Stamp:
    """The stamp out of its rows. Raises Broken."""
    found = [_trimmed(row) for row in rows]
    if (
        not found
        or found[0] != ["format", FORMAT]
        or found[-1][0] != "seal"
        or found[-1] != ["seal", _seal(found[:-1])]
    ):
        raise Broken
    stamp = Stamp("", "", "", "", "", "")
    for kind, *parts in found[:-1]:
        if kind == "cycle":
            stamp.cycle, stamp.cycle_title = parts[0], parts[-1]
        elif kind == "unit":
            stamp.unit, stamp.unit_title = parts[0], parts[-1]
        elif kind in ("rubric", "sheet"):
            setattr(stamp, kind, parts[0])
        elif kind == "head":
            stamp.heads[parts[0]] = parts[1]
        elif kind == "word":
            stamp.words[parts[0]] = parts[1]
        elif kind == "item":
            stamp.items[parts[0]] = parts[1]
        elif kind == "fact":
            stamp.facts[int(parts[0])] = parts[1]
    return stamp


def _trimmed(row: list[str]) -> list[str]:
    while row and row[-1] == "":
        row = row[:-1]
    return row or [""]


def _seal(rows: list[list[str]]) -> str:
    return _SIGNER.signature(json.dumps(rows, ensure_ascii=False))
