"""The eight roles of the house and the permission that carries each. Pure: no Django.

Three levels carry a role: the whole house (a group with a model permission), one cycle (a guardian grant on it), one
unit (a membership and a guardian grant on it). `units.services.roles` is the only place that gives or takes one.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Level = Literal["house", "cycle", "unit"]


class Role(NamedTuple):
    """A role: its name in code, the level it is given on, and the permission `app.codename` that carries it."""

    name: str
    level: Level
    permission: str

    @property
    def codename(self) -> str:
        """The permission without its app label, as the grant tables store it."""
        return self.permission.partition(".")[2]


ADMINISTRATOR = Role("administrator", "house", "units.administer_house")
AUDITOR = Role("auditor", "house", "units.audit_house")
LEADER = Role("leader", "cycle", "rubrics.lead_cycle")
REVIEWER = Role("reviewer", "cycle", "rubrics.review_cycle")
CLERK = Role("clerk", "unit", "units.fill_unit")
HEAD = Role("head", "unit", "units.sign_unit")
COLLEAGUE = Role("colleague", "unit", "units.help_unit")
PROVIDER = Role("provider", "unit", "units.provide_unit")

ROLES: dict[str, Role] = {
    role.name: role for role in (ADMINISTRATOR, AUDITOR, LEADER, REVIEWER, CLERK, HEAD, COLLEAGUE, PROVIDER)
}
UNIT_ROLES = tuple(name for name, role in ROLES.items() if role.level == "unit")
HOUSE_ROLES = tuple(name for name, role in ROLES.items() if role.level == "house")
CYCLE_ROLES = tuple(name for name, role in ROLES.items() if role.level == "cycle")
