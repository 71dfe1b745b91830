"""What is to be loaded, as records. Reads files, asks no database."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

from rubrics.files import read_yaml

FORMAT = "kaoping-demonstration/1"


@dataclass(frozen=True)
class PersonPlan:
    """One account; `parts` are a reviewer's assignments, an empty one is the whole cycle."""

    username: str
    name: str
    role: str
    parts: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True)
class CyclePlan:
    """One cycle of the demonstration; the fields are those of the plan's file, explained there.

    Codes of units are those of the facts file; `prefix` keeps the units of one cycle apart from those of another.
    """

    rubric: str
    title: str
    level: str
    phases: Mapping[str, Sequence[int]]
    people: Sequence[PersonPlan]
    prefix: str = ""
    heads: Sequence[str] = ()
    colleagues: Mapping[str, Sequence[str]] = field(default_factory=dict)
    data: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    featured: Sequence[str] = ()
    decided_by: str | Mapping[str, str] = ""
    untouched: Sequence[str] = ()
    begun: Sequence[str] = ()
    silent: Sequence[str] = ()
    claims: str = "all"
    found: Sequence[str] = ()
    corrected: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    refused: Sequence[Mapping[str, Any]] = ()
    results: Sequence[str] = ()
    providers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    units: Sequence[Mapping[str, str]] = ()
    proof: Sequence[Mapping[str, Any]] = ()
    confirmed: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def facts_data(self) -> dict[str, Any]:
        """The facts file as it stands."""
        return _read(folder() / f"{self.rubric}.facts.yaml")

    @cached_property
    def figures_data(self) -> dict[str, Any]:
        """What completes the rubric."""
        return _read(folder() / f"{self.rubric}.figures.yaml")

    @cached_property
    def rubric_data(self) -> dict[str, Any]:
        """The rubric as it is shipped, with its figures open."""
        return _read(Path(settings.BASE_DIR) / "fixtures" / "rubrics" / f"{self.rubric}.yaml")

    def reviewer_of(self, series: str) -> str:
        """Who decided about the units of a series."""
        return self.decided_by if isinstance(self.decided_by, str) else self.decided_by.get(series, "")


@dataclass(frozen=True)
class Plan:
    """The whole demonstration."""

    password: str
    house: Sequence[PersonPlan]
    cycles: Sequence[CyclePlan]


def folder() -> Path:
    """Where the demonstration's files lie."""
    return Path(settings.BASE_DIR) / "fixtures" / "demo"


def read_plan() -> Plan:
    """The plan out of its file."""
    data = _read(folder() / "plan.yaml")
    if data.pop("format") != FORMAT:
        raise ValueError(f"fixtures/demo/plan.yaml is not {FORMAT}")
    cycles = tuple(_cycle(entry) for entry in data["cycles"])
    return Plan(data["password"], tuple(PersonPlan(**entry) for entry in data["house"]), cycles)


def year_for(plan: Plan, today: datetime.date) -> int:
    """The year that is appraised: this one where all that the facts files tell lies behind today, else the last."""
    units = [unit for cycle in plan.cycles for unit in cycle.facts_data["units"]]
    dates = [str(fact["date"]) for unit in units for fact in unit.get("facts", ()) if fact.get("date")]
    latest = max(day[5:10] for day in dates)
    return today.year if latest <= today.isoformat()[5:] else today.year - 1


def dated(data: Any, year: int) -> Any:
    """The same facts with all their dates in `year`."""
    if isinstance(data, Mapping):
        return {key: f"{year}-{str(value)[5:10]}" if key == "date" else dated(value, year)
                for key, value in data.items()}  # fmt: skip
    if isinstance(data, list):
        return [dated(entry, year) for entry in data]
    return data


def _cycle(entry: Mapping[str, Any]) -> CyclePlan:
    people = tuple(PersonPlan(**person) for person in entry["people"])
    return CyclePlan(**{**entry, "people": people})


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(path.read_bytes())
    return found


def titled(cycle: CyclePlan) -> str:
    """What the shipped rubric is called."""
    return str(cycle.rubric_data["title"])
