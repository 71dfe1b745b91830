"""What stands around the tree of the workbench: totals for every kind of unit, problems, what stops publishing.

Everything here is worked out from the draft as `draft_of` remembers it; no query of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from rubrics.checks.totals import totals_of
from rubrics.definition.declared import in_words
from rubrics.kinds.numbers import plain
from rubrics.kinds.problems import ERROR, HINT, OPEN
from rubrics.selectors.benchparts import section_title

if TYPE_CHECKING:
    from rubrics.checks.totals import KindTotal, TopTotal
    from rubrics.definition import Definition
    from rubrics.kinds.problems import Path, Problem
    from rubrics.selectors.benchtree import At
    from rubrics.selectors.drafts import Draft

SHOWN = 200
"""Problems shown at once; the rest come when they are asked for."""
NOBODY = "–"
"""What the checks call a kind of unit that nothing sets apart."""
TOPS = 6
"""Categories of the top in the strip; the tree shows the marks of all."""
TAKES, GIVES = frozenset({"deduct", "forfeit", "veto"}), frozenset({"award"})


@dataclass(frozen=True)
class Sum:
    """What one kind of unit (or several that come to the same) reaches of the total; `miss` says by how much not."""

    title: str
    figure: str
    of: str = ""
    miss: str = ""
    bad: bool = False
    manner: str = ""


@dataclass(frozen=True)
class Line:
    """One finding, and the entry where it is put right."""

    at: str
    field: str
    place: str
    text: str


@dataclass(frozen=True)
class Findings:
    """All findings in three groups; `says` is the sentence of the panel's head, `stops` why it cannot be published."""

    errors: tuple[Line, ...]
    open: tuple[Line, ...]
    hints: tuple[Line, ...]
    more: int = 0

    @property
    def count(self) -> int:
        return len(self.errors) + len(self.open) + len(self.hints) + self.more


# --- totals -----------------------------------------------------------------------------------------------------------


def sums_of(definition: Definition | None) -> tuple[tuple[Sum, ...], tuple[Sum, ...]]:
    """Every kind of unit with what it reaches, and the categories of the top with their manner."""
    if definition is None:
        return (), ()
    totals = totals_of(definition)
    tops = [_top(definition, top) for top in totals.tops[:TOPS]]
    rest = totals.tops[TOPS:]
    if len(rest) == 1:
        tops.append(_top(definition, rest[0]))
    elif rest:
        tops.append(Sum(_("Further categories"), str(len(rest))))
    return tuple(_sum(kind) for kind in totals.kinds), tuple(tops)


def _sum(kind: KindTotal) -> Sum:
    miss = ""
    if kind.difference < 0:
        miss = _("%(n)s short") % {"n": plain(-kind.difference)}
    elif kind.difference > 0:
        miss = _("%(n)s over") % {"n": plain(kind.difference)}
    name = kind.name if kind.name != NOBODY else _("All units")
    return Sum(name, plain(kind.reached), plain(kind.wanted), miss, kind.difference < 0)


def _top(definition: Definition, top: TopTotal) -> Sum:
    return Sum(top.title, plain(top.marks), manner=_manner(definition, top))


def _manner(definition: Definition, top: TopTotal) -> str:
    """Whether points are lost or gained there, by what its clauses do."""
    start = f"{top.code}."
    effects = {clause.effect for code, clause in definition.clauses.items() if code.startswith(start)}
    takes, gives = bool(effects & TAKES), bool(effects & GIVES)
    if takes and gives:
        return "" if top.marks else _("gains and losses")
    if takes:
        return _("by deduction")
    return _("by award") if gives else ""


# --- problems ---------------------------------------------------------------------------------------------------------


def findings_of(draft: Draft, *, everything: bool = False) -> Findings:
    """The draft's problems in order of weight, cut to what is looked at at once."""
    left = len(draft.problems) if everything else SHOWN
    shown: dict[str, tuple[Line, ...]] = {}
    for severity in (ERROR, OPEN, HINT):
        found = [problem for problem in draft.problems if problem.severity == severity]
        shown[severity] = tuple(_line(draft, problem) for problem in found[:left])
        left -= len(shown[severity])
    more = len(draft.problems) - sum(len(lines) for lines in shown.values())
    return Findings(shown[ERROR], shown[OPEN], shown[HINT], more)


def _line(draft: Draft, problem: Problem) -> Line:
    place = draft.place_of(problem)
    title = section_title(place.key) if place.kind == "head" else place.title
    words = " ".join(part for part in (place.ref, title or place.full_code) if part)
    return Line(place.at, field_of(problem.path), words, in_words(problem, get_language() or "zh-hans"))


def field_of(path: Path) -> str:
    """What is left of a problem's path inside its entry: the name of the field in the entry's form."""
    rest = path
    while len(rest) > 1 and rest[0] in HOLDERS and isinstance(rest[1], int):
        rest = rest[2:]
    return ".".join(map(str, rest))


HOLDERS = frozenset({"categories", "items", "clauses", "series", "panels", "gradings"})


def counts_of(draft: Draft) -> Counter[str]:
    return Counter(problem.severity for problem in draft.problems)


def verdict_of(counts: Mapping[str, int]) -> str:
    """What there is beside errors, in numbers: `1 open figure, 3 hints`."""
    found = [_unset(counts[OPEN])] if counts[OPEN] else []
    if counts[HINT]:
        found.append(ngettext("%(n)d hint", "%(n)d hints", counts[HINT]) % {"n": counts[HINT]})
    return _(", ").join(found)


def stops(counts: Mapping[str, int]) -> str:
    """Why the draft cannot be published yet; empty where it can."""
    found = []
    if counts[ERROR]:
        found.append(ngettext("%(n)d error", "%(n)d errors", counts[ERROR]) % {"n": counts[ERROR]})
    if counts[OPEN]:
        found.append(_unset(counts[OPEN]))
    return _(", ").join(found)


def _unset(count: int) -> str:
    return ngettext("%(n)d open figure", "%(n)d open figures", count) % {"n": count}


# --- errors beside the lines of the tree ------------------------------------------------------------------------------


def errors_by_place(draft: Draft) -> Counter[Path]:
    """How many errors lie at or below each place of the tree, by its path in the file."""
    found: Counter[Path] = Counter()
    for problem in draft.problems:
        if problem.severity != ERROR or problem.path[:1] != ("categories",):
            continue
        for length, part in enumerate(problem.path, 1):
            if isinstance(part, int) and problem.path[length - 2] in ("categories", "items", "clauses"):
                found[problem.path[:length]] += 1
    return found


def errors_by_entry(draft: Draft) -> Counter[At]:
    """How many errors lie in each entry that is no node of the tree."""
    found: Counter[At] = Counter()
    for problem in draft.problems:
        if problem.severity == ERROR and problem.path[:1] != ("categories",):
            place = draft.place_of(problem)
            found[place.kind, place.key] += 1
    return found
