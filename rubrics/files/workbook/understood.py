"""What a cell says: the value that a person wrote, in the form of a rubric file."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from rubrics.definition.declared import Declared, declared
from rubrics.definition.records import AppliesTo
from rubrics.files.workbook import words
from rubrics.files.workbook.shown import BLANKS, number_of
from rubrics.kinds.numbers import plain

_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([=＝:：])|([;；\n])|([,，、])|([^"=＝:：;；,，、\n]+))')
_THOUSANDS = re.compile(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?\Z")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)\Z")
_DAY = re.compile(r"([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})\s*日?\Z")
_PERCENT = re.compile(r"([0-9.]+)\s*%\s*(\S*)\Z")
_YES = frozenset(("是", "有", "yes", "y", "true", "√", "✓", "1"))
_NO = frozenset(("否", "无", "no", "n", "false", "×", "0"))
_UNBOUND = frozenset(("不设", "不限", "无", "none"))
_UP = {"": "down", "进一": "up", "up": "up", "舍去": "down", "down": "down"}


class Unclear(Exception):
    """A cell does not say what its column holds; `code` and `params` are those of a Problem."""

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def understood(field: Declared, cell: Any) -> Any:
    """What a cell that is not blank says, in the form of a rubric file. Raises Unclear."""
    if isinstance(cell, (date, datetime, time, timedelta)):
        if field.holds == "month_day" and isinstance(cell, date):
            return f"{cell.month:02d}-{cell.day:02d}"
        raise Unclear("cell_date", value=str(cell))
    return _UNDERSTOOD[field.holds](field, cell)


def text_of(cell: Any) -> str:
    """A cell as text: a number as it is written, a text in quotation marks as it stands between them."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (int, Decimal)):
        return plain(Decimal(cell))
    text = str(cell)
    return _unquoted(text) if text[:1] == '"' and text[-1:] == '"' and len(text) > 1 else text


def folded(text: str) -> str:
    """A word for comparing: full-width signs as narrow ones, capitals as small letters, no blanks around."""
    return unicodedata.normalize("NFKC", text).strip(BLANKS).casefold()


def number_in(cell: Any) -> int | Decimal:
    """A number, also one written as text with blanks, full-width digits or separated thousands. Raises Unclear."""
    if isinstance(cell, bool) or not isinstance(cell, (int, Decimal, str)):
        raise Unclear("number", value=str(cell))
    if not isinstance(cell, str):
        return number_of(cell)
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", cell)).replace("−", "-")
    text = text.replace(",", "") if _THOUSANDS.match(text) else text
    if not _NUMBER.match(text):
        raise Unclear("number", value=cell)
    try:
        return number_of(text)
    except InvalidOperation:
        raise Unclear("number", value=cell) from None


def _unquoted(text: str) -> str:
    try:
        inner = json.loads(text, strict=False)
    except ValueError:
        return text[1:-1]
    return inner if isinstance(inner, str) else text


def _text(field: Declared, cell: Any) -> str:
    return text_of(cell)


def _number(field: Declared, cell: Any) -> int | Decimal:
    return number_in(cell)


def _flag(field: Declared, cell: Any) -> bool:
    word = folded(text_of(cell))
    if word in _YES or word in _NO:
        return word in _YES
    raise Unclear("cell_flag", value=text_of(cell))


def _choice(field: Declared, cell: Any) -> str:
    known = {folded(word): choice.code for choice in field.choices for word in (*choice.title, choice.code)}
    code = known.get(folded(text_of(cell)))
    if code is None:
        raise Unclear("choice", value=text_of(cell), choices=[choice.title for choice in field.choices])
    return code


def _bound(field: Declared, cell: Any) -> Any:
    return "none" if isinstance(cell, str) and folded(cell) in _UNBOUND else number_in(cell)


def _codes(field: Declared, cell: Any) -> list[str]:
    if field.choices and isinstance(cell, str):
        return [_choice(field, part) for part in _list(cell)]
    return _list(cell)


def _numbers(field: Declared, cell: Any) -> list[Any]:
    return [_open_number(part) for part in _list(cell)]


def _number_map(field: Declared, cell: Any) -> dict[str, Any]:
    return {name: _open_number(_one(cell, parts)) for name, parts in _pairs(cell, one=True)}


def _code_map(field: Declared, cell: Any) -> dict[str, str]:
    return {name: _one(cell, parts) for name, parts in _pairs(cell, one=True)}


def _provider(field: Declared, cell: Any) -> Any:
    if any(token[0] == "=" for token in _tokens(_written(cell))):
        return {name: _one_or_all(parts) for name, parts in _pairs(cell)}
    return _one_or_all(_list(cell))


def _applies_to(field: Declared, cell: Any) -> dict[str, list[str]]:
    known = {folded(word): each.name for each in declared(AppliesTo) for word in (*each.title, each.name)}
    found: dict[str, list[str]] = {}
    for name, parts in _pairs(cell):
        if folded(name) not in known:
            raise Unclear("cell_key", value=name, known=[each.title for each in declared(AppliesTo)])
        found.setdefault(known[folded(name)], []).extend(parts)
    return found


def _quota(field: Declared, cell: Any) -> Any:
    if not isinstance(cell, str):
        return number_in(cell)
    percent = _PERCENT.match(unicodedata.normalize("NFKC", cell).strip())
    if percent is not None and folded(percent[2].strip("()")) in _UP:
        partial = _UP[folded(percent[2].strip("()"))]
        return {"percent": number_in(percent[1]), **({"partial": partial} if partial == "up" else {})}
    if any(token[0] == "=" for token in _tokens(cell)):
        return _number_map(field, cell)
    return number_in(cell)


def _month_day(field: Declared, cell: Any) -> str:
    text = text_of(cell)
    match = _DAY.match(unicodedata.normalize("NFKC", text).strip())
    return f"{int(match[1]):02d}-{int(match[2]):02d}" if match else text


_UNDERSTOOD: dict[str, Callable[[Declared, Any], Any]] = {
    **dict.fromkeys(("text", "long_text", "code"), _text),
    **dict.fromkeys(("number", "whole"), _number),
    "flag": _flag,
    "choice": _choice,
    "bound": _bound,
    "codes": _codes,
    "numbers": _numbers,
    "number_map": _number_map,
    "code_map": _code_map,
    "provider": _provider,
    "applies_to": _applies_to,
    "quota": _quota,
    "month_day": _month_day,
}


# --- lists and pairs within a cell ----------------------------------------------------------------------------------


def _tokens(text: str) -> list[tuple[str, str]]:
    """`"` (a word), `=`, `;` and `,`, each with its text. Raises Unclear over a quotation mark left open."""
    tokens = []
    place = 0
    text = text.strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise Unclear("cell_list", value=text)
        place = match.end()
        quoted, equals, semicolon, comma, bare = match.groups()
        if quoted is not None:
            tokens.append(("word", _unquoted(f'"{quoted}"')))
        elif bare is not None:
            tokens += [("word", bare.strip(BLANKS))] if bare.strip(BLANKS) else []
        else:
            tokens.append(("=" if equals else ";" if semicolon else ",", comma or semicolon or equals))
    return tokens


def _written(cell: Any) -> str:
    """A cell as it is written: here quotation marks belong to the parts."""
    return cell if isinstance(cell, str) else text_of(cell)


def _list(cell: Any) -> list[str]:
    """The parts of a list, separated by commas of any kind, semicolons or new lines."""
    tokens = _tokens(_written(cell))
    if any(kind == "=" for kind, _ in tokens):
        raise Unclear("cell_list", value=str(cell))
    return list(_between(cell, tokens))


def _between(cell: Any, tokens: Iterable[tuple[str, str]]) -> Iterable[str]:
    last = ","
    for kind, text in tokens:
        if kind == "word":
            if last == "word":
                raise Unclear("cell_list", value=str(cell))
            yield text
        last = kind


def _pairs(cell: Any, *, one: bool = False) -> list[tuple[str, list[str]]]:
    """`name=part` pairs separated by semicolons or new lines; with `one` part in each, commas separate them too."""
    groups: list[list[tuple[str, str]]] = [[]]
    for token in _tokens(_written(cell)):
        if token[0] == ";" or (one and token[0] == ","):
            groups.append([])
        else:
            groups[-1].append(token)
    found: list[tuple[str, list[str]]] = []
    for group in filter(None, groups):
        if len(group) < 3 or [kind for kind, _ in group[:2]] != ["word", "="] or "=" in [k for k, _ in group[2:]]:
            raise Unclear("cell_pairs", value=str(cell))
        if group[0][1] in [name for name, _ in found]:
            raise Unclear("duplicate_code", code=group[0][1])
        found.append((group[0][1], list(_between(cell, group[2:]))))
    return found


def _one(cell: Any, parts: list[str]) -> str:
    if len(parts) != 1:
        raise Unclear("cell_pairs", value=str(cell))
    return parts[0]


def _open_number(text: str) -> int | Decimal | None:
    return None if text in (words.OPEN, "？") else number_in(text)


def _one_or_all(parts: list[str]) -> Any:
    return parts[0] if len(parts) == 1 else parts
