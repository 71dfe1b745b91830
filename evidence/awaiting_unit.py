"""What awaits people inside a unit beside the sheet as a whole: items given to a colleague, a sheet to be signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appraisal_site.toolkit.shell import Task
from evidence import policies
from evidence.models import Submission
from evidence.selectors import access
from evidence.selectors.sheetdata import SheetData
from evidence.selectors.signing import signing_of
from rubrics import lifecycle as rubrics_lifecycle

OPEN = (Submission.State.DRAFT, Submission.State.RETURNED)


def given_tasks(user: Any, cycle: Any) -> list[Task]:
    """For a colleague the items given to them, unit by unit, while the sheet may be filled in or soon will be."""
    sheets = access.given_sheets(user, cycle)
    return [task for enrolment in sheets if (task := _given(access.data_for(user, enrolment)))]


def _given(data: SheetData) -> Task | None:
    now, enrolment, submission = timezone.now(), data.enrolment, data.submission
    if submission is not None and submission.state not in OPEN:
        return None
    url = reverse("evidence:sheet", args=[enrolment.pk])
    title = _("%(unit)s: my items of the self-assessment %(year)s") % {
        "unit": enrolment.unit.title, "year": enrolment.cycle.year,
    }  # fmt: skip
    schedule = enrolment.schedule()
    is_open, closes = _window(data, now)
    if not is_open:
        phase = schedule.phase("self_assessment") or schedule.phase("application")
        soon = phase is not None and phase.opens_at > now
        return Task(title, url, _("Not open yet"), phase.opens_at, "later") if soon else None
    waiting = [entry for entry in data.claimable if data.awaits(entry)]
    if not waiting:
        return Task(title, url, _("All %(n)d are filled in") % {"n": len(data.claimable)}, closes, "done")
    detail = _("%(open)d of %(all)d open") % {"open": len(waiting), "all": len(data.claimable)}
    if submission is not None and submission.state == Submission.State.RETURNED:
        return Task(title, url, detail, closes, "returned")
    return Task(title, url, detail, closes, "open" if len(waiting) == len(data.claimable) else "going")


def laid_task(user: Any, data: SheetData, title: str, now: datetime) -> Task | None:
    """A sheet that lies before the unit's head: to be signed by the head, waiting for others. None where none does."""
    submission = data.submission
    if submission is None or submission.ready_at is None or submission.state not in OPEN:
        return None
    is_open, closes = _window(data, now)
    if not is_open:
        return None
    signing = signing_of(user, data, now)
    url = reverse("evidence:check", args=[data.enrolment.pk])
    detail = " ".join(part for part in (signing.laid_text, signing.changed_text) if part)
    if signing.may_submit:
        return Task(_("Sign and submit: %(title)s") % {"title": title}, url, detail, closes, "open")
    return Task(title, url, detail, closes, "going", label=pgettext("sheet", "with the head"))


def _window(data: SheetData, now: datetime) -> tuple[bool, datetime | None]:
    """Whether the unit may write in the sheet and hand it in now, and until when where a date says so."""
    enrolment, submission = data.enrolment, data.submission
    verb = "fill_sheet"
    if submission is not None and submission.state == Submission.State.RETURNED:
        verb, until = "correct_sheet", policies.correct_until(enrolment, submission)
        if until is not None:
            return until > now, until
    schedule = enrolment.schedule()
    phase = rubrics_lifecycle.opening(verb, schedule, now)
    return rubrics_lifecycle.is_open(verb, schedule, now), phase.closes_at if phase is not None else None
