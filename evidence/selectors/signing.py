"""How a sheet stands between clerk and head: laid before the head or not, and what either may do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from evidence import policies, wording

if TYPE_CHECKING:
    from evidence.models import Submission
    from evidence.selectors.sheetdata import SheetData
    from units.models import User


@dataclass(frozen=True)
class Signing:
    """What the check page says to this person. ``laid_at`` is exact, to be sent along; "" while nothing lies there."""

    may_submit: bool
    may_lay: bool
    may_send_back: bool
    laid_at: str
    laid_text: str
    changed_text: str

    @property
    def may_finish(self) -> bool:
        """Whether the gaps of the sheet are this person's next business."""
        return self.may_submit or self.may_lay

    @property
    def waits(self) -> bool:
        """Whether the sheet lies before the head and this person is not the one to act."""
        return bool(self.laid_at) and not self.may_submit


def signing_of(user: User, data: SheetData, now: datetime) -> Signing:
    """The same for one person and one sheet; ``data.submission`` was read with who laid it before the head."""
    submission, enrolment = data.submission, data.enrolment
    may_submit = policies.may_submit(user, enrolment, submission, now)
    laid = submission if submission is not None and submission.ready_at is not None else None
    back = policies.may_send_back(user, enrolment, submission, now)
    return Signing(
        may_submit=may_submit,
        may_lay=policies.may_lay_before(user, enrolment, submission, now),
        may_send_back=back,
        laid_at=laid.ready_at.isoformat() if laid is not None and laid.ready_at else "",
        laid_text=laid_text(laid, for_head=may_submit) if laid is not None else "",
        changed_text=changed_text(laid, for_head=may_submit) if laid is not None else "",
    )


def laid_text(submission: Submission, *, for_head: bool) -> str:
    """Who laid the sheet before the head, and when; empty while nobody did."""
    if submission.ready_at is None:
        return ""
    said = {"who": str(submission.ready_by or ""), "when": wording.day_and_time(submission.ready_at)}
    if for_head:
        return _("%(who)s laid it before you on %(when)s.") % said
    return _("%(who)s laid it before the unit's head on %(when)s.") % said


def changed_text(submission: Submission, *, for_head: bool) -> str:
    """That something was saved after the sheet was laid before the head; empty where nothing was."""
    ready, saved = submission.ready_at, submission.saved_at
    if ready is None or saved is None or saved <= ready:
        return ""
    said = {"laid": f"{timezone.localtime(ready):%H:%M}", "saved": wording.day_and_time(saved)}
    if for_head:
        return _("Changed since it was laid before you at %(laid)s: last saved on %(saved)s.") % said
    return _("Changed since it was laid before the head at %(laid)s: last saved on %(saved)s.") % said
