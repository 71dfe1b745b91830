"""A rubric as a file to take away: YAML over the file it came from, or a workbook. Drafts with errors too."""

from __future__ import annotations

from rubrics.files import as_file, write_over, write_workbook, write_yaml
from rubrics.models import KeptFile, Rubric
from rubrics.selectors.definitions import file_shape_of


def yaml_of(rubric: Rubric) -> str:
    """The text of a rubric file that says what is stored, with the comments of the file that was loaded."""
    data = as_file(file_shape_of(rubric))
    kept = KeptFile.objects.filter(rubric=rubric).values_list("text", flat=True).first()
    return write_over(kept, data) if kept else write_yaml(data)


def workbook_of(rubric: Rubric, lang: str) -> bytes:
    """The workbook of what is stored. Raises TooLong where a text does not go into a cell."""
    return write_workbook(file_shape_of(rubric), lang)
