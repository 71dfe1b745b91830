"""What to ask oneself about an item before it is asked again: a sentence each, none where there is nothing to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from scoring.selectors.burden import ItemLine

FEW_UNITS = 3
"""With fewer units it says little that an item moved nothing, or the same with all of them."""
MANY_FILES = 5
ENOUGH = 10
"""So many files or claims before a share of them is worth a sentence."""


def advice(line: ItemLine) -> list[str]:
    """Sentences about one item, the most telling first."""
    found = [_idle(line)] if line.is_idle else [_alike(line)]
    found += [_heavy(line), _shared(line), _unclear(line)]
    return [text for text in found if text]


def _idle(line: ItemLine) -> str:
    item = line.item
    if item.asked:
        text = ngettext(
            "Asks %(n)d unit for proof and moved nothing: is it needed?",
            "Asks %(n)d units for proof and moved nothing: is it needed?",
            item.units,
        )
    elif item.files:
        text = ngettext(
            "%(files)d file was given and nothing moved: say that none is needed.",
            "%(files)d files were given and nothing moved: say that none are needed.",
            item.files,
        )
    elif item.units < FEW_UNITS and not line.idle_before:
        return ""
    else:
        text = ngettext("Concerns %(n)d unit and moved nothing.", "Concerns %(n)d units and moved nothing.", item.units)
    said = text % {"n": item.units, "files": item.files}
    if line.idle_before:
        years = _(", ").join(str(year) for year in line.idle_before)
        said += _(" Nor did it in %(years)s.") % {"years": years}
    return said


def _alike(line: ItemLine) -> str:
    if line.moved.is_alike and line.item.units >= FEW_UNITS:
        return _("Every unit has the same points here: it tells nobody apart.")
    return ""


def _heavy(line: ItemLine) -> str:
    if line.item.middle >= MANY_FILES:
        return _("A unit that claims gives %(n)s files: would a list do?") % {"n": f"{line.item.middle:g}"}
    return ""


def _shared(line: ItemLine) -> str:
    item = line.item
    if item.files >= ENOUGH and 2 * item.again >= item.files:
        share = 100 * item.again // item.files
        return _("%(share)d%% of its files serve elsewhere too: ask for them once.") % {"share": share}
    return ""


def _unclear(line: ItemLine) -> str:
    item = line.item
    if item.claims >= ENOUGH and 2 * item.altered >= item.claims:
        share = 100 * item.altered // item.claims
        return _("%(share)d%% of the claims were decided otherwise: is the clause clear?") % {"share": share}
    return ""
