"""What an administrator settles about a running cycle: its title, who hands sheets in, how much proof is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from appraisal_site.toolkit.models import compare_and_set
from rubrics import policies
from rubrics.models import Cycle
from rubrics.services.common import Refused, demand, scope_of
from units.services import journal

if TYPE_CHECKING:
    from units.models import User

SETTLED = ("title", "head_may_delegate_submit", "unit_proof_limit", "proof_limit")


@transaction.atomic
def change_settings(
    *,
    actor: User | None,
    cycle: Cycle,
    version: int,
    title: str,
    head_may_delegate_submit: bool,
    unit_proof_limit: int,
    proof_limit: int,
) -> bool:
    """Settle all four at once; False where they are so already. The limits are megabytes, for one unit and for all.

    What was handed in or given before stays, whatever the new setting is. Refused("sealed" | "title" | "limits"),
    Conflict where the cycle was changed after `version`.
    """
    if cycle.sealed:
        raise Refused("sealed")
    demand(actor, policies.may_configure(actor, cycle) if actor else True)
    if not title.strip():
        raise Refused("title")
    if not 0 < unit_proof_limit <= proof_limit:
        raise Refused("limits")
    before = {name: getattr(cycle, name) for name in SETTLED}
    after = {
        "title": title.strip(),
        "head_may_delegate_submit": head_may_delegate_submit,
        "unit_proof_limit": unit_proof_limit,
        "proof_limit": proof_limit,
    }
    if before == after and version == cycle.version:
        return False
    compare_and_set(cycle, version=version, **after)
    changed = [name for name in SETTLED if before[name] != after[name]]
    journal.append(
        actor=actor,
        scope=scope_of(cycle),
        verb="cycle.settings_changed",
        obj=cycle,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return True
