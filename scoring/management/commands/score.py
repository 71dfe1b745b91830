"""`manage.py score RUBRIC FACTS`: the whole scoring model from two files, without a database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evidence.facts import Facts, read_facts
from rubrics.checks import read_definition
from rubrics.definition import Definition
from rubrics.files import FileProblems, read_plain
from rubrics.files.reading import MOST_MEGABYTES
from rubrics.kinds.problems import Problem, errors_in
from scoring.engine import Circle, Result, evaluate
from scoring.sheets.exchange import result_data
from scoring.sheets.plain_text import result_table
from scoring.workbook import write_results

INVALID = 2
"""Exit status for files that cannot be scored."""


class Invalid(Exception):
    """A file has problems; the lines for people are in `lines`."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(f"{len(lines)} problems")
        self.lines = lines


class Command(BaseCommand):
    help = "Score a facts file under a rubric file and print the result."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("rubric", type=Path, help="rubric file (YAML or JSON)")
        parser.add_argument("facts", type=Path, help="facts file (YAML or JSON)")
        parser.add_argument("--format", choices=("table", "json", "xlsx"), default="table")
        parser.add_argument("--output", type=Path, help="write to this file instead of printing")
        parser.add_argument("--lang", choices=("zh-hans", "en"), default="zh-hans", help="language of the sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        lang = options["lang"]
        if options["format"] == "xlsx" and options["output"] is None:
            raise CommandError("--format xlsx needs --output FILE", returncode=INVALID)
        try:
            definition, facts = read_files(options["rubric"], options["facts"], lang)
            result = _evaluated(definition, facts, options["facts"], lang)
        except Invalid as invalid:
            self.stderr.write("\n".join(invalid.lines), style_func=str)
            sys.exit(INVALID)
        self._give(_FORMATS[options["format"]](result, definition, facts, lang), options["output"])

    def _give(self, content: bytes, output: Path | None) -> None:
        if output is None:
            self.stdout.write(content.decode().rstrip("\n"))
            return
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}", returncode=INVALID) from error


def read_files(rubric: Path, facts: Path, lang: str) -> tuple[Definition, Facts]:
    """Both files read and judged. Raises Invalid with the problems of both, as far as they can be known."""
    definition, problems = read_definition(_plain(rubric, lang))
    if definition is None:
        lines = _lines(rubric, problems, lang)
        try:
            _plain(facts, lang)
        except Invalid as invalid:
            lines += invalid.lines
        raise Invalid(lines)
    recorded, problems = read_facts(_plain(facts, lang), definition)
    if recorded is None:
        raise Invalid(_lines(facts, problems, lang))
    return definition, recorded


def _plain(path: Path, lang: str) -> Any:
    try:
        # A file that is too large is refused by its size, before it is read.
        size = path.stat().st_size / 1_000_000
        if size > MOST_MEGABYTES:
            problem = Problem((), "file_large", {"size": round(size, 1), "most": MOST_MEGABYTES})
            raise Invalid(_lines(path, [problem], lang))
        return read_plain(path.read_bytes())
    except OSError as error:
        raise Invalid(_lines(path, [Problem((), "file_missing", {"reason": error.strerror})], lang)) from error
    except FileProblems as error:
        raise Invalid(_lines(path, error.problems, lang)) from error


def _lines(path: Path, problems: list[Problem], lang: str) -> list[str]:
    return [f"{path}: {problem.place}: {problem.text(lang)}" for problem in errors_in(problems)]


def _evaluated(definition: Definition, facts: Facts, path: Path, lang: str) -> Result:
    try:
        return evaluate(definition, facts)
    except Circle as circle:
        raise Invalid(_lines(path, [Problem(("units",), "circle", {"code": circle.code})], lang)) from circle


def _as_json(result: Result, definition: Definition, facts: Facts, lang: str) -> bytes:
    return json.dumps(result_data(result, definition, facts, lang), ensure_ascii=False, indent=1).encode() + b"\n"


def _as_table(result: Result, definition: Definition, facts: Facts, lang: str) -> bytes:
    return result_table(result, definition, lang).encode()


def _as_workbook(result: Result, definition: Definition, facts: Facts, lang: str) -> bytes:
    stream = BytesIO()
    write_results(result, definition, facts, stream, lang)
    return stream.getvalue()


_FORMATS = {"json": _as_json, "table": _as_table, "xlsx": _as_workbook}
