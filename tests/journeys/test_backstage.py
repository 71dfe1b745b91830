"""An administrator in the backstage, at a desk and on a telephone: tables, forms, a list in and out, no complaint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.cast import PASSWORD
from tests.journeys.visitor import Visitor
from units.models import JournalEntry, Membership, Unit, User

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]

REFUSED = "status of 422"


@pytest.fixture
def enter(chromium: Any, live_server: Any, administrator: User, clerk: User) -> Iterator[Callable[[str], Visitor]]:
    """The administrator, signed in at a window of that size, who has gone through the rail."""
    made: list[Visitor] = []

    def go(size: str) -> Visitor:
        made.append(Visitor(chromium, live_server.url, size).sign_in("administrator", PASSWORD))
        link = made[-1].page.locator(".kp-rail a", has_text="后台")
        made[-1].go(link.get_attribute("href"))  # on a telephone the rail is in a drawer
        return made[-1]

    yield go
    for one in made:
        one.context.close()


def lists(folder: Path) -> tuple[str, str]:
    """A list in order and a faulty one."""
    good = [["代码", "名称", "层级"], ["own", "改了名称的局", "市级"], ["czj", "市财政局", "市级"]]
    bad = [["代码", "名称", "层级"], ["CZ J", "市财政局", "州级"], ["jyj", "=A2", "市级"]]
    paths = []
    for name, rows in (("good.xlsx", good), ("bad.xlsx", bad)):
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(folder / name)
        paths.append(str(folder / name))
    return paths[0], paths[1]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_every_page_of_the_backstage_works_without_a_complaint(
    size: str, enter: Callable[[str], Visitor], unit: Unit, clerk: User
) -> None:
    visitor = enter(size)
    pages = {
        "index": "/admin/",
        "units": "/admin/units/unit/",
        "unit": f"/admin/units/unit/{unit.pk}/change/",
        "people": "/admin/units/user/",
        "person": f"/admin/units/user/{clerk.pk}/change/",
        "person-new": "/admin/units/user/add/",
        "memberships": "/admin/units/membership/",
        "membership-new": "/admin/units/membership/add/",
        "series": "/admin/rubrics/series/",
        "import": "/admin/units/unit/import/",
    }
    for name, path in pages.items():
        visitor.go(path)
        visitor.shot(f"backstage-{name}")
    assert visitor.complaints == []


def test_the_scripts_work_under_the_policy(enter: Callable[[str], Visitor], unit: Unit, stranger: User) -> None:
    """What opens by script opens: the filter, the menu of the account, the search of a person."""
    visitor = enter("desk")
    page = visitor.page
    visitor.go("/admin/units/unit/")
    page.get_by_text("筛选").first.click()
    page.get_by_text("乡镇级").wait_for()
    visitor.go("/admin/units/membership/add/")
    page.locator(".select2-selection").first.click()
    page.locator(".select2-search__field").fill("stranger")
    page.locator(".select2-results__option", has_text="无角色账户").click()
    page.locator(".select2-selection").nth(1).click()
    page.locator(".select2-results__option", has_text="本单位甲局").click()
    visitor.press(visitor.button("^保存$"))
    assert Membership.objects.filter(user=stranger, unit=unit, role="clerk").exists()
    page.locator("[x-on\\:click*=openUserLinks]").click()
    page.get_by_text("修改密码").wait_for()
    assert visitor.complaints == []


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_list_is_checked_brought_in_and_taken_out(
    size: str, enter: Callable[[str], Visitor], unit: Unit, tmp_path: Path
) -> None:
    visitor = enter(size)
    page = visitor.page
    good, bad = lists(tmp_path)
    visitor.go("/admin/units/unit/import/")
    page.set_input_files("input[type=file]", bad)
    visitor.press(visitor.button("检查表格"))
    assert "第 2 行“代码”列" in visitor.text("#content")
    assert "第 3 行“名称”列" in visitor.text("#content")
    visitor.shot("backstage-faults")
    assert all(REFUSED in complaint or complaint.startswith("422") for complaint in visitor.complaints)
    visitor.complaints.clear()
    page.set_input_files("input[type=file]", good)
    visitor.press(visitor.button("检查表格"))
    assert "改了名称的局" in visitor.text("#content")
    assert not Unit.objects.filter(code="czj").exists()
    visitor.shot("backstage-dry-run")
    visitor.press(visitor.button("导入：新增 1 条"))
    assert Unit.objects.get(code="own").title == "改了名称的局"
    assert JournalEntry.objects.filter(verb="units.imported").exists()
    with page.expect_download() as download:
        page.evaluate("location.href = '/admin/units/unit/export/'")
    sheet = load_workbook(BytesIO(download.value.path().read_bytes())).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == ["代码", "名称", "简称", "层级", "在用"]
    assert visitor.complaints == []
