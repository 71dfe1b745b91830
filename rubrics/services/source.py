"""The text of the regulation that a rubric is made from: kept beside it, read by people only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from appraisal_site.toolkit.models import compare_and_set
from rubrics import policies
from rubrics.lifecycle import step
from rubrics.services.common import Refused, demand

if TYPE_CHECKING:
    from rubrics.models import Rubric
    from units.models import User

LONGEST = 400_000
"""Characters; the longest regulation known to us has some forty thousand."""


@transaction.atomic
def set_source_text(*, actor: User | None, rubric: Rubric, text: str, version: int) -> Rubric:
    """Put another text beside a draft. Refused("source_long"); Conflict when the draft was changed since `version`."""
    demand(actor, policies.may_write_rubrics(actor) if actor else True)
    step(rubric.state, "edit")
    tidy = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n"))
    if len(tidy) > LONGEST:
        raise Refused("source_long", longest=LONGEST)
    return compare_and_set(rubric, version=version, source_text=tidy)
