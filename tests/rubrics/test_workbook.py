"""A rubric as a workbook: nothing is lost on the way out and in, and everything wrong is named by sheet and cell."""

from __future__ import annotations

import random
import re
import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from rubrics.checks import read_definition
from rubrics.definition import canonical, fingerprint
from rubrics.definition.declared import declared
from rubrics.definition.declared.words import TITLES
from rubrics.definition.records import CLAUSE_CLASSES, Category, Definition, Item
from rubrics.files import write_workbook
from rubrics.files.workbook import TooLong, Unreadable
from rubrics.files.workbook.plan import Sheet, sheets
from tests.reference import make_case
from tests.rubrics.workbooks import (
    SHIPPED,
    cell,
    changed,
    column,
    found,
    opened,
    put,
    read,
    saved,
    shipped,
    written,
)

LANGUAGES = ("zh-hans", "en")
OPEN = TITLES["open"][0]
# What programs or readers would change if it stood in a cell as it is.
AWKWARD = (
    "=1+1", "+x", "-5", "@a", " before", "after ", "two\nlines\n", "\u3000wide", "“quoted”", '"quoted"', '"', "–", "?",
    "TRUE", "2026-03-05", "0012", "1e5", "a_x000D_b", "x\x0by", "\r\n", "a;b，c=d：e", "是", "none", "#REF!", "'x",
    "<b>&amp;", "😀", "a\tb", "\ufeffx", "\x7f",
)  # fmt: skip


def same(content: bytes, lang: str, wanted: Definition) -> bool:
    reading = read(content, lang)
    assert [(str(each.place), each.problem.text("en")) for each in reading.problems] == []
    definition, problems = read_definition(reading.data)
    assert definition is not None, [problem.text("en") for problem in problems]
    return fingerprint(definition) == fingerprint(wanted)


# --- there and back -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_rubric_comes_back_from_its_workbook_as_it_was(name: str, lang: str) -> None:
    assert same(written(name, lang), lang, shipped(name))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_workbook_of_either_language_is_read_whatever_the_reader_speaks(lang: str) -> None:
    other = LANGUAGES[1 - LANGUAGES.index(lang)]
    assert same(written("showcase", lang), other, shipped("showcase"))


def awkward(rng: random.Random, value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: awkward(rng, part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [awkward(rng, part) for part in value]
    return rng.choice(AWKWARD) if key in ("title", "text", "note", "ref") and rng.random() < 0.4 else value


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_any_rubric_comes_back_from_its_workbook_as_it_was(seed: int) -> None:
    rng = random.Random(seed)
    rubric = awkward(rng, make_case(rng, corners=bool(seed % 2))[0]) | {"note": rng.choice(AWKWARD)}
    definition, problems = read_definition(rubric)
    assert definition is not None, [problem.text("en") for problem in problems]
    lang = LANGUAGES[seed % 3 == 0]
    assert same(write_workbook(canonical(definition), lang), lang, definition)


@pytest.mark.parametrize("text", AWKWARD)
def test_an_awkward_text_comes_back_sign_by_sign(text: str) -> None:
    shape = canonical(shipped("sunshine-action")) | {"note": text, "source": f"{text}{text}"}
    reading = read(write_workbook(shape, "zh-hans"))
    assert (reading.data["note"], reading.data["source"]) == (text, f"{text}{text}")


def test_records_that_are_there_but_empty_stay_there() -> None:
    shape = canonical(shipped("archives"))
    shape["procedure"] |= {"certificate": {"renewal": {}}, "convert": {}, "reviewers": [{}]}
    shape["gradings"][0]["rules"][0]["when"] = {"any": [{}, {"any": [{"no_veto": True}, {"any": [{}]}]}]}
    data = read(write_workbook(shape, "zh-hans")).data
    assert {name: data["procedure"][name] for name in ("certificate", "convert", "reviewers")} == {
        "certificate": {"renewal": {}}, "convert": {}, "reviewers": [{}],
    }  # fmt: skip
    assert data["gradings"][0]["rules"][0]["when"] == shape["gradings"][0]["rules"][0]["when"]


def test_a_draft_with_holes_comes_back_with_its_holes() -> None:
    draft = {
        "format": "appraisal-rubric/1", "code": "draft", "title": "草案", "year": "2027", "total": "100",
        "categories": [{"code": "a", "items": [{"code": "i", "clauses": [{"code": "c", "effect": "award", "basis": "level"},
                                                                         {"code": "d", "text": "只有文字"}]}]}],
        "gradings": [{"code": "g", "rules": [{"title": "没有代码", "consequences": [{"code": "x", "title": "后果"}]}]}],
    }  # fmt: skip
    reading = read(write_workbook(draft, "zh-hans"))
    assert reading.problems == []
    assert reading.data == draft | {"year": 2027, "total": 100}


def test_rows_may_stand_in_any_order_and_siblings_keep_that_of_their_rows() -> None:
    book = opened("township")
    tree = book["目录"]
    rows = [[each.value for each in row] for row in tree.iter_rows(min_row=2)]
    turned = [row for row in rows if row[0] == "项目"] + [row for row in rows if row[0] == "类别"][::-1]
    for number, row in enumerate(turned, 2):
        for place, value in enumerate(row, 1):
            tree.cell(number, place).value = value
    data = read(saved(book)).data
    codes = [category.code for category in shipped("township").categories]
    assert [category["code"] for category in data["categories"]] == codes[::-1]
    assert [item["code"] for item in data["categories"][-1]["items"]] == ["plan", "tasks", "process"]


# --- what the workbook looks like -----------------------------------------------------------------------------------


def test_every_declared_field_has_a_place_in_the_workbook() -> None:
    """So a new parameter of a basis appears in the workbook by itself."""
    have = {(each.key, column.path) for each in sheets() for column in each.columns}
    lists = {each.below[-1] for each in sheets() if each.form == "list"}

    def demand(sheet: str, fields: Any, path: tuple[str, ...] = (), depth: int = 0) -> None:
        for field in fields:
            if field.holds == "records":
                assert field.name in lists | {"categories"}, (sheet, field.name)
            elif field.holds == "record":
                demand(sheet, field.fields, (*path, field.name), depth + 1)
            elif (sheet, *path, field.name) not in {("tree", "code"), ("clauses", "code")}:
                assert (sheet, (*path, field.name)) in have, (sheet, path, field.name)

    for record in CLAUSE_CLASSES.values():
        demand("clauses", declared(record))
    for node in (Category, Item):
        demand("tree", declared(node))
    demand("general", [field for field in declared(Definition) if field.name != "procedure"])
    demand("procedure", [field for field in declared(Definition) if field.name == "procedure"])


def test_no_two_sheets_and_no_two_columns_of_a_sheet_share_a_name() -> None:
    for place in (0, 1):
        names = [each.name[place].casefold() for each in sheets()]
        assert len(set(names)) == len(names)
        assert all(1 <= len(name) <= 31 and not set(name) & set(r"[]:*?/\\") for name in names)
        for each in sheets():
            heads = [head[place] for head in (*each.leading, *(column.title for column in each.columns))]
            assert len(set(heads)) == len(heads), each.key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_is_a_text_cell_and_none_a_formula(lang: str) -> None:
    shape = canonical(shipped("sunshine-action")) | {"title": "=HYPERLINK(1)", "note": "+1"}
    book = load_workbook(BytesIO(write_workbook(shape, lang)))
    cells = [each for sheet in book.worksheets for row in sheet.iter_rows() for each in row if each.value is not None]
    assert {each.data_type for each in cells} <= {"s", "n"}
    title = next(each for each in cells if each.value == "=HYPERLINK(1)")
    assert (title.data_type, title.quotePrefix, title.number_format) == ("s", True, "@")


def test_heads_are_protected_explained_and_in_sight_and_bodies_can_be_edited() -> None:
    clauses = opened()["条款"]
    assert clauses.protection.sheet and not clauses.protection.password
    assert clauses["B1"].protection.locked and not clauses["B2"].protection.locked
    assert not clauses.column_dimensions["F"].protection.locked  # so the empty cells below, too
    assert clauses.freeze_panes == "C2"
    assert "按次数：每次分值" in clauses[f"{column(clauses, '分值')}1"].comment.text
    assert not clauses.protection.insertRows and not clauses.protection.deleteRows  # these are allowed


def test_choices_are_offered_in_words_and_references_as_lists() -> None:
    book = opened()
    rules = {str(rule.sqref): rule for rule in book["条款"].data_validations.dataValidation}
    effect = rules[f"{column(book['条款'], '作用')}2:{column(book['条款'], '作用')}5000"]
    sheet, _, cells = effect.formula1.partition("!")
    offered = [row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]]
    assert offered == ["扣分", "加分", "不得分", "一票否决", "只作记录"]
    letter = column(book["条款"], "评议主体")
    assert rules[f"{letter}2:{letter}5000"].formula1.startswith("'评议主体'!$A$2")
    owners = [str(rule.formula1) for rule in book["档次"].data_validations.dataValidation]
    assert "'条款'!$A$2:$A$5000" in owners


def test_what_the_basis_of_a_clause_has_no_use_for_is_grey() -> None:
    book = opened()
    letter = column(book["条款"], "评议主体")
    rules = [
        rule.formula[0]
        for cells, found in book["条款"].conditional_formatting._cf_rules.items()
        if str(cells.sqref).startswith(f"{letter}2:")
        for rule in found
    ]
    assert len(rules) == 1 and '"|民主测评|"' in rules[0]


def test_the_blank_workbook_has_all_sheets_and_lacks_only_what_every_rubric_says() -> None:
    content = write_workbook({}, "zh-hans")
    assert load_workbook(BytesIO(content)).sheetnames[1:-1] == [each.name[0] for each in sheets()]
    places = found(content)
    assert places == {f"基本信息!B{row}": {"missing"} for row in (2, 3, 4, 5)}


def test_a_text_longer_than_a_cell_is_refused_with_its_place() -> None:
    shape = canonical(shipped("sunshine-action")) | {"note": "长" * 40_000}
    with pytest.raises(TooLong, match="基本信息!B"):
        write_workbook(shape, "zh-hans")


# --- what is wrong with it ------------------------------------------------------------------------------------------


def test_twelve_faults_in_one_workbook_are_each_named_by_sheet_and_cell() -> None:
    book = opened()
    planted = {
        put(book, "条款", "development.average.lag", "分值", "半分"): "number",
        put(book, "条款", "conduct.discipline.late", "作用", "扣"): "choice",
        put(book, "条款", "opinion.citizens.rating", "评议主体", "publik"): "unknown_panel",
        put(book, "条款", "extra.honours.level", "内容", None): "missing",
        put(book, "条款", "extra.press.stories", "分值", "=1+1"): "cell_formula",
        put(book, "条款", "extra.funds.more", "完整代码", "extra.fund.more"): "unknown_owner",
        put(book, "目录", "extra", "适用范围", "系列=nobody"): "unknown_series",
        put(book, "加重与减轻", "conduct.discipline.late", "代码", "self-reported"): "",
        put(book, "档次", "extra.honours.level", "分值", -3): "negative",
        put(book, "等次", "prize", "名额", "三成"): "number",
        put(book, "期限", "claims", "代码", date(2026, 3, 5)): "cell_date",
    }
    planted["加重与减轻!B3"] = "duplicate_code"  # the row below now has the code of the one above
    book["程序"]["B3"] = 7.5
    planted["程序!B3"] = "whole"
    planted.pop("加重与减轻!B2")
    places = found(saved(book))
    assert len(planted) == 12
    assert {place: code for place, code in planted.items() if code not in places.get(place, set())} == {}
    assert set(places) == set(planted)


def test_problems_speak_of_columns_as_the_sheet_does() -> None:
    content = changed(lambda book: put(book, "条款", "extra.honours.level", "内容", None))
    reading = read(content)
    _definition, problems = read_definition(reading.data)
    (missing,) = [each.problem for each in reading.with_found(problems) if each.problem.code == "missing"]
    assert "“内容”" in missing.text("zh-hans")


@pytest.mark.parametrize(
    ("sheet", "key", "head", "value", "meant"),
    [
        ("条款", "development.average.lag", "分值", " ０．５ ", "0.5"),
        ("条款", "development.average.lag", "分值", "1,000.25", "1000.25"),
        ("条款", "development.average.lag", "作用", " 扣分 ", "deduct"),
        ("条款", "development.average.lag", "作用", "AWARD", "award"),
        ("条款", "duties.innovation.merit", "只可给这些分", "1，2;3、?", ["1", "2", "3", None]),
        ("条款", "conduct.discipline.late", "证明材料", "必须提供", "required"),
        ("目录", "development.instant", "数据提供部门", "windows = service-centre ; social=a,b", {"windows": "service-centre", "social": ["a", "b"]}),
        ("目录", "development.instant", "适用范围", "标签＝window、key；Series=a", {"tags": ["window", "key"], "series": ["a"]}),
        ("目录", "development", "上限", "None", "none"),
        ("目录", "development", OPEN, "√", True),
        ("等次", "grade", "名额", "12.5%", {"percent": "12.5"}),
        ("等次", "grade", "名额", "20％ 进一", {"percent": "20", "partial": "up"}),
        ("等次", "grade", "名额", "economy=1，social=2", {"economy": "1", "social": "2"}),
        ("等次", "grade", "名额", 3, "3"),
        ("评议主体", "citizens", "选项与分值", '满意=100;"a;b"=60.50', {"满意": "100", "a;b": "60.5"}),
        ("期限", "claims", "最迟", date(2026, 12, 5), "12-05"),
        ("期限", "claims", "最迟", "3月1日", "03-01"),
        ("系列", "economy", "名称", 2026, "2026"),
    ],
)  # fmt: skip
def test_a_cell_is_understood_as_people_write_it(sheet: str, key: str, head: str, value: Any, meant: Any) -> None:
    book = opened()
    place = put(book, sheet, key, head, value)
    reading = read(saved(book))
    assert reading.problems == []
    spot = next(
        (spot, path) for spot, path in every_cell(reading.data, reading.where) if f"{spot.sheet}!{spot.cell}" == place
    )
    assert in_strings(spot[1]) == meant


def every_cell(data: Any, where: Any, path: tuple[str | int, ...] = ()) -> Any:
    """Every value with its place."""
    place, head = where.find(path)
    if head:
        yield place, data
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, part in parts:
        yield from every_cell(part, where, (*path, name))


def in_strings(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: in_strings(part) for name, part in value.items()}
    if isinstance(value, list):
        return [in_strings(part) for part in value]
    return value if value is None or isinstance(value, (bool, str)) else str(value)


@pytest.mark.parametrize(
    ("sheet", "key", "head", "value", "code"),
    [
        ("目录", "development", OPEN, "也许", "cell_flag"),
        ("目录", "development", "适用范围", "科室=a", "cell_key"),
        ("目录", "development", "适用范围", "只有窗口单位", "cell_pairs"),
        ("目录", "development", "数据提供部门", 'a"b', "cell_list"),
        ("目录", "development", "类型", "大类", "choice"),
        ("目录", "development.growth", "完整代码", "growth", "item_at_top"),
        ("等次", "grade", "条件 · 单项达到", "a=1；a=2", "duplicate_code"),
        ("档次", "extra.honours.level", "所属", None, "missing"),
        ("档次", "extra.honours.level", "所属", "extra.honours.nothing", "unknown_owner"),
        ("条款", "extra.honours.level", "本条上限", True, "number"),
        ("条款", "extra.honours.level", "本条上限", date(2026, 1, 1), "cell_date"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_understood_is_named(sheet: str, key: str, head: str, value: Any, code: str) -> None:
    book = opened()
    place = put(book, sheet, key, head, value)
    assert code in found(saved(book))[place]


def test_a_problem_stays_at_its_cell_where_a_row_above_could_not_be_used() -> None:
    """An entry that is left out moves those behind it in the data, but not in the workbook."""
    book = opened()
    clauses = [f"conduct.safety.{code}" for code in ("accident", "cover-up", "spill", "leak")]
    put(book, "条款", clauses[1], "完整代码", "conduct.safety.#1")
    low = put(book, "条款", clauses[2], "累计到第几次", 0)
    book["条款后果"]["E5"] = None
    places = found(saved(book))
    assert places[low] == {"zero"}


# --- sheets and heads -----------------------------------------------------------------------------------------------


def heads_of(book: Any, key: str) -> tuple[Sheet, Any]:
    plan = next(each for each in sheets() if each.key == key)
    return plan, book[plan.name[0]]


def test_a_missing_a_renamed_and_an_extra_sheet_are_told() -> None:
    book = opened()
    del book["分摊比例"]
    book["合并限额"].title = "限额合并"
    book.create_sheet("草稿纸")["A1"] = "备忘"
    assert {place: codes for place, codes in found(saved(book)).items() if "!" not in place} == {
        "分摊比例": {"sheet_missing"}, "合并限额": {"sheet_missing"}, "限额合并": {"sheet_unknown"}, "草稿纸": {"sheet_unknown"},
    }  # fmt: skip


def test_a_hidden_sheet_is_not_silently_empty() -> None:
    book = opened()
    book["加重与减轻"].sheet_state = "hidden"
    assert found(saved(book))["加重与减轻"] == {"sheet_missing"}


def test_doubled_unknown_and_nameless_columns_are_told_and_missing_ones_read_as_blank() -> None:
    book = opened()
    levels = book["档次"]
    levels["E1"], levels["E2"] = "名称", "又一个"
    levels["F1"], levels["F2"] = "得分数", "3"
    levels["G2"] = "没有表头"
    levels["H1"] = "没有内容的列"
    book["系列"]["B1"] = None
    for row in range(2, 6):
        book["系列"][f"B{row}"] = None
    places = found(saved(book))
    assert places["档次!E1"] == {"column_twice"}
    assert places["档次!F1"] == {"column_unknown"}
    assert places["档次!G2"] == {"column_without_head"}
    assert "档次!H1" not in places
    assert places["系列!A1"] == {"column_missing"}


def test_without_heads_a_sheet_is_not_guessed_at() -> None:
    book = opened()
    book["档次"].delete_rows(1)
    assert found(saved(book))["档次!A1"] == {"no_heads"}


def test_heads_may_stand_below_a_title_and_columns_in_another_order() -> None:
    book = opened("township")
    series = book["系列"]
    series.move_range("A1:D4", rows=3)
    series["A1"] = "本镇的系列"
    for row in range(4, 8):
        one, two = series[f"A{row}"].value, series[f"B{row}"].value
        series[f"A{row}"], series[f"B{row}"] = two, one
    assert same(saved(book), "zh-hans", shipped("township"))


def test_merged_cells_are_told_since_one_value_would_be_read_for_many() -> None:
    content = changed(lambda book: book["目录"].merge_cells("L3:L5"))
    assert found(content)["目录!L3"] == {"cell_merged"}


def test_hidden_rows_and_columns_are_read_like_others() -> None:
    book = opened("township")
    book["条款"].row_dimensions[3].hidden = True
    book["条款"].column_dimensions["C"].hidden = True
    assert same(saved(book), "zh-hans", shipped("township"))


def test_the_value_of_a_formula_is_read() -> None:
    book = opened("township")
    address = cell(book, "条款", "performance.plan.completion", "最高")
    assert same(with_formula(saved(book), book, address, "8+9", "17"), "zh-hans", shipped("township"))


def with_formula(content: bytes, book: Any, address: str, formula: str, value: str) -> bytes:
    """The cell of the clauses' sheet as Excel saves a formula with its value."""
    part = f"xl/worksheets/sheet{book.sheetnames.index('条款') + 1}.xml"
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            text = old.read(each)
            if each.filename == part:
                pattern = rf'(<c r="{address}"[^>]*?)(?: t="n")?>\s*<v>[^<]*</v>'.encode()
                text, count = re.subn(pattern, rf"\1><f>{formula}</f><v>{value}</v>".encode(), text)
                assert count == 1
            new.writestr(each.filename, text)
    return out.getvalue()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nothing", b"\xd0\xcf\x11\xe0old", "代码,名称\n".encode()])
def test_what_is_no_workbook_is_refused_with_advice(content: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        read(content)
    assert str(caught.value)
