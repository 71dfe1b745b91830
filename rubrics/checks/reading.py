"""The one door from plain data to a definition that may be used: its shape and its meaning judged together."""

from __future__ import annotations

from typing import Any

from rubrics.checks.whole import check_definition
from rubrics.definition import Definition, read_shape
from rubrics.kinds.problems import ERROR, Path, Problem, errors_in


def read_definition(data: Any, *, stored: bool = False) -> tuple[Definition | None, list[Problem]]:
    """The definition that the data hold, or None with all errors; hints may accompany a definition.

    `stored` reads the canonical form, in which numbers are strings.
    """
    definition, problems = read_shape(data, stored=stored)
    if definition is not None:
        problems = problems + check_definition(definition, whole=not problems)
    return (None if errors_in(problems) else definition), _in_order(problems)


def _in_order(problems: list[Problem]) -> list[Problem]:
    """Errors first, each place's problems once."""
    seen: set[tuple[Path, str]] = set()
    null = {problem.path for problem in problems if problem.code == "null_figure"}
    kept = []
    for problem in problems:
        if problem.code == "missing_figure" and problem.path in null:
            continue
        if (problem.path, problem.code) not in seen:
            seen.add((problem.path, problem.code))
            kept.append(problem)
    return sorted(kept, key=lambda problem: problem.severity != ERROR)
