"""How a draft is changed, one entry at a time: each change saved as it is made, in the history, and undone at will.

Every function asks the policy, opens one transaction whose first statement raises the draft's version (a rubric that
was published meanwhile is Refused("not_draft")), compares the version of the entry it changes (Clash, a Conflict, where
somebody else was faster) and appends one `DraftChange`. A save costs the same however large the rubric is.
"""

from rubrics.services.editing.adding import LAST, add_entry, duplicate_entry
from rubrics.services.editing.changing import change_entry
from rubrics.services.editing.deleting import delete_entry
from rubrics.services.editing.edit import Clash, as_version
from rubrics.services.editing.moving import DIRECTIONS, move_entry, step_entry
from rubrics.services.editing.replacing import replace_content
from rubrics.services.editing.undoing import undo

__all__ = [
    "DIRECTIONS",
    "LAST",
    "Clash",
    "add_entry",
    "as_version",
    "change_entry",
    "delete_entry",
    "duplicate_entry",
    "move_entry",
    "replace_content",
    "step_entry",
    "undo",
]
