"""What a draft can hold of a rubric file that has errors: marks that do not add up and texts still missing can wait.

What cannot be stored at all (words where numbers belong, keys that nobody knows, two siblings of one code) cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rubrics.definition.entries import HEAD_FIELDS, read_entry
from rubrics.definition.records import FORMAT
from rubrics.kinds.problems import Path, Problem

_LISTS = {"series": "series", "panels": "panel", "gradings": "grading"}
_BELOW = {"category": ("items", "categories"), "item": ("clauses",)}
_KINDS = {"categories": "category", "items": "item", "clauses": "clause"}
_NAMED = ("code", "title", "year", "total")  # without these a rubric has no name
_LATER = frozenset(("missing", "null_figure", "empty"))
"""Problems of shape that only say that something is still to come."""


def draft_shape(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The canonical shape of all entries that a draft can hold, and a problem for everything that it cannot."""
    drafted = _Drafted()
    shape = drafted.head(data)
    for name, kind in _LISTS.items():
        entries = drafted.entries(data.get(name), (name,), kind)
        shape |= {name: entries} if entries else {}
    categories = drafted.entries(data.get("categories"), ("categories",), "category")
    shape |= {"categories": categories} if categories else {}
    return shape, drafted.problems


def can_wait(problem: Problem, stopping: frozenset[Path]) -> bool:
    """Whether a problem of shape is one that a draft may have."""
    return problem.code in _LATER and problem.path not in stopping


class _Drafted:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def head(self, data: Mapping[str, Any]) -> dict[str, Any]:
        shape: dict[str, Any] = {"format": FORMAT}
        found: dict[Path, Problem] = {}
        for section in HEAD_FIELDS:
            part, problems = read_entry("head", data, section=section)
            shape |= part
            found |= {problem.path: problem for problem in problems}
        self.problems += found.values()
        self.problems += [Problem((name,), "missing", {"field": name}) for name in _NAMED if not data.get(name)]
        return shape

    def entries(self, data: Any, path: Path, kind: str) -> list[dict[str, Any]]:
        """The entries of a list with all that stands below them; what is no list of records is told elsewhere."""
        found = []
        seen: set[str] = set()
        for place, entry in _records(data):
            here = (*path, place)
            shape, problems = read_entry(kind, entry)
            self.problems += [problem._replace(path=(*here, *problem.path)) for problem in problems]
            code = str(shape.get("code", ""))
            if not code and not any(problem.path == ("code",) for problem in problems):
                self.problems.append(Problem((*here, "code"), "missing", {"field": "code"}))
            if code in seen:
                self.problems.append(Problem((*here, "code"), "duplicate_code", {"code": code}))
            seen.add(code)
            for name in _BELOW.get(kind, ()):
                below = self.entries(entry.get(name), (*here, name), _KINDS[name])
                shape |= {name: below} if below else {}
            found.append(shape)
        return found


def _records(data: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if isinstance(data, (list, tuple)):
        yield from ((place, entry) for place, entry in enumerate(data) if isinstance(entry, Mapping))
