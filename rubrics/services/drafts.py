"""A draft that begins with nothing but its name: everything else is entered in the workbench."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from rubrics import policies
from rubrics.definition import canonical, read_shape
from rubrics.models import Rubric
from rubrics.selectors.rubrics import next_edition
from rubrics.services.common import Refused, demand, house
from rubrics.services.storage import head_of
from units.services import journal

if TYPE_CHECKING:
    from units.models import User

FORMAT = "appraisal-rubric/1"


@transaction.atomic
def start_draft(*, actor: User | None, code: str, year: int, title: str, total: Decimal) -> Rubric:
    """An empty draft, the next edition of this code and year. Refused("file") where a name is none."""
    demand(actor, policies.may_write_rubrics(actor) if actor else True)
    shape = {"format": FORMAT, "code": code, "year": year, "title": title, "total": total}
    definition, problems = read_shape(shape)
    if definition is None or problems:
        raise Refused("file", problems)
    rubric = Rubric.objects.create(
        code=code,
        year=year,
        edition=next_edition(code, year),
        title=title,
        head=head_of(canonical(definition)),
    )
    after = {"code": code, "year": year, "edition": rubric.edition, "title": title}
    journal.append(actor=actor, scope=house(), verb="rubric.begun", obj=rubric, after=after)
    return rubric
