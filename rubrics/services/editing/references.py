"""When a code changes, what names it is renamed in the same change, so that no reference is lost.

What a field names is declared with it (`Declared.refers`); nothing here knows a field by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from rubrics.definition.declared import Declared
from rubrics.definition.entries import HEAD_FIELDS, fields_of
from rubrics.models import Grading, Item
from rubrics.selectors.definitions import own_shape
from rubrics.selectors.entries import rows_in
from rubrics.services.editing.edit import Edit, Snapshot, head_snapshot, same, snapshot

Renaming = Mapping[str, Callable[[str], str]]
"""For each sort of code that is renamed (as `Declared.refers` has it) the new code for an old one."""
Followed = tuple[list[Snapshot], list[Snapshot]]
"""Rows that named it, before and after."""

HOLDERS: dict[str, tuple[str, ...]] = {
    "series": ("category", "item", "clause", "grading", "head"),
    "provider": ("category", "item", "clause"),
    "panel": ("clause",),
    "node": ("grading", "head"),
    "full_clause": ("grading", "head"),
    "grade": ("clause", "grading", "head"),
    "grading": ("clause",),
}
"""In which entries each sort can be named."""
_TEXTS = {"clause": ("body", "parameters")}


def follow_codes(edit: Edit, kind: str, old: str, new: str) -> Followed:
    """Rename a node or clause that has another full code now, and all that lies below it."""
    below = len(old) + 1

    def rename(code: str) -> str:
        if code == old:
            return new
        return f"{new}.{code[below:]}" if code.startswith(f"{old}.") else code

    sorts = ("full_clause",) if kind == "clause" else ("node", "full_clause")
    return follow(edit, dict.fromkeys(sorts, rename), [old])


def follow_row(edit: Edit, row: Any, kind: str, code: str, full: tuple[str, str]) -> Followed:
    """Rename what names the row of an entry whose own code was `code`; `full` are its full codes, old and new."""
    rename = _one({code: row.code})
    if kind in ("series", "panel", "grading"):
        return follow(edit, {kind: rename}, [code], but=row)
    before, after = follow_codes(edit, kind, *full)
    if kind == "clause":
        for item in Item.objects.filter(pk=row.item_id):
            _rename(edit, "item", item, {"clause": rename}, before, after)
    return before, after


def follow_grades(edit: Edit, grading: Grading, codes: Mapping[str, str]) -> Followed:
    """Rename grades of a grading wherever they are named, unless another grading has a grade of the same code."""
    others = Grading.objects.filter(rubric=edit.rubric).exclude(pk=grading.pk).values_list("body", flat=True)
    taken = {rule.get("code") for body in others for rule in body.get("rules", ())}
    own = {old: new for old, new in codes.items() if old not in taken}
    return follow(edit, {"grade": _one(own)}, list(own), but=grading) if own else ([], [])


def follow_providers(edit: Edit, codes: Mapping[str, str]) -> Followed:
    return follow(edit, {"provider": _one(codes)}, list(codes)) if codes else ([], [])


def renamed_codes(before: Sequence[Any], after: Sequence[Any]) -> dict[str, str]:
    """Which entry of a list got another code: the same number of entries, a code that went and one that came."""
    old, new = ([str(entry.get("code", "")) for entry in entries] for entries in (before, after))
    if len(old) != len(new):
        return {}
    pairs = zip(old, new, strict=True)
    return {a: b for a, b in pairs if a and b and a != b and a not in new and b not in old}


def follow(edit: Edit, renaming: Renaming, codes: Iterable[str], *, but: Any = None) -> Followed:
    """Rename in every entry that can name such codes; only rows in which one of the codes stands are read."""
    before: list[Snapshot] = []
    after: list[Snapshot] = []
    wanted = list(codes)
    for kind in dict.fromkeys(kind for sort in renaming for kind in HOLDERS[sort]):
        if kind == "head":
            _rename_head(edit, renaming, before, after)
            continue
        rows = rows_in(edit.rubric, kind).filter(_says(kind, wanted)).order_by("pk")
        for row in rows if not isinstance(but, rows.model) else rows.exclude(pk=but.pk):
            _rename(edit, kind, row, renaming, before, after)
    return before, after


def rename_in(kind: str, shape: Mapping[str, Any], renaming: Renaming, *, section: str = "") -> dict[str, Any]:
    """The shape of an entry with the codes in it renamed."""
    return _in_fields(fields_of(kind, shape, section=section), shape, renaming)


def _says(kind: str, codes: Iterable[str]) -> Q:
    found = Q(pk__in=())
    for code in codes:
        for column in _TEXTS.get(kind, ("body",)):
            found |= Q(**{f"{column}__contains": f'"{code}'})
    return found


def _rename(edit: Edit, kind: str, row: Any, renaming: Renaming, before: list[Snapshot], after: list[Snapshot]) -> None:
    was = own_shape(row)
    now = rename_in(kind, was, renaming)
    if same(was, now):
        return
    before.append(snapshot(row))
    after.append(snapshot(edit.write(row, now)))


def _rename_head(edit: Edit, renaming: Renaming, before: list[Snapshot], after: list[Snapshot]) -> None:
    for section, names in HEAD_FIELDS.items():
        was = {name: edit.rubric.head[name] for name in names if name in edit.rubric.head}
        now = rename_in("head", was, renaming, section=section)
        if not same(was, now):
            edit.write_section(section, now)
            before.append(head_snapshot(section, was))
            after.append(head_snapshot(section, now))


def _one(codes: Mapping[str, str]) -> Callable[[str], str]:
    return lambda code: codes.get(code, code)


# --- one renamer for each thing a field can hold ----------------------------------------------------------------------


def _in_fields(fields: Iterable[Declared], shape: Mapping[str, Any], renaming: Renaming) -> dict[str, Any]:
    known = {field.name: field for field in fields}
    return {name: _in_field(known[name], value, renaming) if name in known else value for name, value in shape.items()}


def _in_field(field: Declared, value: Any, renaming: Renaming) -> Any:
    special = _SPECIAL.get(field.holds)
    if special is not None:
        return special(field, value, renaming)
    rename = renaming.get(field.refers)
    if rename is None or value is None:
        return value
    if isinstance(value, Mapping):
        return {rename(code): part for code, part in value.items()}
    return [rename(code) for code in value] if isinstance(value, list) else rename(value)


def _record(field: Declared, value: Any, renaming: Renaming) -> Any:
    return _in_fields(field.fields, value, renaming) if isinstance(value, Mapping) else value


def _records(field: Declared, value: Any, renaming: Renaming) -> Any:
    return [_record(field, row, renaming) for row in value] if isinstance(value, list) else value


def _applies_to(field: Declared, value: Any, renaming: Renaming) -> Any:
    rename = renaming.get("series")
    if rename is None or not isinstance(value, Mapping):
        return value
    return {key: [rename(code) for code in codes] if key == "series" else codes for key, codes in value.items()}


def _provider(field: Declared, value: Any, renaming: Renaming) -> Any:
    code, series = renaming.get("provider", str), renaming.get("series", str)
    if isinstance(value, Mapping):
        return {series(key): _provider(field, codes, renaming) for key, codes in value.items()}
    return [code(each) for each in value] if isinstance(value, list) else code(value)


def _quota(field: Declared, value: Any, renaming: Renaming) -> Any:
    rename = renaming.get("series")
    if rename is None or not isinstance(value, Mapping) or "percent" in value:
        return value
    return {rename(code): count for code, count in value.items()}


_SPECIAL: dict[str, Callable[[Declared, Any, Renaming], Any]] = {
    "record": _record,
    "records": _records,
    "applies_to": _applies_to,
    "provider": _provider,
    "quota": _quota,
}
