"""A rubric as a frozen record: read from plain data, written back, fingerprinted."""

from rubrics.definition.canonical import canonical, canonical_json, file_data, fingerprint
from rubrics.definition.reading import read_placed, read_shape
from rubrics.definition.records import (
    Category,
    CommonClause,
    Definition,
    Grading,
    Item,
    Panel,
    Rule,
    Series,
    marks_of,
    walk,
)

__all__ = [
    "Category",
    "CommonClause",
    "Definition",
    "Grading",
    "Item",
    "Panel",
    "Rule",
    "Series",
    "canonical",
    "canonical_json",
    "file_data",
    "fingerprint",
    "marks_of",
    "read_placed",
    "read_shape",
    "walk",
]
