"""The columns of the burden meter, the same on the page and in the workbook: figures by item, each to be sorted by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from scoring.selectors.burden import ItemLine

Figure = int | Decimal | None
MEGABYTE = 1_048_576


@dataclass(frozen=True)
class FigureColumn:
    """One figure of an item; None where the item has none. `digits` behind the point, None: as they are."""

    key: str
    title: str
    group: str
    figure: Callable[[ItemLine], Figure]
    digits: int | None = 0


def columns(digits: int) -> list[FigureColumn]:
    """All of them; `digits` are the rubric's."""
    asked, given, came = _("What it asks"), _("What units gave"), _("What came of it")
    return [
        FigureColumn("units", _("Units"), asked, lambda line: line.item.units),
        FigureColumn("required", _("Clauses that demand proof"), asked, lambda line: line.item.required),
        FigureColumn("allowed", _("Clauses that take proof"), asked, lambda line: line.item.allowed),
        FigureColumn("claims", _("Claims"), given, lambda line: line.item.claims),
        FigureColumn("claiming", _("Units that claim"), given, lambda line: line.item.claiming),
        FigureColumn("saves", _("Saves"), given, lambda line: line.item.saves),
        FigureColumn("files", _("Files"), given, lambda line: line.item.files),
        FigureColumn("middle", _("Files of a claiming unit (median)"), given, _middle, None),
        FigureColumn("again", _("Serve elsewhere too, %"), given, _again, 0),
        FigureColumn("size", _("Size, MB"), given, lambda line: Decimal(line.item.size) / MEGABYTE, 1),
        FigureColumn("altered", _("Claims decided otherwise"), came, lambda line: line.item.altered),
        FigureColumn("face", _("Points, before bounds"), came, lambda line: line.moved.face, digits),
        FigureColumn("points", _("Points moved"), came, lambda line: line.moved.points, digits),
        FigureColumn("moved", _("Units whose score it moved"), came, lambda line: line.moved.units),
    ]


def _middle(line: ItemLine) -> Figure:
    return line.item.middle if line.item.claiming else None


def _again(line: ItemLine) -> Figure:
    return Decimal(100 * line.item.again) / line.item.files if line.item.files else None


def in_order(lines: tuple[ItemLine, ...], made: list[FigureColumn], key: str, *, rising: bool) -> list[ItemLine]:
    """The items by one figure, those without it last; as the rubric has them where no such figure is named."""
    column = next((one for one in made if one.key == key), None)
    if column is None:
        return list(lines)
    with_figure = [line for line in lines if column.figure(line) is not None]
    without = [line for line in lines if column.figure(line) is None]
    return [*sorted(with_figure, key=lambda line: column.figure(line) or 0, reverse=not rising), *without]
