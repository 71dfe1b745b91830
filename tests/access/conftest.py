"""The small house of `world`, for everybody of the cast."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.access.world import World, build
from units.models import Unit, User

CAST = (
    "administrator",
    "leader",
    "reviewer",
    "auditor",
    "clerk",
    "head",
    "colleague",
    "provider",
    "stranger",
    "nobody",
)


@pytest.fixture
def world(
    request: pytest.FixtureRequest,
    unit: Unit,
    other_unit: Unit,
    person: Callable[..., User],
    tmp_path: Path,
    settings: Any,
) -> World:
    """Everybody with their part in the own cycle; `nobody` is not signed in."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    people = {name: None if name == "nobody" else request.getfixturevalue(name) for name in CAST}
    other_clerk = person("other-clerk", "别单位乙经办人", role="clerk", unit=other_unit)
    return build(people, unit, other_unit, other_clerk)
