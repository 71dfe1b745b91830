"""What of this room awaits a person: sheets to hand in or amend, claims to decide, units that are late."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appraisal_site.toolkit.shell import Task
from evidence import policies, wording
from evidence.awaiting_unit import given_tasks, laid_task
from evidence.models import Submission
from evidence.selectors import access
from evidence.selectors.gaps import gaps_in
from evidence.selectors.late import open_work
from evidence.selectors.review import reach_of, review_list
from evidence.selectors.sheetdata import SheetData, load
from evidence.selectors.targets import AGREED, has_targets, plans_of, waiting_in
from rubrics import lifecycle as rubrics_lifecycle
from rubrics import policies as rubrics_policies
from rubrics import selectors as rubrics_selectors


def entries(user: Any, cycle: Any) -> list[Task]:
    """Tasks with their dates; those that are not open yet stand under later."""
    if cycle is None or not user.is_authenticated:
        return []
    found = [task for enrolment in access.own_sheets(user, cycle) if (task := _sheet(user, load(enrolment)))]
    return [
        *found,
        *given_tasks(user, cycle),
        *_own_targets(user, cycle),
        *_targets(user, cycle),
        *_review(user, cycle),
        *_ledger(user, cycle),
        *_late(user, cycle),
    ]


def _sheet(user: Any, data: SheetData) -> Task | None:
    enrolment, now = data.enrolment, timezone.now()
    url = reverse("evidence:sheet", args=[enrolment.pk])
    title = _("%(unit)s: self-assessment %(year)s") % {"unit": enrolment.unit.title, "year": enrolment.cycle.year}
    submission, schedule = data.submission, enrolment.schedule()
    laid = laid_task(user, data, title, now)
    if laid is not None:
        return laid
    if submission is not None and submission.state == Submission.State.RETURNED:
        until = policies.correct_until(enrolment, submission)
        phase = rubrics_lifecycle.opening("correct_sheet", schedule, now)
        due = until or (phase.closes_at if phase else None)
        if due is not None and due <= now:
            return Task(title, url, _("Returned, and the time to amend it is over"), due, label=_("late"))
        count = sum(1 for row in data.rows.values() if row.reopened)
        detail = (
            _("%(n)d items were returned; amend and submit again") % {"n": count}
            if count
            else _("The whole sheet was returned")
        )
        return Task(title, url, detail, due, "returned")
    if submission is not None and submission.state != Submission.State.DRAFT:
        receipt = reverse("evidence:receipt", args=[enrolment.pk])
        when = wording.day_and_time(submission.submitted_at) if submission.submitted_at else ""
        return Task(title, receipt, _("Submitted %(when)s") % {"when": when}, None, "done")
    if data.unmet and rubrics_lifecycle.is_open("fill_sheet", schedule, now):
        return _prerequisites(title, data, now)
    phase = schedule.phase("self_assessment") or schedule.phase("application")
    if phase is None or phase.closes_at <= now:
        return None
    if phase.opens_at > now:
        return Task(title, url, _("Not open yet"), phase.opens_at, "later")
    gaps = gaps_in(data)
    detail = _("%(n)d places are open") % {"n": len(gaps)} if gaps else _("Complete; hand it in")
    return Task(title, url, detail, phase.closes_at, "going" if data.rows else "open")


def _prerequisites(title: str, data: SheetData, now: datetime) -> Task:
    """What opens the sheet comes before it."""
    left = len(data.unmet)
    text = ngettext("Confirm %(n)d prerequisite first", "Confirm %(n)d prerequisites first", left) % {"n": left}
    phase = rubrics_lifecycle.opening("fill_sheet", data.enrolment.schedule(), now)
    url = reverse("evidence:prerequisites", args=[data.enrolment.pk])
    begun = any(one.confirmed or one.files for one in data.prerequisites)
    return Task(title, url, text, phase.closes_at if phase else None, "going" if begun else "open")


def _own_targets(user: Any, cycle: Any) -> list[Task]:
    """For the unit, targets of its own that are not agreed yet."""
    if not has_targets(cycle):
        return []
    found = []
    for enrolment in access.own_sheets(user, cycle):
        if policies.may_draw_targets(user, enrolment, timezone.now()):
            found += _targets_of(enrolment)
    return found


def _targets_of(enrolment: Any) -> list[Task]:
    plans = plans_of(enrolment)
    if not plans:
        return []
    url = reverse("evidence:targets", args=[enrolment.pk])
    title = _("%(unit)s: own targets %(year)s") % {"unit": enrolment.unit.title, "year": enrolment.cycle.year}
    states = {plan.state for plan in plans}
    if states == {AGREED}:
        return [Task(title, url, _("Agreed for the year"), None, "done")]
    if "returned" in states:
        return [Task(title, url, _("The administrator returned them; amend and propose them again"), None, "returned")]
    if "draft" not in states:
        return [Task(title, url, _("They wait for the administrator"), None, "going", label=_("proposed"))]
    begun = any(plan.rows for plan in plans)
    return [
        Task(
            title, url, _("Propose them; nothing can be claimed under them before"), None, "going" if begun else "open"
        )
    ]


def _targets(user: Any, cycle: Any) -> list[Task]:
    """For the administrator, proposals of units that wait for a decision."""
    if not policies.may_decide_targets(user, cycle, timezone.now()):
        return []
    count = waiting_in(cycle)
    if not count:
        return []
    title = ngettext("%(n)d proposal of targets waits for you", "%(n)d proposals of targets wait for you", count)
    return [
        Task(title % {"n": count}, reverse("evidence:target_plans", args=[cycle.pk]), _("Agree to them or return them"))
    ]


def _review(user: Any, cycle: Any) -> list[Task]:
    if not reach_of(user, cycle).assignments:
        return []
    _categories, lines = review_list(user, cycle)
    waiting, total = sum(line.total - line.decided for line in lines), sum(line.total for line in lines)
    now, schedule = timezone.now(), cycle.schedule()
    phase = rubrics_lifecycle.opening("decide", schedule, now)
    url = reverse("evidence:review_list", args=[cycle.pk])
    title = _("Decide the claims of %(n)d units") % {"n": len(lines)}
    detail = _("%(open)d of %(all)d claims wait") % {"open": waiting, "all": total}
    if not rubrics_lifecycle.is_open("decide", schedule, now):
        later = schedule.phase("review") or schedule.phase("verification")
        return [Task(title, url, detail, later.opens_at, "later")] if later and later.opens_at > now else []
    if total and not waiting:
        return [Task(title, url, _("All %(n)d claims are decided") % {"n": total}, None, "done")]
    return [Task(title, url, detail, phase.closes_at if phase else None, "going" if waiting < total else "open")]


def _ledger(user: Any, cycle: Any) -> list[Task]:
    if not rubrics_selectors.provider_codes_of(user, cycle):
        return []
    schedule = cycle.schedule()
    if not rubrics_lifecycle.is_open("record_fact", schedule, timezone.now()):
        return []
    url = reverse("evidence:ledger", args=[cycle.pk])
    return [
        Task(_("Record facts about the units"), url, _("As they happen, all year round"), schedule.closes_at, "going")
    ]


def _late(user: Any, cycle: Any) -> list[Task]:
    """For the administrator, units whose time is over and whose sheet is still with them."""
    if not rubrics_policies.may_remind(user, cycle):
        return []
    now = timezone.now()
    late = [line for line in open_work(cycle, now).sheets if line.phase.closes_at <= now]
    if not late:
        return []
    title = ngettext("%(n)d unit is late with its sheet", "%(n)d units are late with their sheets", len(late))
    detail, url = _("Remind them, or give them more time"), reverse("evidence:late", args=[cycle.pk])
    return [Task(title % {"n": len(late)}, url, detail, late[0].phase.closes_at, label=_("late"))]
