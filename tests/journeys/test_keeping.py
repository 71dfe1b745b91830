"""Nothing typed on a sheet is lost: the network cut, the session ended, the deadline passed, two windows at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from evidence.models import Fact, SheetItem
from rubrics.models import Cycle, Enrolment
from tests.cast import PASSWORD
from tests.evidence.conftest import ESSAY, LATE, NEWS, PLAN, claim, cycle, own, start, store
from tests.journeys.visitor import Visitor
from tests.journeys.wire import Wire
from units.models import User

__all__ = ["claim", "cycle", "own", "start", "store"]

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
Sheet = Callable[..., Visitor]


@pytest.fixture
def wire(live_server: Any) -> Iterator[Wire]:
    """What the browser's requests go through."""
    made = Wire(live_server.url)
    yield made
    made.close()


@pytest.fixture
def sheet(chromium: Any, wire: Wire, own: Enrolment, clerk: User) -> Iterator[Sheet]:
    """The clerk, signed in, with the sheet open and the offline page at hand."""
    made: list[Visitor] = []

    def enter(size: str = "desk") -> Visitor:
        one = Visitor(chromium, wire.address, size)
        made.append(one)
        one.sign_in("clerk", PASSWORD)
        open_sheet(one, own)
        return one

    yield enter
    for one in made:
        one.context.close()


def open_sheet(one: Visitor, own: Enrolment) -> None:
    one.go(f"/sheets/{own.pk}/")
    one.page.evaluate("navigator.serviceWorker.ready.then((worker) => worker.active.state)")


def clause(one: Visitor, code: str) -> Any:
    return one.page.locator(f"[data-clause='{code}']")


def type_in(one: Visitor, code: str, name: str, text: str, place: int = 0) -> None:
    field = clause(one, code).locator(f"[name='{name}']").nth(place)
    field.fill(text)
    field.blur()
    one.settle()


def says(one: Visitor) -> str:
    return one.text("#keeping span") if one.page.locator("#keeping").is_visible() else ""


def kept(one: Visitor) -> int:
    return int(one.page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('kaoping:kept:')).length"))


def until(one: Visitor, holds: Callable[[], bool]) -> None:
    """Wait for what the page does by itself; its policy lets no test evaluate text in it."""
    for _ in range(300):
        if holds():
            return
        one.page.wait_for_timeout(50)
    raise AssertionError(f"it never held; the page says: {says(one)}")


def all_saved(one: Visitor) -> None:
    until(one, lambda: kept(one) == 0)
    one.settle()


def facts(code: str) -> list[dict[str, Any]]:
    rows = Fact.objects.filter(clause_code=code).exclude(state=Fact.State.WITHDRAWN).order_by("pk")
    return list(rows.values_list("said", flat=True))


def test_typed_without_a_network_reloaded_and_found_again(sheet: Sheet, wire: Wire, own: Enrolment) -> None:
    one = sheet()
    clause(one, NEWS).locator("label", has_text="city").click()
    one.settle()
    wire.cut()
    one.context.set_offline(True)
    type_in(one, LATE, "count", "3")
    clause(one, ESSAY).locator("input[type=checkbox]").check()
    type_in(one, PLAN, "points", "12.5")
    one.page.locator("[data-item='conduct.files'] [data-nothing]").click()
    one.settle()
    assert "4" in says(one)
    assert "网络恢复后" in clause(one, LATE).inner_text()
    assert not one.page.locator("#alarm").is_visible()
    assert not facts(LATE)
    one.shot("keeping-offline", whole=False)
    one.page.reload()
    assert "没有网络" in one.text("h1")
    assert "4" in one.text("#count")
    one.shot("keeping-offline-page")
    wire.mend()
    one.context.set_offline(False)
    one.page.wait_for_selector("#sheet-head")
    all_saved(one)
    assert facts(LATE) == [{"count": "3"}]
    assert facts(PLAN) == [{"points": "12.5"}]
    assert len(facts(ESSAY)) == 1
    assert SheetItem.objects.get(item_code="conduct.files").state == "nothing"
    assert clause(one, LATE).locator("[name=count]").input_value() == "3"
    assert says(one) == ""


def test_what_any_fact_may_say_and_a_second_entry_come_back_too(sheet: Sheet, wire: Wire, own: Enrolment) -> None:
    one = sheet()
    clause(one, NEWS).locator("label", has_text="city").first.click()
    one.settle()
    one.page.reload()
    one.settle()
    clause(one, NEWS).locator(".kp-add").click()
    one.settle()
    second = clause(one, NEWS).locator("form").nth(1)
    second.locator("summary").click()
    one.settle()
    wire.cut()
    second.locator("label", has_text="province").click()
    second.locator("[name=note]").fill("断网时写的说明")
    second.locator("[name=note]").blur()
    one.settle()
    one.page.reload()
    assert "没有网络" in one.text("h1")
    wire.mend()
    one.page.wait_for_selector("#sheet-head")
    all_saved(one)
    assert facts(NEWS) == [{"level": "city"}, {"level": "province"}]
    assert Fact.objects.get(said={"level": "province"}).note == "断网时写的说明"
    assert clause(one, NEWS).locator("[name=note]").first.input_value() == "断网时写的说明"


def test_an_answer_that_got_lost_doubles_nothing_and_is_no_conflict(sheet: Sheet, wire: Wire, own: Enrolment) -> None:
    one = sheet()
    wire.lose_answers()
    type_in(one, LATE, "count", "2")
    assert facts(LATE) == [{"count": "2"}]
    assert "1" in says(one)
    type_in(one, LATE, "count", "3")
    wire.mend()
    one.page.evaluate("dispatchEvent(new Event('online'))")
    all_saved(one)
    assert facts(LATE) == [{"count": "3"}]
    assert one.page.locator(".kp-clash").count() == 0


def test_two_windows_each_with_a_version_of_its_own_choose_one(sheet: Sheet, own: Enrolment) -> None:
    one, two = sheet(), sheet("phone")
    type_in(one, LATE, "count", "2")
    type_in(two, LATE, "count", "5")
    clash = two.page.locator(".kp-clash")
    assert "2 人次" in clash.inner_text()
    assert "本单位经办人" in clash.inner_text()
    two.shot("keeping-clash")
    two.page.reload()
    clash.wait_for()  # it is still there to be chosen
    two.press(clash.get_by_role("button", name="用这一份").first)
    all_saved(two)
    assert facts(LATE) == [{"count": "5"}]
    type_in(one, LATE, "count", "7")
    clash = one.page.locator(".kp-clash")
    one.shot("keeping-clash", whole=False)
    one.press(clash.get_by_role("button", name="用这一份").last)
    assert clause(one, LATE).locator("[name=count]").input_value() == "5"
    assert kept(one) == 0
    one.press(one.page.locator("[data-item='conduct.files'] [data-nothing]"))
    two.page.locator("[data-item='conduct.files'] .kp-duty summary").click()
    two.page.locator("[data-item='conduct.files'] [name=reason]").fill("由档案局承担")
    two.press(two.page.locator("[data-item='conduct.files'] .kp-duty button"))
    clash = two.page.locator("[data-item='conduct.files'] .kp-clash")
    assert "无内容可报" in clash.inner_text()
    two.press(clash.get_by_role("button", name="用这一份").first)
    item = SheetItem.objects.get(item_code="conduct.files")
    assert (item.state, item.reason) == ("not_duty", "由档案局承担")
    assert kept(two) == 0


def test_a_session_that_ended_swallows_nothing(sheet: Sheet, own: Enrolment, person: Callable[..., User]) -> None:
    one = sheet()
    Session.objects.all().delete()
    type_in(one, LATE, "count", "4")
    assert "已退出登录" in says(one)
    assert clause(one, LATE).locator("[name=count]").input_value() == "4"
    one.shot("keeping-signed-out", whole=False)
    other = one.context.new_page()
    sign_in(other, one, person("neighbour", "同机的另一人").username)
    assert kept(one) == 1
    one.page.bring_to_front()
    one.page.evaluate("dispatchEvent(new Event('focus'))")
    until(one, lambda: "登录的是别人" in says(one))
    type_in(one, LATE, "count", "6")
    assert not facts(LATE)
    other.locator("summary[aria-label*='账户']").click()
    other.locator("form[data-leaving] button").click()
    other.wait_for_selector("[name=password]")
    sign_in(other, one, "clerk")
    one.page.bring_to_front()
    one.page.evaluate("dispatchEvent(new Event('focus'))")
    all_saved(one)
    assert facts(LATE) == [{"count": "6"}]


def sign_in(page: Any, one: Visitor, username: str) -> None:
    page.goto(f"{one.address}/sign-in/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector(".kp-rail")


def test_a_deadline_passing_in_mid_edit_leaves_the_text_and_says_why(
    sheet: Sheet, own: Enrolment, cycle: Cycle, claim: Callable[..., Fact]
) -> None:
    claim(PLAN, points=3)
    one = sheet()
    clause(one, LATE).locator("summary").click()
    one.settle()
    clause(one, LATE).locator("[name=note]").fill("迟了一分钟")
    cycle.phases.filter(code="self_assessment").update(closes_at=timezone.now() - timedelta(minutes=1))
    type_in(one, LATE, "count", "2")
    text = clause(one, LATE).inner_text()
    assert "填报时间已于" in text
    assert "管理员" in text
    assert clause(one, LATE).locator("[name=note]").input_value() == "迟了一分钟"
    one.shot("keeping-late", whole=False)
    one.page.reload()
    one.settle()
    assert clause(one, PLAN).locator("[name=points]").input_value() == "3"
    listed = one.page.locator("#kept-list")
    assert "迟了一分钟" in listed.inner_text()
    assert "填报时间已于" in listed.inner_text()
    one.shot("keeping-late-list")
    one.page.locator("summary[aria-label*='账户']").click()
    one.page.locator("form[data-leaving] button").click()
    assert "1 处" in one.text("#leaving")
    one.shot("keeping-leaving", whole=False)
    one.page.locator("[data-stay]").click()
    listed.get_by_role("button", name="不要了").click()
    listed.get_by_role("button", name="确定不要").click()
    assert listed.is_hidden()
    assert kept(one) == 0
    assert not facts(LATE)


def test_what_was_typed_in_the_last_second_is_on_the_page_that_checks(sheet: Sheet, own: Enrolment) -> None:
    one = sheet()
    clause(one, PLAN).locator("[name=points]").fill("7")
    one.page.evaluate("location.href = document.querySelector('[data-check]').href")
    one.page.wait_for_url("**/check/")
    one.page.locator(".kp-paper", has_text="7 分").wait_for()  # it was sent from here, and the page loaded anew
    assert facts(PLAN) == [{"points": "7"}]
    assert kept(one) == 0
