"""The units of a cycle as a list to look over, and what a change to one of them would touch. Constant queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rubrics import dates
from rubrics.checks import full_marks
from rubrics.kinds.numbers import plain
from rubrics.models import Assignment, Enrolment
from rubrics.policies import covers
from rubrics.wording import phase_title

if TYPE_CHECKING:
    from rubrics.definition import Definition


@dataclass(frozen=True)
class UnitLine:
    """One unit of the cycle, in words."""

    pk: int
    code: str
    title: str
    tags: tuple[str, ...]
    member_of: str
    members: int
    longer: tuple[tuple[str, str], ...]
    """The phases in which it has more time, with the moment its own time ends."""


@dataclass(frozen=True)
class UnitSeries:
    code: str
    title: str
    units: tuple[UnitLine, ...]


def unit_series(definition: Definition, enrolments: Sequence[Enrolment]) -> list[UnitSeries]:
    """The units by series in the rubric's order; a series without units is left out."""
    members: dict[int, int] = defaultdict(int)
    for enrolment in enrolments:
        if enrolment.member_of_id:
            members[enrolment.member_of_id] += 1
    lines: dict[str, list[UnitLine]] = defaultdict(list)
    for enrolment in enrolments:
        lines[enrolment.series_code].append(_line(enrolment, members[enrolment.pk]))
    titles = series_titles(definition)
    return [UnitSeries(code, titles[code], tuple(lines[code])) for code in titles if lines[code]]


def _line(enrolment: Enrolment, members: int) -> UnitLine:
    moments = [(code, enrolment.extension(code)) for code in enrolment.extensions]
    return UnitLine(
        enrolment.pk,
        enrolment.unit.code,
        enrolment.unit.title,
        tuple(enrolment.tags),
        enrolment.member_of.unit.label if enrolment.member_of else "",
        members,
        tuple((phase_title(code), dates.minute(moment)) for code, moment in moments if moment is not None),
    )


def series_titles(definition: Definition) -> dict[str, str]:
    return {series.code: series.title or series.code for series in definition.series}


def known_tags(definition: Definition, enrolments: Sequence[Enrolment]) -> list[str]:
    """The tags that the rubric or a unit of the cycle knows, to choose from."""
    asked = {tag for node in definition.nodes.values() for tag in node.applies_to.tags}
    asked |= {tag for clause in definition.clauses.values() for tag in clause.applies_to.tags}
    return sorted(asked | {tag for enrolment in enrolments for tag in enrolment.tags})


@dataclass(frozen=True)
class Effects:
    """What a change to one unit of the cycle touches, in numbers."""

    results: int
    """Units whose stored results are worked out anew: all of the cycle, since cohorts and limits shift."""
    series: tuple[str, str]
    ranked: tuple[int, int]
    """How many are ranked with the unit, itself included: before, and afterwards in its series."""
    left: int
    """How many stay behind in the series it leaves."""
    marks: tuple[str, str]
    total: str
    gone: tuple[str, ...]
    come: tuple[str, ...]
    reviewers: tuple[int, int]
    losing: tuple[str, ...]
    records: int
    """How often what is recorded about the unit has been changed so far."""
    member_of: tuple[str, str]

    @property
    def moves(self) -> bool:
        return self.series[0] != self.series[1]

    @property
    def moves_up(self) -> bool:
        return self.member_of[0] != self.member_of[1]


@dataclass(frozen=True)
class Wanted:
    """What the cycle is to say of a unit."""

    series: str
    tags: tuple[str, ...]
    member_of: Enrolment | None


def effects_of(
    definition: Definition,
    enrolment: Enrolment,
    wanted: Wanted,
    enrolments: Sequence[Enrolment],
    assignments: Sequence[Assignment],
) -> Effects:
    """What would be touched if the cycle said this of the unit; nothing is changed."""
    now = Wanted(enrolment.series_code, tuple(enrolment.tags), enrolment.member_of)
    code = enrolment.unit.code
    before, after = (_items_for(definition, code, each) for each in (now, wanted))
    titles = series_titles(definition)
    sizes = [sum(row.series_code == each.series for row in enrolments) for each in (now, wanted)]
    moves = now.series != wanted.series
    judges = [_judges(enrolment, each.series, assignments) for each in (now, wanted)]
    return Effects(
        results=len(enrolments),
        series=(titles.get(now.series, now.series), titles.get(wanted.series, wanted.series)),
        ranked=(sizes[0], sizes[1] + moves),
        left=sizes[0] - moves,
        marks=(_marks(definition, code, now), _marks(definition, code, wanted)),
        total=plain(definition.total_of(wanted.series)),
        gone=tuple(title for item, title in before.items() if item not in after),
        come=tuple(title for item, title in after.items() if item not in before),
        reviewers=(len(judges[0]), len(judges[1])),
        losing=tuple(name for person, name in judges[0].items() if person not in judges[1]),
        records=enrolment.records_version,
        member_of=(_label(now.member_of), _label(wanted.member_of)),
    )


def _label(enrolment: Enrolment | None) -> str:
    return enrolment.unit.label if enrolment else ""


def _marks(definition: Definition, unit: str, each: Wanted) -> str:
    return plain(full_marks(definition, series=each.series, tags=each.tags, unit=unit))


def _items_for(definition: Definition, unit: str, each: Wanted) -> dict[str, str]:
    """The items that such a unit answers for, by full code: those that apply to it, and whose categories all do."""
    found: dict[str, str] = {}
    applying: set[str] = set()
    for code, node in definition.nodes.items():
        parent = code.rpartition(".")[0]
        if parent and parent not in applying:
            continue
        if not node.applies_to.covers(series=each.series, tags=frozenset(each.tags), unit=unit):
            continue
        applying.add(code)
        if code in definition.items:
            found[code] = node.title or code
    return found


def _judges(enrolment: Enrolment, series: str, assignments: Sequence[Assignment]) -> dict[int, str]:
    """Who would judge some part of the unit in this series, by key; nobody judges a unit they act for."""
    probe = Enrolment(cycle_id=enrolment.cycle_id, unit_id=enrolment.unit_id, series_code=series)
    return {
        row.user_id: str(row.user)
        for row in assignments
        if covers(row, probe)
        and not any(each.until is None and each.unit_id == enrolment.unit_id for each in row.user.memberships.all())
    }
