"""The sheet as a workbook there and back: nothing lost, nothing doubled, nothing overwritten unasked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services
from evidence.models import Fact, SheetItem
from evidence.offline import Filled, NotThisSheet, Plan, packed, read_sheet, unpacked, write_sheet
from evidence.offline.columns import shape_of
from evidence.selectors import access
from evidence.selectors.sheetdata import load
from evidence.services.offline import look_at_sheet, merge_sheet
from rubrics.models import Enrolment
from tests.evidence.conftest import CLOSED, ESSAY, LATE, NEWS, PLACE, PLAN, RATE, RUBRIC, enrolment_in
from units.models import User

SHEET = "自评表"


def downloaded(enrolment: Enrolment, user: User) -> Workbook:
    data = load(enrolment)
    return load_workbook(BytesIO(write_sheet(shape_of(data), access.editable_items(user, data, timezone.now()))))


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def columns(book: Workbook) -> dict[str, int]:
    return {cell.value: cell.column for cell in book[SHEET][3]}


def rows_of(book: Workbook, code: str) -> list[int]:
    return [row[0].row for row in book[SHEET].iter_rows(min_row=4) if row[0].value == code]


def fill(book: Workbook, row: int, **cells: Any) -> None:
    heads = columns(book)
    for head, value in cells.items():
        book[SHEET].cell(row, heads[head]).value = value


def read(book: Workbook, enrolment: Enrolment) -> Filled:
    return read_sheet(saved(book), shape_of(load(enrolment)))


def look(book: Workbook, enrolment: Enrolment, user: User) -> Plan:
    return look_at_sheet(actor=user, enrolment=enrolment, filled=read(book, enrolment))


def merge(book: Workbook, enrolment: Enrolment, user: User, take_back: Any = (), **choices: str) -> Any:
    filled = read(book, enrolment)
    plan = look_at_sheet(actor=user, enrolment=enrolment, filled=filled)
    assert [problem.text for problem in plan.problems] == []
    take = [line.key for line in plan.lines if line.asked] if take_back == "all" else take_back
    return merge_sheet(
        actor=user, enrolment=enrolment, filled=filled, expected=plan.mark,
        choices={line.key: choices.get("all", "keep") for line in plan.lines}, take_back=take,
    )  # fmt: skip


def claims(code: str) -> list[Fact]:
    return list(Fact.objects.filter(clause_code=code).exclude(state="withdrawn").order_by("pk"))


def test_a_workbook_that_nobody_touched_changes_nothing(claim, own, clerk):
    claim(LATE, count=2, date=date(2026, 3, 4), matter="=例会", note="一行\r\n两行")
    claim(NEWS, level="city", modifiers=["twice"], share="lead")
    claim(RATE, value=Decimal("98.5"), share="0.5")
    claim(PLACE, rank=1, of=9)
    claim(PLAN, points=Decimal("12.5"))
    claim(ESSAY)
    services.say_item(actor=clerk, enrolment=own, item_code="conduct.files", say="not_duty", reason="没有档案室")
    before = list(Fact.objects.values())
    plan = look(downloaded(own, clerk), own, clerk)
    assert (plan.lines, plan.problems) == ([], [])
    merged = merge(downloaded(own, clerk), own, clerk)
    assert merged.written == 0
    assert list(Fact.objects.values()) == before


def test_what_is_filled_in_is_claimed_with_the_same_meaning(own, clerk):
    book = downloaded(own, clerk)
    late, news = rows_of(book, LATE), rows_of(book, NEWS)
    assert len(late) == 3
    fill(book, late[0], 数量=2, 日期=datetime(2026, 3, 4), 事项名="例会")
    fill(book, late[1], 数量="３", 日期="2026年5月6日")
    fill(book, news[0], 级别="province", 我方角色="主办", 情节="头版加倍")
    fill(book, rows_of(book, RATE)[0], 完成值="９８．５０")
    fill(book, rows_of(book, PLAN)[0], 分数=12.5)
    fill(book, rows_of(book, PLACE)[0], 名次=1, 共几家=9)
    fill(book, rows_of(book, ESSAY)[0], 有此情形="是")
    fill(book, rows_of(book, "conduct.files")[0], 整项情况="无内容可报")
    plan = look(book, own, clerk)
    assert plan.problems == []
    assert merge(book, own, clerk).written == 8
    first, second = claims(LATE)
    assert (first.said, first.date, first.matter) == ({"count": "2"}, date(2026, 3, 4), "例会")
    assert (second.said, second.date) == ({"count": "3"}, date(2026, 5, 6))
    news_fact = claims(NEWS)[0]
    assert (news_fact.said, news_fact.share, news_fact.modifiers) == ({"level": "province"}, "lead", ["twice"])
    assert claims(RATE)[0].said == {"value": "98.5"}
    assert claims(PLAN)[0].said == {"points": "12.5"}
    assert claims(PLACE)[0].said == {"rank": "1", "of": "9"}
    assert claims(ESSAY)[0].said == {}
    states = dict(SheetItem.objects.values_list("item_code", "state"))
    assert states["conduct.files"] == "nothing"
    assert states["conduct.meetings"] == "claimed"


def test_the_same_workbook_brought_back_twice_doubles_nothing(own, clerk):
    book = downloaded(own, clerk)
    fill(book, rows_of(book, LATE)[0], 数量=2)
    fill(book, rows_of(book, LATE)[1], 数量=2)
    merge(book, own, clerk)
    assert len(claims(LATE)) == 2
    assert look(book, own, clerk).lines == []


def test_a_changed_row_changes_its_fact_and_no_other(claim, own, clerk):
    first, second = claim(LATE, count=1), claim(LATE, count=5)
    book = downloaded(own, clerk)
    fill(book, rows_of(book, LATE)[1], 数量=6)
    plan = look(book, own, clerk)
    assert [(line.kind, line.pk, line.stored, line.mine) for line in plan.lines] == [
        ("changed", second.pk, "5 人次", "6 人次")
    ]
    merge(book, own, clerk)
    assert {fact.pk: fact.said["count"] for fact in claims(LATE)} == {first.pk: "1", second.pk: "6"}


def test_a_row_that_is_not_there_any_more_takes_nothing_away(claim, own, clerk):
    claim(LATE, count=1)
    book = downloaded(own, clerk)
    book[SHEET].delete_rows(rows_of(book, LATE)[0])
    assert look(book, own, clerk).lines == []
    assert len(claims(LATE)) == 1


def test_an_emptied_row_is_taken_back_only_when_that_is_said(claim, own, clerk):
    claim(LATE, count=1)
    book = downloaded(own, clerk)
    fill(book, rows_of(book, LATE)[0], 数量=None)
    assert [line.kind for line in look(book, own, clerk).lines] == ["emptied"]
    assert merge(book, own, clerk).written == 0
    assert len(claims(LATE)) == 1
    merge(book, own, clerk, take_back="all")
    assert claims(LATE) == []


def test_nothing_to_report_after_entries_are_taken_back(claim, own, clerk):
    claim(LATE, count=1)
    book = downloaded(own, clerk)
    fill(book, rows_of(book, LATE)[0], 数量=None)
    fill(book, rows_of(book, "conduct.meetings")[0], 整项情况="无内容可报")
    with pytest.raises(services.Refused):
        merge(book, own, clerk)
    merge(book, own, clerk, take_back="all")
    assert SheetItem.objects.get(item_code="conduct.meetings").state == "nothing"


def test_changed_on_both_sides_keeps_what_is_stored_unless_chosen_otherwise(claim, own, clerk):
    fact = claim(LATE, count=1)
    book = downloaded(own, clerk)
    fill(book, rows_of(book, LATE)[0], 数量=7)
    online = services.Claim({"count": 3}, {})
    services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=online, fact_pk=fact.pk, version=1)
    (line,) = look(book, own, clerk).lines
    assert (line.kind, line.stored, line.mine) == ("clash", "3 人次", "7 人次")
    merge(book, own, clerk)
    assert claims(LATE)[0].said == {"count": "3"}
    merge(book, own, clerk, all="mine")
    assert claims(LATE)[0].said == {"count": "7"}


def test_what_changed_online_only_stays_without_a_question(claim, own, clerk):
    fact = claim(LATE, count=1)
    book = downloaded(own, clerk)
    online = services.Claim({"count": 3}, {})
    services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=online, fact_pk=fact.pk, version=1)
    assert look(book, own, clerk).lines == []


def test_an_entry_taken_back_online_is_a_question_where_the_row_was_changed(claim, own, clerk):
    fact = claim(LATE, count=1)
    book = downloaded(own, clerk)
    services.withdraw_claim(actor=clerk, enrolment=own, fact_pk=fact.pk, version=1)
    assert look(book, own, clerk).lines == []
    fill(book, rows_of(book, LATE)[0], 数量=7)
    assert [line.kind for line in look(book, own, clerk).lines] == ["clash"]
    merge(book, own, clerk, all="mine")
    assert [one.said for one in claims(LATE)] == [{"count": "7"}]


@pytest.mark.parametrize(("choice", "left"), [("keep", ["3"]), ("mine", ["7"]), ("beside", ["3", "7"])])
def test_a_first_entry_made_online_meanwhile_is_not_doubled_unasked(claim, own, clerk, choice, left):
    book = downloaded(own, clerk)
    fill(book, rows_of(book, LATE)[0], 数量=7)
    claim(LATE, count=3)
    assert [line.kind for line in look(book, own, clerk).lines] == ["twin"]
    merge(book, own, clerk, all=choice)
    assert [fact.said["count"] for fact in claims(LATE)] == left


def test_a_save_between_looking_and_confirming_is_a_conflict(claim, own, clerk):
    fact = claim(LATE, count=1)
    book = downloaded(own, clerk)
    fill(book, rows_of(book, LATE)[0], 数量=7)
    filled = read(book, own)
    plan = look_at_sheet(actor=clerk, enrolment=own, filled=filled)
    online = services.Claim({"count": 3}, {})
    services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=online, fact_pk=fact.pk, version=1)
    with pytest.raises(Conflict):
        merge_sheet(actor=clerk, enrolment=own, filled=filled, expected=plan.mark, choices={}, take_back=())
    assert claims(LATE)[0].said == {"count": "3"}


def test_one_bad_cell_and_nothing_is_written(own, clerk):
    book = downloaded(own, clerk)
    fill(book, rows_of(book, LATE)[0], 数量=2)
    row = rows_of(book, NEWS)[0]
    fill(book, row, 级别="国际")
    fill(book, rows_of(book, PLAN)[0], 分数=31)
    fill(book, rows_of(book, LATE)[1], 数量=1.5)
    fill(book, rows_of(book, LATE)[2], 数量=1, 日期="去年")
    plan = look(book, own, clerk)
    letter = {head: book[SHEET].cell(3, place).column_letter for head, place in columns(book).items()}
    late = rows_of(book, LATE)
    assert {problem.cell for problem in plan.problems} == {
        f"{letter['级别']}{row}", f"{letter['分数']}{rows_of(book, PLAN)[0]}",
        f"{letter['数量']}{late[1]}", f"{letter['日期']}{late[2]}",
    }  # fmt: skip
    filled = read(book, own)
    with pytest.raises(services.Refused):
        merge_sheet(actor=clerk, enrolment=own, filled=filled, expected=plan.mark, choices={}, take_back=())
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    ("code", "cells", "said"),
    [
        (LATE, {"日期": datetime(2026, 3, 4)}, "数量"),
        (LATE, {"数量": 1, "级别": "city"}, "本条不填"),
        (LATE, {"数量": 1, "整项情况": "无内容可报"}, "项目行"),
        ("conduct.files", {"整项情况": "不属本单位职责"}, "为什么"),
        ("conduct.files", {"整项情况": "随便"}, "可选范围"),
        ("conduct.files", {"数量": 1}, "条款行"),
        (LATE, {"数量": 1, "日期": datetime(2025, 3, 4)}, "2025"),
    ],
)
def test_what_does_not_belong_in_a_row_is_named(start, clerk, code, cells, said):
    cycle = start(period={"from": "01-01", "to": "12-31"})
    own = enrolment_in(cycle, "own")
    book = downloaded(own, clerk)
    fill(book, rows_of(book, code)[0], **cells)
    texts = [problem.text for problem in look(book, own, clerk).problems]
    assert len(texts) == 1
    assert said in texts[0]


def test_free_rows_take_the_code_of_a_clause(own, clerk):
    book = downloaded(own, clerk)
    last = book[SHEET].max_row
    fill(book, last, 代码=LATE, 数量=4)
    fill(book, last - 1, 代码="conduct.meetings.nobody", 数量=4)
    fill(book, last - 2, 数量=4)
    plan = look(book, own, clerk)
    assert [problem.cell for problem in plan.problems] == [f"A{last - 2}", f"A{last - 1}"]
    fill(book, last - 1, 代码=None, 数量=None)
    fill(book, last - 2, 数量=None)
    merge(book, own, clerk)
    assert [fact.said for fact in claims(LATE)] == [{"count": "4"}]


def test_a_copied_row_is_a_new_entry_and_not_the_same_fact_twice(claim, own, clerk):
    fact = claim(LATE, count=1)
    book = downloaded(own, clerk)
    first, second = rows_of(book, LATE)[:2]
    for place in range(1, book[SHEET].max_column + 1):
        book[SHEET].cell(second, place).value = book[SHEET].cell(first, place).value
    fill(book, second, 数量=9)
    plan = look(book, own, clerk)
    assert [(line.kind, line.row.number) for line in plan.lines] == [("new", second)]
    merge(book, own, clerk)
    assert {one.pk: one.said["count"] for one in claims(LATE)}[fact.pk] == "1"


def test_entries_win_over_nothing_to_report_that_was_said_before(own, clerk):
    services.say_item(actor=clerk, enrolment=own, item_code="conduct.meetings", say="nothing")
    book = downloaded(own, clerk)
    fill(book, rows_of(book, LATE)[0], 数量=1)
    merge(book, own, clerk)
    assert SheetItem.objects.get(item_code="conduct.meetings").state == "claimed"


def test_nothing_to_report_beside_entries_is_a_contradiction(own, clerk):
    book = downloaded(own, clerk)
    fill(book, rows_of(book, LATE)[0], 数量=1)
    fill(book, rows_of(book, "conduct.meetings")[0], 整项情况="无内容可报")
    assert len(look(book, own, clerk).problems) == 1


def test_only_items_that_were_returned_are_open(claim, own, clerk, judge, hand_in):
    claim(LATE, count=1)
    claim(PLAN, points=Decimal(3))
    submission = hand_in()
    services.return_item(
        actor=judge, enrolment=own, item_code="conduct.meetings", reason="请核对", version=submission.version
    )
    book = downloaded(own, clerk)
    place = columns(book)
    sheet = book[SHEET]
    assert not sheet.cell(rows_of(book, LATE)[0], place["数量"]).protection.locked
    assert sheet.cell(rows_of(book, PLAN)[0], place["分数"]).protection.locked
    fill(book, rows_of(book, LATE)[0], 数量=2)
    assert look(book, own, clerk).problems == []
    fill(book, rows_of(book, PLAN)[0], 分数=4)
    assert len(look(book, own, clerk).problems) == 1


def test_a_sheet_of_another_unit_is_refused(own, other, clerk, clerk_of_other):
    content = saved(downloaded(other, clerk_of_other))
    with pytest.raises(NotThisSheet, match="别的单位"):
        read_sheet(content, shape_of(load(own)))


def test_a_sheet_of_another_cycle_or_rubric_is_refused(own, clerk, start):
    content = saved(downloaded(own, clerk))
    second = enrolment_in(start(code="sheet-second"), "own")
    with pytest.raises(NotThisSheet, match="另一个考评"):
        read_sheet(content, shape_of(load(second)))
    own.cycle.rubric.fingerprint = "0" * 64
    with pytest.raises(NotThisSheet, match="新一版办法"):
        read_sheet(content, shape_of(load(own)))


def _renamed(book: Workbook) -> None:
    book[SHEET].title = "Sheet1"


def _without_column(book: Workbook) -> None:
    book[SHEET].delete_cols(columns(book)["数量"])


def _without_heads(book: Workbook) -> None:
    book[SHEET].delete_rows(1, 3)


def _other_stamp(book: Workbook) -> None:
    book["kp"]["B3"] = "other"


def _no_stamp(book: Workbook) -> None:
    del book["kp"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_renamed, "没有工作表“自评表”"),
        (_without_column, "缺少这些列：数量"),
        (_without_heads, "表头"),
        (_other_stamp, "隐藏的部分"),
        (_no_stamp, "不是从本系统下载"),
    ],
)
def test_a_changed_structure_is_refused_in_words(own, clerk, change: Callable[[Workbook], None], said: str):
    book = downloaded(own, clerk)
    change(book)
    with pytest.raises(NotThisSheet, match=said):
        read(book, own)


def test_columns_may_stand_in_another_order_and_rows_be_sorted_out(claim, own, clerk):
    claim(LATE, count=1)
    book = downloaded(own, clerk)
    book[SHEET].insert_cols(3)
    book[SHEET].insert_rows(6)
    plan = look(book, own, clerk)
    assert (plan.lines, plan.problems) == ([], [])


def test_formulas_count_by_their_values_and_unworked_ones_are_named(own, clerk):
    book = downloaded(own, clerk)
    row = rows_of(book, LATE)[0]
    fill(book, row, 数量="=1+2")
    letter = book[SHEET].cell(3, columns(book)["数量"]).column_letter
    (problem,) = look(book, own, clerk).problems
    assert problem.cell == f"{letter}{row}"


def test_only_the_cells_a_clause_asks_for_are_open(own, clerk):
    book = downloaded(own, clerk)
    sheet, place = book[SHEET], columns(book)
    row = rows_of(book, LATE)[0]
    assert sheet.protection.sheet
    open_heads = {head for head, column in place.items() if not sheet.cell(row, column).protection.locked}
    assert open_heads == {"数量", "日期", "事项名", "我方角色", "说明", "申请免予计分的理由"}
    item = rows_of(book, "conduct.meetings")[0]
    for head in ("整项情况", "不属本单位职责的理由"):
        assert not sheet.cell(item, place[head]).protection.locked
        assert sheet.cell(item, place[head]).fill.fill_type is None
    assert sheet.cell(row, place["级别"]).fill.fill_type == "solid"
    assert book["kp"].sheet_state == "hidden"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_text_that_looks_like_a_formula_stays_text(claim, own, clerk):
    claim(LATE, count=1, matter="=1+1", note="@SUM(1)")
    book = downloaded(own, clerk)
    row = rows_of(book, LATE)[0]
    cell = book[SHEET].cell(row, columns(book)["事项名"])
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


def test_a_workbook_is_carried_between_two_pages_of_one_sheet_only(own, other, clerk):
    book = downloaded(own, clerk)
    fill(book, rows_of(book, LATE)[0], 数量=2)
    filled = read(book, own)
    text = packed(filled, own.pk)
    back = unpacked(text, own.pk)
    assert look_at_sheet(actor=clerk, enrolment=own, filled=back).mark == (
        look_at_sheet(actor=clerk, enrolment=own, filled=filled).mark
    )
    with pytest.raises(ValueError):
        unpacked(text, other.pk)


def test_a_closed_sheet_can_be_read_and_not_filled_in(start, clerk):
    own = enrolment_in(start(CLOSED), "own")
    book = downloaded(own, clerk)
    assert all(cell.protection.locked for row in book[SHEET].iter_rows() for cell in row)


def test_a_fact_that_does_not_fit_its_clause_any_more_is_left_alone(claim, own, clerk):
    fact = claim(NEWS, level="city")
    Fact.objects.filter(pk=fact.pk).update(said={"level": "gone", "count": "x"}, misfit="said")
    plan = look(downloaded(own, clerk), own, clerk)
    assert (plan.lines, plan.problems) == ([], [])


def test_every_control_of_a_basis_has_a_column(start, clerk):
    """Inputs of a formula, a baseline, the unit's own targets."""
    categories = [*RUBRIC["categories"][:2], {
        "code": "more", "title": "其他", "points": 10, "items": [
            {"code": "m", "title": "测算", "points": 10, "start": "zero", "clauses": [
                {"code": "f", "text": "公式", "effect": "award", "basis": "formula", "expression": "a + b", "max": 5,
                 "inputs": [{"code": "a", "title": "甲数"}, {"code": "b", "title": "乙数"}]},
                {"code": "g", "text": "增幅", "effect": "award", "basis": "steps", "reading": "change_rate",
                 "start_at": 0, "step": 5, "points": 1},
            ]}]}]  # fmt: skip
    own = enrolment_in(start(code="wide", panels=[], categories=categories), "own")
    book = downloaded(own, clerk)
    fill(book, rows_of(book, "more.m.f")[0], **{"数据 1": 2, "数据 2": "1.50"})
    fill(book, rows_of(book, "more.m.g")[0], 完成值=55, 基数=50)
    merge(book, own, clerk)
    assert claims("more.m.f")[0].said == {"inputs": {"a": "2", "b": "1.5"}}
    assert claims("more.m.g")[0].said == {"value": "55", "baseline": "50"}
