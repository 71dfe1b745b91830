"""One fact out of plain data, field by field."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from pydantic_core import PydanticCustomError

from evidence.facts.records import Fact
from evidence.facts.scalars import Reader
from rubrics.definition import Definition
from rubrics.kinds.numbers import as_number, plain
from rubrics.kinds.problems import Path, Problem


def read_fact(
    data: Mapping[str, Any], definition: Definition, *, stored: bool = False
) -> tuple[Fact | None, list[Problem]]:
    """One fact by itself, without judging it against its unit. `stored` reads numbers from strings."""
    reader = FactReader(definition, stored=stored)
    fact = reader.fact(data, ())
    return fact, reader.problems


class FactReader(Reader):
    """Reads facts by the table of their fields."""

    def fact(self, data: Any, path: Path) -> Fact | None:
        if not isinstance(data, Mapping):
            self.problem(path, "not_a_mapping")
            return None
        fields: dict[str, Any] = {}
        before = len(self.problems)
        for key, value in data.items():
            read = _FACT_FIELDS.get(key)
            if read is None:
                self.problem((*path, key), "unknown_key", key=key, known=list(_FACT_FIELDS))
            elif value is not None:
                fields[key] = read(self, value, (*path, key))
        if fields.get("clause") is None:
            if "clause" not in data:
                self.problem((*path, "clause"), "missing", field="clause")
            return None
        fields.pop("evidence", None)
        return Fact(**fields) if len(self.problems) == before else None

    def plain_text(self, value: Any, path: Path) -> str:
        return self.text({str(path[-1]): value}, str(path[-1]), path[:-1]) or ""

    def clause_code(self, value: Any, path: Path) -> str | None:
        if isinstance(value, str) and value in self.definition.clauses:
            return value
        near = difflib.get_close_matches(str(value), list(self.definition.clauses), n=3, cutoff=0.4)
        self.problem(path, "unknown_clause", code=value, known=near or list(self.definition.clauses)[:10])
        return None

    def share(self, value: Any, path: Path) -> Decimal | str | None:
        if isinstance(value, str) and not self.stored:
            return value
        if isinstance(value, str):
            try:
                value = as_number(value, stored=True)
            except PydanticCustomError:
                return str(value)
        number = self.number(value, path)
        if number is not None and not 0 < number <= 1:
            self.problem(path, "share_range", value=plain(number))
        return number

    def target(self, value: Any, path: Path) -> str | Decimal | None:
        # A code under the basis `targets`, a figure under `ratio`: the clause's declaration decides which is right.
        return value if isinstance(value, str) else self.number(value, path)

    def inputs(self, value: Any, path: Path) -> dict[str, Decimal]:
        if not isinstance(value, Mapping):
            self.problem(path, "wrong_type", wanted="mapping", value=value)
            return {}
        numbers = {str(code): self.number(number, (*path, str(code))) for code, number in value.items()}
        return {code: number for code, number in numbers.items() if number is not None}

    def codes(self, value: Any, path: Path) -> tuple[str, ...]:
        return self.texts({str(path[-1]): value}, str(path[-1]), path[:-1])

    def flag(self, value: Any, path: Path) -> bool:
        if not isinstance(value, bool):
            self.problem(path, "wrong_type", wanted="true/false", value=value)
            return False
        return value


_FACT_FIELDS: dict[str, Callable[[FactReader, Any, Path], Any]] = {
    "clause": FactReader.clause_code,
    "id": FactReader.plain_text,
    "count": FactReader.whole,
    "level": FactReader.plain_text,
    "value": FactReader.number,
    "baseline": FactReader.number,
    "points": lambda reader, value, path: reader.number(value, path, least=0),
    "target": FactReader.target,
    "rank": lambda reader, value, path: reader.whole(value, path, least=1),
    "of": lambda reader, value, path: reader.number(value, path, least=0),
    "inputs": FactReader.inputs,
    "score": lambda reader, value, path: reader.number(value, path, least=0),
    "date": FactReader.date,
    "matter": FactReader.plain_text,
    "share": FactReader.share,
    "modifiers": FactReader.codes,
    "exempt": FactReader.flag,
    "reason": FactReader.plain_text,
    "note": FactReader.plain_text,
    "evidence": lambda reader, value, path: None,
}
