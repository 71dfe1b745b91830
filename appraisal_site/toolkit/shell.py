"""What an app may hang into the shell of every page: entries of the rail, and tasks on the home page.

An app offers them as `<app>.rail.entries(user, cycle)` and `<app>.awaiting.entries(user, cycle)`; `cycle` is the one
that the page is about, or None. The shell knows the apps, no app knows the shell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TaskState = Literal["open", "going", "returned", "locked", "later", "done"]


@dataclass(frozen=True)
class RailEntry:
    """One line of the rail. `icon`: a name in templates/_icons.html, less its "i-"; a smaller `place` stands above."""

    label: str
    url: str
    icon: str
    count: int | str | None = None
    place: int = 50


@dataclass(frozen=True)
class Task:
    """One thing that awaits somebody. `due`: until when (if `later`: from when); `label`: the state in other words."""

    title: str
    url: str = ""
    detail: str = ""
    due: datetime | None = None
    state: TaskState = "open"
    label: str = ""
