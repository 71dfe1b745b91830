"""What a rubric must hold beyond the shape of its file: references, figures, marks, gradings. All problems at once.

Errors stop publishing, hints do not. Rules come from the scoring model ("Fine points", "Corners").
"""

from __future__ import annotations

from rubrics.checks.figures import check_figures
from rubrics.checks.gradings import check_gradings
from rubrics.checks.marks import check_marks, check_sums, full_marks, kinds_of_units
from rubrics.checks.open_figures import open_entries
from rubrics.checks.references import check_references
from rubrics.definition.records import Definition
from rubrics.kinds.problems import Problem

__all__ = ["check_definition", "check_marks", "full_marks", "kinds_of_units", "open_entries"]


def check_definition(definition: Definition, *, whole: bool = True) -> list[Problem]:
    """Every problem of a definition. Sums are only judged where the file was `whole`, with nothing left out."""
    problems = [*check_references(definition), *check_figures(definition), *check_gradings(definition)]
    if whole:
        problems += check_sums(definition)
    return problems
