"""The one door from plain data to a definition that may be used: its shape and its meaning judged together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rubrics.checks.whole import check_definition
from rubrics.definition import Definition, read_placed
from rubrics.kinds.problems import SEVERITIES, Path, Problem, errors_in


def read_definition(data: Any, *, stored: bool = False) -> tuple[Definition | None, list[Problem]]:
    """The definition that the data hold, or None with all errors; hints may accompany a definition.

    `stored` reads the canonical form, in which numbers are strings.
    """
    definition, problems, original = read_placed(data, stored=stored)
    if definition is not None:
        found = check_definition(definition, whole=not problems)
        problems = problems + [problem._replace(path=original(problem.path)) for problem in found]
    return (None if errors_in(problems) else definition), in_order(problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Errors first, then open figures, then hints; the same finding about one place once."""
    problems = list(problems)
    seen: set[tuple[Path, str, str]] = set()
    null = {problem.path for problem in problems if problem.code == "null_figure"}
    kept = []
    for problem in problems:
        if problem.code == "missing_figure" and problem.path in null:
            continue
        key = (problem.path, problem.code, str(problem.params.get("who", "")))
        if key not in seen:
            seen.add(key)
            kept.append(problem)
    return sorted(kept, key=lambda problem: SEVERITIES.index(problem.severity))
