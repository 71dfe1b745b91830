"""Rows of the room "by what rule, when": the rubric tree, and the cycles that run a rubric over units."""

from rubrics.models.change import DraftChange
from rubrics.models.cycle import (
    Assignment,
    Cycle,
    CycleGroupObjectPermission,
    CyclePhase,
    CycleUserObjectPermission,
    Enrolment,
    ProviderUnit,
)
from rubrics.models.reminder import Reminder
from rubrics.models.rubric import Category, Clause, Grading, Item, KeptFile, Panel, Rubric, Series

__all__ = [
    "Assignment",
    "Category",
    "Clause",
    "Cycle",
    "CycleGroupObjectPermission",
    "CyclePhase",
    "CycleUserObjectPermission",
    "DraftChange",
    "Enrolment",
    "Grading",
    "Item",
    "KeptFile",
    "Panel",
    "ProviderUnit",
    "Reminder",
    "Rubric",
    "Series",
]
