"""The sheet of a rubric as a unit of some kind will see it: the rows of the real sheet, with nothing on record.

Nothing is asked of the database beside the rubric itself; there is no unit, no cycle and no claim.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _

from evidence import outline
from evidence.selectors.sheet import SheetPage
from evidence.selectors.sheetdata import SheetData
from evidence.selectors.sheetrows import ItemRow, OutlineGroup
from rubrics.checks import full_marks, kinds_of_units
from rubrics.kinds.numbers import plain

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from rubrics.models import Enrolment


@dataclass(frozen=True)
class Kind:
    """A kind of unit: what decides which rules concern it. `unit` is the code of one that the rubric names."""

    series: str = ""
    tags: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class Choice:
    """One thing to choose when the kind of unit is chosen."""

    code: str
    title: str
    chosen: bool


@dataclass(frozen=True)
class Choices:
    series: tuple[Choice, ...]
    tags: tuple[Choice, ...]
    units: tuple[Choice, ...]


@dataclass(frozen=True)
class Preview:
    """The sheet of one kind of unit, and how much it is worth."""

    choices: Choices
    who: str
    groups: list[OutlineGroup]
    items: list[ItemRow]
    reached: str
    total: str
    fits: bool
    claimable: int
    clauses: int
    proved: int


@dataclass(frozen=True)
class _Nobody:
    """Stands where a sheet has its enrolment."""

    series_code: str
    targets: Mapping[str, Any] = field(default_factory=dict)
    pk: int = 0


def chosen_kind(definition: Definition, series: str, tags: Sequence[str], unit: str) -> Kind:
    """The kind of unit that was asked for, as far as the rubric knows it; the first series where none is known."""
    codes = [entry.code for entry in definition.series]
    known_tags, known_units = _told_apart(definition)
    return Kind(
        series=series if series in codes else next(iter(codes), ""),
        tags=tuple(tag for tag in known_tags if tag in tags),
        unit=unit if unit in known_units else "",
    )


def usual_kind(definition: Definition) -> Kind:
    """The first kind of unit whose full marks are those of its series: what is looked at before anything is chosen."""
    kinds = kinds_of_units(definition)
    for series, tags, unit in kinds:
        if full_marks(definition, series=series, tags=tags, unit=unit) == definition.total_of(series):
            return Kind(series or "", tuple(tags), unit)
    return chosen_kind(definition, "", (), "")


def preview_of(definition: Definition, kind: Kind) -> Preview:
    """Everything the page shows."""
    unit = outline.unit_key(kind.unit, kind.series, kind.tags, ())
    entries = outline.outline_for_once(definition, unit)
    nobody = cast("Enrolment", _Nobody(kind.series))
    data = SheetData(nobody, definition, entries, None, {}, {}, {}, Counter())
    page = SheetPage(data, editable={entry.code for entry in entries})
    reached = full_marks(definition, series=kind.series or None, tags=kind.tags, unit=kind.unit)
    total = definition.total_of(kind.series or None)
    clauses = [clause for entry in entries for _code, clause in entry.clauses]
    choices = _choices(definition, kind)
    return Preview(
        choices=choices,
        who=" · ".join(choice.title for choice in (*choices.series, *choices.tags, *choices.units) if choice.chosen),
        groups=page.groups(),
        items=page.items(),
        reached=plain(reached),
        total=plain(total),
        fits=reached == total,
        claimable=sum(entry.claimable for entry in entries),
        clauses=len(clauses),
        proved=sum(outline.needs_proof(clause) for clause in clauses),
    )


def _choices(definition: Definition, kind: Kind) -> Choices:
    tags, units = _told_apart(definition)
    titles = {category.code: category.title or category.code for category in definition.categories}
    named = tuple(Choice(code, titles.get(code, code), code == kind.unit) for code in units)
    return Choices(
        series=tuple(
            Choice(entry.code, entry.title or entry.code, entry.code == kind.series) for entry in definition.series
        ),
        tags=tuple(Choice(tag, _("marked %(list)s") % {"list": tag}, tag in kind.tags) for tag in tags),
        units=named,
    )


def _told_apart(definition: Definition) -> tuple[list[str], list[str]]:
    """The tags and units that decide what concerns a unit, in the order in which the rubric first names them."""
    scopes = [node.applies_to for node in definition.nodes.values()]
    scopes += [clause.applies_to for clause in definition.clauses.values()]
    tags = dict.fromkeys(tag for scope in scopes for tag in scope.tags)
    units = dict.fromkeys(unit for scope in scopes for unit in scope.units)
    return list(tags), list(units)
