"""Rubric and facts files: YAML 1.2, JSON and workbooks in, YAML and workbooks out."""

from rubrics.files.incoming import Finding, Incoming, look_at
from rubrics.files.kept import write_over
from rubrics.files.reading import FileProblems, read_plain
from rubrics.files.stored import as_file
from rubrics.files.workbook import TooLong, Unreadable, write_workbook
from rubrics.files.writing import write_yaml

__all__ = [
    "FileProblems",
    "Finding",
    "Incoming",
    "TooLong",
    "Unreadable",
    "as_file",
    "look_at",
    "read_plain",
    "read_yaml",
    "write_over",
    "write_workbook",
    "write_yaml",
]

read_yaml = read_plain
