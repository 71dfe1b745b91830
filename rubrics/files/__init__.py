"""Rubric and facts files as text: YAML 1.2 and JSON in, YAML out."""

from rubrics.files.reading import FileProblems, read_plain
from rubrics.files.writing import write_yaml

__all__ = ["FileProblems", "read_plain", "read_yaml", "write_yaml"]

read_yaml = read_plain
