"""Workbooks: one writer for everything that goes out, one reader for everything that comes in."""

from appraisal_site.toolkit.xlsx.reading import Row, Sheet, Unreadable, read_workbook
from appraisal_site.toolkit.xlsx.writing import Column, Styled, Workbook, answer

__all__ = ["Column", "Row", "Sheet", "Styled", "Unreadable", "Workbook", "answer", "read_workbook"]
