"""Self-assessment in a browser: a sheet from nothing to the receipt, at a desk by keys and on a telephone with the camera;
the sheet away from the network and back; what comes back from the reviewers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from evidence.models import Fact, SheetItem, Submission
from rubrics.models import Enrolment
from scoring import demo
from scoring.demo.plan import folder
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]

FILES = folder() / "files"
Enter = Callable[..., Visitor]


@pytest.fixture
def house(live_server: Any, settings: Any) -> demo.Plan:
    """The bureau's cycle of the demonstration alone; its office has not begun."""
    settings.KAOPING_DEMO = True
    plan = demo.read_plan()
    bureau = next(cycle for cycle in plan.cycles if cycle.rubric == "land-bureau")
    plan = replace(plan, cycles=(replace(bureau, untouched=(*bureau.untouched, "office"), results=()),))
    demo.load(plan, now=timezone.now(), say=lambda line: None)
    return plan


def enrolment(code: str) -> Enrolment:
    return Enrolment.objects.get(unit__code=code)


def claims(unit: str, code: str) -> list[Fact]:
    """What the unit claims under a clause now."""
    return [fact for fact in live(enrolment(unit)) if fact.clause_code == code]


def live(own: Enrolment) -> list[Fact]:
    return list(Fact.objects.filter(enrolment=own).exclude(state="withdrawn").order_by("pk"))


def said_of(unit: str, code: str) -> SheetItem:
    """What the unit says of an item as a whole."""
    return SheetItem.objects.get(submission__enrolment__unit__code=unit, item_code=code)


def item(one: Visitor, code: str) -> Any:
    return one.page.locator(f"[data-item='{code}']")


def clause(one: Visitor, code: str) -> Any:
    return one.page.locator(f"[data-clause='{code}']")


def line(one: Visitor, code: str) -> Any:
    """The item's line in the outline."""
    return one.page.locator(f"#toc-{code.replace('.', '__')}")


def keys(one: Visitor, *pressed: str) -> None:
    for key in pressed:
        one.page.keyboard.press(key)
    one.settle()


def at(one: Visitor) -> str:
    """The item that has the focus, or in which something has it."""
    return str(one.page.evaluate("document.activeElement.closest('[data-item]')?.dataset.item ?? ''"))


def give(one: Visitor, code: str, *names: str, field: str = "input[name=files]") -> None:
    item(one, code).locator(field).first.set_input_files([FILES / name for name in names])
    one.settle()
    for name in names:
        item(one, code).locator(".kp-proofs a", has_text=name).first.wait_for()


def receipt_and_lock(one: Visitor, code: str) -> None:
    """What everybody looks at after handing in: number and fingerprint, the sheet shut, and the form as a PDF."""
    sheet = Submission.objects.get(enrolment__unit__code=code)
    assert sheet.state == "submitted"
    assert one.text("dd.no") == sheet.receipt_number
    assert sheet.fingerprint in one.text("main")
    one.shot(f"receipt-{code}")
    one.go(f"/sheets/{sheet.enrolment_id}/")
    assert "整表已锁定" in one.text(".kp-note")
    assert (
        one.page.locator(
            "[data-item] :is(input:not([type=hidden]), select, textarea, .kp-step button):not(:disabled)"
        ).count()
        == 0
    )
    assert one.page.locator("[data-nothing], [data-drop], [data-check]").count() == 0
    answer = one.page.request.get(f"{one.address}/sheets/{sheet.enrolment_id}/form.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


# --- at a desk ---------------------------------------------------------------------------------------------------------


def test_a_clerk_fills_in_a_sheet_from_nothing_mostly_by_keys_and_hands_it_in(visitor: Enter) -> None:
    clerk = visitor("office")
    clerk.press("main a.btn-primary")
    assert "办公室" in clerk.text("h1")
    assert "30 项未填好 · 100 分未作答" in clerk.text("#left")
    clerk.shot("sheet-empty", whole=False)
    walk_by_keys(clerk)
    fill_in_news(clerk)
    one_at_a_time(clerk)
    hand_in(clerk)
    receipt_and_lock(clerk, "office")
    clerk.leave()


def walk_by_keys(one: Visitor) -> None:
    """To items, into fields and out of them, up and down in a counting field, nothing to report, not our duty."""
    keys(one, "?")
    assert one.page.locator("#keys").is_visible()
    one.shot("sheet-keys", whole=False)
    keys(one, "Escape", "j", "j", "e", "ArrowUp", "ArrowUp", "Tab")
    assert at(one) == "common.attendance"
    assert claims("office", "common.attendance.absent")[0].said == {"count": "2"}
    assert "已保存" in one.text("#saved")
    assert "1.00" in clause(one, "common.attendance.absent").locator(".pts").inner_text()
    assert "kp-done" in (line(one, "common.attendance").get_attribute("class") or "")

    keys(one, "Escape", "o")
    assert at(one) == "common.records"
    keys(one, "n")
    assert at(one) == "common.records"  # the item was drawn anew and kept the focus
    assert "无" in line(one, "common.records").inner_text()

    go_to(one, "office.other.vehicles")
    keys(one, "d")
    one.page.keyboard.type("公车已经取消")
    one.press(item(one, "office.other.vehicles").locator(".kp-duty button[type=submit]"))
    assert said_of("office", "office.other.vehicles").reason == "公车已经取消"


def go_to(one: Visitor, code: str) -> None:
    one.press(line(one, code).locator("a"))
    item(one, code).focus()


def fill_in_news(one: Visitor) -> None:
    """A value with proof, and two entries under one clause, one with its date and matter."""
    quota, extra = "common.news.quota", "common.news.extra"
    value = clause(one, quota).locator("input[name=value]")
    value.fill("3")
    one.page.keyboard.press("Enter")
    one.settle()
    assert "缺佐证" in item(one, "common.news").inner_text()
    assert line(one, "common.news").get_attribute("data-awaits") is not None

    first = clause(one, extra).locator("form").first
    first.locator("label", has_text="县级媒体").click()
    one.settle()
    one.press(first.locator("summary").first)
    first.locator("input[name=date]").fill(f"{timezone.localdate().year}-03-04")
    first.locator("input[name=matter]").fill("春耕用地报道")
    first.locator("input[name=matter]").blur()
    one.settle()
    one.press(clause(one, extra).locator(".kp-add"))
    clause(one, extra).locator("form").nth(1).locator("label", has_text="市级媒体").click()
    one.settle()
    facts = claims("office", extra)
    assert [(fact.said["level"], fact.matter) for fact in facts] == [("county", "春耕用地报道"), ("city", "")]
    assert facts[0].date == date(timezone.localdate().year, 3, 4)

    give(one, "common.news", "news-clipping.jpg", "news-list.xlsx")
    assert line(one, "common.news").get_attribute("data-awaits") is None
    item(one, "common.news").scroll_into_view_if_needed()
    one.shot("sheet-news", whole=False)


def one_at_a_time(one: Visitor) -> None:
    """The other view: it says where one is, goes on to what is open, and is remembered."""
    keys(one, "w")
    assert one.page.locator("[data-item]").count() == 1
    assert "第 1 项，共 30 项" in one.text("#walk")
    assert one.page.evaluate("document.getElementById('walk-share').value") == 4
    one.shot("sheet-single", whole=False)
    keys(one, "o")
    assert one.page.locator("[data-item]").get_attribute("data-item") == "common.plan"
    one.press(one.page.locator(".kp-rail a").first)
    one.press(one.page.locator(".kp-rail a", has_text="自评表"))
    assert one.page.locator("[data-item]").count() == 1
    keys(one, "w")
    assert one.page.locator("[data-item]").count() == 30


def hand_in(one: Visitor) -> None:
    one.press(one.page.get_by_role("link", name="检查并提交"))
    assert one.page.locator(".kp-gaps li").count() == 26
    one.press("tr.gap a >> nth=0")
    one.press(one.button("均无内容可报"))
    while one.page.locator("[data-nothing]").count():
        keys(one, "o", "n")
    assert "各项都已填好" in one.text("#left")
    keys(one, "s")
    assert one.page.locator(".kp-gaps li").count() == 0
    one.shot("check-complete")
    one.press(one.page.locator("main form button.btn-primary[type=submit]"))


# --- on a telephone ----------------------------------------------------------------------------------------------------


def test_a_clerk_fills_in_photographs_and_hands_in_on_a_telephone(visitor: Enter) -> None:
    clerk = visitor("office", size="phone")
    clerk.press("main a.btn-primary")
    clerk.press(clerk.page.get_by_role("link", name="逐项填写"))
    assert clerk.page.evaluate("document.querySelector('#walk').getBoundingClientRect().top > innerHeight * .7")
    clerk.press(clerk.page.locator("#walk [data-go='1']"))
    count = clause(clerk, "common.plan.late-report").locator("input[name=count]")
    clerk.press(clause(clerk, "common.plan.late-report").locator("button[data-by='1']"))
    assert count.input_value() == "1"
    assert "已保存" in clerk.text("#walk")

    clerk.press(".kp-outline summary")
    clerk.shot("sheet-drawer", whole=False)
    clerk.press(line(clerk, "common.emergency").locator("a"))
    clerk.press(clause(clerk, "common.emergency.volunteer").locator("button[data-by='1']"))
    assert "缺佐证" in clerk.text("[data-item]")
    give(clerk, "common.emergency", "flood-duty.jpg", field="input[type=file][capture=environment]")
    assert "缺佐证" not in clerk.text("[data-item]")
    clerk.shot("sheet-photo")

    clerk.press(clerk.page.get_by_role("link", name="检查并提交"))
    clerk.shot("check-gaps")
    clerk.press("tr.gap a >> nth=0")
    assert clerk.page.locator("[data-item]").get_attribute("data-item") == "common.study"
    clerk.press(clerk.button("均无内容可报"))
    while clerk.page.locator("[data-nothing]").count():
        clerk.press("[data-nothing]")
        onward = clerk.page.locator("#walk [data-open]:visible")
        if onward.count():
            clerk.press(onward)
    clerk.press(clerk.page.get_by_role("link", name="检查并提交"))
    clerk.press(clerk.page.locator("main form button.btn-primary[type=submit]"))
    receipt_and_lock(clerk, "office")
    clerk.leave()


# --- away from the network and back -------------------------------------------------------------------------------------


def test_the_offline_sheet_goes_there_and_back(visitor: Enter, tmp_path: Path) -> None:
    """New, nothing, changed on both sides, and emptied: each is shown before anything is stored."""
    plan, seals, duty = "common.plan.late-report", "office.seals.error", "office.other.duty.missed"
    clerk = visitor("office")
    own = enrolment("office")
    clerk.go(f"/sheets/{own.pk}/")
    for code in (seals, duty):
        clerk.press(clause(clerk, code).locator("button[data-by='1']"))
    path = download(clerk, tmp_path)
    fill_workbook(path, {plan: {"数量": 2}, seals: {"数量": 3}, duty: {"数量": None}}, {"common.records": "无内容可报"})
    clerk.go(f"/sheets/{own.pk}/")
    clerk.press(clause(clerk, seals).locator("button[data-by='1']"))  # meanwhile, online

    bring_back(clerk, own.pk, path)
    assert clerk.page.locator("#choose-h, #back-h, #plain-h").count() == 3
    clerk.shot("offline-found")
    clerk.page.set_viewport_size({"width": 390, "height": 844})
    clerk.shot("offline-found-narrow")
    clerk.page.set_viewport_size({"width": 1440, "height": 900})
    assert {fact.clause_code: fact.said["count"] for fact in live(own)} == {seals: "2", duty: "1"}

    clerk.page.locator("fieldset", has_text="3").get_by_label("工作簿").check()
    clerk.page.locator("input[name=take]").check()
    clerk.press(clerk.page.locator("main form button.btn-primary"))
    assert {fact.clause_code: fact.said["count"] for fact in live(own)} == {plan: "2", seals: "3"}
    assert said_of("office", "common.records").state == "nothing"

    bring_back(clerk, own.pk, path)
    assert "一致" in clerk.text("main")
    clerk.leave()


def download(one: Visitor, folder: Path) -> Path:
    one.press(one.page.get_by_role("link", name="离线填报").first)
    one.shot("offline")
    with one.page.expect_download() as started:
        one.page.locator("a[href$='/workbook/']").click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


def fill_workbook(path: Path, claims: dict[str, dict[str, Any]], items: dict[str, str]) -> None:
    """Type into the cells of clauses by their column, and of items what is said of them as a whole."""
    book = load_workbook(path)
    sheet = book["自评表"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    for row in sheet.iter_rows(min_row=4):
        code = row[0].value
        for head, value in claims.pop(code, {}).items():
            sheet.cell(row[0].row, heads[head]).value = value
        if code in items:
            sheet.cell(row[0].row, heads["整项情况"]).value = items.pop(code)
    assert (claims, items) == ({}, {})
    book.save(path)


def bring_back(one: Visitor, pk: int, path: Path) -> None:
    one.go(f"/sheets/{pk}/offline/")
    one.page.set_input_files("#file", path)
    one.press(one.page.locator("form[enctype] button[type=submit]"))


# --- what comes back ----------------------------------------------------------------------------------------------------


def test_a_returned_item_is_amended_and_the_reviewer_sees_what_changed(visitor: Enter) -> None:
    cadastre = enrolment("cadastre")
    code = returnable(cadastre)
    reviewer = visitor("land-reviewer")
    give_back(reviewer, cadastre, code)
    reviewer.leave()

    clerk = visitor("cadastre")
    clerk.shot("home-returned")
    clerk.go(f"/sheets/{cadastre.pk}/")
    top = clerk.page.locator(".kp-back")
    assert "请写明是哪一天的哪一件" in top.inner_text()
    clerk.shot("sheet-returned", whole=False)
    clerk.press(top.locator("a"))
    field = item(clerk, code).locator("input[name=count]").first
    field.fill("4")
    field.blur()
    clerk.settle()
    assert item(clerk, other(cadastre, code)).locator("input:not([type=hidden]):not(:disabled)").count() == 0
    clerk.go(f"/sheets/{cadastre.pk}/")
    assert "已补正" in clerk.text(".kp-back")
    clerk.press(clerk.page.locator("[data-check]"))
    clerk.press(clerk.page.locator("main form button.btn-primary[type=submit]"))
    assert Submission.objects.get(enrolment=cadastre).state == "submitted"
    clerk.leave()

    reviewer = visitor("land-reviewer")
    reviewer.go(f"/review/{cadastre.pk}/?item={code}")
    reviewer.shot("review-amended", whole=False)
    since = reviewer.page.locator(".kp-since")
    assert "4 次" in " ".join(since.inner_text().split())
    reviewer.leave()


def returnable(own: Enrolment) -> str:
    """An item of the sheet under which something is counted."""
    for fact in live(own):
        if "count" in fact.said and fact.origin == "unit":
            return fact.clause_code.rpartition(".")[0]
    raise AssertionError("the unit claims nothing that is counted")


def other(own: Enrolment, code: str) -> str:
    return str(SheetItem.objects.filter(submission__enrolment=own).exclude(item_code=code).first().item_code)


def give_back(one: Visitor, own: Enrolment, code: str) -> None:
    one.go(f"/review/{own.pk}/?item={code}")
    one.press("#return-item > summary")
    form = one.page.locator("#return-item form")
    form.locator("textarea[name=reason]").fill("请写明是哪一天的哪一件")
    form.locator("input[name=until]").fill((timezone.localdate() + timedelta(days=3)).isoformat())
    one.shot("review-return", whole=False)
    one.press(form.locator(f"button[name=item][value='{code}']"))
    assert said_of(own.unit.code, code).state == "returned"
