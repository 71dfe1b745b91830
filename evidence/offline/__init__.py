"""A unit's sheet as a workbook: written out, filled in without a network, read back and compared with what is stored.

`write_sheet` makes the workbook, `read_sheet` reads one that came back, `plan_of` says what merging it would do.
Nothing is written here: `evidence.services.offline` merges what a person confirmed.
"""

from evidence.offline.carrying import Lost, packed, unpacked
from evidence.offline.plan import Line, Plan, plan_of
from evidence.offline.reading import NotThisSheet, read_sheet
from evidence.offline.rows import FactRow, Filled, ItemRow
from evidence.offline.writing import write_sheet

__all__ = [
    "FactRow",
    "Filled",
    "ItemRow",
    "Line",
    "Lost",
    "NotThisSheet",
    "Plan",
    "packed",
    "plan_of",
    "read_sheet",
    "unpacked",
    "write_sheet",
]
