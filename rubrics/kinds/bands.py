"""`bands`: the points of the highest band that a value reaches, or the straight line between bands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds import values
from rubrics.kinds.base import FIRING, Flag, Kind, NoValue, Plain, amount, beside, english, fires, moves_by, with_unit
from rubrics.kinds.numbers import Figure, OpenFigure, OpenNumber
from rubrics.kinds.problems import Path, Problem
from rubrics.kinds.values import Cohort, Exact, ValueParameters


class Band(Plain):
    """One edge, reached from `at_least` on or only `above` it, and the points beyond it."""

    at_least: OpenNumber = None
    above: OpenNumber = None
    points: OpenFigure = None

    @property
    def edge(self) -> tuple[Decimal, int] | None:
        """Where the band begins; on one number `above` comes after `at_least`."""
        if self.above is not None:
            return self.above, 1
        return None if self.at_least is None else (self.at_least, 0)


class BandsParameters(ValueParameters):
    basis: Literal["bands"] = "bands"
    bands: tuple[Band, ...] = Field(min_length=1, title="Bands")
    otherwise: Figure = Field(default=Decimal(0), title="Points below all bands")
    interpolate: Flag = Field(default=False, title="Straight line between bands")


def points(clause: Any, value: Exact, cohort: Cohort | None) -> Exact:
    """The points of the greatest edge reached; interpolated, the outermost points go on beyond."""
    bands = sorted(_ladder(clause))
    reached = [place for place, (edge, above, _) in enumerate(bands) if value > edge or (value == edge and not above)]
    if not clause.interpolate:
        worth: Exact = bands[reached[-1]][2] if reached else clause.otherwise
        return worth
    place = reached[-1] if reached else 0
    if not reached or place == len(bands) - 1:
        return bands[place][2]  # type: ignore[no-any-return]
    return _between(bands[place], bands[place + 1], value)


_Rung = tuple[Any, int, Any]
"""An edge, 1 if it is reached only above the number, and the points."""


def _ladder(clause: Any) -> list[_Rung]:
    """Raises NoValue while a figure is open."""
    rungs = []
    for band in clause.bands:
        edge = band.at_least if band.above is None else band.above
        if edge is None or band.points is None:
            raise NoValue("open_figure")
        rungs.append((edge, int(band.above is not None), band.points))
    return rungs


def _between(lower: _Rung, upper: _Rung, value: Exact) -> Exact:
    (low, _, low_points), (high, _, high_points) = lower, upper
    if high == low:
        return low_points  # type: ignore[no-any-return]
    return (low_points * (high - low) + (high_points - low_points) * (value - low)) / (high - low)  # type: ignore[no-any-return]


def check(clause: Any, path: Path) -> list[Problem]:
    problems = values.check(clause, path, compares=False)
    seen = set()
    for place, band in enumerate(clause.bands):
        here = (*path, "bands", place)
        twice = band.at_least is not None and band.above is not None
        if twice or (band.edge is None and not clause.open):
            problems.append(Problem(here, "one_of", {"fields": ["at_least", "above"]}))
        elif band.edge in seen and band.edge is not None:
            problems.append(Problem(here, "duplicate_edge", {"value": band.edge[0]}))
        if band.points is None and not clause.open:
            problems.append(Problem((*here, "points"), "missing_figure", {"field": "points"}))
        seen.add(band.edge)
    return problems


def open_figures(clause: Any) -> list[str]:
    missing = [f"bands[{n}]" for n, band in enumerate(clause.bands, 1) if band.points is None or band.edge is None]
    return [*missing, *values.open_figures(clause)]


def most(clause: Any) -> Decimal | None:
    figures = [band.points for band in clause.bands]
    if clause.gather == "each" or None in figures:
        return None
    return max(*figures, clause.otherwise)  # type: ignore[no-any-return]


def sentence(clause: Any, lang: str) -> str:
    if clause.effect in FIRING:
        return values.joined((fires(clause, _firing(clause, lang), lang), *values.around_named(clause, lang)), lang)
    between = "; " if english(lang) else "；"
    steps = [f"{_edge(band, clause.unit, lang)} {amount(band.points, lang)}" for band in clause.bands]
    if clause.otherwise and not clause.interpolate:
        steps.append(f"{'otherwise' if english(lang) else '其余'} {amount(clause.otherwise, lang)}")
    line = ""
    if clause.interpolate:
        line = " (straight line between)" if english(lang) else "（之间按直线插值）"
    what, how = values.reading_words(clause, lang), moves_by(clause, lang)
    head = f"{what} {how} by band: " if english(lang) else f"{what}分档{how}："
    return values.joined((f"{head}{between.join(steps)}{line}", *values.around_named(clause, lang)), lang)


def _edge(band: Any, unit: str, lang: str) -> str:
    at = with_unit(band.at_least if band.above is None else band.above, unit)
    if english(lang):
        return f"{'above' if band.above is not None else 'from'} {at}:"
    return beside(at, "以上（不含）" if band.above is not None else "以上")


def _firing(clause: Any, lang: str) -> str:
    """The bands whose points are above 0."""
    what = values.reading_words(clause, lang)
    firing = [_edge(band, clause.unit, lang).rstrip(":") for band in clause.bands if band.points]
    if clause.otherwise:
        firing.append("below all bands" if english(lang) else "低于各档")
    if not english(lang):
        return f"{what} {'、'.join(firing) or '…'}"
    return f"{what} {' or '.join(firing) or '…'}"


KIND = Kind(
    code="bands",
    title=("按区间", "By bands"),
    mode="value",
    parameters=BandsParameters,
    says=values.says,
    points=points,
    sentence=sentence,
    said=values.said,
    check=check,
    check_fact=values.check_fact,
    most=most,
    open_figures=open_figures,
    compares=values.needs_mean,
)
