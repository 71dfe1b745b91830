"""What happened: the sheet of a unit, the facts recorded about it, the proof, and what was decided.

Written by ``evidence.services`` only. Rows that count are never deleted: a fact is withdrawn, a ruling is
followed by another, an attachment is taken off an item but stays in the store.
"""

from evidence.models.beforehand import PrerequisiteAnswer, PrerequisiteAttachment, TargetPlan
from evidence.models.fact import Fact, PanelRating, Ruling
from evidence.models.proof import Attachment, FactAttachment, ItemAttachment, Likeness, PictureLook
from evidence.models.sheet import ItemShare, SheetItem, SheetVersion, Submission

__all__ = [
    "Attachment",
    "Fact",
    "FactAttachment",
    "ItemAttachment",
    "ItemShare",
    "Likeness",
    "PanelRating",
    "PictureLook",
    "PrerequisiteAnswer",
    "PrerequisiteAttachment",
    "Ruling",
    "SheetItem",
    "SheetVersion",
    "Submission",
    "TargetPlan",
]
