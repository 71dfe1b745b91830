"""The definition as a whole: one year's rules."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Literal

from pydantic import Field

from rubrics.definition.records.clauses import CommonClause
from rubrics.definition.records.common import MonthDay, Share, Slug
from rubrics.definition.records.gradings import Grading, Ranking
from rubrics.definition.records.nodes import Category, Item, walk
from rubrics.definition.records.panels import Panel
from rubrics.definition.records.procedure import Procedure
from rubrics.kinds.base import Plain
from rubrics.kinds.numbers import Figure, Ordinal, Whole


class Rounding(Plain):
    """digits after the point, how, and where: every item and the total, or the total alone."""

    digits: Whole = 2
    mode: Literal["half_up", "half_even", "down", "up"] = "half_up"
    at: Literal["item", "total"] = "item"


class Series(Plain):
    """A group of units within which ranks are given; `total` where it can reach only part of the marks."""

    code: Slug
    title: str = ""
    total: Figure | None = None
    note: str = ""


class ProviderEntry(Plain):
    code: Slug
    title: str = ""


class Period(Plain):
    """Facts dated outside are refused."""

    from_: MonthDay = Field(alias="from")
    to: MonthDay


class Definition(Plain):
    """One year's rules."""

    format: Literal["appraisal-rubric/1"]
    code: Slug
    title: str = Field(min_length=1)
    year: Ordinal
    total: Figure
    rounding: Rounding = Rounding()
    series: tuple[Series, ...] = ()
    providers: tuple[ProviderEntry, ...] = ()
    period: Period | None = None
    panels: tuple[Panel, ...] = ()
    categories: tuple[Category, ...] = ()
    gradings: tuple[Grading, ...] = ()
    ranking: Ranking = Ranking()
    procedure: Procedure = Procedure()
    source: str = ""
    note: str = ""

    @cached_property
    def nodes(self) -> dict[str, Item | Category]:
        """Every node by its full code, in reading order."""
        return dict(walk(self.categories))

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item by its full code, in reading order."""
        return {code: node for code, node in self.nodes.items() if isinstance(node, Item)}

    @cached_property
    def clauses(self) -> dict[str, CommonClause]:
        """Every clause by its full code, in reading order."""
        return {f"{code}.{clause.code}": clause for code, item in self.items.items() for clause in item.clauses}

    def total_of(self, series: str | None) -> Decimal:
        """The marks that units of a series can reach, in points."""
        entry = next((entry for entry in self.series if entry.code == series), None)
        return self.total if entry is None or entry.total is None else entry.total

    def panel(self, code: str) -> Panel | None:
        return next((panel for panel in self.panels if panel.code == code), None)

    def shares_of(self, code: str) -> tuple[Share, ...]:
        """The shares that serve a clause or node: those of the nearest node that has any."""
        parts = code.split(".")
        for length in range(len(parts), 0, -1):
            node = self.nodes.get(".".join(parts[:length]))
            if node is not None and node.shares:
                return node.shares
        return ()

    def providers_of(self, clause_code: str, series: str | None) -> tuple[str, ...]:
        """Who supplies the facts of a clause for units of a series: the nearest provider serves."""
        clause = self.clauses[clause_code]
        if clause.provider is not None:
            return clause.provider.for_series(series)
        parts = clause_code.split(".")[:-1]
        for length in range(len(parts), 0, -1):
            node = self.nodes[".".join(parts[:length])]
            if node.provider is not None:
                return node.provider.for_series(series)
        return ()
