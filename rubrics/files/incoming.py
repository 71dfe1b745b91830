"""A rubric file that somebody sends, YAML or workbook: what it holds, everything that is wrong, and what stops it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rubrics.checks import check_definition
from rubrics.checks.reading import in_order
from rubrics.definition import Definition, read_placed
from rubrics.files.drafted import can_wait, draft_shape
from rubrics.files.reading import FileProblems, read_plain
from rubrics.files.spans import line_of, spans_of
from rubrics.files.workbook import Reading, read_workbook
from rubrics.files.writing import write_yaml
from rubrics.kinds.problems import ERROR, Path, Problem

_CONTAINERS = (b"PK", b"\xd0\xcf\x11\xe0")  # what workbooks begin with, of today and of old


@dataclass(frozen=True)
class Finding:
    """One problem with the place that the sender knows: sheet and cell, or the path in the file and its line.

    `stops` where not even a draft could hold it. `line` is 0 where there is none.
    """

    place: str
    problem: Problem
    stops: bool
    line: int = 0

    @property
    def is_error(self) -> bool:
        return self.problem.severity == ERROR


@dataclass(frozen=True)
class Incoming:
    """A file that was read. `mended` is its definition without what is wrong, None where nothing could be mended;
    `text` says the same as YAML, which is the file itself where it is YAML.
    """

    data: Any
    text: str
    is_workbook: bool
    mended: Definition | None
    findings: tuple[Finding, ...]

    @property
    def definition(self) -> Definition | None:
        """The definition, where nothing is wrong with it."""
        return None if any(finding.is_error for finding in self.findings) else self.mended

    @property
    def stops(self) -> bool:
        """Whether the file can be no draft's content."""
        return not isinstance(self.data, Mapping) or any(finding.stops for finding in self.findings)

    @cached_property
    def content(self) -> Definition | dict[str, Any]:
        """What a draft is to hold; only where nothing stops it."""
        return self.definition or draft_shape(self.data)[0]


def look_at(content: bytes, *, lang: str) -> Incoming:
    """Read a file by what it begins with. Raises Unreadable where a workbook is none, or none of a rubric."""
    if content.startswith(_CONTAINERS):
        return _workbook(read_workbook(content, lang=lang))
    try:
        data = read_plain(content)
    except FileProblems as error:
        findings = tuple(Finding(problem.place, problem, stops=True) for problem in error.problems)
        return Incoming(None, "", False, None, findings)
    text = content.decode("utf-8-sig")
    mended, problems, stopping = judge(data)
    root = spans_of(text) if problems else None
    findings = tuple(
        Finding(each.place, each, _marks(each, stopping), line_of(text, root, each.path)) for each in problems
    )
    return Incoming(data, text, False, mended, findings)


def _workbook(reading: Reading) -> Incoming:
    mended, problems, stopping = judge(reading.data)
    placed = reading.with_found(problems)
    own = len(reading.problems)
    findings = [
        Finding(
            str(each.place),
            each.problem,
            each.problem.severity == ERROR if number < own else _marks(each.problem, stopping),
        )
        for number, each in enumerate(placed)
    ]
    findings.sort(key=lambda finding: not finding.is_error)
    text = "" if any(finding.stops for finding in findings) else write_yaml(reading.data)
    return Incoming(reading.data, text, True, mended, tuple(findings))


def judge(data: Any) -> tuple[Definition | None, list[Problem], frozenset[tuple[Path, str]]]:
    """The mended definition, every problem, and which of them (by path and code) no draft could hold."""
    mended, shape, original = read_placed(data)
    if not isinstance(data, Mapping) or mended is None:
        return mended, shape, frozenset((problem.path, problem.code) for problem in shape)
    held = draft_shape(data)[1]
    paths = frozenset(problem.path for problem in held)
    stopping = {(problem.path, problem.code) for problem in shape if not can_wait(problem, paths)}
    stopping |= {(problem.path, problem.code) for problem in held}
    found = check_definition(mended, whole=not shape)
    problems = [*shape, *(problem._replace(path=original(problem.path)) for problem in found)]
    return mended, in_order(problems), frozenset(stopping)


def _marks(problem: Problem, stopping: frozenset[tuple[Path, str]]) -> bool:
    return (problem.path, problem.code) in stopping
