"""One cell at a time: what a fact shows in it, and what a filled-in one says."""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from evidence.controls import PRESENT
from evidence.models import Fact
from evidence.offline.columns import LONGEST, SAID, Asked, Clause
from evidence.offline.rows import BLANK, FactRow
from rubrics.kinds.numbers import LARGEST, plain

_DAY = re.compile(r"([0-9]{4})\s*[-./年]\s*([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})\s*日?(?:\s+0?0:00(?::00)?)?\Z")
_PACKED_DAY = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})\Z")
_GROUPS = re.compile(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?\Z")
_JOINS = re.compile(r"[、,，;；\n]+")
_DECIMALS = 12


class Unclear(Exception):
    """A cell does not say what its column holds; the text is for the person who filled it in."""


def shown(clause: Clause, fact: Fact) -> dict[str, Any]:
    """What a stored fact shows by column. What does not fit the clause any more is left out."""
    found: dict[str, Any] = {}
    for column, asked in clause.asked.items():
        value = _stored(asked, fact)
        if value in (None, "", []):
            continue
        try:
            found[column] = _cell_of(asked, value)
        except (InvalidOperation, KeyError, TypeError):
            continue
    return found


def _stored(asked: Asked, fact: Fact) -> Any:
    if asked.name == PRESENT:
        return "1"
    if asked.name.startswith("inputs."):
        return (fact.said.get("inputs") or {}).get(asked.name.removeprefix("inputs."))
    if asked.name in SAID:
        return fact.said.get(asked.name)
    return getattr(fact, asked.name)


def _cell_of(asked: Asked, value: Any) -> Any:
    words = dict(asked.options)
    if asked.holds == "choices":
        return "、".join(words[code] for code in value)
    if asked.holds == "choice" and asked.name == "share":
        return words.get(value) or _as_number(value)
    if asked.holds == "choice":
        return words[value]
    if asked.holds in ("whole", "number"):
        return _as_number(value)
    return ILLEGAL_CHARACTERS_RE.sub("", value.replace("\r\n", "\n")) if isinstance(value, str) else value


def _as_number(value: Any) -> Decimal:
    return Decimal(str(value))


def row_of(clause: Clause, fact: Fact) -> FactRow:
    """A stored fact as the row that shows it would be read back."""
    said, extras, present, _problems = read(clause, shown(clause, fact))
    return FactRow(0, clause.code, fact.pk, said, extras, present)


def read(clause: Clause, cells: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], bool, dict[str, str]]:
    """Said, extras, present, and a sentence by column for what cannot be understood."""
    said: dict[str, Any] = {}
    inputs: dict[str, str] = {}
    extras: dict[str, Any] = {name: [] if name == "modifiers" else value for name, value in BLANK.items()}
    problems: dict[str, str] = {}
    present = False
    for column, cell in cells.items():
        if cell is None:
            continue
        asked = clause.asked.get(column)
        if asked is None:
            problems[column] = _("This clause does not ask for this; leave the cell empty.")
            continue
        try:
            value = understood(asked, cell)
        except Unclear as unclear:
            problems[column] = str(unclear)
            continue
        if asked.name == PRESENT:
            present = True
        elif asked.name.startswith("inputs."):
            inputs[asked.name.removeprefix("inputs.")] = value
        else:
            (said if asked.name in SAID else extras)[asked.name] = value
    if inputs:
        said["inputs"] = dict(sorted(inputs.items()))
    if said.get("count") == "0" or (set(said) == {"count"} and _asks_level(clause)):
        said = {}
    return said, extras, present, problems


def _asks_level(clause: Clause) -> bool:
    return "level" in clause.asked and clause.asked["level"].required


def understood(asked: Asked, cell: Any) -> Any:
    """The canonical value of a cell that is not empty. Raises Unclear."""
    if asked.holds == "date":
        return day_in(cell)
    if asked.holds == "choices":
        return [_code_of(asked, part) for part in _JOINS.split(text_in(cell)) if part.strip()]
    if asked.holds == "choice":
        return _share(asked, cell) if asked.name == "share" else _code_of(asked, text_in(cell))
    if asked.holds in ("whole", "number"):
        return _number(asked, cell)
    text = text_in(cell)
    if len(text) > LONGEST[asked.name]:
        raise Unclear(_("The text has {n} signs; at most {most} fit.").format(n=len(text), most=LONGEST[asked.name]))
    return text if asked.name in ("note", "exempt_reason") else unicodedata.normalize("NFKC", text).strip()


def _share(asked: Asked, cell: Any) -> str:
    """A share of the rubric by its word, or a number that was given before."""
    try:
        return _code_of(asked, text_in(cell))
    except Unclear:
        try:
            return plain(number_in(cell))
        except Unclear:
            pass
        raise


def _code_of(asked: Asked, text: str) -> str:
    """The code of an option by its word or by itself; a number as it is written."""
    wanted = folded(text)
    for code, word in asked.options:
        if wanted in (folded(word), folded(code)):
            return code
    words = "、".join(word for _code, word in asked.options[:12])
    raise Unclear(_("“{text}” is not in the list: {words}.").format(text=text[:40], words=words))


def _number(asked: Asked, cell: Any) -> str:
    number = number_in(cell)
    if asked.holds == "whole" and (number != number.to_integral_value() or number < 0):
        raise Unclear(_("A whole number is asked for, 0 or more."))
    return plain(number)


def number_in(cell: Any) -> Decimal:
    """A number, also one written as text in full-width digits, with blanks or separated thousands. Raises Unclear."""
    if isinstance(cell, Decimal):
        number = cell
    else:
        text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text_in(cell))).replace("−", "-")
        text = text.replace(",", "") if _GROUPS.match(text) else text
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise Unclear(_("“%(typed)s” is not a number.") % {"typed": text_in(cell)[:40]}) from None
    exponent = number.as_tuple().exponent
    if not number.is_finite() or abs(number) > LARGEST or (isinstance(exponent, int) and exponent < -_DECIMALS):
        raise Unclear(_("“%(typed)s” is not a number.") % {"typed": str(cell)[:40]})
    return number


def day_in(cell: Any) -> str:
    """A date as ISO text, out of a date or a text in one of the usual ways. Raises Unclear."""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    text = unicodedata.normalize("NFKC", text_in(cell)).strip()
    found = _DAY.match(text) or _PACKED_DAY.match(text)
    try:
        if found:
            return datetime.date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        pass
    raise Unclear(_("“{text}” is not a date. A date is written like 2026-09-16.").format(text=text[:40]))


def text_in(cell: Any) -> str:
    """A cell as text: a number as it is written, a date as 2026-09-16."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return plain(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return str(cell).strip()


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
