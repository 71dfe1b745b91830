"""Completing a rubric whose regulation leaves figures open.

A figures file (`format: appraisal-figures/1`) names the places that say `open: true` by their full paths and gives the
fields that are missing there:

    format: appraisal-figures/1
    rubric: land-bureau
    set:
      gradings.prize.first.prize-money: {value: 1000}
      rewards.articles.paid: {levels: {county: {points: 20}, city: {points: 50}}}
      procedure.convert: {to: 10}

A path is the full code of a node or clause, or `gradings.<grading>[.<rule>[.<consequence>]]`,
`panels.<panel>[.<group>]`, `series.<series>`, `procedure.<field>[.<entry>]` or `rubric` (the top level).
A field replaces what stands there, except that a mapping goes into a mapping, and into a list of coded entries by
their codes. An entry that is named loses its `open`; `{}` confirms the figures it already has.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

FORMAT = "appraisal-figures/1"

# Where a word at the head of a path leads, and which lists lie below one another from there.
_LISTS = {"gradings": ("rules", "consequences"), "panels": ("groups",), "series": ()}


def complete(data: Mapping[str, Any], figures: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the rubric file `data` with the figures filled in; `data` itself is left as it is.

    Raises ValueError, naming everything that is wrong at once: another format or rubric, paths that lead nowhere,
    codes that a list of coded entries does not have.
    """
    problems = []
    if figures.get("format") != FORMAT:
        problems.append(f"format is {figures.get('format')!r}, expected {FORMAT!r}")
    if figures.get("rubric") != data.get("code"):
        problems.append(f"figures are for rubric {figures.get('rubric')!r}, not for {data.get('code')!r}")
    completed = deepcopy(dict(data))
    for path, fields in (figures.get("set") or {}).items():
        entry = _entry(completed, str(path).split("."))
        if entry is None:
            problems.append(f"unknown path {path}")
        elif not isinstance(fields, Mapping):
            problems.append(f"{path}: expected a mapping of fields")
        else:
            problems += [f"unknown path {path}.{rest}" for rest in _fill(entry, fields)]
            entry.pop("open", None)
    if problems:
        raise ValueError("; ".join(problems))
    return completed


def _entry(data: dict[str, Any], path: list[str]) -> dict[str, Any] | None:
    """The mapping that a path leads to, or None."""
    head, rest = path[0], path[1:]
    if head == "rubric":
        return data if not rest else None
    if head == "procedure":
        return _procedure_entry(data.get("procedure"), rest)
    if head in _LISTS:
        return _listed(data.get(head), rest, _LISTS[head]) if rest else None
    return _node_or_clause(data.get("categories"), path)


def _procedure_entry(procedure: Any, path: list[str]) -> dict[str, Any] | None:
    if not isinstance(procedure, dict):
        return None
    if not path:
        return procedure
    field = procedure.get(path[0])
    if len(path) == 1:
        return field if isinstance(field, dict) else None
    return _listed(field, path[1:], ())


def _listed(entries: Any, path: list[str], below: tuple[str, ...]) -> dict[str, Any] | None:
    """Follow codes through lists of coded entries, `below` being the fields in which the next lists lie."""
    if len(path) > len(below) + 1:
        return None
    entry = _coded(entries, path[0])
    for field, code in zip(below, path[1:], strict=False):
        entry = _coded(entry.get(field), code) if entry is not None else None
    return entry


def _node_or_clause(categories: Any, path: list[str]) -> dict[str, Any] | None:
    entry = _coded(categories, path[0])
    for code in path[1:]:
        if entry is None:
            return None
        children = [entry.get(field) or [] for field in ("items", "categories", "clauses")]
        entry = next((found for found in (_coded(child, code) for child in children) if found is not None), None)
    return entry


def _coded(entries: Any, code: str) -> dict[str, Any] | None:
    if not isinstance(entries, list):
        return None
    return next((entry for entry in entries if isinstance(entry, dict) and entry.get("code") == code), None)


def _fill(entry: dict[str, Any], fields: Mapping[str, Any]) -> list[str]:
    """Put the fields into the entry; returns the paths below it that lead nowhere."""
    unknown = []
    for field, given in fields.items():
        there = entry.get(field)
        if isinstance(given, Mapping) and isinstance(there, dict):
            unknown += [f"{field}.{rest}" for rest in _fill(there, given)]
        elif isinstance(given, Mapping) and isinstance(there, list):
            unknown += [f"{field}.{rest}" for rest in _fill_listed(there, given)]
        else:
            entry[field] = deepcopy(given)
    return unknown


def _fill_listed(entries: list[Any], given: Mapping[str, Any]) -> list[str]:
    unknown = []
    for code, fields in given.items():
        entry = _coded(entries, code)
        if entry is None or not isinstance(fields, Mapping):
            unknown.append(str(code))
        else:
            unknown += [f"{code}.{rest}" for rest in _fill(entry, fields)]
    return unknown
