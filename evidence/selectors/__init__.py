"""Everything that is read of sheets, facts, proof and rulings; the only door for other apps that want to know."""

from evidence.selectors.burden import Burden, ItemBurden, burden_of
from evidence.selectors.gaps import gaps_of
from evidence.selectors.records import Stand, facts_of, facts_of_unit, facts_of_units
from evidence.selectors.traces import Trace, traces_of
from evidence.selectors.unsettled import Unsettled, unsettled_in

__all__ = [
    "Burden",
    "ItemBurden",
    "Stand",
    "Trace",
    "Unsettled",
    "burden_of",
    "facts_of",
    "facts_of_unit",
    "facts_of_units",
    "gaps_of",
    "traces_of",
    "unsettled_in",
]
