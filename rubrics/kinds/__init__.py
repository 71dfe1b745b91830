"""Kinds are open: a clause basis is one file here. Adding it to this list is all that the rest needs."""

from rubrics.kinds import (
    bands,
    bare,
    count,
    formula,
    level,
    linked,
    manual,
    panel,
    rank,
    ratio,
    relative,
    steps,
    targets,
)
from rubrics.kinds.base import Kind

BASES: dict[str, Kind] = {
    module.KIND.code: module.KIND
    for module in (count, level, manual, steps, bands, ratio, rank, relative, targets, formula, panel, linked)
}
"""Every basis by its code, in the order in which people are offered them."""

BARE = bare.KIND

EFFECTS = ("deduct", "award", "forfeit", "veto", "record")
