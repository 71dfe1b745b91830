"""All checks of a definition together."""

from __future__ import annotations

from rubrics.checks.figures import check_figures
from rubrics.checks.gradings import check_gradings
from rubrics.checks.marks import check_sums
from rubrics.checks.references import check_references
from rubrics.definition import Definition
from rubrics.kinds.problems import Problem


def check_definition(definition: Definition, *, whole: bool = True) -> list[Problem]:
    """Every problem of a definition. Sums are only judged where the file was `whole`, with nothing left out."""
    problems = [*check_references(definition), *check_figures(definition), *check_gradings(definition)]
    if whole:
        problems += check_sums(definition)
    return problems
