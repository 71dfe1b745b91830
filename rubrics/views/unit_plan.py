"""What a list of units would do to a cycle, looked at before anything is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core import signing

from rubrics.services import Participant
from rubrics.unit_list import unpacked
from rubrics.wording import unit_problem
from units import selectors as units_selectors
from units.tables import Problem

if TYPE_CHECKING:
    from rubrics.definition import Definition


@dataclass(frozen=True)
class Plan:
    """What a list of units would do: how many in each series, how many are new, everything that is wrong."""

    series: tuple[tuple[str, int], ...]
    count: int
    new: int
    problems: tuple[Problem, ...]
    members: int


def planned(definition: Definition, participants: Sequence[Participant], problems: Iterable[Problem]) -> Plan:
    counts = Counter(participant.series for participant in participants)
    known = units_selectors.units_by_code([participant.code for participant in participants])
    return Plan(
        series=tuple((series.title or series.code, counts[series.code]) for series in definition.series),
        count=len(participants),
        new=sum(participant.code not in known for participant in participants),
        problems=tuple(problems),
        members=sum(bool(participant.member_of) for participant in participants),
    )


def said_problems(found: Iterable[tuple[str, str, str]]) -> list[Problem]:
    """A service's findings about units in words, each beside the unit's code."""
    return [Problem("", code, unit_problem(what, value)) for code, what, value in found]


def carried_over(text: str) -> tuple[Participant, ...] | None:
    """The list that came back out of a hidden field; None where it is not ours or too old."""
    try:
        return unpacked(text)
    except (signing.BadSignature, ValueError):
        return None
