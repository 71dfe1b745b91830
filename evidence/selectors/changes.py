"""What changed between two versions of a sheet, in words and by item, with the points as claimed before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evidence import explain, outline
from evidence.models import SheetItem
from evidence.outline import slug
from evidence.versions import Change, Keyed, Size, differences, size_of
from evidence.worth import Worth
from rubrics.kinds.numbers import plain

if TYPE_CHECKING:
    from rubrics.definition import Definition

LONG = 120
"""Longer texts are cut where they stand in a list of changes; the paper has them whole."""


@dataclass(frozen=True)
class Side:
    """One of the two that are compared: what it says, the rules it was said under, its items, its points."""

    keyed: Keyed
    definition: Definition
    entries: tuple[outline.Entry, ...]
    worth: Worth
    title: str


@dataclass(frozen=True)
class FieldLine:
    """One field: what it is called, what was, what is."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ChangeLine:
    """One thing that came, went or differs."""

    kind: str
    icon: str
    did: str
    about: str
    said: str
    fields: tuple[FieldLine, ...]


@dataclass(frozen=True)
class ItemChanges:
    """All changes under one item; ``code`` is blank for the prerequisites. ``before`` and ``after`` are points."""

    code: str
    slug: str
    title: str
    full: str
    before: str
    after: str
    lines: tuple[ChangeLine, ...]

    @property
    def moved(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Changes:
    """The whole of it; ``clauses`` are the full codes under which a claim differs."""

    items: tuple[ItemChanges, ...]
    size: Size
    before: str
    after: str
    before_title: str
    after_title: str
    clauses: frozenset[str]

    @property
    def codes(self) -> frozenset[str]:
        """The items under which the unit stated something else."""
        return frozenset(one.code for one in self.items if one.lines)

    @property
    def moved(self) -> bool:
        return self.before != self.after

    @property
    def summary(self) -> str:
        return size_text(self.size)

    def under(self, code: str) -> ItemChanges | None:
        return next((one for one in self.items if one.code == code), None)


def changes_between(before: Side, after: Side, *, codes: set[str] | None = None) -> Changes:
    """What changed from the one to the other; ``codes`` limits it to the items that a reader may see."""
    found = differences(before.keyed, after.keyed)
    if codes is not None:
        found = tuple(change for change in found if change.item in codes)
    by_item: dict[str, list[Change]] = defaultdict(list)
    for change in found:
        by_item[change.item].append(change)
    items = _in_order(before, after, by_item, codes)
    whole = codes is None
    return Changes(
        items=tuple(items),
        size=size_of(found),
        before=before.worth.value if whole else "",
        after=after.worth.value if whole else "",
        before_title=before.title,
        after_title=after.title,
        clauses=frozenset(change.state.clause for change in found if change.what == "fact"),
    )


def _in_order(
    before: Side, after: Side, by_item: Mapping[str, list[Change]], codes: set[str] | None
) -> Iterable[ItemChanges]:
    """Items in reading order, those that the later side has no more at the end."""
    entries = {entry.code: entry for side in (after, before) for entry in side.entries}
    order = [code for code in ("", *entries) if code in by_item or _moved(before, after, code)]
    for code in [*order, *sorted(set(by_item) - set(order))]:
        if codes is not None and code not in codes:
            continue
        entry = entries.get(code)
        yield ItemChanges(
            code=code,
            slug=slug(code),
            title=_title(code, entry),
            full=plain(entry.item.points) if entry and entry.item.points else "",
            before=before.worth.nodes.get(code, "") if code else "",
            after=after.worth.nodes.get(code, "") if code else "",
            lines=tuple(_line(change, before.definition, after.definition) for change in by_item.get(code, ())),
        )


def _moved(before: Side, after: Side, code: str) -> bool:
    return bool(code) and before.worth.nodes.get(code, "") != after.worth.nodes.get(code, "")


def _title(code: str, entry: outline.Entry | None) -> str:
    if not code:
        return _("Prerequisites")
    return f"{entry.item.ref} {entry.item.title or entry.item.code}".strip() if entry else code


# --- one change in words ----------------------------------------------------------------------------------------------


def _line(change: Change, old: Definition, new: Definition) -> ChangeLine:
    words = {"fact": _fact, "file": _file, "item": _item, "prerequisite": _prerequisite, "target": _target}
    did, about, said, fields = words[change.what](change, old, new)
    icon = {"added": "plus", "changed": "edit", "removed": "x"}[change.kind]
    return ChangeLine(change.kind, icon, did, about, said, fields)


Words = tuple[str, str, str, tuple[FieldLine, ...]]


def _fact(change: Change, old: Definition, new: Definition) -> Words:
    did = {"added": _("Claim added"), "changed": _("Claim changed"), "removed": _("Claim taken back")}[change.kind]
    definition = old if change.kind == "removed" else new
    about = _clause_title(definition, change.state.clause)
    if change.kind != "changed":
        return did, about, _whole(definition, change.state), ()
    fields = []
    if any(one.name.startswith("said.") for one in change.fields):
        fields.append(_said(change, old, new))
    for one in change.fields:
        if not one.name.startswith("said."):
            label, word = _fact_field(one.name)
            fields.append(FieldLine(label, word(one.before, old, change.before), word(one.after, new, change.after)))
    return did, about, "", tuple(fields)


def _said(change: Change, old: Definition, new: Definition) -> FieldLine:
    """What it says before and after, field by field where the sentence does not tell them apart."""
    before = _said_text(old, change.before)
    after = _said_text(new, change.after)
    if before == after:
        before, after = explain.said_plainly(change.before.said), explain.said_plainly(change.after.said)
    return FieldLine(_("What is claimed"), before, after)


def _said_text(definition: Definition, fact: Any) -> str:
    clause = definition.clauses.get(fact.clause)
    return explain.said_text(clause, fact.said) if clause is not None else explain.said_plainly(fact.said)


def _fact_field(name: str) -> tuple[str, Any]:
    """What a field of a claim is called, and what makes a word of its value."""
    return {
        "clause": (_("Clause"), lambda value, definition, _fact: _clause_title(definition, value)),
        "date": (_("Date"), lambda value, _definition, _fact: _day(value)),
        "matter": (_("Matter"), _as_it_is),
        "share": (_("Share"), _share),
        "modifiers": (_("Circumstances"), _modifiers),
        "note": (_("Note"), _as_it_is),
        "exempt_reason": (_("Exemption"), _as_it_is),
    }[name]


def _as_it_is(value: str, _definition: Definition, _fact: Any) -> str:
    return _short(value)


def _share(value: str, definition: Definition, fact: Any) -> str:
    titles = {one.code: one.title or one.code for one in definition.shares_of(fact.clause)}
    return str(titles.get(value, value))


def _modifiers(value: Iterable[str], definition: Definition, fact: Any) -> str:
    clause = definition.clauses.get(fact.clause)
    titles = {one.code: one.title or one.code for one in clause.modifiers} if clause is not None else {}
    return _(", ").join(titles.get(code, code) for code in value)


def _whole(definition: Definition, fact: Any) -> str:
    """A claim that came or went, in one line."""
    clause = definition.clauses.get(fact.clause)
    if clause is None:
        return explain.said_plainly(fact.said)
    day = date.fromisoformat(fact.date) if fact.date else None
    extras = explain.extras_text(
        day, fact.matter, fact.share, list(fact.modifiers), fact.note, clause, definition.shares_of(fact.clause),
        fact.exempt_reason,
    )  # fmt: skip
    return " · ".join(part for part in (explain.said_text(clause, fact.said), extras) if part)


def _clause_title(definition: Definition, code: str) -> str:
    clause = definition.clauses.get(code)
    return f"{clause.ref} {clause.text}".strip() if clause is not None else code


def _file(change: Change, _old: Definition, new: Definition) -> Words:
    if change.kind == "added":
        return _("File added"), change.after.name, _short(change.after.title), ()
    if change.kind == "removed":
        return _("File taken off"), change.before.name, _short(change.before.title), ()
    replaced = change.before.sha256 != change.after.sha256
    labels = {
        "name": _("File name"), "clause": _("Proves"), "title": _("Title"), "happened_on": _("Date of the event"),
        "note": _("Note"),
    }  # fmt: skip
    fields = tuple(
        FieldLine(labels[one.name], _file_word(new, one.name, one.before), _file_word(new, one.name, one.after))
        for one in change.fields
        if one.name in labels
    )
    did = _("File replaced") if replaced else _("File described anew")
    said = _("in place of %(name)s") % {"name": change.before.name} if replaced else ""
    return did, change.after.name, said, fields


def _file_word(definition: Definition, name: str, value: str) -> str:
    if name == "clause":
        return _clause_title(definition, value) if value else _("the whole item")
    return _day(value) if name == "happened_on" else _short(value)


def _item(change: Change, _old: Definition, _new: Definition) -> Words:
    before, after = (_state(one) for one in (change.before, change.after))
    if change.before is not None and change.after is not None and change.before.state == change.after.state:
        return _("Reason changed"), "", "", (FieldLine(_("Reason"), change.before.reason, change.after.reason),)
    return _("Item answered otherwise"), "", "", (FieldLine(_("State"), before, after),)


def _state(one: Any) -> str:
    if one is None:
        return str(SheetItem.State.UNTOUCHED.label)
    if one.state == SheetItem.State.NOT_DUTY:
        return _("not our duty: %(reason)s") % {"reason": one.reason}
    return str(SheetItem.State(one.state).label)


def _prerequisite(change: Change, old: Definition, new: Definition) -> Words:
    definition = old if change.kind == "removed" else new
    texts = {one.code: f"{one.ref} {one.text or one.code}".strip() for one in definition.procedure.prerequisites}
    about = texts.get(change.state.code, change.state.code)
    if change.kind != "changed":
        did = _("Prerequisite answered") if change.kind == "added" else _("Answer to a prerequisite taken back")
        return did, about, _confirmed(change.state.confirmed), ()
    words = {
        "confirmed": (_("State"), _confirmed),
        "note": (_("Note"), _short),
        "files": (_("Files"), lambda files: ngettext("%(n)d file", "%(n)d files", len(files)) % {"n": len(files)}),
    }
    fields = tuple(
        FieldLine(words[one.name][0], words[one.name][1](one.before), words[one.name][1](one.after))
        for one in change.fields
    )
    return _("Prerequisite answered otherwise"), about, "", fields


def _confirmed(confirmed: bool) -> str:
    return _("confirmed") if confirmed else _("not confirmed")


def _target(change: Change, _old: Definition, _new: Definition) -> Words:
    did = {"added": _("Target added"), "changed": _("Target changed"), "removed": _("Target taken off")}[change.kind]
    labels = {"title": _("Title"), "points": _("Points"), "value": _("Figure to reach")}
    fields = tuple(FieldLine(labels[one.name], one.before, one.after) for one in change.fields if one.name in labels)
    said = _("%(n)s points") % {"n": change.state.points} if change.kind != "changed" and change.state.points else ""
    return did, change.state.title or change.state.code, said, fields


def _day(value: str) -> str:
    return formats.date_format(date.fromisoformat(value), "DATE_FORMAT") if value else ""


def _short(text: str) -> str:
    return text if len(text) <= LONG else text[: LONG - 1] + "…"


def size_text(size: Size) -> str:
    """How much changed, e.g. 2 claims added, 1 changed; 1 file added."""
    parts = []
    for count, text in (
        (size.claims_added, ngettext("%(n)d claim added", "%(n)d claims added", size.claims_added)),
        (size.claims_changed, ngettext("%(n)d claim changed", "%(n)d claims changed", size.claims_changed)),
        (size.claims_removed, ngettext("%(n)d claim taken back", "%(n)d claims taken back", size.claims_removed)),
        (size.files_added, ngettext("%(n)d file added", "%(n)d files added", size.files_added)),
        (size.files_changed, ngettext("%(n)d file changed", "%(n)d files changed", size.files_changed)),
        (size.files_removed, ngettext("%(n)d file taken off", "%(n)d files taken off", size.files_removed)),
        (size.others, ngettext("%(n)d other answer changed", "%(n)d other answers changed", size.others)),
    ):
        if count:
            parts.append(text % {"n": count})
    return _(", ").join(parts) if parts else _("nothing changed")
