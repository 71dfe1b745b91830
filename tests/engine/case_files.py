"""Engine cases as YAML: short to write, complete when read.

A case file holds `base` (merged into every case) and `cases`. A case says

    title, cites          what it shows, and the sentence of the scoring model that it stands on
    clauses               one clause or a list of them under the item k.i; `code` defaults to c, c2, c3 …
    item, category        more fields of the item k.i (10 points, from zero) and of its category k
    items                 further items under k
    categories            the whole tree, in place of all these
    rubric                further fields of the rubric
    facts                 the facts of unit u, or a map from unit to facts; a fact's `clause` defaults to c, and
                          `c`, `i.c`, `k.i.c` all name the same
    units                 further fields of units (series, tags …), in the order in which they stand
    ratings               as in a facts file
    expect                the value of k.i for unit u; or a map from unit to that value; or what `Expected` reads
    alone                 why the slow evaluator is not asked: the model is silent, and it reads the silence otherwise
"""

from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from rubrics.files import read_yaml

CASES = Path(__file__).parent / "cases"
Json = dict[str, Any]

_KEYS = frozenset("title cites clauses item category items categories rubric facts units ratings expect alone".split())


class Case(NamedTuple):
    """One case made complete: both files, and what is expected of the units."""

    title: str
    cites: str
    rubric: Json
    facts: Json
    expect: dict[str, Json]
    alone: str


def all_cases() -> Iterator[tuple[str, Case]]:
    """Every case of every file with its name."""
    for path in sorted(CASES.glob("*.yaml")):
        data = read_yaml(path.read_bytes())
        for number, raw in enumerate(data["cases"], start=1):
            yield f"{path.stem}-{number}-{raw['title']}", read_case(merged(data.get("base") or {}, raw))


def merged(base: Any, own: Any) -> Any:
    """`own` over `base`: mappings go into mappings, everything else replaces."""
    if not (isinstance(base, dict) and isinstance(own, dict)):
        return deepcopy(own)
    return {key: merged(base.get(key), own[key]) if key in own else deepcopy(base[key]) for key in {**base, **own}}


def read_case(raw: Json) -> Case:
    unknown = set(raw) - _KEYS
    assert not unknown, f"{raw.get('title')}: unknown keys {unknown}"
    rubric: Json = {
        "format": "appraisal-rubric/1", "code": "case", "title": "Case", "year": 2026, "total": 10,
        **(raw.get("rubric") or {}),
    }  # fmt: skip
    rubric["categories"] = raw["categories"] if "categories" in raw else [_category(raw)]
    for category in rubric["categories"]:
        _complete(category)
    expect = _expect(raw["expect"])
    return Case(raw["title"], raw["cites"], rubric, _facts(raw), expect, raw.get("alone") or "")


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value] if value is not None else []


def _category(raw: Json) -> Json:
    item = {
        "code": "i",
        "points": 10,
        "start": "zero",
        **(raw.get("item") or {}),
        "clauses": _listed(raw.get("clauses")),
    }
    return {"code": "k", **(raw.get("category") or {}), "items": [item, *_listed(raw.get("items"))]}


def _complete(category: Json) -> None:
    """Give clauses the codes and texts, and items the points, that a case leaves out."""
    for item in category.get("items") or []:
        item.setdefault("points", 10)
        for number, clause in enumerate(item.get("clauses") or [], start=1):
            clause.setdefault("code", "c" if number == 1 else f"c{number}")
            clause.setdefault("text", clause["code"])
    for inner in category.get("categories") or []:
        _complete(inner)


def _facts(raw: Json) -> Json:
    by_unit = raw.get("facts")
    by_unit = by_unit if isinstance(by_unit, dict) else {"u": by_unit or []}
    described = {code: dict(fields or {}) for code, fields in (raw.get("units") or {}).items()}
    codes = list(dict.fromkeys([*described, *by_unit]))
    units = [
        {"code": code, **described.get(code, {}), "facts": [_fact(fact) for fact in by_unit.get(code) or []]}
        for code in codes
    ]
    return {"format": "appraisal-facts/1", "rubric": "case", "units": units, "ratings": raw.get("ratings") or []}


def _fact(fact: Json) -> Json:
    parts = fact.get("clause", "c").split(".")
    return {**fact, "clause": ".".join(["k", "i", "c"][: 3 - len(parts)] + parts) if len(parts) < 3 else fact["clause"]}


def _expect(expected: Any) -> dict[str, Json]:
    if not isinstance(expected, dict):
        return {"u": {"nodes": {"k.i": expected}}}
    if set(expected) & Expected.keys:
        return {"u": expected}
    return {code: one if isinstance(one, dict) else {"nodes": {"k.i": one}} for code, one in expected.items()}


class Expected:
    """What a case may expect of a unit, compared with the unit's result."""

    keys = frozenset(
        "total nodes absent points rank out_of_rank grades vetoes converted lines own notices pending".split()
    )

    def __init__(self, unit: Any) -> None:
        self.unit = unit

    def found(self, key: str, wanted: Any) -> Any:
        """The part of the result that `key` asks for, in the shape in which a case writes it."""
        assert key in self.keys, f"unknown expectation {key}"
        unit = self.unit
        if key == "nodes":
            return {code: unit.nodes[code].value if code in unit.nodes else "absent" for code in wanted}
        if key == "points":
            return {code: unit.nodes[code].points for code in wanted}
        if key == "absent":
            return [code for code in wanted if code not in unit.nodes]
        if key == "lines":
            # clause's last code, face, points and reason where there is one
            return [_short(line) for line in unit.lines if line.clause]
        if key == "own":
            return {
                code: [[line.points, line.reason] for line in unit.lines if line.node == code and not line.clause]
                for code in wanted
            }
        if key == "notices":
            return sorted({notice.code for notice in unit.notices})
        if key in ("vetoes", "pending"):
            return list(getattr(unit, key))
        return getattr(unit, key)


def _short(line: Any) -> list[Any]:
    parts = [line.clause.rpartition(".")[2], line.face, line.points]
    return [*parts, line.reason] if line.reason else parts


def plain(value: Any) -> Any:
    """Numbers as Decimal so that 2 and 2.00 are the same."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
