"""Step 8, first half: places within each series, by total and then by tie-breakers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from rubrics.definition import Definition
from scoring.engine.result import UnitResult

ALL = "*"
"""The scope of all series together, for conditions that say `within: all`."""

Key = tuple[Decimal, ...]
_BELOW_ALL = Decimal("-Infinity")


class Places(NamedTuple):
    """Places from the top and from the bottom, by scope (series code or ALL) and unit code. Ranked units only."""

    top: dict[tuple[str | None, str], int]
    bottom: dict[tuple[str | None, str], int]
    sizes: dict[str | None, int]


def is_out_of_rank(definition: Definition, series: str | None, tags: frozenset[str]) -> bool:
    out = definition.ranking.out_of_rank
    return series in out.series or bool(tags.intersection(out.tags))


def sort_key(definition: Definition, unit: UnitResult) -> Key:
    """The total, then each tie-breaker; one that does not apply to the unit is below every value."""
    breakers = (unit.applying(code) for code in definition.ranking.tie_breakers)
    return (unit.total, *(node.value if node is not None else _BELOW_ALL for node in breakers))


def rank_units(definition: Definition, units: Sequence[UnitResult]) -> Places:
    """Give every unit in rank its place within its series, and return all places."""
    ranked = [unit for unit in units if not unit.out_of_rank]
    scopes: dict[str | None, list[UnitResult]] = {}
    for unit in ranked:
        scopes.setdefault(unit.series, []).append(unit)
    dense = definition.ranking.ties == "dense"
    places = Places({}, {}, {})
    for scope, members in [*scopes.items(), (ALL, ranked)]:
        keys = {unit.code: sort_key(definition, unit) for unit in members}
        top = _places(keys, dense=dense, reverse=True)
        bottom = _places(keys, dense=dense, reverse=False)
        places.top.update({(scope, code): place for code, place in top.items()})
        places.bottom.update({(scope, code): place for code, place in bottom.items()})
        places.sizes[scope] = len(members)
    for unit in ranked:
        unit.rank = places.top[unit.series, unit.code]
    return places


def _places(keys: dict[str, Key], *, dense: bool, reverse: bool) -> dict[str, int]:
    """Equals share the better place; the next one follows at once (dense) or after as many as share it."""
    places: dict[str, int] = {}
    place, previous = 0, None
    for position, code in enumerate(sorted(keys, key=lambda code: keys[code], reverse=reverse), start=1):
        if keys[code] != previous:
            place = place + 1 if dense else position
            previous = keys[code]
        places[code] = place
    return places
