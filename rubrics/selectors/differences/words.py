"""One change in words: which field, what stood there, what stands there now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import BaseModel

from rubrics.definition import records
from rubrics.definition.declared import Declared, declared, declared_clause
from rubrics.definition.entries import HEAD_FIELDS
from rubrics.differences import ADDED, CHANGED, Change, Code, Difference, Kind, changes_of_entry, changes_of_section
from rubrics.kinds.base import english

if TYPE_CHECKING:
    from rubrics.definition import Definition

RECORDS: Mapping[str, type[BaseModel]] = {
    "category": records.Category,
    "item": records.Item,
    "series": records.Series,
    "panel": records.Panel,
    "grading": records.Grading,
    "rule": records.Rule,
    "general": records.Definition,
    "providers": records.Definition,
    "rounding": records.Rounding,
    "period": records.Period,
    "ranking": records.Ranking,
    "procedure": records.Procedure,
}
ENOUGH = 14
"""Signs of a title within the name of a field."""
LONG = 24
"""Texts longer than this, or of which most stayed, are shown with the changed words marked."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; `marked` where the other version has something else."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Told:
    """One field: its name, and both values in words, cut into pieces. `is_wording` of texts that people only read."""

    label: str
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    is_wording: bool = False

    @property
    def was(self) -> str:
        return "".join(piece.text for piece in self.old)

    @property
    def now(self) -> str:
        return "".join(piece.text for piece in self.new)


class Teller:
    """Says the changes of entries between two definitions in the reader's language."""

    def __init__(self, old: Definition, new: Definition) -> None:
        self.lang = get_language() or "zh-hans"
        self.old, self.new = old, new
        self.titles = {**_titles(old), **_titles(new)}

    def told(self, difference: Difference) -> list[Told]:
        """Every change inside one entry."""
        fields = self._fields(difference)
        holders = self._holders(difference)
        return [self._one(change, fields, holders) for change in difference.changes]

    def value(self, field: Declared | None, value: Any) -> str:
        """A value of the canonical form in words; nothing at all is a dash."""
        if value is None or value == [] or value == {}:
            return _("everyone") if field is not None and field.holds == "applies_to" else "–"
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if field is None:
            return self._plain(value)
        if field.holds == "choice" or field.choices:
            return self._listed(field.choice_in(str(one), self.lang) for one in _each(value))
        if field.holds == "record":
            return self._record(field.fields, value)
        if field.holds == "records":
            return self._lists(self._record(field.fields, one) for one in _each(value))
        if field.holds == "bound" and value == "none":
            return _("no bound")
        if field.holds == "quota":
            return self._quota(value)
        if field.holds == "applies_to":
            return self._lists(self._applies(key, codes) for key, codes in value.items())
        return self._plain(value, field.refers)

    # the parts of a sentence

    def _one(self, change: Change, fields: dict[str, Declared], holders: list[Any]) -> Told:
        field: Declared | None = None
        labels: list[str] = []
        known = fields
        for part in change.path:
            if isinstance(part, int):
                labels.append(_("no. %(n)s") % {"n": part + 1})
                holders = [_at(one, part) for one in holders]
            elif isinstance(part, Code):
                holders = [_coded(one, part) for one in holders]
                labels.append(_short(next((title for one in holders if (title := _title(one))), str(part))))
                field = None if field is None else _single(field)
            else:
                field = known.get(part)
                labels.append(self.titles.get(part, part) if field is None else field.title_in(self.lang))
                known = {one.name: one for one in field.fields} if field is not None else {}
                holders = [getattr(one, part, None) for one in holders]
        label = " · ".join(labels)
        if change.is_order:
            words = [self._listed(_title(_coded(holders[n], code)) or code for code in codes)
                     for n, codes in enumerate((change.old, change.new))]  # fmt: skip
            return Told(_("%(field)s, order") % {"field": label}, *both(*words))
        return Told(label, *both(self.value(field, change.old), self.value(field, change.new)), change.is_wording)

    def _fields(self, difference: Difference) -> dict[str, Declared]:
        if difference.kind == "clause":
            found: dict[str, Declared] = {}
            for definition, code in ((self.old, difference.old), (self.new, difference.new)):
                clause = definition.clauses.get(code)
                if clause is not None:
                    every = type(clause).model_fields
                    fields = declared_clause(clause.effect, clause.kind.code, present=tuple(every))
                    found |= {field.name: field for field in fields}
            return found
        name = difference.new if difference.kind == "section" else difference.kind
        return {field.name: field for field in declared(RECORDS[name])}

    def _holders(self, difference: Difference) -> list[Any]:
        """The old and the new record, in which codes of listed entries are looked up."""
        return [_record_at(self.old, difference, difference.old), _record_at(self.new, difference, difference.new)]

    def _record(self, fields: Iterable[Declared], value: Mapping[str, Any]) -> str:
        """A nested record in one line: what it is called, then its other fields."""
        known = {field.name: field for field in fields}
        name = value.get("title") or value.get("text") or value.get("code")
        words = [str(name)] if name else []
        for key, part in value.items():
            if key in ("title", "text", "code", "ref"):
                continue
            field = known.get(key)
            said = self.value(field, part)
            words.append(said if field is None else _("%(field)s %(value)s") % {
                "field": field.title_in(self.lang), "value": said,
            })  # fmt: skip
        return ", ".join(words) if english(self.lang) else "，".join(words)

    def _quota(self, value: Any) -> str:
        if not isinstance(value, Mapping):
            return str(value)
        if "percent" in value:
            return f"{value['percent']}%"
        return self._plain(value, "series")

    def _applies(self, key: str, codes: Any) -> str:
        names = {"series": _("series"), "tags": _("tags"), "units": _("units")}
        listed = self._listed(self.titles.get(code, code) for code in _each(codes))
        return _("%(field)s %(value)s") % {"field": names.get(key, key), "value": listed}

    def _plain(self, value: Any, refers: str = "") -> str:
        if isinstance(value, Mapping):
            return self._lists(
                f"{self.titles.get(key, key)} {self._plain(part, refers)}" for key, part in value.items()
            )
        if isinstance(value, list):
            return self._listed(self._plain(part, refers) for part in value)
        return self.titles.get(str(value), str(value)) if refers else str(value)

    def _listed(self, words: Iterable[str]) -> str:
        return (", " if english(self.lang) else "、").join(words)

    def _lists(self, words: Iterable[str]) -> str:
        return ("; " if english(self.lang) else "；").join(words)


def both(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Two texts cut where they differ. Short ones, and those that have little in common, are marked as a whole."""
    if old == new:
        return (Piece(old, False),), (Piece(new, False),)
    left, right = _words(old), _words(new)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if max(len(left), len(right)) < LONG / 2 or matcher.ratio() < 0.4:
        return (Piece(old, True),), (Piece(new, True),)
    olds: list[Piece] = []
    news: list[Piece] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        # A single sign that stayed between two changes only breaks them up.
        same = tag == "equal" and (i2 - i1 > 1 or i1 == 0 or i2 == len(left))
        _add(olds, "".join(left[i1:i2]), not same)
        _add(news, "".join(right[j1:j2]), not same)
    return tuple(olds), tuple(news)


def _add(pieces: list[Piece], text: str, marked: bool) -> None:
    if not text:
        return
    if pieces and pieces[-1].marked == marked:
        pieces[-1] = Piece(pieces[-1].text + text, marked)
    else:
        pieces.append(Piece(text, marked))


def _words(text: str) -> list[str]:
    """Latin words and numbers whole, every other sign by itself."""
    return re.findall(r"[A-Za-z0-9.%]+|\s+|.", text, flags=re.DOTALL)


def _titles(definition: Definition) -> dict[str, str]:
    """What codes are called: series, providers, panels, grades, nodes and clauses by their full codes."""
    rules = [rule for grading in definition.gradings for rule in grading.rules]
    entries = [*definition.series, *definition.providers, *definition.panels, *definition.gradings, *rules]
    titles = {entry.code: entry.title for entry in entries if entry.title}
    titles |= {code: node.title for code, node in definition.nodes.items() if node.title}
    return titles | {code: clause.text for code, clause in definition.clauses.items()}


def entry_difference(old: Definition, new: Definition, code: str) -> Difference | None:
    """The difference of one entry that kept its full code, as the workbench names it (`series.offices`, `general`)."""
    kind, inner = _kind_of(new, code)
    probe = Difference(kind, (CHANGED,), inner, inner)
    before, after = _record_at(old, probe, inner), _record_at(new, probe, inner)
    if after is None and inner not in HEAD_FIELDS:
        return None
    if before is None and kind != "section":
        return Difference(kind, (ADDED,), "", inner, "", _title(after))
    changes = changes_of_section(old, new, inner) if kind == "section" else changes_of_entry(before, after)
    return Difference(kind, (CHANGED,), inner, inner, _title(before), _title(after), changes) if changes else None


def _kind_of(definition: Definition, code: str) -> tuple[Kind, str]:
    prefix, _dot, rest = code.partition(".")
    if prefix in _PREFIXES and rest:
        return _PREFIXES[prefix], rest
    if code in definition.clauses:
        return "clause", code
    node = definition.nodes.get(code)
    if node is None:
        return "section", code
    return ("category" if isinstance(node, records.Category) else "item"), code


_PREFIXES: Mapping[str, Kind] = {"series": "series", "panels": "panel", "gradings": "grading"}


def _record_at(definition: Definition, difference: Difference, code: str) -> Any:
    if difference.kind == "section":
        return definition if code in ("general", "providers") else getattr(definition, code, None)
    if difference.kind == "clause":
        return definition.clauses.get(code)
    if difference.kind in ("category", "item"):
        return definition.nodes.get(code)
    if difference.kind == "rule":
        grading, _dot, rule = code.partition(".")
        return _coded(getattr(_coded(definition.gradings, grading), "rules", ()), rule)
    return _coded(getattr(definition, {"panel": "panels", "grading": "gradings"}.get(difference.kind, "series")), code)


def _coded(entries: Any, code: str) -> Any:
    if not isinstance(entries, (tuple, list)):
        return None
    return next((entry for entry in entries if getattr(entry, "code", None) == code), None)


def _at(entries: Any, place: int) -> Any:
    return entries[place] if isinstance(entries, (tuple, list)) and place < len(entries) else None


def _title(record: Any) -> str:
    return str(getattr(record, "title", "") or getattr(record, "text", "") or "")


def _short(title: str) -> str:
    """Enough of a title to know it again."""
    return title if len(title) <= ENOUGH else f"{title[:ENOUGH]}…"


def _single(field: Declared) -> Declared:
    """The field as if it held one of its records: what a path into a list by code leads to."""
    return Declared(field.name, "record" if field.holds == "records" else field.holds, field.title,
                    field.choices, field.refers, record=field.record)  # fmt: skip


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
