"""All writing of this app: ask the policy, one transaction, compare the version, append to the journal."""

from django.utils.translation import gettext_lazy as _

from evidence.services.adoption import Adopted, adopt_rubric
from evidence.services.attempts import Attempt
from evidence.services.claims import BLANK_EXTRAS, Claim, Saved, save_claim, withdraw_claim
from evidence.services.common import Invalid, Refused
from evidence.services.filing import describe_file, name_clause, replace_file, reuse_files
from evidence.services.items import answer_duty, say_item, say_nothing_everywhere
from evidence.services.prerequisites import answer_prerequisite, detach_from_prerequisite, prove_by_given
from evidence.services.proof import Given, attach_file, detach_file, file_limit, give_file
from evidence.services.records import Recorded, load_confirmations, load_proof, load_ratings, load_records
from evidence.services.returning import return_item, return_sheet
from evidence.services.rulings import accept_untouched, decide, record_fact, withdraw_fact
from evidence.services.sharing import GivenMeanwhile, Handed, share_items
from evidence.services.sheets import Incomplete, submit_sheet
from evidence.services.signing import lay_before_head, send_back
from evidence.services.targets import (
    Unfit,
    approve_all_targets,
    approve_targets,
    propose_targets,
    return_targets,
    save_targets,
    take_back_targets,
)
from units import wording

__all__ = [
    "BLANK_EXTRAS",
    "Adopted",
    "Attempt",
    "Claim",
    "Given",
    "GivenMeanwhile",
    "Handed",
    "Incomplete",
    "Invalid",
    "Recorded",
    "Refused",
    "Saved",
    "Unfit",
    "accept_untouched",
    "adopt_rubric",
    "answer_duty",
    "answer_prerequisite",
    "approve_all_targets",
    "approve_targets",
    "attach_file",
    "decide",
    "describe_file",
    "detach_file",
    "detach_from_prerequisite",
    "file_limit",
    "give_file",
    "lay_before_head",
    "load_confirmations",
    "load_proof",
    "load_ratings",
    "load_records",
    "name_clause",
    "propose_targets",
    "prove_by_given",
    "record_fact",
    "replace_file",
    "return_item",
    "return_sheet",
    "return_targets",
    "reuse_files",
    "save_claim",
    "save_targets",
    "say_item",
    "say_nothing_everywhere",
    "send_back",
    "share_items",
    "submit_sheet",
    "take_back_targets",
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
        "items.given": _("Items given to be filled in: {count}, {person}"),
        "items.taken": _("Items taken back: {old_count}, {old_person}"),
        "sheet.laid_before": _("Sheet laid before the unit's head"),
        "sheet.sent_back": _("Sheet given back to the clerk unsigned: {reason}"),
        "proof.described": _("Proof described"),
        "proof.replaced": _("Proof replaced: {name}"),
        "prerequisite.confirmed": _("Prerequisite confirmed: {code}"),
        "targets.proposed": _("Own targets proposed: {item}"),
        "targets.taken_back": _("Proposal of own targets taken back: {item}"),
        "targets.returned": _("Own targets returned: {reason}"),
        "prerequisite.taken_back": _("Confirmation of a prerequisite taken back: {code}"),
    }
)
wording.name_fields(
    {
        "person": _("person"),
        "items": _("items"),
        "saved_at": _("last saved"),
        "ready_at": _("laid before the head"),
    }
)
wording.name_notices(
    {
        "targets.approved": _("{cycle}: your targets for “{item}” are agreed."),
        "targets.returned": _("{cycle}: your targets for “{item}” were returned. {reason}"),
        "sheet.returned": _("{cycle}: the reviewers returned your sheet, to be handed in again by {until}. {reason}"),
        "item.returned": _("{cycle}: the reviewers returned “{item}”, to be handed in again by {until}. {reason}"),
        "items.given": _("{cycle}: {by} gave you {count} items of your unit's sheet to fill in."),
        "items.taken": _("{cycle}: {by} took back {count} items of your unit's sheet."),
        "sheet.laid_before": _("{cycle}: {by} laid the sheet of {unit} before you, to be signed and submitted."),
        "sheet.sent_back": _("{cycle}: {by} gave the sheet back unsigned. {reason}"),
        "rubric.changed": _("{cycle} now runs edition {edition} of its rubric: {reason}"),
        "rubric.changed_for_review": _(
            "{cycle} now runs edition {edition} of its rubric; {reopened} decisions are back in the queue."
        ),
    }
)
