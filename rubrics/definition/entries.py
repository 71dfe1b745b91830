"""One entry of a rubric by itself, without what stands below it: what a person edits at a time.

An entry of a draft may be incomplete: what is missing is absent and found by the checks; what is wrong is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from rubrics.definition import records
from rubrics.definition.canonical import field_shape
from rubrics.definition.declared import Declared, declared, declared_clause
from rubrics.definition.declared.fields import CHILDREN, key
from rubrics.definition.reading import problem_of
from rubrics.kinds.problems import Problem

KINDS = ("category", "item", "clause", "series", "panel", "grading", "head")
HEAD_FIELDS: dict[str, tuple[str, ...]] = {
    "general": ("title", "code", "year", "total", "source", "note"),
    "providers": ("providers",),
    "rounding": ("rounding",),
    "period": ("period",),
    "ranking": ("ranking",),
    "procedure": ("procedure",),
}
"""The sections of what stands at the top of a rubric, and the fields that each holds."""
_RECORDS: dict[str, type[BaseModel]] = {
    "category": records.Category,
    "item": records.Item,
    "series": records.Series,
    "panel": records.Panel,
    "grading": records.Grading,
    "head": records.Definition,
}


def record_of(kind: str, shape: Mapping[str, Any]) -> type[BaseModel]:
    """The record that reads an entry of this kind; a clause's follows from its effect and basis."""
    if kind != "clause":
        return _RECORDS[kind]
    return records.CLAUSE_CLASSES[records.basis_tag(shape) or "bare"]


def fields_of(kind: str, shape: Mapping[str, Any], *, section: str = "") -> tuple[Declared, ...]:
    """The fields of an entry in the order in which people are asked for them."""
    if kind == "clause":
        return declared_clause(str(shape.get("effect", "")), str(shape.get("basis") or ""), present=tuple(shape))
    fields = {field.name: field for field in declared(record_of(kind, shape))}
    if kind == "head":
        return tuple(fields[name] for name in HEAD_FIELDS[section])
    first = [name for name in _FIRST if name in fields]
    last = [name for name in _LAST if name in fields]
    between = [name for name in fields if name not in first and name not in last]
    return tuple(fields[name] for name in (*first, *between, *last))


_FIRST = ("title", "points", "start")
_LAST = ("ref", "note", "open")


def read_entry(
    kind: str, data: Mapping[str, Any], *, section: str = "", stored: bool = False
) -> tuple[dict[str, Any], list[Problem]]:
    """The canonical shape of what is right in an entry, and a Problem for each field that is wrong.

    A problem's path begins at the entry. Fields that are missing, empty or equal their default are absent from the
    shape; `stored` reads numbers from strings.
    """
    record = record_of(kind, data)
    known = {key(name, field): (name, field) for name, field in record.model_fields.items()}
    asked = HEAD_FIELDS[section] if kind == "head" else [name for name in known if name not in CHILDREN]
    shape: dict[str, Any] = {}
    problems: list[Problem] = []
    for name in asked:
        if name not in data or name == "basis":
            continue
        value = without_nothing(data[name])
        if value is None or value == "" or name not in known:
            continue
        try:
            read = _adapter(record, known[name][0]).validate_python(value, context={"stored": stored})
        except ValidationError as error:
            problems += _problems(error, record, name, data)
            continue
        if not _is_default(read, known[name][1]):
            shape[name] = field_shape(known[name][0], read)
    problems += [
        Problem((name,), "unknown_key", {"key": name, "known": sorted(known)})
        for name in data
        if name not in known and name not in CHILDREN
    ]
    if kind == "clause":
        shape = _with_basis(shape, data)
    return shape, problems


def without_nothing(value: Any) -> Any:
    """A value without the nulls in it: a figure left open is simply not there, but in a row it keeps its place."""
    if isinstance(value, Mapping):
        return {name: without_nothing(part) for name, part in value.items() if part is not None}
    if isinstance(value, (list, tuple)):
        return [without_nothing(part) for part in value]
    return value


def _with_basis(shape: dict[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """A clause's shape with its basis after its effect, where it has one that is not assumed anyway."""
    tag = records.basis_tag(data)
    assumed = tag == "count" and data.get("effect") in ("forfeit", "veto")
    if tag in (None, "bare") or assumed:
        return shape
    head: dict[str, Any] = {name: shape[name] for name in ("code", "text", "effect") if name in shape}
    return {**head, "basis": tag, **{name: value for name, value in shape.items() if name not in head}}


@lru_cache(maxsize=512)
def _adapter(record: type[BaseModel], attribute: str) -> TypeAdapter[Any]:
    field = record.model_fields[attribute]
    annotation: Any = field.annotation
    for added in field.metadata:
        annotation = Annotated[annotation, added]
    return TypeAdapter(annotation)


def _is_default(value: Any, field: FieldInfo) -> bool:
    return not field.is_required() and value == field.get_default(call_default_factory=True)


def _problems(error: ValidationError, record: type[BaseModel], name: str, data: Mapping[str, Any]) -> list[Problem]:
    """The faults of one field; a list is not empty because each of its rows is wrong."""
    found = []
    for detail in error.errors(include_url=False):
        detail["loc"] = (name, *detail["loc"])
        found.append(problem_of(detail, record, data))
    return [problem for problem in found if problem.code != "empty" or len(found) == 1]
