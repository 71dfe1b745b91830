"""What a cell shows: a value of a record as a person writes it. `understood` reads it back without loss."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from rubrics.definition.declared import Declared, declared
from rubrics.definition.records import AppliesTo
from rubrics.files.workbook import words
from rubrics.files.workbook.words import joined, paired, pick
from rubrics.kinds.numbers import plain

Shown = str | int | Decimal | None
BLANKS = "\ufeff \t\r\n\u3000\xa0"  # what the reader of workbooks takes off a text
_WIDE = Decimal("1e15")  # a program keeps 15 digits
_NOT_BARE = re.compile(r'[\s"=＝:：;；,，、?？–]')
_NOT_PLAIN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]|_x[0-9A-Fa-f]{4}_")


def shown(field: Declared, value: Any, lang: str) -> Shown:
    """The content of a cell for a value of the stored or file form (numbers may be strings)."""
    return _SHOWN[field.holds](field, value, lang)


def shown_text(text: str) -> str:
    """A text as it stands; in quotation marks where a program or the reader would change it."""
    awkward = text.strip(BLANKS) != text or _NOT_PLAIN.search(text) or text in (words.EMPTY, "")
    if not awkward and not (text[:1] == '"' and text[-1:] == '"'):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", r"\\u005f", quoted).replace("\x7f", "\\u007f")


def number_of(value: Any) -> int | Decimal:
    """A stored or plain number. Raises InvalidOperation."""
    number = Decimal(str(value)) if isinstance(value, (str, float)) else Decimal(value)
    return int(number) if number == number.to_integral_value() else number.normalize()


def _shown_number(field: Declared, value: Any, lang: str) -> Shown:
    """A number where the program keeps all its digits, else its text."""
    number = number_of(value)
    kept = Decimal(repr(float(number))) == number and Decimal(number).copy_abs() < _WIDE
    return number if kept else plain(Decimal(number))


def _shown_flag(field: Declared, value: Any, lang: str) -> Shown:
    return pick(words.YES if value else words.NO, lang)


def _shown_choice(field: Declared, value: Any, lang: str) -> Shown:
    return field.choice_in(str(value), lang)


def _shown_bound(field: Declared, value: Any, lang: str) -> Shown:
    return pick(words.UNBOUND, lang) if value == "none" else _shown_number(field, value, lang)


def _shown_codes(field: Declared, value: Any, lang: str) -> Shown:
    codes = [value] if isinstance(value, str) else value
    return joined(lang, (_bare(field.choice_in(str(code), lang)) for code in codes)) if codes else None


def _shown_numbers(field: Declared, value: Any, lang: str) -> Shown:
    return joined(lang, (_figure(number) for number in value)) if value else None


def _shown_number_map(field: Declared, value: Any, lang: str) -> Shown:
    return paired(lang, ((_bare(code), _figure(number)) for code, number in value.items())) if value else None


def _shown_code_map(field: Declared, value: Any, lang: str) -> Shown:
    return paired(lang, ((_bare(code), _bare(str(part))) for code, part in value.items())) if value else None


def _shown_provider(field: Declared, value: Any, lang: str) -> Shown:
    if isinstance(value, dict):
        return paired(lang, ((_bare(series), _shown_codes(field, codes, lang)) for series, codes in value.items()))
    return _shown_codes(field, value, lang)


def _shown_applies_to(field: Declared, value: Any, lang: str) -> Shown:
    titles = {each.name: each.title_in(lang) for each in declared(AppliesTo)}
    parts = [(titles.get(name, name), _shown_codes(field, codes, lang)) for name, codes in value.items()]
    return paired(lang, parts) if parts else None


def _shown_quota(field: Declared, value: Any, lang: str) -> Shown:
    if not isinstance(value, dict):
        return _shown_number(field, value, lang)
    if "percent" not in value:
        return _shown_number_map(field, value, lang)
    up = f" {pick(words.STARTED, lang)}" if value.get("partial") == "up" else ""
    return f"{plain(Decimal(str(value['percent'])))}%{up}"


def _shown_plainly(field: Declared, value: Any, lang: str) -> Shown:
    return shown_text(str(value))


def _bare(code: str) -> str:
    """A code within a list, in quotation marks where a sign in it would part it."""
    quoted = not code or _NOT_BARE.search(code) or _NOT_PLAIN.search(code)
    return json.dumps(code, ensure_ascii=False) if quoted else code


def _figure(number: Any) -> str:
    return words.OPEN if number is None else plain(Decimal(str(number)))


_SHOWN: dict[str, Callable[[Declared, Any, str], Shown]] = {
    **dict.fromkeys(("text", "long_text", "code", "month_day"), _shown_plainly),
    **dict.fromkeys(("number", "whole"), _shown_number),
    "flag": _shown_flag,
    "choice": _shown_choice,
    "bound": _shown_bound,
    "codes": _shown_codes,
    "numbers": _shown_numbers,
    "number_map": _shown_number_map,
    "code_map": _shown_code_map,
    "provider": _shown_provider,
    "applies_to": _shown_applies_to,
    "quota": _shown_quota,
}
