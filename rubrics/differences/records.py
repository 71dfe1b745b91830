"""One difference between two definitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rubrics.differences.fields import Change

Manner = Literal["added", "removed", "changed", "reworded", "renamed", "moved"]

ADDED: Manner = "added"
REMOVED: Manner = "removed"
CHANGED: Manner = "changed"
REWORDED: Manner = "reworded"
RENAMED: Manner = "renamed"
MOVED: Manner = "moved"
MANNERS: tuple[Manner, ...] = (ADDED, CHANGED, REWORDED, RENAMED, MOVED, REMOVED)
"""In the order in which people are offered them."""

Kind = Literal["section", "category", "item", "clause", "panel", "series", "grading", "rule"]


@dataclass(frozen=True)
class Difference:
    """One entry that is not as it was. `old` and `new` are its full codes, empty where it is not there.

    The full code of a rule is `grading.rule`, that of a section of the head its name (general, rounding, period,
    ranking, procedure, providers). `changes` says what is otherwise inside it.
    """

    kind: Kind
    manners: tuple[Manner, ...]
    old: str
    new: str
    old_title: str = ""
    new_title: str = ""
    changes: tuple[Change, ...] = ()
    within: str = ""
    """The full code of the outermost entry that came or went and brought or took this one along; empty for itself."""

    @property
    def manner(self) -> Manner:
        """What weighs most: it came or went, figures, words, code, place."""
        return self.manners[0]

    @property
    def code(self) -> str:
        """Where it stands now, or stood."""
        return self.new or self.old

    @property
    def title(self) -> str:
        return self.new_title or self.old_title
