"""All writing of this app: ask the policy, one transaction, compare the version, append to the journal."""

from django.utils.translation import gettext_lazy as _

from evidence.services.adoption import Adopted, adopt_rubric
from evidence.services.claims import Claim, Saved, save_claim, withdraw_claim
from evidence.services.common import Invalid, Refused
from evidence.services.items import answer_duty, say_item, say_nothing_everywhere
from evidence.services.proof import attach_file, detach_file, file_limit
from evidence.services.records import Recorded, load_proof, load_ratings, load_records
from evidence.services.rulings import accept_untouched, decide, record_fact, withdraw_fact
from evidence.services.sheets import Incomplete, return_item, return_sheet, submit_sheet
from units import wording

__all__ = [
    "Adopted",
    "Claim",
    "Incomplete",
    "Invalid",
    "Recorded",
    "Refused",
    "Saved",
    "accept_untouched",
    "adopt_rubric",
    "answer_duty",
    "attach_file",
    "decide",
    "detach_file",
    "file_limit",
    "load_proof",
    "load_ratings",
    "load_records",
    "record_fact",
    "return_item",
    "return_sheet",
    "save_claim",
    "say_item",
    "say_nothing_everywhere",
    "submit_sheet",
    "withdraw_claim",
    "withdraw_fact",
]

wording.name_verbs(
    {
        "sheet.submitted": _("Sheet submitted: receipt {receipt}"),
        "sheet.returned": _("Sheet returned: {reason}"),
        "item.returned": _("Item returned: {item}"),
        "duty.granted": _("Granted that an item is not the unit's duty: {item}"),
        "duty.refused": _("Refused that an item is not the unit's duty: {item}"),
        "fact.recorded": _("Fact recorded: {clause}"),
        "fact.withdrawn": _("Fact withdrawn: {clause}"),
        "fact.decided": _("Fact decided: {verdict}"),
        "unit.rubric_changed": _("Records put under edition {edition} of the rubric: {reopened} decisions reopened"),
        "facts.accepted": _("Facts accepted together: {count}"),
        "facts.loaded": _("Facts loaded: {count}"),
        "ratings.loaded": _("Ratings loaded: {count}"),
        "proof.attached": _("Proof attached: {name}"),
        "proof.detached": _("Proof taken off"),
    }
)
wording.name_notices(
    {
        "sheet.returned": _("{cycle}: the reviewers returned your sheet. {reason}"),
        "item.returned": _("{cycle}: the reviewers returned “{item}”. {reason}"),
        "rubric.changed": _("{cycle} now runs edition {edition} of its rubric: {reason}"),
        "rubric.changed_for_review": _(
            "{cycle} now runs edition {edition} of its rubric; {reopened} decisions are back in the queue."
        ),
    }
)
