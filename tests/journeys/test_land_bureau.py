"""The main job in a browser, by four people: from the last unit's empty sheet to the ranked workbook."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from evidence.models import Submission
from rubrics.definition.figures import complete
from rubrics.files import write_yaml
from rubrics.models import Cycle, Enrolment
from scoring import demo
from scoring.demo.plan import folder
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]

FILES = folder() / "files"
PRIZES = {"first": "一等奖", "second": "二等奖", "third": "三等奖", "none": "未获奖"}
Enter = Callable[..., Visitor]


@pytest.fixture
def wanted(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """Unit → what `manage.py score` says of the completed rubric and the whole facts file."""
    cycle = next(cycle for cycle in demo.read_plan().cycles if cycle.rubric == "land-bureau")
    rubric = tmp_path / "rubric.yaml"
    rubric.write_text(write_yaml(complete(cycle.rubric_data, cycle.figures_data)), encoding="utf-8")
    out = StringIO()
    call_command("score", str(rubric), str(folder() / "land-bureau.facts.yaml"), "--format", "json", stdout=out)
    return {unit["code"]: unit for unit in json.loads(out.getvalue())["units"]}


def test_from_the_empty_sheet_to_the_ranked_workbook(
    visitor: Enter, wanted: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    cycle = Cycle.objects.get(code="land-bureau")
    service = Enrolment.objects.get(cycle=cycle, unit__code="service")

    administrator = visitor("admin")
    look_at_the_board(administrator, cycle)

    clerk = visitor("service")
    fill_in_the_sheet(clerk)
    hand_it_in(clerk)
    clerk.leave()

    reviewer = visitor("land-reviewer")
    decide_about_it(reviewer, cycle, service)
    reviewer.leave()

    leader = visitor("land-leader")
    see_why(leader, service, wanted["service"])
    leader.leave()

    workbook = take_the_workbook(administrator, cycle, tmp_path)
    administrator.leave()
    compare(workbook, wanted)


def look_at_the_board(one: Visitor, cycle: Cycle) -> None:
    one.shot("home-administrator")
    one.go(f"/cycles/{cycle.pk}/")
    assert "13 / 14" in one.text("main")
    one.shot("board", keep=True)
    one.in_english("board")
    one.go(f"/cycles/{cycle.pk}/phases/")
    one.shot("phases")
    one.go(f"/cycles/{cycle.pk}/assignments/")
    one.shot("assignments")


def clause(one: Visitor, code: str) -> Any:
    return one.page.locator(f"[data-clause='{code}']")


def step_up(one: Visitor, code: str, times: int) -> None:
    for _ in range(times):
        one.press(clause(one, code).locator("button[data-by='1']").first)


def fill_in_the_sheet(one: Visitor) -> None:
    """Each kind of control once: stepper, amount, choice with a number, slider, list; then files."""
    one.shot("home-clerk")
    one.press("main a.btn-primary")
    assert "行政服务股" in one.text("h1")

    one.page.locator("[data-clause='common.study.spot-check'] [data-range] input[type=range]").fill("0.5")
    one.settle()
    assert "0.50" in clause(one, "common.study.spot-check").locator(".pts").inner_text().replace("−", "-")
    typed = clause(one, "common.study.spot-check").locator("input[name=points]")
    typed.fill("")
    typed.blur()
    one.settle()

    amount = clause(one, "common.news.quota").locator("input[name=value]")
    amount.fill("3")
    amount.blur()
    one.settle()
    choose_level(one, "common.news.extra", "县级媒体", 2)
    give_files(one, "common.news", "news-clipping.jpg", "news-list.xlsx")
    step_up(one, "common.conduct.complaints.verified", 1)
    absent = clause(one, "common.civility.volunteering.absent").locator("input[name=value]")
    absent.fill("3")
    absent.blur()
    one.settle()
    step_up(one, "service.discipline.breach", 1)
    step_up(one, "service.attitude.complaint", 1)
    step_up(one, "service.business.late", 1)
    step_up(one, "service.entry.short", 1)
    clause(one, "rewards.articles.paid").locator("select[name=level]").select_option("county")
    one.settle()
    use_again(one, "rewards.articles", "news-list.xlsx")
    one.shot("sheet-filled")
    one.page.evaluate("window.scrollTo(0, document.querySelector('#item-common__news').offsetTop - 220)")
    one.shot("sheet", whole=False, keep=True)
    one.in_english("sheet")


def choose_level(one: Visitor, code: str, title: str, count: int) -> None:
    place = clause(one, code)
    place.locator("label", has_text=title).first.click()
    one.settle()
    number = place.locator("input[name=count]").first
    if not number.is_visible():
        place.locator("summary").first.click()
    number.fill(str(count))
    number.blur()
    one.settle()


def give_files(one: Visitor, item: str, *names: str) -> None:
    field = one.page.locator(f"[data-item='{item}'] input[name=files]")
    field.set_input_files([FILES / name for name in names])
    one.settle()
    for name in names:
        one.page.wait_for_selector(f"[data-item='{item}'] .kp-proofs a:has-text('{name}')")


def use_again(one: Visitor, item: str, name: str) -> None:
    """A file that the unit has given already is not sent again but offered."""
    place = one.page.locator(f"[data-item='{item}']")
    place.locator("input[name=files]").set_input_files(FILES / name)
    one.press(place.locator("[data-use]:visible"))
    place.locator(".kp-proofs a", has_text=name).first.wait_for()


def hand_it_in(one: Visitor) -> None:
    """First the sheet has gaps, each with a link; then they are closed, and there is a receipt."""
    one.press(one.page.get_by_role("link", name="检查并提交"))
    assert one.page.locator(".kp-gaps li").count() > 5
    one.shot("check-gaps")
    one.press("tr.gap a >> nth=0")
    assert "/sheets/" in one.page.url and "/check/" not in one.page.url
    one.shot("sheet-one-item")
    whole = one.page.get_by_role("link", name="整张表")
    if whole.count():
        one.press(whole)
    one.press(one.button("均无内容可报"))
    while one.page.locator("[data-nothing]").count():
        one.press(one.page.locator("[data-nothing]").first)
    one.press(one.page.get_by_role("link", name="检查并提交"))
    assert one.page.locator(".kp-gaps li").count() == 0, one.text(".kp-gaps")
    one.shot("check")
    one.press(one.page.locator("main form button.btn-primary[type=submit]"))
    assert "/receipt/" in one.page.url
    assert one.page.locator("dd.no").inner_text().startswith("20")
    one.shot("receipt")


def decide_about_it(one: Visitor, cycle: Cycle, service: Enrolment) -> None:
    """One claim each accepted, changed, rejected and exempted; one fact added; the rest accepted together."""
    one.shot("home-reviewer")
    one.go(f"/cycles/{cycle.pk}/review/")
    one.shot("review-list")
    one.press(one.page.get_by_role("link", name="行政服务股"))
    one.shot("review-start", whole=False)

    go_to_item(one, "政务信息")
    one.shot("review", whole=False, keep=True)
    one.press(one.page.locator("[data-accept]"))

    go_to_item(one, "窗口服务")
    one.press("[data-pick=changed]")
    one.page.locator("#decide input[name=count]").fill("2")
    one.page.locator("#decide textarea[name=reason]").fill("中心台账记有两起")
    one.press(one.page.locator("#decide button[type=submit]"))

    go_to_item(one, "按篇计奖")
    one.press("[data-pick=rejected]")
    one.page.locator("#decide textarea[name=reason]").fill("原件没有交来")
    one.press(one.page.locator("#decide button[type=submit]"))

    go_to_item(one, "服务评价")
    one.press("[data-pick=exempt]")
    one.page.locator("#decide textarea[name=reason]").fill("投诉对象是其他部门窗口")
    one.press(one.page.locator("#decide button[type=submit]"))

    go_to_item(one, "考勤与请假")
    add = one.page.locator("#add-fact")
    if add.get_attribute("open") is None:
        one.press(add.locator("summary"))
    add.locator("select[name=clause]").select_option("common.attendance.absent")
    one.settle()
    add.locator("input[name=count]").fill("1")
    add.locator("textarea[name=note]").fill("没请假离开窗口，考勤抽查")
    one.shot("review-add", whole=False)
    one.press(add.get_by_role("button", name="登记"))

    one.press(one.button("全部认可"))
    one.go(f"/review/{service.pk}/")
    assert "9 / 9" in one.text(".side header")
    one.shot("review-done", whole=False)


def go_to_item(one: Visitor, title: str) -> None:
    one.press(one.page.locator("#toc a", has_text=title).first)


def see_why(one: Visitor, service: Enrolment, wanted: dict[str, Any]) -> None:
    one.go(f"/results/{service.pk}/?stand=final")
    assert wanted["total"] in one.text("main")
    one.shot("why", keep=True)
    one.in_english("why")


def take_the_workbook(one: Visitor, cycle: Cycle, tmp_path: Path) -> Path:
    one.go(f"/cycles/{cycle.pk}/results/?stand=final")
    one.shot("results", keep=True)
    one.in_english("results")
    with one.page.expect_download() as started:
        one.page.get_by_role("link", name="导出 Excel").click()
    path = tmp_path / "results.xlsx"
    started.value.save_as(path)
    return path


def compare(path: Path, wanted: dict[str, dict[str, Any]]) -> None:
    """Place, unit and total of the first sheet, and every item of every unit in the second, against the engine."""
    book = load_workbook(path)
    titles = {unit["code"]: unit["title"] for unit in folder_units()}
    ranked, matrix = book.worksheets[:2]
    assert ranked.freeze_panes and matrix.freeze_panes
    head = [str(cell.value).split("\n")[0] for cell in ranked[ranked_head(ranked)]]
    rows = list(ranked.iter_rows(min_row=ranked_head(ranked) + 1, max_row=ranked_head(ranked) + 14, values_only=True))
    found = {row[1]: (row[0], Decimal(str(row[head.index("总分")])), row[head.index("综合先进")]) for row in rows}
    assert found == {
        titles[code]: (unit["rank"], Decimal(unit["total"]), PRIZES[unit["grades"]["prize"]])
        for code, unit in wanted.items()
    }
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert_items(matrix, wanted, titles)
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def ranked_head(sheet: Any) -> int:
    return next(row[0].row for row in sheet.iter_rows() if row[0].value == "名次")


def assert_items(matrix: Any, wanted: dict[str, dict[str, Any]], titles: dict[str, str]) -> None:
    """Each unit's numbers in reading order are the values of its items, and nothing else stands in its row."""
    by_title = {title: code for code, title in titles.items()}
    seen = 0
    for row in matrix.iter_rows(values_only=True):
        if row[2] not in by_title:
            continue
        nodes = wanted[by_title[row[2]]]["nodes"]
        items = [code for code in nodes if not any(other.startswith(f"{code}.") for other in nodes)]
        numbers = [Decimal(str(cell)) for cell in row[3:] if isinstance(cell, int | float)]
        assert numbers[: len(items)] == [Decimal(nodes[code]) for code in items], row[2]
        seen += 1
    assert seen == len(wanted)


def folder_units() -> list[dict[str, Any]]:
    return next(cycle for cycle in demo.read_plan().cycles if cycle.rubric == "land-bureau").facts_data["units"]


# ------------------------------------------------------------------ on a telephone


def test_a_clerk_can_fill_in_and_photograph_on_a_telephone(visitor: Enter) -> None:
    clerk = visitor("service", size="phone")
    clerk.shot("home-clerk")
    clerk.press("main a.btn-primary")
    clerk.shot("sheet")
    step_up(clerk, "common.attendance.absent", 2)
    assert clause(clerk, "common.attendance.absent").locator("input[name=count]").input_value() == "2"
    assert "1.00" in clerk.text("[data-clause='common.attendance.absent'] .pts")
    give_files(clerk, "common.news", "flood-duty.jpg")
    clerk.press(clerk.page.get_by_role("link", name="检查并提交"))
    clerk.shot("check")
    assert Submission.objects.get(enrolment__unit__code="service").state == "draft"
    clerk.leave()


def test_no_page_of_the_main_job_scrolls_sideways_on_a_telephone(visitor: Enter) -> None:
    cycle = Cycle.objects.get(code="land-bureau")
    office = Enrolment.objects.get(cycle=cycle, unit__code="office")
    pages = {
        "admin": {
            "board": f"/cycles/{cycle.pk}/",
            "phases": f"/cycles/{cycle.pk}/phases/",
            "assignments": f"/cycles/{cycle.pk}/assignments/",
            "results": f"/cycles/{cycle.pk}/results/",
            "rubrics": "/rubrics/",
            "cycles": "/cycles/",
            "units": "/units/",
            "people": "/people/",
            "journal": "/journal/",
        },
        "land-reviewer": {
            "review-list": f"/cycles/{cycle.pk}/review/",
            "review": f"/review/{office.pk}/",
            "why": f"/results/{office.pk}/",
        },
    }
    for username, addresses in pages.items():
        one = visitor(username, size="phone")
        for name, path in addresses.items():
            one.go(path)
            one.shot(name)
        one.leave()
