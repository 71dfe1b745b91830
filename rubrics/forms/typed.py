"""From a posted entry form to the plain data of the entry, as the fields' declarations say.

Names are paths: `f.levels.0.points`. What cannot be read stays as the text that was typed, for `read_entry` to judge.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict

from rubrics.definition.declared import Declared
from rubrics.definition.entries import fields_of, read_entry
from rubrics.kinds.problems import Problem

ROOT = "f"
NONE = "none"
LEFT_OPEN = ("?", "？")
"""How a row of numbers shows a figure that the regulation leaves out."""
_LIST = re.compile(r"[、，,；;\s]+")
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?")


def read_post(kind: str, section: str, post: QueryDict) -> tuple[dict[str, Any], list[Problem]]:
    """The canonical shape of what was posted and a problem for every field that is wrong (absent from the shape)."""
    return read_entry(kind, typed_of(kind, section, post), section=section)


def typed_of(kind: str, section: str, post: QueryDict) -> dict[str, Any]:
    """The entry's data as typed: numbers where they can be read, texts where not, nothing where nothing was said."""
    posted = {name.split(".")[1] for name in post if name.startswith(f"{ROOT}.")}
    # What the form showed is read, also where the effect that was just chosen has no use for it.
    head = {name: post.get(f"{ROOT}.{name}", "") for name in posted} if kind == "clause" else {}
    return read_fields(fields_of(kind, head, section=section), post, ROOT)


def read_fields(fields: Iterable[Declared], post: QueryDict, prefix: str) -> dict[str, Any]:
    """What was said under one prefix, without the fields of which nothing was said."""
    data = {}
    for field in fields:
        value = _READERS[field.holds](field, post, f"{prefix}.{field.name}")
        if value not in (None, "", [], {}):
            data[field.name] = value
    return data


def restructured(post: QueryDict) -> QueryDict:
    """The posted form after its button: `drop` takes a row out, `shift` (`row:-1`, `row:1`) moves it by one place."""
    if "drop" in post:
        gone = post["drop"]
        return _renamed(post, lambda name: None if _within(name, gone) else name)
    if "shift" not in post:
        return post
    row, _, by = post["shift"].rpartition(":")
    name, _, place = row.rpartition(".")
    rows = places(post, name)
    if by not in ("-1", "1") or place not in rows or not 0 <= rows.index(place) + int(by) < len(rows):
        return post
    other = f"{name}.{rows[rows.index(place) + int(by)]}"
    swapped = {row: other, other: row}
    moved = _renamed(post, lambda key: _swapped(key, swapped))
    # Rows stand in the order of the page, so the first of the two has to come first again.
    return _in_order(moved, name, rows)


def _within(name: str, row: str) -> bool:
    return name == row or name.startswith(f"{row}.")


def _swapped(name: str, pairs: Mapping[str, str]) -> str:
    for row, other in pairs.items():
        if _within(name, row):
            return other + name[len(row) :]
    return name


def _renamed(post: QueryDict, rename: Callable[[str], str | None]) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, values in post.lists():
        new = rename(name)
        if new is not None:
            made.setlist(new, values)
    return made


def _in_order(post: QueryDict, name: str, rows: list[str]) -> QueryDict:
    made = QueryDict(mutable=True)
    for key, values in post.lists():
        if not key.startswith(f"{name}."):
            made.setlist(key, values)
    for row in rows:
        for key, values in post.lists():
            if _within(key, f"{name}.{row}"):
                made.setlist(key, values)
    return made


def number_of(text: str) -> Decimal | str:
    """The number a person typed, full-width digits and thousands separators understood; else the text itself."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").replace("−", "-")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        return text
    try:
        return Decimal(plain)
    except InvalidOperation:
        return text


def places(post: QueryDict, name: str) -> list[str]:
    """The numbers of the rows posted under a name, in the order of the page."""
    start = f"{name}."
    return list(dict.fromkeys(key[len(start) :].partition(".")[0] for key in post if key.startswith(start)))


def codes_in(text: str) -> list[str]:
    """Codes that were typed one after another."""
    return [code for code in _LIST.split(text.strip()) if code]


def _text(field: Declared, post: QueryDict, name: str) -> Any:
    return post.get(name, "").strip()


def _number(field: Declared, post: QueryDict, name: str) -> Any:
    text = post.get(name, "").strip()
    return number_of(text) if text else None


def _bound(field: Declared, post: QueryDict, name: str) -> Any:
    return NONE if post.get(f"{name}.none") else _number(field, post, name)


def _flag(field: Declared, post: QueryDict, name: str) -> Any:
    return True if post.get(name) else None


def _codes(field: Declared, post: QueryDict, name: str) -> Any:
    chosen = [code for code in post.getlist(name) if code]
    chosen += [code for place in places(post, name) if (code := post.get(f"{name}.{place}.code", ""))]
    return list(dict.fromkeys([*chosen, *codes_in(post.get(f"{name}.more", ""))]))


def _numbers(field: Declared, post: QueryDict, name: str) -> Any:
    return [None if text in LEFT_OPEN else number_of(text) for text in codes_in(post.get(name, ""))]


def _map(field: Declared, post: QueryDict, name: str) -> Any:
    rows = {}
    for place in places(post, name):
        code, value = post.get(f"{name}.{place}.key", "").strip(), post.get(f"{name}.{place}.value", "").strip()
        if code or value:
            rows[code] = value if field.holds == "code_map" else (number_of(value) if value else None)
    return rows


def _provider(field: Declared, post: QueryDict, name: str) -> Any:
    if post.get(f"{name}.mode") == "series":
        start = f"{name}.by."
        return {
            key[len(start) :]: post.getlist(key) for key in post if key.startswith(start) and any(post.getlist(key))
        }
    return [code for code in post.getlist(name) if code]


def _applies_to(field: Declared, post: QueryDict, name: str) -> Any:
    said = {
        "series": [code for code in post.getlist(f"{name}.series") if code],
        "tags": codes_in(post.get(f"{name}.tags", "")),
        "units": codes_in(post.get(f"{name}.units", "")),
    }
    return {key: codes for key, codes in said.items() if codes}


def _quota(field: Declared, post: QueryDict, name: str) -> Any:
    mode = post.get(f"{name}.mode", "")
    if mode == "every":
        return _number(field, post, f"{name}.every")
    if mode == "series":
        start = f"{name}.by."
        said = {key[len(start) :]: post.get(key, "").strip() for key in post if key.startswith(start)}
        return {series: number_of(text) for series, text in said.items() if text}
    if mode == "percent" and post.get(f"{name}.percent", "").strip():
        percent = _number(field, post, f"{name}.percent")
        return {"percent": percent, **({"partial": "up"} if post.get(f"{name}.partial") == "up" else {})}
    return None


def _record(field: Declared, post: QueryDict, name: str) -> Any:
    return read_fields(field.fields, post, name)


def _records(field: Declared, post: QueryDict, name: str) -> Any:
    rows = [read_fields(field.fields, post, f"{name}.{place}") for place in places(post, name)]
    return _coded(field, [row for row in rows if row])


def _coded(field: Declared, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a kind that has codes get one where none was given: nobody has to think one up."""
    if not any(inner.name == "code" and inner.holds == "code" for inner in field.fields):
        return rows
    stem = field.record.__name__.lower() if field.record is not None else "row"
    taken = {row.get("code") for row in rows}
    for row in rows:
        if not row.get("code"):
            free = next(n for n in range(1, len(rows) + len(taken) + 2) if f"{stem}-{n}" not in taken)
            row["code"] = f"{stem}-{free}"
            taken.add(row["code"])
    return [{"code": row["code"], **row} for row in rows]


_READERS: dict[str, Any] = {
    "text": _text,
    "long_text": _text,
    "code": _text,
    "choice": _text,
    "month_day": _text,
    "number": _number,
    "whole": _number,
    "bound": _bound,
    "flag": _flag,
    "codes": _codes,
    "numbers": _numbers,
    "number_map": _map,
    "code_map": _map,
    "provider": _provider,
    "applies_to": _applies_to,
    "quota": _quota,
    "record": _record,
    "records": _records,
}
