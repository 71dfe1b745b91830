"""A problem found in a file or a rubric: where it is, what is wrong, what would be right.

Problems are codes with parameters; the sentence is made when somebody reads it, in their language.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from rubrics.kinds.problem_texts import TEXTS

ERROR = "error"
HINT = "hint"
OPEN = "open"
"""A figure that the regulation leaves out: the rubric can be scored, and not be published."""

SEVERITIES = (ERROR, OPEN, HINT)
"""From what weighs most to what weighs least; errors and open figures stop publishing."""

Path = tuple[str | int, ...]


class Words(NamedTuple):
    """A parameter that is itself said in two languages: the title of a field, of a phase."""

    chinese: str
    english: str


TYPES = {
    "text": Words("文字", "text"),
    "list": Words("列表", "list"),
    "mapping": Words("“键: 值”的对照表", "mapping"),
    "true/false": Words("true 或 false", "true/false"),
}
"""What a value can be, as `wrong_type` names it."""


class Problem(NamedTuple):
    """One finding. `path` leads to the place in the file, e.g. ("categories", 0, "points")."""

    path: Path
    code: str
    params: dict[str, Any] = {}
    severity: str = ERROR

    @property
    def place(self) -> str:
        """The path as people write it: `categories[0].items[1].points`."""
        return place_of(self.path)

    def text(self, lang: str = "zh-hans") -> str:
        """What is wrong and what would be right, in one sentence."""
        chinese, english = TEXTS[self.code]
        template = english if lang.startswith("en") else chinese
        params = self.params
        if self.code == "wrong_type":
            params = {**params, "wanted": TYPES.get(params["wanted"], params["wanted"])}
        return template.format(**{name: _shown(value, lang) for name, value in params.items()})


def place_of(path: Path) -> str:
    """Write a path with dots and brackets; the file itself is shown as `.`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else str(part)
    return text or "."


def errors_in(problems: Iterable[Problem]) -> list[Problem]:
    """Only the problems that stop a file from being used."""
    return [problem for problem in problems if problem.severity == ERROR]


def hint(path: Path, code: str, params: dict[str, Any] | None = None) -> Problem:
    """A problem that does not stop publishing."""
    return Problem(path, code, params or {}, HINT)


def _shown(value: Any, lang: str) -> str:
    if isinstance(value, Words):
        return value.english if lang.startswith("en") else value.chinese
    if isinstance(value, (list, tuple, set, frozenset)):
        return (", " if lang.startswith("en") else "、").join(_shown(part, lang) for part in value) or "–"
    text = str(value)
    return text if len(text) <= 120 else text[:117] + "…"
