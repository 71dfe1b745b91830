"""The main job in a browser, by four people: from the last unit's empty sheet to the ranked workbook."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from rubrics.definition.figures import complete
from rubrics.files import write_yaml
from rubrics.models import Cycle, Enrolment
from scoring import demo
from scoring.demo.plan import folder
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]

FILES = folder() / "files"
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

    step_up(one, "common.attendance.absent", 1)
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
    give_files(one, "rewards.articles", "news-list.xlsx")
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
    field = one.page.locator(f"[data-item='{item}'] input[type=file]")
    field.set_input_files([FILES / name for name in names])
    one.settle()
    for name in names:
        one.page.wait_for_selector(f"[data-item='{item}'] .kp-proofs a:has-text('{name}')")


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
    one.shot("review-reject", whole=False)
    one.press(one.button("全部"))
    assert "100%" not in one.text(".side header")
    one.go(f"/review/{service.pk}/")
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
    book = load_workbook(path)
    print(book.sheetnames)
