"""Plain data out of YAML or JSON text: numbers as exact decimals, nothing executed, nothing expanded.

YAML is read event by event, so that aliases, tags, deep nesting and floods of values are refused before they cost
anything, and a key given twice is named with its line.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from rubrics.kinds.problems import Path, Problem

MOST_MEGABYTES = 32
DEEPEST = 40
MOST_VALUES = 3_000_000
LARGEST_EXPONENT = 400

_NO_NUMBER = Decimal("NaN")

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class FileProblems(Exception):
    """The text cannot be read as plain data; `problems` say where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.text("en") for problem in problems))
        self.problems = problems


def read_plain(content: bytes) -> Any:
    """The data of one YAML or JSON document. Raises FileProblems."""
    size = len(content) / 1_000_000
    if size > MOST_MEGABYTES:
        _refuse("file_large", size=round(size, 1), most=MOST_MEGABYTES)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse("file_encoding")
    return _read_json(text) if text.lstrip()[:1] == "{" else _read_yaml(text)


def _refuse(code: str, path: Path = (), **params: Any) -> NoReturn:
    raise FileProblems([Problem(path, code, params)])


def _read_json(text: str) -> Any:
    # A flow mapping of YAML begins like JSON: what is no JSON is read as YAML.
    _refuse_deep_json(text)
    repeated: list[str] = []

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(pairs)
        if len(data) < len(pairs):
            keys = [key for key, _ in pairs]
            repeated.extend(sorted({key for key in keys if keys.count(key) > 1}))
        return data

    try:
        data = json.loads(
            text, parse_float=_decimal, parse_int=_integer, parse_constant=_not_finite, object_pairs_hook=mapping
        )
    except json.JSONDecodeError:
        return _read_yaml(text)
    if repeated:
        raise FileProblems([Problem((), "duplicate_key", {"key": key, "line": "–"}) for key in repeated])
    return data


def _refuse_deep_json(text: str) -> None:
    depth = 0
    for bracket in re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text):
        if bracket in "[{":
            depth += 1
        elif bracket in "]}":
            depth -= 1
        if depth > DEEPEST:
            _refuse("deep", line="?", most=DEEPEST)


def _integer(text: str) -> Any:
    return int(text) if len(text) < 30 else Decimal(text)


def _decimal(text: str) -> Decimal:
    """An exact decimal; one of absurd size is no number, so that nothing ever writes out its zeros."""
    number = Decimal(text)
    return number if abs(number.adjusted()) <= LARGEST_EXPONENT else _NO_NUMBER


def _not_finite(text: str) -> Decimal:
    return _NO_NUMBER


def _read_yaml(text: str) -> Any:
    reader = YAML(typ="safe", pure=False)
    builder = _Builder()
    try:
        for event in reader.parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _refuse(
            "yaml", line=mark.line + 1 if mark else "?", column=mark.column + 1 if mark else "?", reason=error.problem
        )
    except YAMLError as error:
        _refuse("yaml", line="?", column="?", reason=str(error).splitlines()[0])
    except RecursionError:
        _refuse("deep", line="?", most=DEEPEST)
    if builder.problems:
        raise FileProblems(builder.problems)
    if builder.document is None:
        _refuse("not_a_mapping")
    return builder.document


class _Builder:
    """Builds nested dicts and lists out of parser events."""

    def __init__(self) -> None:
        self.document: Any = None
        self.documents = 0
        self.problems: list[Problem] = []
        self.stack: list[Any] = []
        self.keys: list[Any] = []
        self.under: list[Any] = []
        """For every container in the stack the key under which it stands, or None in a list."""
        self.values = 0

    def take(self, event: Any) -> None:
        if isinstance(event, ScalarEvent):
            self._add(_scalar(event), event)
        elif isinstance(event, MappingStartEvent):
            self._open({}, event)
        elif isinstance(event, SequenceStartEvent):
            self._open([], event)
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            self.stack.pop()
            self.keys.pop()
            self.under.pop()
        elif isinstance(event, AliasEvent):
            _refuse("alias", line=_line(event))
        elif isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                _refuse("one_document")

    def _open(self, container: Any, event: Any) -> None:
        if event.anchor is not None:
            _refuse("alias", line=_line(event))
        if event.tag and not event.implicit:
            _refuse("tag", line=_line(event), tag=_short(event.tag))
        if len(self.stack) >= DEEPEST:
            _refuse("deep", line=_line(event), most=DEEPEST)
        self.under.append(self.keys[-1] if self.stack and self.keys[-1] is not _NO_KEY else None)
        self._add(container, event)
        self.stack.append(container)
        self.keys.append(_NO_KEY)

    def _add(self, value: Any, event: Any) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            _refuse("many_values", most=MOST_VALUES)
        if getattr(event, "anchor", None) is not None:
            _refuse("alias", line=_line(event))
        if not self.stack:
            if not isinstance(value, dict):
                _refuse("not_a_mapping")
            self.document = value
            return
        holder = self.stack[-1]
        if isinstance(holder, list):
            holder.append(value)
        elif self.keys[-1] is _NO_KEY:
            self.keys[-1] = self._key(value, event)
        else:
            holder[self.keys[-1]] = value
            self.keys[-1] = _NO_KEY

    def _key(self, value: Any, event: Any) -> str:
        if isinstance(value, (dict, list)):
            _refuse("key_not_text", line=_line(event))
        key = event.value if isinstance(event, ScalarEvent) else str(value)
        if key in self.stack[-1]:
            self.problems.append(Problem(self._path(key), "duplicate_key", {"key": key, "line": _line(event)}))
        return key

    def _path(self, last: str) -> Path:
        path: list[str | int] = []
        for holder, key in zip(self.stack, self.under, strict=True):
            if key is not None:
                path.append(key)
            if isinstance(holder, list):
                path.append(len(holder) - 1)
        return (*path, last)


_NO_KEY = object()


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _short(tag: object) -> str:
    return str(tag).rsplit(":", 1)[-1]


def _scalar(event: ScalarEvent) -> Any:
    tag = getattr(event, "tag", None)
    if tag and not event.implicit[0] and not event.implicit[1]:
        _refuse("tag", line=_line(event), tag=_short(tag))
    return event.value if event.style in ("'", '"', "|", ">") else scalar_of(event.value)


def scalar_of(text: str) -> Any:
    """What an unquoted scalar stands for under the core schema of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return _integer(text)
    if _DECIMAL.match(text):
        return _decimal(text)
    return _NO_NUMBER if _NOT_FINITE.match(text) else text
