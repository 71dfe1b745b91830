"""From a record's annotations to the fields that a person can fill in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from rubrics.definition.declared.references import RARE, REFERS
from rubrics.definition.declared.words import CHOICES, HELP, TITLES
from rubrics.definition.records import CLAUSE_CLASSES, MONTH_DAY, AppliesTo, Provider, Quota, basis_tag
from rubrics.kinds import BASES, problems
from rubrics.kinds.base import english
from rubrics.kinds.problems import Problem

Holds = Literal[
    "text", "long_text", "code", "number", "whole", "flag", "choice", "codes", "numbers", "bound", "number_map",
    "code_map", "provider", "applies_to", "quota", "month_day", "record", "records",
]  # fmt: skip
Words = tuple[str, str]
"""Chinese and English."""


@dataclass(frozen=True)
class Choice:
    """One of the values a field may have."""

    code: str
    title: Words

    def title_in(self, lang: str) -> str:
        return self.title[1 if english(lang) else 0]


@dataclass(frozen=True)
class Declared:
    """One field of a record. `name` is its key in the file; `record` the class of nested records."""

    name: str
    holds: Holds
    title: Words
    choices: tuple[Choice, ...] = ()
    refers: str = ""
    """What its codes name: series, provider, panel, clause, full_clause, node, grade, grading, tag or cycle."""
    rare: bool = False
    """Whether it is seldom needed and stands behind *more*."""
    required: bool = False
    default: str = ""
    """What holds where nothing is said, for choices."""
    record: type[BaseModel] | None = None
    help: Words = ("", "")

    def title_in(self, lang: str) -> str:
        return self.title[1 if english(lang) else 0]

    def help_in(self, lang: str) -> str:
        return self.help[1 if english(lang) else 0]

    def choice_in(self, code: str, lang: str) -> str:
        """The words for one of its values; the value itself where it is none of them."""
        return next((choice.title_in(lang) for choice in self.choices if choice.code == code), code)

    @property
    def fields(self) -> tuple[Declared, ...]:
        """The fields of its nested records."""
        return declared(self.record) if self.record is not None else ()


_NAMING = ("field", "fields", "other", "key")
"""Parameters of a problem that name fields of the file."""


def in_words(problem: Problem, lang: str) -> str:
    """A problem's sentence with the words of its fields in place of the keys that a file would have."""
    named = {name: _named(value, lang) for name, value in problem.params.items() if name in _NAMING}
    return problem._replace(params={**problem.params, **named}).text(lang)


def _named(value: object, lang: str) -> object:
    if isinstance(value, problems.Words):
        return value
    if isinstance(value, (list, tuple)):
        return [_named(part, lang) for part in value]
    words = TITLES.get(str(value))
    return value if words is None else words[1 if english(lang) else 0]


# What has rows of its own is no field of the entry above it.
CHILDREN = frozenset({"categories", "items", "clauses"})
LONG = frozenset({"text", "note", "expression", "source", "confirmation", "procedure", "issues", "issuer", "window"})
MAPS = frozenset({"weights", "options", "ballot_quota", "node_at_least"})
_BY_VALIDATOR: dict[str, Holds] = {
    "_number": "number", "_figure": "number", "_positive": "number", "_share": "number",
    "_whole": "whole", "_ordinal": "whole", "_floor": "bound", "_provider": "provider", "_quota": "quota",
}  # fmt: skip


@lru_cache(maxsize=128)
def declared(record: type[BaseModel]) -> tuple[Declared, ...]:
    """The fields of a record as declared, without what has entries of its own (items, clauses, nested categories)."""
    is_tree = record.__name__ in ("Category", "Item")
    return tuple(
        _declared(record, name, field)
        for name, field in record.model_fields.items()
        if not (is_tree and name in CHILDREN) and name != "format"
    )


def declared_clause(effect: str, basis: str, *, present: Collection[str] = ()) -> tuple[Declared, ...]:
    """The fields of a clause with this effect and basis, the usual ones first.

    Fields that the effect has no use for are left out, unless they are `present` and so have to be taken away.
    """
    tag = basis_tag({"effect": effect, **({"basis": basis} if basis else {})}) or "bare"
    record = CLAUSE_CLASSES[tag]
    fields = {field.name: field for field in declared(record)}
    own = [name for name in (key(n, f) for n, f in record._kind.parameters.model_fields.items()) if name in fields]
    order = [*_FIRST, *(name for name in own if name not in _FIRST), *_THEN]
    order += [name for name in fields if name not in order]
    useless = {name for name, effects in _ONLY_FOR.items() if effect not in effects and name not in present}
    return tuple(fields[name] for name in order if name in fields and name not in useless)


_FIRST = ("text", "effect", "basis")
_THEN = ("limit", "evidence", "provider", "modifiers", "consequences", "at", "applies_to", "open", "ref", "note")
_ONLY_FOR = {
    "at": ("forfeit",),
    "consequences": ("veto",),
    "modifiers": ("deduct", "award", "record"),
    "escalate": ("deduct", "award", "record"),
    "limit": ("deduct", "award", "veto", "record"),
    "limit_per": ("deduct", "award", "record"),
    "acts_on": ("deduct", "award", "forfeit", "veto"),
}


def key(name: str, field: FieldInfo) -> str:
    """How the file writes a field's name (`from` for `from_`)."""
    return field.alias or name


def _declared(record: type[BaseModel], attribute: str, field: FieldInfo) -> Declared:
    name = key(attribute, field)
    owner = record.__name__
    inner = _without_none(field.annotation)
    refers = REFERS.get(f"{owner}.{name}") or REFERS.get(name, "")
    holds, nested = _holds(name, inner, [*field.metadata, *_metadata_in(field.annotation)])
    return Declared(
        name=name,
        holds="text" if holds == "code" and refers else holds,
        title=_words(TITLES, owner, name) or (name, name),
        choices=_choices(owner, name, inner),
        refers=refers,
        rare=_rare(owner, name),
        required=field.is_required(),
        default=str(field.default) if holds == "choice" and isinstance(field.default, str) and name != "basis" else "",
        record=nested,
        help=_words(HELP, owner, name) or ("", ""),
    )


def _words(table: dict[str, Words], owner: str, name: str) -> Words | None:
    """The words of this record's field, else of any field of that name."""
    return table.get(f"{owner}.{name}") or table.get(name)


def _rare(owner: str, name: str) -> bool:
    return f"{owner}.{name}" in RARE or (name in RARE and f"!{owner}.{name}" not in RARE)


def _without_none(annotation: Any) -> Any:
    """The annotation of what is there: without None, and without what `Annotated` adds."""
    if get_origin(annotation) is Annotated:
        return _without_none(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        return _without_none(parts[0])
    return annotation


def _metadata_in(annotation: Any) -> list[Any]:
    """What `Annotated` adds to a field that may be left out: it sits inside the union with None."""
    if get_origin(annotation) not in (Union, UnionType):
        return []
    return [added for part in get_args(annotation) if get_origin(part) is Annotated for added in get_args(part)[1:]]


def _holds(name: str, annotation: Any, metadata: list[Any]) -> tuple[Holds, type[BaseModel] | None]:
    if name in MAPS:
        return "number_map", None
    for added in metadata:
        validator = getattr(getattr(added, "func", None), "__name__", "")
        if validator in _BY_VALIDATOR:
            return _BY_VALIDATOR[validator], None
        if _pattern(added) == MONTH_DAY:
            return "month_day", None
    if get_origin(annotation) is tuple:
        return _list_holds(_without_none(get_args(annotation)[0]))
    if get_origin(annotation) is dict:
        return "code_map", None
    if get_origin(annotation) is Literal or name == "basis":
        return "choice", None
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _record_holds(annotation)
    return _scalar_holds(name, annotation), None


def _pattern(added: Any) -> str:
    """The pattern that a text must match; a `Field` keeps it in its own metadata."""
    inner = [added, *getattr(added, "metadata", ())]
    return next((str(part.pattern) for part in inner if getattr(part, "pattern", None)), "")


def _list_holds(part: Any) -> tuple[Holds, type[BaseModel] | None]:
    if isinstance(part, type) and issubclass(part, BaseModel):
        return "records", part
    return ("numbers", None) if part is Decimal else ("codes", None)


def _record_holds(record: type[BaseModel]) -> tuple[Holds, type[BaseModel] | None]:
    special: dict[type[BaseModel], Holds] = {AppliesTo: "applies_to", Provider: "provider", Quota: "quota"}
    return (special[record], None) if record in special else ("record", record)


def _scalar_holds(name: str, annotation: Any) -> Holds:
    if annotation is bool:
        return "flag"
    if name == "code":
        return "code"
    return "long_text" if name in LONG else "text"


def _choices(owner: str, name: str, annotation: Any) -> tuple[Choice, ...]:
    if name == "basis":
        return tuple(Choice(kind.code, kind.title) for kind in BASES.values())
    part = _without_none(get_args(annotation)[0]) if get_origin(annotation) is tuple else annotation
    if get_origin(part) is not Literal:
        return ()
    words = CHOICES.get(f"{owner}.{name}") or CHOICES.get(name, {})
    return tuple(Choice(str(code), words.get(str(code), (str(code), str(code)))) for code in get_args(part))
