"""Everything there is to say about a rubric, at once: the list behind the problems panel and the gate of publishing.

`read_definition` says whether a rubric can be used for scoring; `lint` says as well what stops publishing (marks that
do not add up, grades that nobody can get, open figures) and what somebody should look at (hints).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rubrics.checks.alike import check_alike
from rubrics.checks.audience import check_audiences
from rubrics.checks.bounds import check_bounds
from rubrics.checks.marks import check_marks
from rubrics.checks.open_figures import open_problems
from rubrics.checks.people import check_people
from rubrics.checks.process import check_process
from rubrics.checks.reading import in_order
from rubrics.checks.rules import check_rules
from rubrics.checks.titles import field_title
from rubrics.checks.vetoes import check_vetoes
from rubrics.checks.whole import check_definition
from rubrics.definition import Definition, read_placed
from rubrics.kinds.problems import HINT, Path, Problem, errors_in


def lint(definition: Definition, *, whole: bool = True, units: Mapping[str, int] | None = None) -> list[Problem]:
    """All problems of a definition: errors, then open figures, then hints, each in reading order.

    Where a file was not `whole`, with parts left out, nothing is added up or compared with what can be reached.
    `units` counts the units in rank of each series, where a cycle is known.
    """
    problems = check_definition(definition, whole=whole)
    if whole:
        problems += check_marks(definition)
    problems += open_problems(definition)
    known = {problem.path for problem in errors_in(problems)}
    found = _worth_a_look(definition, units, whole=whole)
    problems += [problem for problem in found if not _said(problem, known)]
    return in_order(_in_words(problem, definition) for problem in problems)


def lint_data(
    data: Any, *, stored: bool = False, units: Mapping[str, int] | None = None
) -> tuple[Definition | None, list[Problem]]:
    """The same for plain data, with all faults of shape; paths lead into the data.

    The definition is mended where its shape is wrong, and None where it is hopeless.
    """
    definition, problems, original = read_placed(data, stored=stored)
    if definition is None:
        return None, in_order(problems)
    found = lint(definition, whole=not problems, units=units)
    shape = [_in_words(problem, definition) for problem in problems]
    return definition, in_order([*shape, *(each._replace(path=original(each.path)) for each in found)])


def _worth_a_look(definition: Definition, units: Mapping[str, int] | None, *, whole: bool) -> list[Problem]:
    found = [*check_audiences(definition), *check_people(definition), *check_process(definition)]
    # What is left out or stands in for something wrong would seem to reach nothing.
    if whole:
        found += [*check_bounds(definition), *check_rules(definition, units), *check_vetoes(definition)]
    return [*found, *check_alike(definition)]


_NAMING_A_FIELD = frozenset(("missing", "missing_figure", "empty"))


def _in_words(problem: Problem, definition: Definition) -> Problem:
    """The field that a problem names, by its title: whoever reads the list sees forms, not files."""
    name = problem.params.get("field")
    if problem.code not in _NAMING_A_FIELD or not isinstance(name, str):
        return problem
    holder: Any = definition
    for part in problem.path[:-1]:
        if isinstance(part, str):
            holder = getattr(holder, part, None)
        elif isinstance(holder, tuple) and part < len(holder):
            holder = holder[part]
        else:
            holder = None
    title = field_title(type(holder).__name__, name)
    return problem._replace(params={**problem.params, "field": title})


def _said(problem: Problem, known: set[Path]) -> bool:
    """Whether an error stands at the very place already."""
    return problem.severity == HINT and problem.path in known
