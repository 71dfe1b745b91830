"""Python's collector at rest while many units are worked out."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Results hold no circles, yet the collector walks over all lines again whenever they have grown by a quarter.

    That is a third of the time of a large cycle. Memory does not grow by resting: what is dropped is freed at once.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
