"""To whom nodes and clauses apply, once what stands above them is taken into account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rubrics.checks.places import placed_clauses, placed_nodes
from rubrics.definition.records import AppliesTo, Definition
from rubrics.kinds.problems import Problem, hint


class Audience(NamedTuple):
    """Series and units to which something can apply; None: no limit. Tags can always be held together."""

    series: frozenset[str] | None = None
    units: frozenset[str] | None = None

    def narrowed(self, applies_to: AppliesTo) -> Audience:
        return Audience(_both(self.series, applies_to.series), _both(self.units, applies_to.units))

    @property
    def nobody(self) -> bool:
        return self.series == frozenset() or self.units == frozenset()

    def apart(self, other: Audience) -> bool:
        """Whether no unit belongs to both."""
        return _apart(self.series, other.series) or _apart(self.units, other.units)


EVERYBODY = Audience()


def _both(above: frozenset[str] | None, own: tuple[str, ...]) -> frozenset[str] | None:
    if not own:
        return above
    return frozenset(own) if above is None else above & frozenset(own)


def _apart(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    return one is not None and other is not None and not one & other


def audiences(definition: Definition) -> dict[str, Audience]:
    """The audience of every node and clause by its full code."""
    found: dict[str, Audience] = {}
    for _, code, node, _ in placed_nodes(definition):
        found[code] = found.get(code.rpartition(".")[0], EVERYBODY).narrowed(node.applies_to)
    for _, code, clause, _ in placed_clauses(definition):
        above = found[code.rpartition(".")[0]]
        found[code] = above.narrowed(clause.applies_to) if clause.applies_to else above
    return found


def check_audiences(definition: Definition) -> Iterator[Problem]:
    """Nodes and clauses that apply to nobody, because what stands above them applies to others."""
    found = audiences(definition)
    placed = [(path, code, node.applies_to) for path, code, node, _ in placed_nodes(definition)]
    placed += [(path, code, clause.applies_to) for path, code, clause, _ in placed_clauses(definition)]
    for path, code, applies_to in placed:
        above = found.get(code.rpartition(".")[0], EVERYBODY)
        if applies_to and found[code].nobody and not above.nobody:
            yield hint((*path, "applies_to"), "applies_to_nobody")
