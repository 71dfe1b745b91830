"""The same records under two rubrics: what fits, what moves, and why. No Django inside; nothing is kept."""

from scoring.tryout.comparing import compare
from scoring.tryout.fitting import fit
from scoring.tryout.records import Aside, Cause, ClauseMove, Comparison, Fitted, GradingMove, Left, Movement, Side

__all__ = [
    "Aside",
    "Cause",
    "ClauseMove",
    "Comparison",
    "Fitted",
    "GradingMove",
    "Left",
    "Movement",
    "Side",
    "compare",
    "fit",
]
