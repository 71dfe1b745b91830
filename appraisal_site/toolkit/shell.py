"""What an app may hang into the shell of every page: entries of the rail, tasks on the home page, panels beside them.

An app offers them as `entries(user, cycle)` in its modules `rail` (RailEntry), `awaiting` (Task) and `beside_tasks` (a
dict with the `template` to include as `part`); `cycle` is the one that the page is about, or None. The shell knows the
apps, no app knows the shell.
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
