"""Words of this app that are made from codes: phases, states, effects, reasons of a refusal, verbs of the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from units.wording import name_fields, name_notices, name_verbs

PHASE_TITLES: Mapping[str, Any] = {
    "application": _("Application"),
    "self_assessment": _("Self-assessment"),
    "verification": _("Verification"),
    "review": _("Review"),
    "panel": _("Panel rating"),
    "publicity": _("Publicity"),
    "appeal": _("Appeal"),
    "approval": _("Approval"),
}
PHASE_SHORT: Mapping[str, Any] = {
    "application": _("Appl."),
    "self_assessment": _("Self"),
    "verification": _("Verif."),
    "review": _("Rev."),
    "panel": _("Panel"),
    "publicity": _("Publ."),
    "appeal": _("App."),
    "approval": _("Appr."),
}
EFFECTS: Mapping[str, Any] = {
    "deduct": _("Deduction"),
    "award": _("Award"),
    "forfeit": _("Forfeit"),
    "veto": _("Veto"),
    "record": _("Record"),
}
REFUSALS: Mapping[str, Any] = {
    "file": _("The file is not a rubric that can be used: {count} problems."),
    "figures": _("The figures do not fit the rubric: {detail}"),
    "too_long": _("A code is longer than {code_length} characters, or the title longer than {title_length}."),
    "open": _("{count} figures are still open. They have to be filled in before the rubric can be published."),
    "not_published": _("A cycle can only be started from a published rubric."),
    "phases": _("A phase has to end after it begins, and no phase may come twice."),
    "units": _("The list of units has {count} problems."),
    "code": _("Another cycle has the code {code} already."),
    "dates": _("The end has to lie after the beginning and ahead of now."),
    "not_open": _("The phase is not open now, so it cannot be closed early."),
    "not_over": _("The phase is not over, so it need not be opened again."),
    "no_phase": _("The cycle has no such phase."),
    "sealed": _("The cycle is sealed and cannot be changed any more."),
    "reason": _("Say why: the reason is kept in the journal."),
    "own_unit": _("Nobody judges a unit they act for."),
    "twice": _("This is so already."),
    "series": _("The rubric has no such series."),
    "category": _("The rubric has no such category."),
    "unit": _("The unit does not take part in this cycle."),
    "provider": _("The rubric has no such provider."),
    "no_leader": _("This person is not in the leading group."),
    "no_units": _("The list names no unit."),
    "same": _("Nothing would be changed."),
    "member_of": _("A unit can only be a member of another unit of this cycle, and never in a circle."),
}
UNIT_PROBLEMS: Mapping[str, Any] = {
    "series": _("The rubric has no series {value}."),
    "twice": _("The unit stands in the list twice or takes part already."),
    "member_of": _("{value} is not a unit of this cycle, or the two would be members of each other."),
    "title": _("The unit does not exist yet, so it needs a name."),
    "marks": _("Its full marks do not reach the total: {value}."),
    "not_applicable": _("The rubric has no node {value}."),
    "targets": _("The rubric has no item {value}."),
    "provider": _("The rubric has no provider {value}."),
    "provider_unit": _("There is no such unit to stand behind the provider {value}."),
}


def phase_title(code: str) -> str:
    return str(PHASE_TITLES.get(code, code))


def phase_short(code: str) -> str:
    """Two or three signs, for the head of a narrow column."""
    return str(PHASE_SHORT.get(code, code))


def effect_title(code: str) -> str:
    return str(EFFECTS.get(code, code))


def refusal(code: str, **params: Any) -> str:
    """Why a service refused, in one sentence."""
    return str(REFUSALS.get(code, code)).format(**params)


def unit_problem(code: str, value: str) -> str:
    """What is wrong with one unit of a list."""
    return str(UNIT_PROBLEMS.get(code, code)).format(value=value)


def declare() -> None:
    """Tell the journal and the notices what this app's codes say; called once when the app is loaded."""
    name_verbs(
        {
            "rubric.loaded": _("Rubric loaded: {title}"),
            "rubric.cloned": _("Rubric copied: {title}"),
            "rubric.published": _("Rubric published: {fingerprint}"),
            "rubric.retired": _("Rubric retired"),
            "rubric.deleted": _("Draft of a rubric thrown away: {old_title}"),
            "cycle.started": _("Cycle started: {units} units"),
            "units.enrolled": _("Units added to the cycle: {count}"),
            "enrolment.changed": _("Unit's part in the cycle changed: {reason}"),
            "phase.changed": _("Dates of a phase changed: {reason}"),
            "phase.closed": _("Phase closed early: {reason}"),
            "phase.reopened": _("Phase opened again: {reason}"),
            "extension.given": _("More time given to a unit: {reason}"),
            "extension.taken": _("More time of a unit taken back: {reason}"),
            "assignment.given": _("Part assigned to a reviewer: {username}"),
            "assignment.taken": _("Part taken from a reviewer: {old_username}"),
            "provider.tied": _("Unit tied to a provider: {provider}"),
            "provider.untied": _("Unit no longer tied to a provider: {old_provider}"),
        }
    )
    name_fields({"series_code": _("series"), "tags": _("tags"), "member_of": _("member of")})
    name_notices(
        {
            "phase.extended": _("Your unit has more time, until {until}: {reason}"),
            "enrolment.changed": _("What the cycle says of your unit has changed: {reason}"),
            "leader.named": _("You belong to the leading group of: {cycle}"),
            "leader.withdrawn": _("You no longer belong to the leading group of: {cycle}"),
        }
    )
