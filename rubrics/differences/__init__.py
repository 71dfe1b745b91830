"""What changed between two definitions: every entry that came, went, moved, was renamed, reworded or got other figures.

Complete: two definitions have no difference exactly where they have the same fingerprint.
"""

from rubrics.differences.comparing import between, between_shapes, changes_of_entry, changes_of_section
from rubrics.differences.fields import Change, Code
from rubrics.differences.meaning import Touched, touched_clauses
from rubrics.differences.records import ADDED, CHANGED, MANNERS, MOVED, REMOVED, RENAMED, REWORDED, Difference, Kind

__all__ = [
    "ADDED",
    "CHANGED",
    "MANNERS",
    "MOVED",
    "REMOVED",
    "RENAMED",
    "REWORDED",
    "Change",
    "Code",
    "Difference",
    "Kind",
    "Touched",
    "between",
    "between_shapes",
    "changes_of_entry",
    "changes_of_section",
    "touched_clauses",
]
