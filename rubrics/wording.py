"""Words of this app that are made from codes: phases, states, effects, reasons of a refusal, verbs of the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language
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
COMMON_CODES: Mapping[str, Any] = {
    "nation": _("the nation"),
    "province": _("the province"),
    "city": _("the city"),
    "county": _("the county"),
    "township": _("the township"),
    "excellent": _("excellent"),
    "good": _("good"),
    "satisfied": _("satisfied"),
    "fair": _("fair"),
    "poor": _("poor"),
    "same": _("as the first time"),
    "expiry_year": _("in the year in which it ends"),
    "approving-bureau": _("the bureau that approved it"),
}
"""Words for codes that rubrics often write where the format gives a code no title: levels, options, renewals."""
REFUSALS: Mapping[str, Any] = {
    "file": _("The file is not a rubric that can be used: {count} problems."),
    "figures": _("The figures do not fit the rubric: {detail}"),
    "title": _("A cycle has a title."),
    "limits": _("One unit cannot be given more than all units together."),
    "too_long": _("A code is longer than {code_length} characters, or the title longer than {title_length}."),
    "open": _("{count} figures are still open. They have to be filled in before the rubric can be published."),
    "errors": _("{count} errors have to be put right before the rubric can be published."),
    "not_newer": _("A running cycle can only move to a published later edition of its own rubric."),
    "series_gone": _("Units of the cycle belong to series that the other version does not have: {series}."),
    "changed": _("The records have changed meanwhile. Please look at the numbers again."),
    "source_long": _("The text is longer than {longest} characters."),
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
    "not_draft": _("The rubric is published by now and cannot be changed any more; copy it to go on."),
    "wrong_place": _("It cannot stand there."),
    "no_parent": _("The place it was to go to is no longer there."),
    "circle": _("A category cannot stand below itself."),
    "no_step": _("It cannot be moved any further that way."),
    "code_taken": _("There is an entry with the code {code} there already; give it another code first."),
    "code_long": _("A code has at most {longest} characters."),
    "nothing_to_undo": _("There is nothing to undo."),
    "changed_since": _("“{title}” has been changed since, so this cannot be undone any more."),
    "nobody": _("There is nobody to remind."),
    "reminded": _("They were all reminded within the last hour; nobody is reminded twice so soon."),
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


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def listed(parts: Iterable[str]) -> str:
    """Several things of one kind: “a, b”, in Chinese 甲、乙."""
    return (", " if is_english() else "、").join(part for part in parts if part)


def joined(parts: Iterable[str]) -> str:
    """Parts of one sentence: “a, b”, in Chinese 甲，乙."""
    return (", " if is_english() else "，").join(part for part in parts if part)


def parted(parts: Iterable[str]) -> str:
    """Sentences in one line: “a; b”, in Chinese 甲；乙."""
    return ("; " if is_english() else "；").join(part for part in parts if part)


def bracketed(text: str) -> str:
    """A remark after something: “ (a)”, in Chinese （甲）."""
    return f" ({text})" if is_english() else f"（{text}）"


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def month_day(text: str) -> str:
    """A day of the year as a rubric writes it (MM-DD), in words: 3月31日, 31 March."""
    month, _between, day = text.partition("-")
    if is_english():
        return f"{int(day)} {MONTHS[int(month) - 1]}"
    return f"{int(month)}月{int(day)}日"


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
            "rubric.begun": _("Rubric begun: {title}"),
            "rubric.cloned": _("Rubric copied: {title}"),
            "rubric.published": _("Rubric published: {fingerprint}"),
            "rubric.retired": _("Rubric retired"),
            "rubric.edited": _("Draft of a rubric edited, from version {version} on"),
            "rubric.deleted": _("Draft of a rubric thrown away: {old_title}"),
            "cycle.started": _("Cycle started: {units} units"),
            "cycle.rubric_changed": _("Cycle moved to edition {edition} of its rubric: {reason}"),
            "cycle.settings_changed": _("Settings of the cycle changed"),
            "units.enrolled": _("Units added to the cycle: {count}"),
            "enrolment.changed": _("Unit's part in the cycle changed: {reason}"),
            "targets.agreed": _("The unit's own targets agreed: {item}"),
            "phase.changed": _("Dates of a phase changed: {reason}"),
            "phase.closed": _("Phase closed early: {reason}"),
            "phase.reopened": _("Phase opened again: {reason}"),
            "extension.given": _("More time given to a unit: {reason}"),
            "extension.taken": _("More time of a unit taken back: {reason}"),
            "assignment.given": _("Part assigned to a reviewer: {username}"),
            "assignment.taken": _("Part taken from a reviewer: {old_username}"),
            "provider.tied": _("Unit tied to a provider: {provider}"),
            "reminders.sent": _("People reminded of a deadline: {count}"),
            "provider.untied": _("Unit no longer tied to a provider: {old_provider}"),
        }
    )
    name_fields(
        {
            "series_code": _("series"),
            "tags": _("tags"),
            "member_of": _("member of"),
            "head_may_delegate_submit": _("a clerk may submit for the head"),
            "unit_proof_limit": _("proof of one unit, MB"),
            "proof_limit": _("proof of all units, MB"),
        }
    )
    name_notices(
        {
            "phase.extended": _("Your unit has more time, until {until}: {reason}"),
            "phase.extension_taken": _("The usual end holds for your unit again, {until}: {reason}"),
            "enrolment.changed": _("What the cycle says of your unit has changed: {reason}"),
            "reminder.sheet": _("{unit}: the self-assessment is not handed in yet. It is due {until}."),
            "reminder.sheet_late": _(
                "{unit}: the self-assessment was due {until}. Ask the appraisal office for more time to hand it in."
            ),
            "reminder.returned": _("{unit}: what was returned is not handed in again yet. It is due {until}."),
            "reminder.returned_late": _(
                "{unit}: what was returned was due {until}. Ask the appraisal office for more time to hand it in."
            ),
            "reminder.review": _("{cycle}: {count} claims still wait for your decision. It is due {until}."),
            "reminder.review_late": _("{cycle}: {count} claims still wait for your decision. It was due {until}."),
            "leader.named": _("You belong to the leading group of: {cycle}"),
            "leader.withdrawn": _("You no longer belong to the leading group of: {cycle}"),
        }
    )
