"""What comes before a sheet for one unit: the prerequisites that apply to it, and the items with targets of its own.

Pure, no queries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from evidence import outline

if TYPE_CHECKING:
    from rubrics.definition import CommonClause, Definition
    from rubrics.definition.records import Prerequisite

TARGETS = "targets"
"""The basis under which a unit has targets of its own."""


def prerequisites_for(definition: Definition, unit: outline.Unit) -> tuple[Prerequisite, ...]:
    """The prerequisites that the unit has to confirm, in the rubric's order."""
    tags = frozenset(unit.tags)
    return tuple(
        one
        for one in definition.procedure.prerequisites
        if one.applies_to.covers(series=unit.series, tags=tags, unit=unit.code)
    )


def needs_file(one: Prerequisite) -> bool:
    """Whether confirming it takes a file."""
    return one.evidence == "required"


def unmet(due: tuple[Prerequisite, ...], confirmed: Mapping[str, int]) -> tuple[Prerequisite, ...]:
    """Those still open; ``confirmed`` maps the codes that were confirmed to the number of their files."""
    return tuple(one for one in due if one.code not in confirmed or (needs_file(one) and not confirmed[one.code]))


@dataclass(frozen=True)
class TargetItem:
    """An item under which the unit has targets: ``points`` is what they add up to, ``unit`` that of their figures."""

    code: str
    clause: CommonClause
    heading: str
    points: Decimal | None

    @property
    def unit(self) -> str:
        return self.clause.unit


def target_items(definition: Definition, unit: outline.Unit) -> tuple[TargetItem, ...]:
    """The items of the unit with a clause of targets, in reading order; the first such clause of an item counts."""
    if not any(clause.kind.code == TARGETS for clause in definition.clauses.values()):
        return ()
    found = []
    for entry in outline.outline_of(definition, unit):
        clause = next((clause for _code, clause in entry.clauses if clause.kind.code == TARGETS), None)
        if clause is not None:
            heading = f"{entry.item.ref} {entry.item.title or entry.item.code}".strip()
            found.append(TargetItem(entry.code, clause, heading, getattr(clause, "points", None)))
    return tuple(found)
