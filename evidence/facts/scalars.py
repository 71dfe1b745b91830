"""Containers and scalars of plain data, read one by one; what is wrong is noted and reading goes on."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic_core import PydanticCustomError

from rubrics.definition import Definition
from rubrics.kinds.numbers import as_number, plain
from rubrics.kinds.problems import Path, Problem


class Reader:
    """Collects problems while plain data become records. `stored` reads numbers from strings."""

    def __init__(self, definition: Definition, *, stored: bool = False) -> None:
        self.definition = definition
        self.stored = stored
        self.problems: list[Problem] = []

    def problem(self, path: Path, what: str, /, **params: Any) -> None:
        self.problems.append(Problem(path, what, params))

    def known_keys(self, data: Mapping[str, Any], known: tuple[str, ...], path: Path) -> None:
        for key in data:
            if key not in known:
                self.problem((*path, key), "unknown_key", key=key, known=known)

    def entries(self, data: Mapping[str, Any], key: str, path: Path) -> list[tuple[int, Any]]:
        value = data.get(key)
        if value is None:
            return []
        if not isinstance(value, (list, tuple)):
            self.problem((*path, key), "wrong_type", wanted="list", value=value)
            return []
        return list(enumerate(value))

    def text(self, data: Mapping[str, Any], key: str, path: Path, *, required: bool = False) -> str | None:
        value = data.get(key)
        if value is None:
            if required:
                self.problem((*path, key), "missing", field=key)
            return None
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return plain(Decimal(value))
        if not isinstance(value, str):
            self.problem((*path, key), "wrong_type", wanted="text", value=value)
            return None
        if not value and required:
            self.problem((*path, key), "empty", field=key)
        return value

    def texts(self, data: Mapping[str, Any], key: str, path: Path) -> tuple[str, ...]:
        value = data.get(key)
        if isinstance(value, str):
            return (value,)
        found = []
        for place, entry in self.entries(data, key, path):
            if isinstance(entry, str):
                found.append(entry)
            elif isinstance(entry, (int, Decimal)) and not isinstance(entry, bool):
                found.append(plain(Decimal(entry)))
            else:
                self.problem((*path, key, place), "wrong_type", wanted="text", value=entry)
        return tuple(found)

    def number(self, value: Any, path: Path, *, least: int | None = None) -> Decimal | None:
        try:
            number = as_number(value, stored=self.stored)
        except PydanticCustomError as error:
            self.problem(path, error.type, **(error.context or {}))
            return None
        if least is not None and number < least:
            self.problem(path, "negative" if least == 0 else "zero", value=plain(number))
            return None
        return number

    def whole(self, value: Any, path: Path, *, least: int = 0) -> int | None:
        number = self.number(value, path, least=least)
        if number is None:
            return None
        if number != number.to_integral_value():
            self.problem(path, "whole", value=plain(number))
            return None
        return int(number)

    def date(self, value: Any, path: Path) -> datetime.date | None:
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        try:
            if isinstance(value, str) and len(value) == 10:
                return datetime.date.fromisoformat(value)
        except ValueError:
            pass
        self.problem(path, "date", value=value)
        return None
