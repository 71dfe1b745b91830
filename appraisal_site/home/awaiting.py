"""The tasks on the home page: what the apps say awaits a person in a cycle, set out by date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appraisal_site.home import days, tasks
from appraisal_site.home.shell import contributed
from appraisal_site.toolkit.shell import Task

# state → (icon, class of the icon, class of the tag, words)
LOOKS = {
    "open": ("o-empty", "", "", gettext_lazy("Not begun")),
    "going": ("o-half", "kp-here", "", gettext_lazy("Going on")),
    "returned": ("o-back", "", "now", gettext_lazy("Returned")),
    "locked": ("lock", "", "", gettext_lazy("Not possible yet")),
    "later": ("clock", "", "", gettext_lazy("Later")),
    "done": ("o-done", "", "done", gettext_lazy("Done")),
}


@dataclass(frozen=True)
class TaskLine:
    title: str
    url: str
    detail: str
    due: str
    due_small: str
    icon: str
    icon_css: str
    css: str
    label: str
    can_start: bool


def board(user: Any, cycle: Any, now: datetime) -> dict[str, list[TaskLine]]:
    """Now and later, the most urgent first, what has no date last."""
    found = [*contributed("awaiting", user, cycle), *tasks.entries(user, cycle, now)]
    found.sort(key=lambda task: (task.state != "returned", task.due is None, task.due or now))
    return {
        "now": [line(task, now) for task in found if task.state not in ("later", "done")],
        "later": [line(task, now) for task in found if task.state == "later"],
        "done": [line(task, now) for task in found if task.state == "done"],
    }


def line(task: Task, now: datetime) -> TaskLine:
    icon, icon_css, css, label = LOOKS[task.state]
    if task.state == "done":
        due, small = "", ""
    elif task.due is None:
        due, small = _("No deadline"), ""
    else:
        due, small = days.ahead(now, task.due) if task.state == "later" else days.left(now, task.due)
    return TaskLine(
        task.title,
        task.url,
        task.detail,
        due,
        small,
        icon,
        icon_css,
        css,
        task.label or str(label),
        task.state not in ("locked", "later", "done"),
    )
