"""Nothing serious for axe to complain about on the pages of self-assessment: both widths, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from rubrics.models import Cycle, Enrolment
from tests.journeys.visitor import Visitor, found_by_axe

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]

Enter = Callable[..., Visitor]


def pages() -> dict[str, list[str]]:
    """Who looks at what: an open sheet, one that is handed in, one that waits for its prerequisites, and who reviews."""
    bureau = Cycle.objects.get(code="land-bureau").pk
    open_, done, waiting = (
        Enrolment.objects.get(unit__code=code).pk for code in ("service", "office", "archives-education")
    )
    return {
        "service": [
            f"/sheets/{open_}/", f"/sheets/{open_}/?item=common.news", f"/sheets/{open_}/check/",
            f"/sheets/{open_}/offline/", f"/sheets/{open_}/people/",
        ],
        "office": [f"/sheets/{done}/", f"/sheets/{done}/receipt/", f"/sheets/{done}/versions/", f"/sheets/{done}/versions/1/"],
        "archives-education": [f"/sheets/{waiting}/", f"/sheets/{waiting}/prerequisites/"],
        "land-reviewer": [f"/review/{done}/", f"/cycles/{bureau}/review/"],
        "admin": [f"/cycles/{bureau}/", f"/cycles/{bureau}/late/", f"/cycles/{bureau}/burden/"],
    }  # fmt: skip


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_axe_finds_nothing_serious_on_any_page_of_self_assessment(visitor: Enter, size: str) -> None:
    """By light with all rules; the dark differs in its colours only."""
    found: dict[str, list[str]] = {}
    for username, addresses in pages().items():
        one = visitor(username, size=size)
        for address in addresses:
            one.page.emulate_media(color_scheme="light", reduced_motion="reduce")
            one.go(address)
            open_what_is_folded(one)
            found[address] = found_by_axe(one.page)
            one.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
            found[f"{address} in the dark"] = found_by_axe(one.page, "color-contrast")
        one.leave()
    assert {address: faults for address, faults in found.items() if faults} == {}


def open_what_is_folded(one: Visitor) -> None:
    """The further fields of the first claim, the reason why something is not our duty, the list of keys."""
    for selector in (".kp-more > summary", ".kp-duty > summary"):
        place = one.page.locator(f"#items {selector}").first
        if place.count() and place.is_visible():
            one.press(place)
    if one.page.locator("dialog#keys").count():
        one.page.evaluate("document.querySelector('dialog#keys').show()")


def test_axe_finds_nothing_serious_where_somebody_is_late(visitor: Enter) -> None:
    """The list of late units with somebody in it, to be reminded."""
    cycle = Cycle.objects.get(code="land-bureau")
    cycle.phases.filter(code="self_assessment").update(closes_at=timezone.now() - timedelta(hours=1))
    administrator = visitor("admin")
    administrator.go(f"/cycles/{cycle.pk}/late/")
    assert "行政服务股" in administrator.text("main")
    assert found_by_axe(administrator.page) == []
    administrator.leave()
