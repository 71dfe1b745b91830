"""Rubric files and registers as plain data, short forms and defaults taken out so that two of them can be compared.

Uses nothing of the project: what it says about a rubric file is a second reading of the file format.
"""

import csv
import json
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

REGISTERS = Path(__file__).parent
RUBRICS = REGISTERS.parent.parent / "fixtures" / "rubrics"
DEMO = RUBRICS.parent / "demo"

# What is worded in the rubric and not in the register: it has to be there, in whatever words.
WORDING = frozenset({"title", "text"})

NODE_DEFAULTS: dict[str, Any] = {
    "floor": 0,
    "weight": 1,
    "exclusive": "none",
    "applies_to": {},
    "when_not_applicable": "skip",
    "open": False,
}
CLAUSE_DEFAULTS: dict[str, Any] = {"at": 1, "applies_to": {}, "open": False, "free": 0, "reading": "value"}
CLAUSE_DEFAULTS |= {"within": "series", "share_on": "value", "start_points": 0, "otherwise": 0, "from": 0}
CLAUSE_DEFAULTS |= {"interpolate": False, "partial": "down", "side": "above", "better": "higher", "end": "top"}
BASIS_DEFAULTS: dict[str, dict[str, Any]] = {
    "manual": {"min": 0},
    "steps": {"gather": "sum"},
    "ratio": {"gather": "sum"},
    "bands": {"gather": "last"},
    "rank": {"gather": "last"},
    "relative": {"gather": "last", "base": Decimal("0.6")},
    "linked": {"gather": "mean"},
}


class _DecimalConstructor(SafeConstructor):
    """Numbers with a point as decimals: a binary 0.1 never equals a written one."""

    def construct_decimal(self, node: Any) -> Decimal:
        return Decimal(str(node.value).replace("_", ""))


_DecimalConstructor.add_constructor("tag:yaml.org,2002:float", _DecimalConstructor.construct_decimal)


class Row(NamedTuple):
    """One line of a register; `parameters` is its JSON."""

    code: str
    ref: str
    kind: str
    effect: str
    basis: str
    parameters: dict[str, Any]


def rubric(name: str) -> dict[str, Any]:
    """A shipped rubric, each time a copy of its own."""
    return deepcopy(_load(RUBRICS / f"{name}.yaml"))


def demonstration(name: str, sort: str) -> dict[str, Any]:
    """The `facts` or the `figures` that the demonstration has for a rubric."""
    return deepcopy(_load(DEMO / f"{name}.{sort}.yaml"))


@cache
def _load(path: Path) -> dict[str, Any]:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _DecimalConstructor
    data: dict[str, Any] = yaml.load(path.read_bytes())
    return data


def register(name: str) -> list[Row]:
    (path,) = REGISTERS.glob(f"?-{name}.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Row(
                line["code"],
                line["ref"],
                line["kind"],
                line["effect"],
                line["basis"],
                json.loads(line["parameters"] or "{}", parse_float=Decimal),
            )
            for line in csv.DictReader(file)
        ]


def nodes(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every category and item with its full code."""

    def below(entry: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
        yield path, entry
        for field in ("items", "categories"):
            for child in entry.get(field) or []:
                yield from below(child, f"{path}.{child['code']}")

    for category in data["categories"]:
        yield from below(category, category["code"])


def clauses(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, node in nodes(data):
        for clause in node.get("clauses") or []:
            yield f"{path}.{clause['code']}", clause


def children(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [*(node.get("items") or []), *(node.get("categories") or [])]


def points_of(node: dict[str, Any]) -> Any:
    """Full marks as stated, or those of the children together."""
    if node.get("points") is not None:
        return node["points"]
    return sum(child.get("weight", 1) * points_of(child) for child in children(node))


def full_marks(data: dict[str, Any], *, series: str, unit: str = "", tags: frozenset[str] = frozenset()) -> Any:
    """The full marks that apply to a unit, added up from items and pools."""

    def applies(node: dict[str, Any]) -> bool:
        wanted = node.get("applies_to") or {}
        return (
            ("series" not in wanted or series in as_list(wanted["series"]))
            and ("units" not in wanted or unit in as_list(wanted["units"]))
            and ("tags" not in wanted or bool(tags & set(as_list(wanted["tags"]))))
        )

    def marks(node: dict[str, Any]) -> Any:
        if not applies(node):
            return 0
        pool = "start" in node and bool(children(node))
        whole = points_of(node) if pool or not children(node) else sum(marks(child) for child in children(node))
        return node.get("weight", 1) * whole

    return sum(marks(category) for category in data["categories"])


def as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def bare(value: Any) -> Any:
    """Without wording, at any depth."""
    if isinstance(value, dict):
        return {key: bare(inner) for key, inner in value.items() if key not in WORDING}
    return [bare(inner) for inner in value] if isinstance(value, list) else value


def by_code(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {entry["code"]: {key: value for key, value in entry.items() if key != "code"} for entry in entries}


def normal_node(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a category or item that change a score, without defaults."""
    short = {key: value for key, value in fields.items() if NODE_DEFAULTS.get(key, ...) != value}
    if short.get("ceiling", ...) == short.get("points"):
        del short["ceiling"]
    return _common(short)


def normal_clause(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a clause that change a score, without defaults."""
    defaults = CLAUSE_DEFAULTS | BASIS_DEFAULTS.get(fields.get("basis") or "", {})
    short = {key: value for key, value in fields.items() if value != "" and defaults.get(key, ...) != value}
    if isinstance(short.get("levels"), list):
        short["levels"] = {level["code"]: level["points"] for level in short["levels"]}
    return _common(short)


def _common(fields: dict[str, Any]) -> dict[str, Any]:
    for key in ("modifiers", "groups", "shares"):
        if key in fields:
            fields[key] = by_code(bare(fields[key]))
    if "applies_to" in fields:
        fields["applies_to"] = {key: sorted(as_list(value)) for key, value in fields["applies_to"].items()}
    if "provider" in fields:
        given = fields["provider"]
        by_series = given if isinstance(given, dict) else {"": given}
        fields["provider"] = {key: sorted(as_list(value)) for key, value in by_series.items()}
    return bare(fields)  # type: ignore[no-any-return]
