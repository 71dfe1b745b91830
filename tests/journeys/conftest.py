"""The demonstration behind a real server, and people at browsers in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from scoring import demo
from tests.journeys.visitor import Visitor


@pytest.fixture
def house(live_server: Any, settings: Any) -> demo.Plan:
    """The demonstration as `make demo` loads it."""
    settings.KAOPING_DEMO = True
    plan = demo.read_plan()
    demo.load(plan, now=timezone.now(), say=lambda line: None)
    return plan


@pytest.fixture
def visitor(chromium: Any, live_server: Any, house: demo.Plan) -> Iterator[Callable[..., Visitor]]:
    """`visitor("service")` is that person, signed in; `size="phone"` gives them a telephone."""
    made: list[Visitor] = []

    def enter(username: str, size: str = "desk") -> Visitor:
        made.append(Visitor(chromium, live_server.url, size))
        return made[-1].sign_in(username, house.password)

    yield enter
    for one in made:
        one.context.close()
