"""Work shared inside a unit, in browsers: given, filled in by a colleague, laid before the head, given back, signed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evidence.models import ItemShare, Submission
from rubrics.models import Cycle, Enrolment
from tests.journeys.visitor import Visitor, found_by_axe

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]

Enter = Callable[..., Visitor]


@pytest.fixture
def service(visitor: Enter) -> Enrolment:
    """The unit whose sheet is still empty; its colleague has two items. In its cycle the head submits."""
    Cycle.objects.filter(code="land-bureau").update(head_may_delegate_submit=False)
    return Enrolment.objects.get(cycle__code="land-bureau", unit__code="service")


def test_items_go_to_a_colleague_and_the_sheet_to_the_head_and_back(visitor: Enter, service: Enrolment) -> None:
    clerk = visitor("service", size="phone")
    give_a_category(clerk, service)
    colleague = visitor("service-help")
    fill_in_ones_own(colleague)
    colleague.leave()
    finish_and_lay_before_the_head(clerk, service)
    head = visitor("service-head")
    give_back_and_sign(head, clerk, service)
    clerk.leave()
    head.leave()


def look(person: Visitor, name: str) -> None:
    """A picture, nothing wider than the window, and nothing serious for axe."""
    person.shot(name)
    assert found_by_axe(person.page) == []


def give_a_category(clerk: Visitor, service: Enrolment) -> None:
    """One press ticks all items of a category for one person; one item is unticked again."""
    page = clerk.page
    clerk.go(f"/sheets/{service.pk}/people/")
    whole = page.locator("[data-group=common] [data-all]").nth(1)
    assert whole.evaluate("box => box.indeterminate")
    whole.check()
    boxes = page.locator("[data-group=common] [data-to]")
    person = whole.get_attribute("data-all")
    assert page.locator(f"[data-group=common] [data-to='{person}']:checked").count() == boxes.count() / 2
    page.locator(f"#row-common__news [data-to='{person}']").uncheck()
    assert whole.evaluate("box => box.indeterminate")
    look(clerk, "sharing")
    clerk.press(page.get_by_role("button", name="保存分工"))
    assert "已通知本人" in page.locator("main").inner_text()
    given = set(ItemShare.objects.filter(user__username="service-help").values_list("item_code", flat=True))
    assert len(given) == boxes.count() / 2 - 1
    assert "common.news" not in given


def fill_in_ones_own(colleague: Visitor) -> None:
    """From the home page to the items, and nothing but these."""
    page = colleague.page
    colleague.press(page.locator(".kp-tasks a").first)
    items = page.locator("[data-item]")
    count = items.count()
    assert count == ItemShare.objects.filter(user__username="service-help").count()
    assert page.locator("#item-common__news").count() == 0
    look(colleague, "colleague")
    for number in range(count):
        colleague.press(items.nth(number).locator("button[data-nothing]"))
    assert page.locator("#progress").text_content() == f"填好 {count} / {count} 项"
    assert Submission.objects.get(enrolment__unit__code="service").items.filter(state="nothing").count() == count


def finish_and_lay_before_the_head(clerk: Visitor, service: Enrolment) -> None:
    page = clerk.page
    clerk.go(f"/sheets/{service.pk}/")
    while page.locator("[data-item] button[data-nothing]").count():
        clerk.press(page.locator("[data-item] button[data-nothing]").first)
    clerk.go(f"/sheets/{service.pk}/check/")
    look(clerk, "lay-before")
    clerk.press(page.get_by_role("button", name="送单位负责人审签"))
    assert "送单位负责人审签" in page.locator(".kp-head").inner_text()


def give_back_and_sign(head: Visitor, clerk: Visitor, service: Enrolment) -> None:
    page = head.page
    task = page.locator(".kp-tasks a", has_text="审签并提交")
    head.press(task)
    look(head, "to-sign")
    page.fill("#remark", "信息一项请核对")
    head.press(page.get_by_role("button", name="退给经办人"))
    clerk.go("/notices/")
    assert "信息一项请核对" in clerk.page.locator("main").inner_text()
    clerk.go(f"/sheets/{service.pk}/check/")
    clerk.press(clerk.page.get_by_role("button", name="送单位负责人审签"))
    head.go(f"/sheets/{service.pk}/check/")
    head.press(page.get_by_role("button", name="提交", exact=True))
    assert "回执" in page.locator("main").inner_text()
    submission = Submission.objects.get(enrolment=service)
    assert (submission.state, submission.submitted_by.username, submission.ready_at) == (
        "submitted", "service-head", None,
    )  # fmt: skip
