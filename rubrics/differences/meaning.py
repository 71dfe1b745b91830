"""Which clauses mean something else than before: what was recorded and decided under them has to be looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rubrics.definition import Definition, canonical
from rubrics.differences.fields import Change, changes_between

_SILENT = frozenset({"ref", "note"})
"""Fields of a clause that lead a reader elsewhere and change nothing about what it asks for."""


@dataclass(frozen=True)
class Touched:
    """A clause by its full code: gone from the rubric, or another one than before."""

    code: str
    manner: Literal["removed", "changed"]
    changes: tuple[Change, ...] = ()


def touched_clauses(old: Definition, new: Definition) -> dict[str, Touched]:
    """The clauses of `old` that are gone, or whose text, effect, figures or terms are others, by full code.

    Facts name a clause by its full code, so that one under another code is gone. The shares of the nodes above, which
    a fact may name, belong to the terms of a clause; the full marks above it do not.
    """
    found: dict[str, Touched] = {}
    after = new.clauses
    for code, clause in old.clauses.items():
        if code not in after:
            found[code] = Touched(code, "removed")
            continue
        changes = changes_between(_terms(old, code), _terms(new, code)) if after[code] is not clause else ()
        if changes:
            found[code] = Touched(code, "changed", changes)
    return found


def _terms(definition: Definition, code: str) -> dict[str, object]:
    clause = canonical(definition.clauses[code])
    terms: dict[str, object] = {name: value for name, value in clause.items() if name not in _SILENT}
    shares = [canonical(share) for share in definition.shares_of(code)]
    return {**terms, "shares": shares} if shares else terms
