"""Tasks that follow from a person's part in a cycle and its dates; what depends on records comes from the apps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from appraisal_site.toolkit.shell import Task


def entries(user: Any, cycle: Any, now: datetime) -> list[Task]:
    return []
