"""What the services of this app share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from rubrics.models import Cycle, Enrolment
    from units.models import User


class Refused(ValueError):
    """The right person asked, but what was asked cannot be done: `code` says why, `problems` lists what is wrong
    with a file.
    """

    def __init__(self, code: str, problems: Sequence[Any] = (), /, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.problems = list(problems)
        self.params = params


def demand(actor: User | None, allowed: bool) -> None:
    """Raise PermissionDenied unless the policy allowed it; the house itself (no actor) may."""
    if actor is not None and not allowed:
        raise PermissionDenied


def house() -> str:
    return "house"


def scope_of(cycle: Cycle) -> str:
    """The journal's scope for what concerns a cycle as a whole."""
    return f"cycle:{cycle.pk}"


def unit_scope_of(enrolment: Enrolment) -> str:
    """The journal's scope for what concerns one unit in one cycle."""
    return f"cycle:{enrolment.cycle_id}/unit:{enrolment.unit_id}"
