"""The cycle of the sheet's tests, and the guard taken out on demand."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import F

from rubrics import services as rubrics_services
from rubrics.models import Cycle
from tests.evidence.conftest import claim, cycle, hand_in, judge, own, start, store
from units.models import User

__all__ = ["claim", "cycle", "hand_in", "judge", "own", "start", "store"]


@pytest.fixture
def second_judge(cycle: Cycle, person: Callable[..., User]) -> User:
    """Another reviewer, assigned the whole cycle as well."""
    other = person("second-reviewer", "第二组考评员")
    rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=other)
    return other


def _whatever_the_version(row: Any, *, version: int, **changes: Any) -> Any:
    """What `compare_and_set` would be if it compared nothing."""
    type(row)._base_manager.filter(pk=row.pk).update(version=F("version") + 1, **changes)
    for name, value in changes.items():
        setattr(row, name, value)
    row.version = version + 1
    return row


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every service writes without comparing versions: a test of races that is worth anything now loses updates."""
    for name, module in sorted(sys.modules.items()):
        if ".services" in name and hasattr(module, "compare_and_set"):
            monkeypatch.setattr(module, "compare_and_set", _whatever_the_version)
