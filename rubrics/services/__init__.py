"""Everything that writes rubrics and cycles: ask the policy, one transaction, compare the version, append to the
journal.

`actor=None` means the house itself: a command of the person at the machine, never a request.
"""

from rubrics.services.assignments import (
    assign_reviewer,
    name_leader,
    tie_provider,
    unassign_reviewer,
    untie_provider,
    withdraw_leader,
)
from rubrics.services.common import Refused
from rubrics.services.cycles import PhaseDates, give_rubric, series_gone, start_cycle
from rubrics.services.enrolments import Participant, change_enrolment, enrol_units, unit_problems
from rubrics.services.phases import change_phase, close_phase, extend_enrolment, reopen_phase
from rubrics.services.records import hold_enrolment, touch_cycle, touch_records
from rubrics.services.reminders import Wanted, remind_by_hand, remind_once, send_waiting
from rubrics.services.rubrics import clone_rubric, delete_draft, load_rubric, publish_rubric, retire_rubric
from rubrics.services.settings import change_settings
from rubrics.services.targets import agree_targets

__all__ = [
    "Participant",
    "PhaseDates",
    "Refused",
    "Wanted",
    "agree_targets",
    "assign_reviewer",
    "change_enrolment",
    "change_phase",
    "change_settings",
    "clone_rubric",
    "close_phase",
    "delete_draft",
    "enrol_units",
    "extend_enrolment",
    "give_rubric",
    "hold_enrolment",
    "load_rubric",
    "name_leader",
    "publish_rubric",
    "remind_by_hand",
    "remind_once",
    "reopen_phase",
    "retire_rubric",
    "send_waiting",
    "series_gone",
    "start_cycle",
    "tie_provider",
    "touch_cycle",
    "touch_records",
    "unassign_reviewer",
    "unit_problems",
    "untie_provider",
    "withdraw_leader",
]
