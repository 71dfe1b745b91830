"""Which sheets a rubric's workbook has and which columns: everything follows from what the records declare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel

from rubrics.definition.declared import Declared, declared
from rubrics.definition.declared.words import HELP, TITLES
from rubrics.definition.records import CLAUSE_CLASSES, Category, CommonClause, Definition, Item
from rubrics.files.workbook import words
from rubrics.files.workbook.words import Words
from rubrics.kinds import BASES

Form = Literal["head", "tree", "clauses", "list"]
_FIRST = ("text", "effect", "basis")
_LATER = ("limit", "evidence", "provider", "applies_to", "acts_on", "at", "escalate", "open", "ref", "note")
LONGEST_NAME = 31  # characters that Excel takes for the name of a sheet


@dataclass(frozen=True)
class Column:
    """One column: where its value lies below the record of the row, and what the record declares about it."""

    path: tuple[str, ...]
    title: Words
    field: Declared
    help: Words = ("", "")
    bases: frozenset[str] | None = None
    """Of a clause: the tags of the bases that have the parameter; None where all have it."""


@dataclass(frozen=True)
class Sheet:
    """One sheet. `below` is where its list lies in the record that owns it; `owner` is the key of that record's sheet,
    blank for the rubric itself. `numbered`: where a row holds rows of the same sheet, which are then numbered.
    """

    key: str
    name: Words
    form: Form
    columns: tuple[Column, ...]
    owner: str = ""
    below: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()

    @property
    def leading(self) -> tuple[Words, ...]:
        """The heads before the columns: which entry a row is, or what it belongs to."""
        if self.form == "head":
            return ()
        if self.form == "tree":
            return (words.NODE_KIND, words.FULL_CODE)
        if self.form == "clauses":
            return (words.FULL_CODE,)
        owner = (words.OWNER,) if self.owner else ()
        return (*owner, words.NUMBER) if self.numbered else owner

    @property
    def owned(self) -> tuple[Sheet, ...]:
        """The sheets whose rows belong to rows of this one."""
        return tuple(each for each in sheets() if each.owner == self.key)


@lru_cache(maxsize=1)
def sheets() -> tuple[Sheet, ...]:
    """All sheets that hold data, in the order of the workbook."""
    found = [*_rubric_lists(), *_tree(), *_clauses(), *_lists_of(Definition, "gradings"), *_procedure()]
    return tuple(_distinct([_general(), *found]))


def sheet(key: str) -> Sheet:
    return next(each for each in sheets() if each.key == key)


def _general() -> Sheet:
    columns = [column for column in _columns(Definition) if column.path[0] != "procedure"]
    return Sheet("general", words.GENERAL, "head", tuple(columns))


def _procedure() -> Iterator[Sheet]:
    field = next(field for field in declared(Definition) if field.name == "procedure")
    assert field.record is not None
    columns = [replace(column, path=("procedure", *column.path)) for column in _columns(field.record)]
    yield Sheet("procedure", field.title, "head", tuple(columns))
    for path, inner in _lists(field.record):
        yield from _list_sheets(inner, f"procedure.{'.'.join(path)}", "", ("procedure", *path))


def _rubric_lists() -> Iterator[Sheet]:
    for name in ("series", "providers", "panels"):
        yield from _lists_of(Definition, name)


def _lists_of(record: type[BaseModel], name: str) -> Iterator[Sheet]:
    field = next(field for field in declared(record) if field.name == name)
    yield from _list_sheets(field, name, "", (name,))


def _tree() -> Iterator[Sheet]:
    columns = list(_columns(Category))
    columns += [column for column in _columns(Item) if column.path not in {each.path for each in columns}]
    own = [column for column in columns if column.path != ("code",)]
    first: dict[tuple[str, ...], int] = {("title",): 0, ("points",): 1, ("start",): 2}
    own.sort(key=lambda column: first.get(column.path, len(first)))
    yield Sheet("tree", words.TREE, "tree", tuple(own))
    lists = {path: field for record in (Category, Item) for path, field in _lists(record)}
    for path, field in lists.items():
        yield from _list_sheets(field, f"tree.{'.'.join(path)}", "tree", path)


def _clauses() -> Iterator[Sheet]:
    yield Sheet("clauses", words.CLAUSES, "clauses", tuple(_clause_columns()))
    lists = {path: field for record in CLAUSE_CLASSES.values() for path, field in _lists(record)}
    for path, field in lists.items():
        yield from _list_sheets(field, f"clauses.{'.'.join(path)}", "clauses", path)


def _clause_columns() -> list[Column]:
    """The columns of all bases together; a parameter that several bases have is one column."""
    columns: dict[tuple[str, ...], list[tuple[str, Column]]] = {}
    for tag, record in CLAUSE_CLASSES.items():
        for column in _columns(record):
            if column.path != ("code",):
                columns.setdefault(column.path, []).append((tag, column))
    made = [_shared(found) for found in columns.values()]
    common = set(CommonClause.model_fields)
    order = {name: place for place, name in enumerate(_FIRST)}
    later = {name: place for place, name in enumerate(_LATER, 100)}

    def place(column: Column) -> int:
        name = column.path[0]
        return order.get(name, later.get(name, 99 if name in common else 50))

    return sorted(made, key=place)


def _shared(found: list[tuple[str, Column]]) -> Column:
    """One column for a parameter: under its general title where the bases call it differently."""
    first = found[0][1]
    everywhere = len(found) == len(CLAUSE_CLASSES) or first.path == ("basis",)
    bases = None if everywhere else frozenset(tag for tag, _ in found)
    titles = {column.title for _, column in found}
    choices = {choice.code: choice for _, column in found for choice in column.field.choices}
    field = replace(first.field, choices=tuple(choices.values()), required=all(c.field.required for _, c in found))
    if len(titles) == 1:
        return replace(first, field=field, bases=bases)
    name = first.path[-1]
    told = [
        tuple(f"{kind}{colon}{title}" for kind, colon, title in zip(_kind(tag), ("：", ": "), c.title, strict=True))
        for tag, c in found
    ]
    help_ = tuple(joint.join(part[place] for part in told) for place, joint in enumerate(("；", "; ")))
    return replace(first, field=field, bases=bases, title=TITLES.get(name, first.title), help=(help_[0], help_[1]))


def _kind(tag: str) -> Words:
    return BASES[tag].title if tag in BASES else (tag, tag)


def _columns(record: type[BaseModel], path: tuple[str, ...] = (), title: Words | None = None) -> Iterator[Column]:
    """A record's fields; those of a record within it stand under its title."""
    for field in declared(record):
        here = field.title if title is None else (f"{title[0]} · {field.title[0]}", f"{title[1]} · {field.title[1]}")
        if field.holds == "record" and field.record is not None:
            yield from _columns(field.record, (*path, field.name), here)
        elif field.holds != "records":
            yield Column((*path, field.name), here, field, field.help)


def _lists(record: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Declared]]:
    """The lists of records within a record, and within the records in it."""
    for field in declared(record):
        if field.holds == "record" and field.record is not None:
            yield from _lists(field.record, (*path, field.name))
        elif field.holds == "records":
            yield (*path, field.name), field


def _list_sheets(field: Declared, key: str, owner: str, below: tuple[str, ...]) -> Iterator[Sheet]:
    """The sheet of one list, and the sheets of the lists in its records."""
    assert field.record is not None
    inner = list(_lists(field.record))
    numbered = next((path for path, other in inner if other.record is field.record), ())
    columns = tuple(_columns(field.record))
    yield Sheet(key, field.title, "list", columns, owner=owner, below=below, numbered=numbered)
    for path, other in inner:
        if other.record is not field.record:
            yield from _list_sheets(other, f"{key}.{'.'.join(path)}", key, path)


def _distinct(found: list[Sheet]) -> Iterator[Sheet]:
    """Sheets of one name are told apart by the name of the sheet that owns them."""
    names = {each.key: each.name for each in found}
    taken = [each.name for each in found]
    for each in found:
        name = each.name
        if taken.count(name) > 1 and each.owner:
            above = names[each.owner]
            name = (f"{above[0]}{each.name[0]}", f"{each.name[1]} ({above[1]})")
        name = (name[0][:LONGEST_NAME], name[1][:LONGEST_NAME])
        yield replace(each, name=name, columns=tuple(_titled(each.columns)))


def _titled(columns: tuple[Column, ...]) -> Iterator[Column]:
    """Columns of one title are told apart by the name of their field."""
    for place in (0, 1):
        titles = [column.title[place] for column in columns]
        columns = tuple(
            replace(column, title=_with_name(column, place)) if titles.count(column.title[place]) > 1 else column
            for column in columns
        )
    yield from columns


def _with_name(column: Column, place: int) -> Words:
    title = list(column.title)
    title[place] = f"{title[place]} ({column.path[-1]})"
    return title[0], title[1]


def help_of(column: Column) -> Words:
    """What a person is told about a column: its meaning, then how a cell is written."""
    name = column.path[-1]
    meaning = column.help if any(column.help) else HELP.get(name, ("", ""))
    syntax = words.SYNTAX.get(column.field.holds, ("", ""))
    if column.field.holds == "codes" and column.field.choices:
        titles = [choice.title for choice in column.field.choices]
        known = "、".join(chinese for chinese, _ in titles), ", ".join(english for _, english in titles)
        syntax = (f"{syntax[0]}；可填：{known[0]}", f"{syntax[1]}; of: {known[1]}")
    return ("。".join(filter(None, (meaning[0], syntax[0]))), ". ".join(filter(None, (meaning[1], syntax[1]))))
