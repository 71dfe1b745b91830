"""Reading YAML and JSON as plain data: exact numbers, no surprises, hostile files refused."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rubrics.checks import read_definition
from rubrics.definition import canonical, file_data, fingerprint
from rubrics.files import FileProblems, read_yaml, write_yaml
from tests.files import good

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(path.stem for path in (ROOT / "fixtures" / "rubrics").glob("*.yaml"))
D = Decimal


def refused(content: bytes) -> list[tuple[str, str]]:
    """Code and place of why a file is refused."""
    with pytest.raises(FileProblems) as caught:
        read_yaml(content)
    assert str(caught.value)
    assert all(problem.text("zh-hans") and problem.text("en") for problem in caught.value.problems)
    return [(problem.code, problem.place) for problem in caught.value.problems]


# --- what is read ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5), ("-5", -5), ("+5", 5), ("0.1", D("0.1")), (".5", D("0.5")), ("5.", D("5")), ("1e3", D("1e3")),
        ("-1.5E-2", D("-0.015")), ("007", 7), ("12345678901234567890", 12345678901234567890),
        ("true", True), ("False", False), ("null", None), ("~", None), ("yes", "yes"), ("on", "on"), ("no", "no"),
        ("'5'", "5"), ('"true"', "true"), ("0x10", "0x10"), ("0o17", "0o17"), ("1_000", "1_000"), ("1:30", "1:30"),
        ("2026-03-15", "2026-03-15"), ("12-31", "12-31"), ("会议", "会议"), ("1e", "1e"), (".", "."), ("e5", "e5"),
    ],
)  # fmt: skip
def test_scalars_of_yaml_1_2_with_exact_numbers(text: str, value: Any) -> None:
    found = read_yaml(f"a: {text}\n".encode())["a"]
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", ".NaN"])
def test_what_is_no_number_is_judged_where_a_number_is_wanted(text: str) -> None:
    data = good.plant(good.rubric(), "total", read_yaml(f"a: {text}".encode())["a"])
    assert [(problem.code, problem.place) for problem in read_definition(data)[1]] == [("number_range", "total")]


@pytest.mark.parametrize("text", ["1e999999999", "-1e999999999", "1e-999999999", "9" * 400])
def test_numbers_of_absurd_size_are_refused_as_figures(text: str) -> None:
    for content in (f"a: {text}", f'{{"a": {text}}}'):
        data = good.plant(good.rubric(), "total", read_yaml(content.encode())["a"])
        found = [(problem.code, problem.place) for problem in read_definition(data)[1]]
        assert found == [("number_range", "total")]


def test_json_is_read_with_exact_numbers() -> None:
    data = read_yaml(b'{"a": 0.1, "b": [1, -2.50, 1e2, null, true], "c": {"d": "5"}}')
    assert data == {"a": D("0.1"), "b": [1, D("-2.50"), D("1e2"), None, True], "c": {"d": "5"}}
    assert all(not isinstance(value, float) for value in data["b"])


def test_a_flow_mapping_is_no_json_and_is_read_all_the_same() -> None:
    assert read_yaml(b"{a: 1, b: [x, y]}") == {"a": 1, "b": ["x", "y"]}


def test_byte_order_mark_and_windows_lines() -> None:
    assert read_yaml(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n") == {"a": 1, "b": 2}


def test_block_and_folded_text_stay_text() -> None:
    assert read_yaml(b"a: |\n  5\nb: >\n  6\n") == {"a": "5\n", "b": "6\n"}


def test_keys_are_text() -> None:
    assert read_yaml(b"1: a\n2.5: b\ntrue: c\n") == {"1": "a", "2.5": "b", "true": "c"}


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_mapping"),
        (b"- 1\n- 2\n", "not_a_mapping"),
        (b"text", "not_a_mapping"),
        (b"# nothing but a comment\n", "not_a_mapping"),
        (b"a: [1, 2", "yaml"),
        (b"a: 1\n b: 2", "yaml"),
        (b"a: 'open", "yaml"),
        (b"\tb: 1", "yaml"),
        (b"a: \x00", "yaml"),
        (b'{"a": 1,}}', "yaml"),
        (b"a: 1\n---\nb: 2\n", "one_document"),
        (b"a: &x [1]\nb: *x\n", "alias"),
        (b"a: &x 5\n", "alias"),
        (b"a: &x {b: 1}\n", "alias"),
        (b"a: *x\n", "alias"),
        (b"<<: *x\n", "alias"),
        (b"a: !!python/object/apply:os.system ['true']\n", "tag"),
        (b"a: !!int '5'\n", "tag"),
        (b"a: !local 5\n", "tag"),
        (b"a: !!set {b, c}\n", "tag"),
        (b"? [1, 2]\n: a\n", "key_not_text"),
        (b"? {a: 1}\n: b\n", "key_not_text"),
        ("标题: 考评".encode("gbk"), "file_encoding"),
        ("标题: 考评".encode("utf-16"), "file_encoding"),
        (b"\xff\xfe\xfd", "file_encoding"),
    ],
)  # fmt: skip
def test_files_that_are_refused(content: bytes, code: str) -> None:
    assert [found for found, _ in refused(content)] == [code]


def test_every_key_given_twice_is_named_with_its_place() -> None:
    content = b"a: 1\nb:\n  - {c: 1, c: 2}\n  - d: 1\n    e: 2\n    d: 3\na: 2\n"
    assert refused(content) == [("duplicate_key", "b[0].c"), ("duplicate_key", "b[1].d"), ("duplicate_key", "a")]
    assert refused(b'{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}') == [("duplicate_key", "."), ("duplicate_key", ".")]


def test_a_number_and_its_text_are_one_key() -> None:
    assert refused(b"1: a\n'1': b\n") == [("duplicate_key", "1")]


# --- hostile files --------------------------------------------------------------------------------------------------


def billion_laughs() -> bytes:
    lines = ['a0: &a0 ["lol"]']
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (billion_laughs(), "alias"),
        (b"a: " + b"[" * 100_000, "deep"),
        (b"a: " + b"{b: " * 50_000, "deep"),
        (b"a:\n" + b"- " * 20_000 + b"1", "deep"),
        (b'{"a": ' + b"[" * 100_000, "deep"),
        (b'{"a": "' + b"[" * 50 + b'", "b": ' + b'{"c": ' * 60, "deep"),
        (b"a: 1\n" * 7_000_000, "file_large"),
        (b"x" * 50_000_000, "file_large"),
    ],
    ids=["laughs", "lists", "mappings", "dashes", "json", "json-text", "lines", "bulk"],
)
def test_hostile_files_are_refused(content: bytes, code: str) -> None:
    assert [found for found, _ in refused(content)] == [code]


def test_a_flood_of_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rubrics.files.reading.MOST_VALUES", 1000)
    assert refused(b"a: [" + b"1," * 2000 + b"1]") == [("many_values", ".")]


def test_brackets_within_json_text_are_no_nesting() -> None:
    assert read_yaml(b'{"a": "' + b"[" * 500 + b'\\""}') == {"a": "[" * 500 + '"'}


# --- written and read again -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", SHIPPED)
def test_a_shipped_rubric_survives_every_form(code: str) -> None:
    content = (ROOT / "fixtures" / "rubrics" / f"{code}.yaml").read_bytes()
    definition, problems = read_definition(read_yaml(content))
    assert definition is not None, problems
    stored = json.loads(json.dumps(canonical(definition)))
    forms = {
        "stored": read_definition(stored, stored=True),
        "written": read_definition(read_yaml(write_yaml(file_data(definition)).encode())),
        "written as it was": read_definition(read_yaml(write_yaml(read_yaml(content)).encode())),
        "json": read_definition(read_yaml(json.dumps(file_data(definition), default=float).encode())),
    }
    for form, (again, found) in forms.items():
        assert again == definition, (form, found)
        assert fingerprint(again) == fingerprint(definition)
    assert len(fingerprint(definition)) == 64


@pytest.mark.parametrize("code", SHIPPED)
def test_facts_survive_writing(code: str) -> None:
    data = read_yaml((ROOT / "fixtures" / "demo" / f"{code}.facts.yaml").read_bytes())
    assert read_yaml(write_yaml(data).encode()) == data


def test_how_a_rubric_is_written_does_not_change_its_fingerprint() -> None:
    first = read_definition(good.rubric())[0]
    data = good.rubric()
    data["categories"][0]["floor"] = data.pop("note", None)
    del data["categories"][0]["floor"]
    data["categories"][0].update(weight=D("1.0"), exclusive="none", when_not_applicable="skip", applies_to={})
    data["total"] = D("30.00")
    data["rounding"] = {"digits": 2, "mode": "half_up", "at": "item"}
    data["categories"][0]["items"][1]["clauses"][5]["levels"] = {"a": 1, "b": 2}
    second = read_definition({key: data[key] for key in reversed(list(data))})[0]
    assert first is not None and second is not None
    assert fingerprint(second) == fingerprint(first)
    data["total"] = D("30.01")
    third = read_definition(data)[0]
    assert third is not None and fingerprint(third) != fingerprint(first)


@pytest.mark.parametrize(
    "text", ["5", "true", "null", "1e5", "", "~", "- a", "a: b", "#x", "2026-01-01", "'", '"', "多行\n文字", " x "]
)
def test_texts_that_look_like_something_else_stay_texts(text: str) -> None:
    assert read_yaml(write_yaml({"a": text, "b": [text]}).encode()) == {"a": text, "b": [text]}


@pytest.mark.parametrize("number", ["0.50", "1e3", "-0.015", "1E+14", "100", "0"])
def test_numbers_are_written_exactly(number: str) -> None:
    assert read_yaml(write_yaml({"a": D(number)}).encode())["a"] == D(number)
    assert "e" not in write_yaml({"a": D(number)}).lower()


def test_one_object_in_two_places_is_written_out_twice() -> None:
    shared = {"x": [1, D("0.5")]}
    text = write_yaml({"a": shared, "b": shared, "c": D("0.5")})
    assert "&" not in text and read_yaml(text.encode())["b"] == shared
