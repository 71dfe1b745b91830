"""A rubric file that somebody sends, YAML or workbook: what it holds, everything that is wrong, and what stops it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from rubrics.checks import check_definition, lint
from rubrics.checks.reading import in_order
from rubrics.definition import Definition, read_placed
from rubrics.files.drafted import can_wait, draft_shape
from rubrics.files.reading import FileProblems, read_plain
from rubrics.files.spans import line_of, spans_of
from rubrics.files.workbook import Reading, read_workbook
from rubrics.files.writing import write_yaml
from rubrics.kinds.problems import ERROR, Path, Problem, errors_in

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
    `definition` is there where it can be used as it is. `text` says the same as YAML, which is the file itself where it
    is YAML.
    """

    data: Any
    text: str
    is_workbook: bool
    mended: Definition | None
    definition: Definition | None
    findings: tuple[Finding, ...]

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
        return Incoming(None, "", False, None, None, findings)
    text = content.decode("utf-8-sig")
    judged = judge(data)
    root = spans_of(text) if judged.problems else None
    findings = tuple(
        Finding(each.place, each, judged.stops(each), line_of(text, root, each.path)) for each in judged.problems
    )
    return Incoming(data, text, False, judged.mended, judged.definition, findings)


def _workbook(reading: Reading) -> Incoming:
    judged = judge(reading.data)
    own = len(reading.problems)
    findings = [
        Finding(
            str(each.place), each.problem, each.problem.severity == ERROR if n < own else judged.stops(each.problem)
        )
        for n, each in enumerate(reading.with_found(judged.problems))
    ]
    findings.sort(key=lambda finding: not finding.is_error)
    stops = any(finding.stops for finding in findings)
    text = "" if stops else write_yaml(reading.data)
    return Incoming(
        reading.data, text, True, judged.mended, None if stops else judged.definition, tuple(findings)
    )  # fmt: skip


class Judged(NamedTuple):
    """What is to be said of data: the definition, mended and as it is; every problem; and those (by path and code) that
    no draft could hold.
    """

    mended: Definition | None
    definition: Definition | None
    problems: list[Problem]
    stopping: frozenset[tuple[Path, str]]

    def stops(self, problem: Problem) -> bool:
        return (problem.path, problem.code) in self.stopping


def judge(data: Any) -> Judged:
    """Read data as a definition, with everything that the checks and the linter find."""
    mended, shape, original = read_placed(data)
    if not isinstance(data, Mapping) or mended is None:
        return Judged(mended, None, shape, frozenset((problem.path, problem.code) for problem in shape))
    held = draft_shape(data)[1]
    paths = frozenset(problem.path for problem in held)
    stopping = {(problem.path, problem.code) for problem in shape if not can_wait(problem, paths)}
    stopping |= {(problem.path, problem.code) for problem in held}
    usable = not shape and not errors_in(check_definition(mended))
    found = [problem._replace(path=original(problem.path)) for problem in lint(mended, whole=not shape)]
    return Judged(mended, mended if usable else None, in_order([*shape, *found]), frozenset(stopping))
