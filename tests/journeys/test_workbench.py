"""The workbench in a browser: a whole rubric from nothing, copied, changed, published and tried out; keys, dragging, two tabs,
a telephone; and nothing for axe to complain about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

from rubrics.checks import read_definition
from rubrics.definition import file_data, fingerprint
from rubrics.files import read_yaml
from rubrics.models import Rubric
from rubrics.selectors import definition_of
from tests.journeys.visitor import Visitor, found_by_axe
from tests.journeys.workbench import Bench

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]

Enter = Callable[..., Visitor]
FILE = Path(__file__).resolve().parents[2] / "fixtures" / "rubrics" / "sunshine-action.yaml"
REGULATION = """二、考评
（一）标准
1. 组织领导（15 分）。有动员，有方案，有专人。
2. 自查整改（10 分）。问题列得清，办法落到人。
3. 日常公开（60 分）。每季更新，内容齐全，群众看得懂。
4. 材料报送与建档（15 分）
（1）材料按时报，晚一次扣 6 分。
（2）档案要齐，缺档按轻重扣分。
5. 加减分。做法被推广的加分，被点名的扣分。
（二）程序
由领导小组统一安排。
"""
"""In our own words; the numbers are those of the references."""
BELOW = ("items", "clauses", "categories")


def own(shape: Mapping[str, Any]) -> dict[str, Any]:
    """An entry without what stands below it."""
    return {key: value for key, value in shape.items() if key not in BELOW}


def draft(code: str) -> Rubric:
    return Rubric.objects.filter(code=code, state="draft").latest("pk")


def done(one: Visitor) -> None:
    """Nothing was amiss in the browser, and the window is shut."""
    assert one.complaints == []
    one.leave()


def bench_at(one: Visitor, rubric: Rubric, at: str = "") -> Bench:
    one.go(f"/rubrics/{rubric.pk}/workbench/" + (f"?at={at}" if at else ""))
    return Bench(one)


# --- from nothing to a published rubric -------------------------------------------------------------------------------


def test_sunshine_action_is_built_from_nothing_then_copied_changed_published_and_tried_out(visitor: Enter) -> None:
    whole, _problems = read_definition(read_yaml(FILE.read_bytes()))
    assert whole is not None
    administrator = visitor("admin")
    begin(administrator, file_data(whole))
    bench = Bench(administrator)
    build(bench, file_data(whole))
    built = draft("sunshine-action")
    assert file_data(definition_of(built)) == file_data(whole)
    assert fingerprint(definition_of(built)) == fingerprint(whole)
    look(administrator, built)
    copy = copied(administrator, built)
    change(bench, copy)
    published(administrator, copy)
    try_out(administrator, copy)
    done(administrator)


def begin(one: Visitor, data: Mapping[str, Any]) -> None:
    one.go("/rubrics/")
    one.press("main a[href='/rubrics/new/']")
    for name in ("title", "code", "year", "total"):
        one.page.fill(f"[name={name}]", str(data[name]))
    one.press("main button[type=submit]")
    assert "草案还是空的" in one.text("#entry")
    one.shot("workbench-empty")


def build(bench: Bench, data: Mapping[str, Any]) -> None:
    """Series, providers and procedure by their lines; categories, items and clauses by the keys of the tree."""
    bench.open("list-series")
    bench.page.locator("#tools button").first.click()
    bench.opened("series")
    bench.fill(data["series"][0])
    bench.open("head-providers")
    bench.records("providers", data["providers"])
    bench.open("head-procedure")
    bench.fill(data["procedure"], "procedure.")
    bench.calm()
    bench.one.go(bench.page.url.partition("?")[0])
    bench.page.get_by_role("button", name="添加类别").click()
    tops = [bench.opened("category")]
    for place, category in enumerate(data["categories"]):
        if place:
            bench.open(tops[-1])
            bench.add("category")
        tops.append(bench.current)
        bench.fill(own(category))
        for number, item in enumerate(category["items"]):
            here = bench.add("item", inside=not number)
            bench.fill(own(item))
            for count, clause in enumerate(item["clauses"]):
                bench.add("clause", inside=not count)
                fill_clause(bench, clause)
            bench.open(here)
    bench.calm()


def fill_clause(bench: Bench, clause: Mapping[str, Any]) -> None:
    """Effect and basis first: they bring the other fields."""
    for name, usual in (("effect", "deduct"), ("basis", "count")):
        if clause[name] != usual:
            bench.say(name, clause[name])
            bench.calm()
    bench.fill({key: value for key, value in clause.items() if key not in ("effect", "basis")})


def look(one: Visitor, rubric: Rubric) -> None:
    """What the page says of it: marks add up, one figure is open, and that stops publishing."""
    bench_at(one, rubric)
    assert "100/ 100" in one.text("#totals").replace(" /", "/")
    assert "1 处未定" in one.text("#problems")
    assert "还有 1 处未定" in one.text("#bench-state")
    assert found_by_axe(one.page) == []
    one.shot("workbench-built")


def copied(one: Visitor, rubric: Rubric) -> Rubric:
    one.go(f"/rubrics/{rubric.pk}/copy/")
    one.page.fill("[name=year]", "2027")
    one.press("main form button[type=submit]")
    copy = Rubric.objects.filter(cloned_from=rubric).get()
    one.go(f"/rubrics/{copy.pk}/source/")
    one.page.fill("[name=text]", REGULATION)
    one.press("main form button[type=submit]")
    return copy


def change(bench: Bench, rubric: Rubric) -> None:
    """The open figure is given, and one clause costs more than last year."""
    bench_at(bench.one, rubric)
    bench.open("head-procedure")
    bench.field("procedure.convert.open").uncheck()
    bench.fill({"procedure.convert.to": "10"})
    bench.calm()
    late = bench.line("材料报送与建档")
    late.focus()
    bench.page.keyboard.press("ArrowRight")
    bench.line("应报材料迟交").click()
    bench.opened("clause")
    bench.fill({"points": "6"})
    bench.one.settle()
    bench.one.go(bench.page.url)
    assert "改动" in bench.one.text(".kp-head")
    assert "5" in bench.one.text("#entry")
    bench.one.shot("workbench", whole=False, keep=True)
    bench.one.in_english("workbench")


def published(one: Visitor, rubric: Rubric) -> None:
    one.press("#bench-state a.btn-primary")
    one.page.fill("[name=password]", "kaoping-demo")
    one.press("main form button[type=submit]")
    rubric.refresh_from_db()
    assert rubric.state == "published"
    bench_at(one, rubric)
    assert re.sub(r"\s", "", one.text(".kp-head .kp-hash")) == rubric.fingerprint
    assert one.page.locator("#entry-form [name='f.title']").is_disabled()
    assert not one.page.locator("#tools button").count()


def try_out(one: Visitor, rubric: Rubric) -> None:
    one.press(f".kp-head a[href='/rubrics/{rubric.pk}/try/']")
    assert rubric.title in one.text("main")


# --- keys, dragging, undo ---------------------------------------------------------------------------------------------


def titles(bench: Bench) -> list[str]:
    """The lines of the tree that can be seen; the page may be loading anew where what was open is gone."""
    lines = bench.page.locator("#limbs [role=treeitem]:visible .name")
    try:
        names = lines.all_inner_texts()
    except Error:
        bench.page.wait_for_load_state()
        names = lines.all_inner_texts()
    return [" ".join(name.split()) for name in names]


def wait_for(bench: Bench, wanted: Any, found: Callable[[], Any] | None = None) -> None:
    """Until the tree shows these lines, or `found` gives what is wanted."""
    asked = found or (lambda: titles(bench))
    for _ in range(200):
        if asked() == wanted:
            return
        bench.page.wait_for_timeout(50)
    assert asked() == wanted


def test_the_tree_is_worked_by_keys_and_every_change_can_be_taken_back(visitor: Enter) -> None:
    one = visitor("admin")
    bench = bench_at(one, draft("sunshine-action"))
    keys = bench.page.keyboard
    bench.page.locator("#limbs [tabindex='0']").focus()
    for key in ("ArrowDown", "ArrowRight"):
        keys.press(key)
    one.settle()
    start = titles(bench)
    assert start[1] == "组织领导"
    first, second, third = start[2:5]
    keys.press("ArrowRight")
    keys.press("Alt+ArrowDown")
    wait_for(bench, [*start[:2], second, first, third, *start[5:]])
    assert bench.page.evaluate("document.activeElement.querySelector('.name').textContent") == first
    keys.press("Control+d")
    bench.opened("clause")
    assert len(titles(bench)) == len(start) + 1
    bench.tree()
    keys.press("Delete")
    wait_for(bench, [*start[:2], second, first, third, *start[5:]])
    assert bench.page.locator("#toast").is_visible()
    one.press("#toast button")
    assert len(titles(bench)) == len(start) + 1
    assert not bench.page.locator("#toast").is_visible()
    bench.page.locator("#limbs [aria-current]").focus()
    for _ in range(2):
        keys.press("Control+z")
        bench.calm()
    wait_for(bench, start)
    keys.press("?")
    assert bench.page.locator("#keys").is_visible()
    keys.press("Escape")
    done(one)


def drag(bench: Bench, what: str, to: str, height: float) -> None:
    """Drag a line onto another one: to its upper edge, its middle or its lower edge."""
    bench.one.settle()  # the tree is drawn anew shortly after a change, and lines must not move under the hand
    source, target = bench.line(what).bounding_box(), bench.line(to).bounding_box()
    mouse = bench.page.mouse
    mouse.move(source["x"] + 60, source["y"] + source["height"] / 2)
    mouse.down()
    mouse.move(source["x"] + 70, source["y"] + source["height"] / 2 + 9)
    mouse.move(target["x"] + 70, target["y"] + target["height"] * height, steps=3)
    mouse.up()


def test_lines_are_dragged_only_where_they_may_stand(visitor: Enter) -> None:
    one = visitor("admin")
    rubric = draft("sunshine-action")
    bench = bench_at(one, rubric)
    bench.page.locator("#limbs .knob").nth(1).click()
    one.settle()
    start = titles(bench)
    drag(bench, start[2], start[4], 0.9)
    moved = [*start[:2], start[3], start[4], start[2], *start[5:]]
    wait_for(bench, moved)
    drag(bench, start[2], "加减分", 0.5)  # a clause in a category
    bench.calm()
    assert titles(bench) == moved
    drag(bench, "自查与整改", "加减分", 0.5)
    wait_for(bench, "extra", lambda: {item.code: item.category.code for item in _items(rubric)}["self-check"])
    one.settle()
    drag(bench, "加减分", "政务公开", 0.1)
    wait_for(bench, "加减分", lambda: titles(bench)[0])
    one.settle()
    done(one)


def _items(rubric: Rubric) -> list[Any]:
    return [item for category in rubric.categories.all() for item in category.items.all()]


# --- two tabs, what is wrong, a telephone -----------------------------------------------------------------------------


def test_two_tabs_on_one_clause_both_keep_what_was_typed(visitor: Enter) -> None:
    rubric = draft("sunshine-action")
    item = _items(rubric)[0]
    clause = item.clauses.first()
    first, second = visitor("admin"), visitor("admin")
    here, there = (bench_at(one, rubric, f"clause-{clause.pk}") for one in (first, second))
    here.fill({"text": "先改的文字"})
    here.calm()
    there.say("text", "后改的文字")
    there.page.keyboard.press("Tab")
    there.page.wait_for_selector(".kp-clash")
    both = second.text("#entry")
    assert "先改的文字" in both
    assert there.field("text").input_value() == "后改的文字" or "后改的文字" in both
    clause.refresh_from_db()
    assert clause.text == "先改的文字"
    second.shot("workbench-clash", whole=False)
    second.complaints = [said for said in second.complaints if "409" not in said]
    done(second)
    done(first)


def test_a_problem_leads_to_its_field(visitor: Enter) -> None:
    one = visitor("admin")
    rubric = draft("sunshine-action")
    clause = _items(rubric)[0].clauses.first()
    bench = bench_at(one, rubric, f"clause-{clause.pk}")
    bench.fill({"points": ""})
    one.settle()
    bench.open("head-general")
    assert "错误" in one.text("#problems")
    bench.page.locator(f"#problems a[data-at='clause-{clause.pk}']").first.click()
    bench.page.wait_for_selector("#entry [name='f.points']:focus")
    bench.fill({"points": "3"})
    one.settle()
    assert "错误" not in one.text("#problems .kp-bar")
    done(one)


def test_the_regulation_lies_beside_the_entry(visitor: Enter) -> None:
    one = visitor("admin")
    rubric = draft("sunshine-action")
    one.go(f"/rubrics/{rubric.pk}/source/")
    one.page.fill(
        "[name=text]",
        "二、内容\n（一）考评标准\n1. 组织领导\n（1）动员会每少一次扣三分\n（2）方案缺失的扣五分\n" + "其他内容\n" * 60,
    )
    one.press("main form button[type=submit]")
    clause = _items(rubric)[0].clauses.all()[1]
    bench = bench_at(one, rubric, f"clause-{clause.pk}")
    assert one.text("#source-text .is-here") == "（2）方案缺失的扣五分"
    one.page.fill("#find", "扣三分")
    assert one.text("#source-text mark") == "扣三分"
    one.page.locator("#s4").click(click_count=3)
    one.page.locator("[data-take-to=text]").click()
    bench.calm()
    clause.refresh_from_db()
    assert clause.text == "（2）方案缺失的扣五分"
    done(one)


def test_the_workbench_fits_a_telephone(visitor: Enter) -> None:
    one = visitor("admin", size="phone")
    bench = bench_at(one, draft("sunshine-action"))
    assert not bench.page.locator("#limbs").is_visible()
    one.press(".kp-outline summary")
    one.shot("workbench-drawer", whole=False)
    bench.line("加减分").click()
    bench.page.wait_for_selector("#entry-form code:has-text('extra')")
    assert not bench.page.locator("#limbs").is_visible()
    one.shot("workbench")
    assert found_by_axe(one.page) == []
    done(one)
