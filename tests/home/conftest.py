"""The small cycle of tests/small_cycle.py, for every test of this folder."""

from tests.small_cycle import cycle, enrolled, filled, rate, say, start_cycle

__all__ = ["cycle", "enrolled", "filled", "rate", "say", "start_cycle"]
