"""Several people at the same moment: everybody in a thread of their own, all let go at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

Work = Callable[[], Any]


def race(*works: Work) -> list[Any]:
    """What everybody came to, in the order given: a result, or the exception that was raised."""
    came_to: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(place: int, work: Work) -> None:
        try:
            start.wait()
            came_to[place] = work()
        except Exception as error:
            came_to[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came_to


def losers(came_to: Sequence[Any], kind: type[Exception] = Exception) -> list[Any]:
    """The exceptions of a kind among the outcomes."""
    return [outcome for outcome in came_to if isinstance(outcome, kind)]


def winners(came_to: Sequence[Any]) -> list[Any]:
    """The outcomes that are no exceptions."""
    return [outcome for outcome in came_to if not isinstance(outcome, Exception)]
