"""What a rubric must hold beyond the shape of its file: references, figures, marks, gradings. All problems at once.

Errors and open figures stop publishing, hints do not. Rules come from the scoring model ("Fine points", "Corners").
"""

from rubrics.checks.lint import lint, lint_data
from rubrics.checks.marks import check_marks, full_marks, kinds_of_units
from rubrics.checks.open_figures import open_entries, open_problems
from rubrics.checks.reading import read_definition
from rubrics.checks.totals import KindTotal, TopTotal, Totals, totals_of
from rubrics.checks.whole import check_definition

__all__ = [
    "KindTotal",
    "TopTotal",
    "Totals",
    "check_definition",
    "check_marks",
    "full_marks",
    "kinds_of_units",
    "lint",
    "lint_data",
    "open_entries",
    "open_problems",
    "read_definition",
    "totals_of",
]
