"""A problem found in a file or a rubric: where it is, what is wrong, what would be right.

Problems are codes with parameters; the sentence is made when somebody reads it, in their language.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from rubrics.kinds.problem_texts import TEXTS

ERROR = "error"
HINT = "hint"

Path = tuple[str | int, ...]


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
        return template.format(**{name: _shown(value) for name, value in self.params.items()})


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


def _shown(value: Any) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(_shown(part) for part in value) or "–"
    text = str(value)
    return text if len(text) <= 120 else text[:117] + "…"
