"""Who can sign in as what, told from the plan and what the house says of them."""

from __future__ import annotations

from scoring.demo.plan import Plan, titled
from units import selectors as units_selectors

HOUSE = "—"


def who(plan: Plan) -> list[list[str]]:
    """User name, how the person is shown, role and cycle, for everybody whom the switcher offers."""
    shown = {entry["hint"]: entry for entry in units_selectors.demo_people()}
    places = {person.username: HOUSE for person in plan.house}
    for cycle in plan.cycles:
        names = [*(person.username for person in cycle.people), *cycle.featured]
        places |= {name: titled(cycle) for name in names}
    return [
        [name, shown[name]["label"], shown[name]["group"], place] for name, place in places.items() if name in shown
    ]
