"""From plain data (a file's, or the stored canonical form) to a Definition, with every fault of shape at once.

Data with a wrong shape are mended by leaving the wrong parts out, so that `rubrics.checks` can judge the meaning of
the rest in the same pass.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rubrics.definition import records
from rubrics.definition.records import CLAUSE_TAGS, FORMAT, Definition
from rubrics.kinds import BASES
from rubrics.kinds.problems import Path, Problem

# Keys whose value may be written as nothing at all and then is empty.
_CONTAINERS = frozenset(
    (
        *("series", "providers", "panels", "categories", "items", "clauses", "gradings", "procedure", "ranking"),
        *("rules", "groups", "shares", "modifiers", "consequences", "applies_to", "when", "levels", "bands", "options"),
        *("phases", "prerequisites", "authorities", "demands", "deadlines", "reviewers"),
    )
)
_MENDING_ROUNDS = 12


def read_shape(data: Any, *, stored: bool = False) -> tuple[Definition | None, list[Problem]]:
    """The definition that the data hold, mended where their shape is wrong, and every fault of shape.

    None where nothing could be mended. `stored` reads the canonical form, in which numbers are strings.
    """
    definition, problems, _original = read_placed(data, stored=stored)
    return definition, problems


def read_placed(data: Any, *, stored: bool = False) -> tuple[Definition | None, list[Problem], Callable[[Path], Path]]:
    """The same, and where a part of the definition stands in the data: entries that were left out of a list have moved
    those behind them.
    """
    if not isinstance(data, Mapping):
        return None, [Problem((), "not_a_mapping")], _same
    if data.get("format") != FORMAT:
        wrong = Problem(("format",), "format", {"found": data.get("format"), "wanted": FORMAT})
        return None, [wrong], _same
    data = deepcopy(dict(data))
    problems = _judge_nulls(data, (), open_entry=False)
    mending = _Mending(data)
    definition, faults = _validate(mending, stored=stored)
    return definition, problems + faults, mending.original


def _same(path: Path) -> Path:
    return path


class _Mending:
    """Data out of which wrong parts are left, and where the entries of its lists stood before."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self._places: dict[int, list[int]] = {}

    def original(self, path: Path) -> Path:
        """A path in the mended data as it was in the data that came in."""
        found: list[str | int] = []
        holder: Any = self.data
        for part in path:
            places = self._places.get(id(holder), []) if isinstance(part, int) else []
            found.append(places[part] if isinstance(part, int) and part < len(places) else part)
            holder = _at(holder, (part,))
        return tuple(found)

    def leave_out(self, path: Path) -> bool:
        """Leave out what stands at a path. False where nothing does."""
        holder = _at(self.data, path[:-1])
        last = path[-1] if path else None
        if isinstance(holder, dict) and last in holder:
            del holder[last]
            return True
        if isinstance(holder, list) and isinstance(last, int) and last < len(holder):
            del self._places.setdefault(id(holder), list(range(len(holder))))[last]
            del holder[last]
            return True
        return False


def _judge_nulls(value: Any, path: Path, *, open_entry: bool) -> list[Problem]:
    """A null stands only within an entry that says `open: true`; an empty container is simply empty."""
    problems: list[Problem] = []
    if isinstance(value, dict):
        is_open = open_entry or value.get("open") is True
        for key in list(value):
            part = value[key]
            if part is None and key in _CONTAINERS:
                del value[key]
            elif part is None and not is_open:
                problems.append(Problem((*path, str(key)), "null_figure"))
                del value[key]
            else:
                inner_open = is_open and key not in ("clauses", "items", "categories")
                problems += _judge_nulls(part, (*path, str(key)), open_entry=inner_open)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            if part is None and not open_entry:
                problems.append(Problem((*path, place), "null_figure"))
            else:
                problems += _judge_nulls(part, (*path, place), open_entry=open_entry)
    return problems


def _validate(mending: _Mending, *, stored: bool) -> tuple[Definition | None, list[Problem]]:
    problems: list[Problem] = []
    data = mending.data
    for _ in range(_MENDING_ROUNDS):
        try:
            return Definition.model_validate(data, context={"stored": stored}), problems
        except ValidationError as error:
            details = error.errors(include_url=False)
            found = [problem_of(detail, Definition, data) for detail in details]
            # What was left out because it was wrong is not missing as well.
            wrong = {problem.path for problem in problems}
            placed = [problem._replace(path=mending.original(problem.path)) for problem in found]
            problems += [problem for problem in placed if problem.code != "missing" or problem.path not in wrong]
            if not _mend(mending, found):
                return None, problems
    return None, problems


# What stands in for a required field that is wrong, so that the rest can be judged and nothing else seems wrong.
_STAND_INS: dict[str, Any] = {"code": "x", "title": "–", "year": 2000, "total": 0}
_CLAUSE_STAND_INS: dict[str, Any] = {"text": "–", "effect": "record"}


def _mend(mending: _Mending, problems: list[Problem]) -> bool:
    """Leave out what is wrong, deepest and last first. False where nothing could be left out."""
    mended = False
    for problem in sorted(problems, key=lambda problem: _sort_key(problem.path), reverse=True):
        path = problem.path
        if _stand_in(mending.data, path):
            mended = True
            continue
        path = path[:-1] if problem.code == "missing" and len(path) > 1 else path
        mended = mending.leave_out(path) or mended
    return mended


def _stand_in(data: dict[str, Any], path: Path) -> bool:
    """Replace a required field at the top or of a clause; of a clause with an unknown basis keep only its name."""
    if len(path) == 1:
        name = str(path[0])
        wanted = name in _STAND_INS and data.get(name) != _STAND_INS[name]
        data.update({name: _STAND_INS[name]} if wanted else {})
        return wanted
    holder = _at(data, path[:-1])
    if len(path) < 3 or path[-3] != "clauses" or not isinstance(holder, dict):
        return False
    if path[-1] == "basis" or (path[-1] not in holder and path[-1] not in _CLAUSE_STAND_INS and "code" in holder):
        # Without its levels, say, a clause cannot be judged, but it stands where it stands.
        kept = {key: holder[key] for key in ("code", "text") if key in holder}
        holder.clear()
        holder.update(kept, effect="record")
        return True
    if path[-1] in _CLAUSE_STAND_INS:
        holder[path[-1]] = _CLAUSE_STAND_INS[str(path[-1])]
        return True
    return False


def _sort_key(path: Path) -> tuple[int, tuple[str, ...]]:
    return len(path), tuple(f"{part:09d}" if isinstance(part, int) else part for part in path)


def problem_of(detail: ErrorDetails, model: type[BaseModel], data: Any) -> Problem:
    """A validation error as a problem, its place without the names of the classes that were tried."""
    path = _path_in_file(detail["loc"], data)
    kind, context = detail["type"], detail.get("ctx") or {}
    if kind == "missing":
        return Problem(path, "missing", {"field": path[-1]})
    if kind == "extra_forbidden":
        return Problem(path, "unknown_key", {"key": path[-1], "known": _alike(str(path[-1]), path, data)})
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return Problem((*path, "basis"), "choice", {"value": _at(data, (*path, "basis")), "choices": list(BASES)})
    if kind in ("literal_error", "enum"):
        return Problem(
            path, "choice", {"value": detail["input"], "choices": _choices(str(context.get("expected", "")))}
        )
    if kind == "string_pattern_mismatch":
        return Problem(path, "pattern", {"value": detail["input"], "pattern": context.get("pattern", "")})
    if kind in ("too_short", "string_too_short"):
        return Problem(path, "empty", {"field": path[-1]})
    code = _TYPE_CODES.get(kind)
    if code:
        return Problem(path, "wrong_type", {"wanted": code, "value": detail["input"]})
    if kind in _OWN_CODES:
        return Problem(path, kind, dict(context))
    return Problem(path, "invalid", {"message": detail["msg"]})


_TYPE_CODES = {
    "string_type": "text",
    "tuple_type": "list",
    "list_type": "list",
    "dict_type": "mapping",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
    "bool_type": "true/false",
    "bool_parsing": "true/false",
}
_OWN_CODES = frozenset(("number", "number_range", "negative", "zero", "whole", "share_range", "provider", "quota"))


def _choices(expected: str) -> list[str]:
    return [choice.strip("' ") for choice in expected.replace(" or ", ", ").split(", ")]


def _path_in_file(location: tuple[str | int, ...], data: Any) -> Path:
    path: list[str | int] = []
    for place, part in enumerate(location):
        tag_place = place >= 2 and isinstance(location[place - 1], int) and location[place - 2] == "clauses"
        if tag_place and part in CLAUSE_TAGS and len(location) > place:
            continue
        if isinstance(part, str) and part.startswith(("function-", "tuple[", "nullable[", "constrained-")):
            continue
        path.append(part)
    return tuple(path)


def _at(data: Any, path: Path) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _alike(key: str, path: Path, data: Any) -> list[str]:
    """Known keys of the same record that look like the unknown one."""
    known = sorted(set(_known_keys(path, data)))
    return difflib.get_close_matches(key, known, n=3, cutoff=0.5) or known[:40]


def _known_keys(path: Path, data: Any) -> list[str]:
    names = [part for part in path[:-1] if isinstance(part, str)]
    holder = names[-1] if names else ""
    if holder == "clauses":
        entry = _at(data, path[:-1])
        tag = records.basis_tag(entry) or "bare"
        return _keys_of(records.CLAUSE_CLASSES[tag])
    return _keys_of(_HOLDERS.get(holder, records.Definition))


def _keys_of(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


# Which record stands under a key of the file, for suggestions.
_HOLDERS: dict[str, type[BaseModel]] = {
    "categories": records.Category,
    "items": records.Item,
    "groups": records.Group,
    "shares": records.Share,
    "modifiers": records.Modifier,
    "consequences": records.Consequence,
    "panels": records.Panel,
    "gradings": records.Grading,
    "rules": records.Rule,
    "when": records.When,
    "any": records.When,
    "series": records.Series,
    "providers": records.ProviderEntry,
    "rounding": records.Rounding,
    "ranking": records.Ranking,
    "procedure": records.Procedure,
    "period": records.Period,
    "applies_to": records.AppliesTo,
    "limit_per": records.LimitPer,
    "out_of_rank": records.OutOfRank,
    "certificate": records.Certificate,
    "reviewers": records.Reviewers,
    "demands": records.Demand,
    "deadlines": records.Deadline,
    "authorities": records.Authority,
    "prerequisites": records.Prerequisite,
    "convert": records.Convert,
    "renewal": records.Renewal,
    "holds_grade": records.HoldsGrade,
}
