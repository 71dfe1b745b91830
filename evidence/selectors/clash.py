"""Two versions of one thing side by side: what a person typed, and what somebody else stored meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import formats
from django.utils.translation import gettext as _

from evidence import explain
from evidence.models import Fact, SheetItem

if TYPE_CHECKING:
    from evidence.selectors.sheetdata import SheetData


@dataclass(frozen=True)
class Difference:
    """One thing that can be said, in both versions; empty where nothing is said of it."""

    label: str
    mine: str
    theirs: str

    @property
    def differs(self) -> bool:
        return self.mine != self.theirs


@dataclass(frozen=True)
class Clash:
    """Both versions, who stored the other one and when, and whether it was taken back."""

    rows: tuple[Difference, ...]
    who: str
    at: datetime | None
    gone: bool
    mine_gone: bool = False


def clash_of(
    data: SheetData, code: str, clause: Any, said: Mapping[str, Any], extras: Mapping[str, Any],
    stored: Fact | None, *, present: bool,
) -> Clash:  # fmt: skip
    """A claim against the one that is stored; what the typed form did not show is as stored on both sides."""
    gone = stored is None or stored.state == Fact.State.WITHDRAWN
    theirs = {} if stored is None or gone else _told(data, code, clause, stored.said, _extras_of(stored))
    blank = not said and not present
    known = {} if stored is None or gone else _extras_of(stored)
    mine = {} if blank else _told(data, code, clause, said, {**known, **extras})
    labels = [label for label in _labels() if mine.get(label) or theirs.get(label)]
    rows = tuple(Difference(label, mine.get(label, ""), theirs.get(label, "")) for label in labels)
    who = str(stored.changed_by or "") if stored else ""
    return Clash(rows, who, stored.updated_at if stored else None, gone, mine_gone=blank)


def _extras_of(fact: Fact) -> dict[str, Any]:
    names = ("date", "matter", "share", "modifiers", "note", "exempt_reason")
    return {name: getattr(fact, name) for name in names}


def _labels() -> list[str]:
    return [
        _("Entry"), _("Date"), _("Matter"), _("Our part"), _("Circumstances"), _("Note"), _("Asks for exemption"),
    ]  # fmt: skip


def _told(
    data: SheetData, code: str, clause: Any, said: Mapping[str, Any], extras: Mapping[str, Any]
) -> dict[str, str]:
    shares = {share.code: share.title or share.code for share in data.definition.shares_of(code)}
    modifiers = {one.code: one.title or one.code for one in clause.modifiers}
    date, share = extras.get("date"), extras.get("share", "")
    told = [
        explain.said_text(clause, said) or _("it happened"),
        formats.date_format(date, "DATE_FORMAT") if date else "",
        extras.get("matter", ""),
        shares.get(share, share),
        _(", ").join(modifiers.get(one, one) for one in extras.get("modifiers", ())),
        extras.get("note", ""),
        extras.get("exempt_reason", ""),
    ]
    return dict(zip(_labels(), map(str, told), strict=True))


def item_clash(say: str, reason: str, row: SheetItem | None) -> Clash:
    """What a person wants to say of an item as a whole against what is said of it now."""
    state = row.state if row else SheetItem.State.UNTOUCHED
    words = {
        "nothing": _("Nothing to report"), "not_duty": _("Not our duty"), "clear": _("Nothing said yet"),
        SheetItem.State.UNTOUCHED: _("Nothing said yet"), SheetItem.State.RETURNED: _("Returned"),
        SheetItem.State.CLAIMED: _("Entries have been made"),
    }  # fmt: skip
    rows = [Difference(_("About the item"), words.get(say, ""), words[state])]
    if reason or (row and row.reason):
        rows.append(Difference(_("Reason"), reason, row.reason if row else ""))
    who = str(row.changed_by or "") if row else ""
    return Clash(tuple(rows), who, row.changed_at if row else None, gone=False)
