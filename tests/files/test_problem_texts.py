"""Every problem has its sentence, and every sentence its problem."""

import ast
import string
from pathlib import Path

import pytest

from rubrics.kinds.lint_texts import LINT_TEXTS
from rubrics.kinds.problem_texts import TEXTS
from tests.files.test_facts_problems import FAULTS as FACT_FAULTS
from tests.files.test_lint_findings import CASES as LINT_CASES
from tests.files.test_rubric_problems import FAULTS, HINTS

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "rubrics/kinds",
    "rubrics/definition",
    "rubrics/checks",
    "rubrics/files",
    "evidence/facts",
    "scoring/management",
)
# Where a code stands among the arguments of what makes a problem of it.
_MAKERS = {
    "Problem": 1,
    "problem": 1,
    "hint": 1,
    "_refuse": 0,
    "FormulaError": 0,
    "PydanticCustomError": 0,
    "Unclear": 0,
    "wrong": 1,
}
# What is wrong with the cells of a workbook has tests of its own.
WORKBOOK = "rubrics/files/workbook"


def used_codes() -> set[str]:
    """Every problem code that the source names."""
    found: set[str] = set()
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    found |= _codes_of(node)
    return found


def named_codes(*rooms: str) -> set[str]:
    """Every word of the source, its texts left aside, that may be a code."""
    found: set[str] = set()
    for path in sorted(path for room in rooms for path in (ROOT / room).rglob("*.py")):
        if not path.name.endswith("_texts.py"):
            nodes = ast.walk(ast.parse(path.read_text("utf-8")))
            found |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return found


def _codes_of(call: ast.Call) -> set[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "unknown" and isinstance(call.args[-1], ast.Constant):
        return {f"unknown_{call.args[-1].value}"}
    if name not in _MAKERS or len(call.args) <= _MAKERS[name]:
        return set()
    argument = call.args[_MAKERS[name]]
    # A choice between two codes names both.
    constants = [node.value for node in ast.walk(argument) if isinstance(node, ast.Constant)]
    # `unknown` itself makes its code of a word, see above.
    return {value for value in constants if isinstance(value, str) and value.replace("_", "").isalpha()} - {"unknown_"}


# Codes that this table cannot provoke, and what does.
ELSEWHERE = {
    "file_missing": "the command `score` with a path that is not there",
    "circle": "scores that depend on one another, in the command `score`",
    "invalid": "what pydantic may find one day and nobody has foreseen",
    "file_large": "test_reading", "file_encoding": "test_reading", "yaml": "test_reading", "alias": "test_reading",
    "tag": "test_reading", "deep": "test_reading", "many_values": "test_reading", "duplicate_key": "test_reading",
    "key_not_text": "test_reading", "one_document": "test_reading",
    "marks_below_total": "test_rubric_problems", "marks_above_total": "test_rubric_problems",
    "open_figures": "test_lint_open", "open_without_gap": "test_lint_open",
    "quota_large": "test_lint_findings", "quota_rounds_to_none": "test_lint_findings",
}  # fmt: skip


def test_every_code_has_a_text_and_every_text_a_use() -> None:
    used = used_codes()
    assert used - set(TEXTS) == set(), "codes without a text"
    # What checks a reference makes its code of a word: `unknown_` and what is not known.
    named = used | named_codes(*ROOMS)
    assert set(TEXTS) - named == set(), "texts that nothing uses"


def test_every_code_is_provoked() -> None:
    provoked = {fault[2] for fault in [*FAULTS, *HINTS, *FACT_FAULTS, *LINT_CASES]}
    assert set(TEXTS) - provoked - set(ELSEWHERE) - named_codes(WORKBOOK) == set()


@pytest.mark.parametrize("code", LINT_TEXTS)
def test_the_linter_says_what_to_do(code: str) -> None:
    """What is wrong, then what would be right."""
    chinese, english = LINT_TEXTS[code]
    assert "；" in chinese and ";" in english
    assert not set(chinese) & set(",;:!?"), "marks of the other script"


@pytest.mark.parametrize("code", TEXTS)
def test_both_languages_take_the_same_figures(code: str) -> None:
    chinese, english = ({name for _, name, _, _ in string.Formatter().parse(text) if name} for text in TEXTS[code])
    assert english <= chinese or chinese <= english
    assert any("一" <= sign <= "鿿" for sign in TEXTS[code][0]) and TEXTS[code][1].isprintable()
