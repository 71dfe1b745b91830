"""Every problem has its sentence, and every sentence its problem."""

import ast
import string
from pathlib import Path

import pytest

from rubrics.kinds.problem_texts import TEXTS
from tests.files.test_facts_problems import FAULTS as FACT_FAULTS
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
_MAKERS = {"Problem": 1, "problem": 1, "_refuse": 0, "FormulaError": 0, "PydanticCustomError": 0}


def used_codes() -> set[str]:
    """Every problem code that the source names."""
    found: set[str] = set()
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    found |= _codes_of(node)
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
}  # fmt: skip


def test_every_code_has_a_text_and_every_text_a_use() -> None:
    used = used_codes()
    assert used - set(TEXTS) == set(), "codes without a text"
    assert set(TEXTS) - used == set(), "texts that nothing uses"


def test_every_code_is_provoked() -> None:
    provoked = {fault[2] for fault in [*FAULTS, *HINTS, *FACT_FAULTS]}
    assert set(TEXTS) - provoked - set(ELSEWHERE) == set()


@pytest.mark.parametrize("code", TEXTS)
def test_both_languages_take_the_same_figures(code: str) -> None:
    chinese, english = ({name for _, name, _, _ in string.Formatter().parse(text) if name} for text in TEXTS[code])
    assert english <= chinese or chinese <= english
    assert any("一" <= sign <= "鿿" for sign in TEXTS[code][0]) and TEXTS[code][1].isprintable()
