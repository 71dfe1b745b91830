"""Records tried under another rubric. Nothing is stored: what was worked out waits for its asker in the cache.

A trial is found again by all that it depends on (the rubric's version, the records' version, the engine), so a changed
draft is tried anew when the page is loaded the next time.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.cache import cache

from evidence.facts import Facts, read_facts
from rubrics import selectors as rubrics_selectors
from rubrics.files import FileProblems
from rubrics.files.reading import read_plain
from rubrics.kinds.problems import Problem, errors_in
from rubrics.selectors.drafts import draft_of
from scoring.engine import ENGINE_VERSION, Circle, evaluate
from scoring.selectors.access import usual_stand
from scoring.selectors.inputs import completed, without_scores_elsewhere
from scoring.selectors.outcomes import outcome_of
from scoring.sheets.tables import unit_titles
from scoring.tryout import Aside, Comparison, Fitted, compare, fit
from scoring.tryout.records import Left, MarksGap

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from rubrics.models import Cycle, Rubric
    from scoring.engine import Result
    from units.models import User

logger = logging.getLogger(__name__)

KEPT_FOR = 60 * 60
"""Seconds that a trial and an uploaded file wait in the cache."""
LONG_UNITS = 300
LONG_BYTES = 400_000
"""From here on the work is done by a job; a page that waits longer than some three seconds looks broken."""
STEPS = 4

Progress = Callable[..., None]


class FileGone(Exception):
    """The file was sent too long ago."""


@dataclass(frozen=True)
class Choice:
    """A cycle whose records can be tried; `is_near` where it ran by the same rubric or the one it was copied from."""

    pk: int
    title: str
    year: int
    units: int
    is_near: bool
    is_over: bool


@dataclass(frozen=True)
class Source:
    """Whose records are tried: those of a cycle in one stand, or those of a file that the asker has sent."""

    rubric: Rubric
    asker: User
    cycle: Cycle | None = None
    stand: str = ""
    token: str = ""

    @property
    def ids(self) -> dict[str, Any]:
        """The same as a job keeps it."""
        cycle = None if self.cycle is None else self.cycle.pk
        return {"rubric": self.rubric.pk, "cycle": cycle, "stand": self.stand, "file": self.token}


@dataclass(frozen=True)
class Trial:
    """What came out, in codes and numbers; `problems` say why nothing did."""

    problems: tuple[Problem, ...] = ()
    is_broken: bool = False
    """Whether it is the draft that stood in the way, not the records."""
    comparison: Comparison | None = None
    facts: int = 0
    aside: tuple[Aside, ...] = ()
    left: tuple[Left, ...] = ()
    gaps: tuple[MarksGap, ...] = ()
    before_aside: tuple[Aside, ...] = ()
    before_left: tuple[Left, ...] = ()


# what can be chosen


def choices_for(user: User, rubric: Rubric, now: datetime) -> list[Choice]:
    """The cycles the person may try the rubric on: its own kin first, the latest first."""
    cycles = list(rubrics_selectors.cycles_for(user))
    counts = rubrics_selectors.unit_counts(cycles)
    found = [
        Choice(
            pk=cycle.pk,
            title=cycle.title,
            year=cycle.year,
            units=counts.get(cycle.pk, 0),
            is_near=cycle.rubric_id in (rubric.pk, rubric.cloned_from_id) or cycle.rubric.code == rubric.code,
            is_over=usual_stand(cycle, now) == "final",
        )
        for cycle in cycles
    ]
    return sorted(found, key=lambda one: (not one.is_near, -one.year, not one.is_over, -one.pk))


def source_of(user: User, ids: dict[str, Any]) -> Source:
    """What a job was asked to try. Raises Http404 where the person may not see it (any more)."""
    rubric = rubrics_selectors.rubric_for(user, ids["rubric"])
    cycle = rubrics_selectors.cycle_for(user, ids["cycle"]) if ids["cycle"] is not None else None
    return Source(rubric, user, cycle, ids["stand"], ids["file"])


def definition_tried(rubric: Rubric) -> tuple[Definition | None, tuple[Problem, ...]]:
    """The rubric as it can be tried, and everything wrong with it: a draft mended, None where nothing can be read."""
    if rubric.state == "draft":
        draft = draft_of(rubric)
        return draft.definition, draft.problems
    return rubrics_selectors.definition_of(rubric), ()


def places_of(rubric: Rubric, problems: Sequence[Problem]) -> list[tuple[str, str]]:
    """For each problem of a draft the entry that it lies in: its title, and how the workbench calls it."""
    draft = draft_of(rubric)
    found = (draft.place_of(problem) for problem in problems)
    return [(place.title or place.full_code, place.at) for place in found]


def definition_before(source: Source) -> Definition | None:
    """What the records are compared by: the cycle's own rubric; for a file the one that this was copied from."""
    rubric = source.rubric.cloned_from if source.cycle is None else source.cycle.rubric
    return None if rubric is None else definition_tried(rubric)[0]


# files on their way


def keep_file(user: User, name: str, content: bytes) -> str:
    """Lay a sent file by for its sender; the token by which it is found again."""
    token = secrets.token_urlsafe(12)
    cache.set(_file_key(user, token), (name, content), KEPT_FOR)
    return token


def kept_file(user: User, token: str) -> tuple[str, bytes] | None:
    """Name and content, or None where it is not kept (any more)."""
    found: tuple[str, bytes] | None = cache.get(_file_key(user, token))
    return found


def _file_key(user: User, token: str) -> str:
    return f"tryout-file:{user.pk}:{token}"


# trials


def is_long(source: Source) -> bool:
    """Whether it takes so long that a job had better do it."""
    if source.cycle is not None:
        return rubrics_selectors.unit_counts([source.cycle]).get(source.cycle.pk, 0) > LONG_UNITS
    kept = kept_file(source.asker, source.token)
    return kept is not None and len(kept[1]) > LONG_BYTES


def known_trial(source: Source) -> Trial | None:
    """The trial if it was worked out already and nothing has changed since."""
    known = cache.get(_trial_key(source))
    return known[1] if known is not None and known[0] == _depends_on(source) else None


def trial_of(source: Source, progress: Progress | None = None) -> Trial:
    """Work it out, or find it. Raises FileGone where the file is not kept any more."""
    known = known_trial(source)
    if known is not None:
        return known
    depends = _depends_on(source)
    progress = progress or (lambda done, total: None)
    trial = _worked_out(source, progress)
    progress(STEPS, STEPS)
    cache.set(_trial_key(source), (depends, trial), KEPT_FOR)
    return trial


def _trial_key(source: Source) -> str:
    of = f"file:{source.token}" if source.cycle is None else f"cycle:{source.cycle.pk}:{source.stand}"
    return f"tryout:{source.asker.pk}:{source.rubric.pk}:{of}"


def _depends_on(source: Source) -> tuple[Any, ...]:
    """The moments of birth tell rows of two databases apart."""
    rubric, cycle = source.rubric, source.cycle
    tried = (rubric.version, rubric.created_at, rubric.state, ENGINE_VERSION)
    if cycle is None:
        former = rubric.cloned_from
        return (*tried, None if former is None else (former.pk, former.version))
    return (*tried, cycle.created_at, cycle.rubric.fingerprint, rubrics_selectors.records_version_of(cycle))


def _worked_out(source: Source, progress: Progress) -> Trial:
    tried, problems = definition_tried(source.rubric)
    if tried is None:
        return Trial(problems, is_broken=True)
    try:
        if source.cycle is not None:
            return _of_cycle(source.cycle, source.stand, tried, progress)
        return _of_file(source, tried, progress)
    except Circle as circle:
        return Trial((Problem(("units",), "circle", {"code": circle.code}),))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        if not errors_in(problems):
            raise
        logger.info("rubric %s cannot be tried before its errors are mended", source.rubric.pk, exc_info=True)
        return Trial(problems, is_broken=True)


def _of_cycle(cycle: Cycle, stand: str, tried: Definition, progress: Progress) -> Trial:
    progress(0, STEPS)
    outcome = outcome_of(cycle, stand)
    progress(1, STEPS)
    recorded = without_scores_elsewhere(outcome.definition, outcome.facts)
    fitted = fit(recorded, tried, outcome.definition)
    progress(2, STEPS)
    result = evaluate(tried, completed(cycle, tried, fitted.facts))
    progress(3, STEPS)
    before = (outcome.definition, outcome.result)
    return _compared(before, (tried, result), recorded, fitted, None)


def _of_file(source: Source, tried: Definition, progress: Progress) -> Trial:
    kept = kept_file(source.asker, source.token)
    if kept is None:
        raise FileGone
    progress(0, STEPS)
    former = definition_before(source)
    facts, judge, problems = _read(kept[1], tried, former)
    if facts is None:
        return Trial(tuple(problems))
    progress(1, STEPS)
    fitted = fit(facts, tried, judge)
    after = (tried, evaluate(tried, fitted.facts))
    progress(2, STEPS)
    if former is None:
        return _compared(None, after, facts, fitted, None)
    refitted = fit(facts, former, judge)
    before = (former, evaluate(former, refitted.facts))
    progress(3, STEPS)
    return _compared(before, after, facts, fitted, refitted)


def _read(
    content: bytes, tried: Definition, former: Definition | None
) -> tuple[Facts | None, Definition, list[Problem]]:
    """The facts, judged by the rubric that they name; where both have that code, by the one that they fit better."""
    try:
        data = read_plain(content)
    except FileProblems as error:
        return None, tried, error.problems
    named = data.get("rubric") if isinstance(data, dict) else None
    judges = [one for one in (former, tried) if one is not None and one.code == named] or [tried]
    readings = [(*read_facts(data, judge), judge) for judge in judges]
    facts, problems, judge = min(readings, key=lambda reading: len(errors_in(reading[1])))
    return facts, judge, problems


def _compared(
    before: tuple[Definition, Result] | None,
    after: tuple[Definition, Result],
    facts: Facts,
    fitted: Fitted,
    refitted: Fitted | None,
) -> Trial:
    return Trial(
        comparison=compare(before, after, unit_titles(facts)),
        facts=sum(len(unit.facts) for unit in facts.units),
        aside=fitted.aside,
        left=fitted.left,
        gaps=fitted.gaps,
        before_aside=refitted.aside if refitted is not None else (),
        before_left=refitted.left if refitted is not None else (),
    )
