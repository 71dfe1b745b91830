"""A panel's combined rating of a unit."""

from fractions import Fraction
from typing import Any

from .figures import ZERO, num, num_or
from .tree import Case, Unit


def panel_scale(panel: dict[str, Any]) -> Fraction:
    """ "with options and no scale the scale is the greatest option value"."""
    if panel.get("scale") is not None:
        return num(panel["scale"])
    if panel.get("options"):
        return max(num(value) for value in panel["options"].values())
    return Fraction(100)


def ballots(case: Case, panel: dict[str, Any], group: str, unit: Unit) -> list[Fraction]:
    """ "Panel values are numbers or option codes, null is an abstention"; "several `ratings` rows for one panel, group
    and unit are joined"."""
    options = panel.get("options") or {}
    found = []
    for row in case.ratings:
        if (row["panel"], row["group"], row["unit"]) == (panel["code"], group, unit.code):
            given = [value for value in row.get("values") or [] if value is not None]
            found += [num(options[value]) if value in options else num(value) for value in given]
    return found


def mean_of_ballots(panel: dict[str, Any], values: list[Fraction]) -> Fraction:
    """`combine: mean # or trimmed: drop trim highest and lowest ballots`; "with 2 × trim ballots or fewer nothing is
    trimmed"."""
    kept = sorted(values)
    if (panel.get("combine") or "mean") == "trimmed":
        trim = int(num_or(panel.get("trim"), 1))
        if len(kept) > 2 * trim:
            kept = kept[trim : len(kept) - trim]
    return sum(kept, ZERO) / len(kept)


def panel_rating(case: Case, panel_code: str, unit: Unit) -> Fraction | None:
    """The rating ÷ scale, or None: "a group without ballots for a unit is left out and the weights are normalised
    again, no group at all is 0 and a notice"; "With `weigh_by: ballots` trimming acts on the pool"."""
    panel = next(entry for entry in case.rubric.get("panels") or [] if entry["code"] == panel_code)
    by_group = [(group, ballots(case, panel, group["code"], unit)) for group in panel.get("groups") or []]
    by_group = [(group, values) for group, values in by_group if values]
    if not by_group:
        return None
    if panel.get("weigh_by") == "ballots":
        pooled = [value for _, values in by_group for value in values]
        return mean_of_ballots(panel, pooled) / panel_scale(panel)
    weights = [num_or(group.get("weight"), 1) for group, _ in by_group]
    if sum(weights) == 0:
        return None
    means = [mean_of_ballots(panel, values) for _, values in by_group]
    weighted = sum((weight * mean for weight, mean in zip(weights, means, strict=True)), ZERO)
    return weighted / sum(weights) / panel_scale(panel)
