"""What stands before a sheet, for the head of its page: open prerequisites, and targets that are not agreed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from evidence.selectors.targets import ItemPlan, plans_of

if TYPE_CHECKING:
    from evidence.selectors.sheetdata import SheetData


@dataclass(frozen=True)
class Before:
    """``due`` counts the prerequisites, ``left`` those that keep the sheet closed; addresses are blank for whoever may
    not open them.
    """

    due: int
    left: int
    url: str
    plans: tuple[ItemPlan, ...]
    targets_url: str

    @property
    def missing(self) -> int:
        """Items whose targets are not agreed yet."""
        return sum(1 for plan in self.plans if not plan.agreed)


def before_of(data: SheetData, *, whole: bool) -> Before:
    """``whole``: whether the person reads the whole sheet, not only items given to them. At most one query."""
    plans, pk = plans_of(data.enrolment), data.enrolment.pk
    return Before(
        due=len(data.prerequisites),
        left=len(data.unmet),
        url=reverse("evidence:prerequisites", args=[pk]) if whole and data.prerequisites else "",
        plans=plans,
        targets_url=reverse("evidence:targets", args=[pk]) if whole and plans else "",
    )
