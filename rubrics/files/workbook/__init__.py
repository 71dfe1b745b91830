"""A rubric as an Excel workbook, out and in without loss."""

from appraisal_site.toolkit.xlsx import Unreadable
from rubrics.files.workbook.places import Place, Placed
from rubrics.files.workbook.reading import Reading, read_workbook
from rubrics.files.workbook.writing import TooLong, write_workbook

__all__ = ["Place", "Placed", "Reading", "TooLong", "Unreadable", "read_workbook", "write_workbook"]
