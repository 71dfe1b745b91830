"""What a rubric must hold beyond the shape of its file: references, figures, marks, gradings. All problems at once.

Errors stop publishing, hints do not. Rules come from the scoring model ("Fine points", "Corners").
"""

from rubrics.checks.marks import check_marks, full_marks, kinds_of_units
from rubrics.checks.open_figures import open_entries
from rubrics.checks.reading import read_definition
from rubrics.checks.whole import check_definition

__all__ = ["check_definition", "check_marks", "full_marks", "kinds_of_units", "open_entries", "read_definition"]
