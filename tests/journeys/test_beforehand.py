"""What comes before the sheet, in a browser: prerequisites confirmed one by one until the sheet opens."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rubrics.models import Enrolment
from scoring.demo.plan import folder
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]

Enter = Callable[..., Visitor]
FILE = folder() / "files" / "archive-room.jpg"


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_sheet_opens_once_every_prerequisite_is_confirmed(visitor: Enter, size: str) -> None:
    pk = Enrolment.objects.get(unit__code="archives-education").pk
    clerk = visitor("archives-education", size=size)
    clerk.press(f"main a.btn-primary[href='/sheets/{pk}/prerequisites/']")
    clerk.shot("prerequisites")
    open_ones = clerk.page.locator(".kp-pre:has(button[value=confirm])")
    assert open_ones.count() == 5
    first = open_ones.first
    first.locator("input[type=file]").set_input_files(FILE)
    clerk.settle()
    first.locator("textarea").fill("清册在案")
    clerk.press(first.locator("button[value=confirm]"))
    assert open_ones.count() == 4
    while open_ones.count():
        clerk.press(open_ones.first.locator(".kp-pre-given button"))
        clerk.press(open_ones.first.locator("button[value=confirm]"))
    assert "7 / 7" in clerk.text("#pre-count").replace("7/ 7", "7 / 7")
    if size == "desk":
        clerk.in_english("prerequisites")
    clerk.press("#pre-count a.btn-primary")
    assert clerk.page.locator("form[data-fact][data-locked]").count() == 0
    clerk.leave()
