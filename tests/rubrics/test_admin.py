"""Series in the backstage: drafts change as in the workbench, what is published is shown only."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from rubrics import services
from rubrics.models import DraftChange, Rubric, Series
from rubrics.services import editing, series_list
from units.models import User
from units.tables import read_table

pytestmark = pytest.mark.django_db
TABLE = "/admin/rubrics/series/"
HEADS = ["办法代码", "年度", "版次", "代码", "名称", "满分"]


@pytest.fixture
def admin(administrator: User, as_user: Callable[[User], Client]) -> Client:
    """The administrator's browser."""
    return as_user(administrator)


@pytest.fixture
def draft(small: dict[str, Any]) -> Rubric:
    """The small rubric as a draft."""
    return services.load_rubric(actor=None, data=small)


@pytest.fixture
def published(small: dict[str, Any]) -> Rubric:
    """The same, published, under another code."""
    rubric = services.load_rubric(actor=None, data={**small, "code": "published-one"})
    return services.publish_rubric(actor=None, rubric=rubric, version=rubric.version)


def first(rubric: Rubric) -> Series:
    return rubric.series.order_by("position")[0]


def opened(client: Client, row: Series) -> dict[str, str]:
    """What the form of a series holds when it is opened."""
    form = client.get(f"{TABLE}{row.pk}/change/").context["adminform"].form
    return {"code": row.code, "title": row.title, "total": row.total, "stand": form.stand}


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in (HEADS, *rows):
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def send(client: Client, content: bytes, existing: str = "replace") -> Any:
    return client.post(f"{TABLE}import/", {"file": SimpleUploadedFile("系列.xlsx", content), "existing": existing})


def confirm(client: Client, shown: Any) -> Any:
    return client.post(f"{TABLE}process_import/", {"plan": shown.context["plan"].fingerprint})


def states(answer: Any) -> list[str]:
    return [step.state for step, _label, _look in answer.context["steps"]]


# ---------------------------------------------------------------- single rows


def test_a_series_of_a_draft_is_changed_and_the_change_can_be_undone(admin: Client, draft: Rubric) -> None:
    row = first(draft)
    old = row.title
    said = opened(admin, row) | {"title": "改过的系列", "total": "90.0"}
    assert admin.post(f"{TABLE}{row.pk}/change/", said).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.total) == ("改过的系列", "90")
    change = DraftChange.objects.filter(rubric=draft).latest("pk")
    draft.refresh_from_db()
    editing.undo(actor=None, rubric=draft, number=change.number)
    row.refresh_from_db()
    assert row.title == old


def test_a_series_is_added_to_a_draft_only(admin: Client, draft: Rubric, published: Rubric) -> None:
    said = {"code": "more", "title": "新系列", "total": ""}
    assert admin.post(f"{TABLE}add/", said | {"rubric": published.pk}).status_code == 422
    assert admin.post(f"{TABLE}add/", said | {"rubric": draft.pk}).status_code == 302
    assert Series.objects.get(code="more").rubric == draft
    assert DraftChange.objects.filter(rubric=draft).count() == 1
    assert admin.post(f"{TABLE}add/", said | {"rubric": draft.pk}).status_code == 422


@pytest.mark.parametrize("said", [{"total": "很多"}, {"code": "Not A Code"}, {"code": ""}])
def test_what_the_workbench_would_not_accept_is_not_accepted(
    said: dict[str, str], admin: Client, draft: Rubric
) -> None:
    row = first(draft)
    answer = admin.post(f"{TABLE}{row.pk}/change/", opened(admin, row) | said)
    assert answer.status_code == 422
    assert not DraftChange.objects.filter(rubric=draft).exists()


def test_a_published_series_is_shown_and_not_changed(admin: Client, published: Rubric) -> None:
    row = first(published)
    assert admin.get(f"{TABLE}{row.pk}/change/").status_code == 200
    assert admin.post(f"{TABLE}{row.pk}/change/", {"code": row.code, "title": "偷改"}).status_code == 403
    assert admin.post(f"{TABLE}{row.pk}/delete/", {"post": "yes"}).status_code in (302, 404)
    assert first(published).title == row.title


def test_the_second_of_two_editors_is_told(admin: Client, draft: Rubric) -> None:
    row = first(draft)
    mine = opened(admin, row) | {"title": "我写的"}
    admin.post(f"{TABLE}{row.pk}/change/", opened(admin, row) | {"title": "别人写的"})
    answer = admin.post(f"{TABLE}{row.pk}/change/", mine)
    assert answer.status_code == 409
    assert "别人写的" in answer.content.decode()
    row.refresh_from_db()
    assert row.title == "别人写的"


# ---------------------------------------------------------------- the list


def test_a_list_changes_and_adds_in_drafts_after_a_dry_run(admin: Client, draft: Rubric) -> None:
    row = first(draft)
    content = workbook(
        [draft.code, draft.year, None, row.code, "表里的名称", None], [draft.code, draft.year, 1, "more", "新系列", 80]
    )
    shown = send(admin, content)
    assert states(shown) == ["changed", "new"]
    assert not DraftChange.objects.exists()
    assert confirm(admin, shown).status_code == 302
    row.refresh_from_db()
    assert row.title == "表里的名称"
    assert Series.objects.get(rubric=draft, code="more").total == "80"
    assert DraftChange.objects.filter(rubric=draft).count() == 2


def test_known_series_can_be_skipped(admin: Client, draft: Rubric) -> None:
    row = first(draft)
    content = workbook([draft.code, draft.year, 1, row.code, "表里的名称", None])
    assert states(send(admin, content, "skip")) == ["kept"]


def test_every_fault_is_named_by_its_cell_and_nothing_is_written(
    admin: Client, draft: Rubric, published: Rubric
) -> None:
    answer = send(
        admin,
        workbook(
            ["nowhere", draft.year, 1, "a", "甲", None],
            [published.code, published.year, 1, "a", "甲", None],
            [draft.code, draft.year, 1, "Bad Code", "乙", None],
            [draft.code, draft.year, 1, "b", "丙", "很多"],
            [draft.code, draft.year, 1, "c", "丁", None],
            [draft.code, draft.year, 1, "c", "戊", None],
            [draft.code, draft.year, 7, "d", "己", None],
        ),
    )
    assert answer.status_code == 422
    assert [problem.cell for problem in answer.context["problems"]] == ["A2", "A3", "D4", "F5", "D7", "A8"]
    assert not Series.objects.filter(code__in=["a", "b", "c", "d"]).exists()


def test_a_draft_that_was_published_meanwhile_takes_nothing(admin: Client, draft: Rubric) -> None:
    shown = send(admin, workbook([draft.code, draft.year, 1, "more", "新系列", None]))
    draft.refresh_from_db()
    services.publish_rubric(actor=None, rubric=draft, version=draft.version)
    assert confirm(admin, shown).status_code == 409
    assert not Series.objects.filter(code="more").exists()


def test_only_those_who_write_rubrics_bring_in_series(auditor: User, draft: Rubric) -> None:
    table, problems = read_table(
        BytesIO(workbook([draft.code, draft.year, 1, "more", "新", None])),
        heads=series_list.HEADS,
        required=series_list.REQUIRED,
    )
    assert problems == []
    with pytest.raises(PermissionDenied):
        series_list.plan_series(actor=auditor, table=table)


def test_the_list_that_went_out_comes_in_again(admin: Client, draft: Rubric) -> None:
    answer = admin.get(f"{TABLE}export/")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][:6] == HEADS
    shown = send(admin, answer.content)
    assert set(states(shown)) == {"same"}


def test_the_table_costs_a_constant_number_of_queries(admin: Client, draft: Rubric, small: dict[str, Any]) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert admin.get(TABLE).status_code == 200
        return len(queries)

    cost()
    few = cost()
    for number in range(5):
        services.load_rubric(actor=None, data={**small, "code": f"more-{number}"})
    assert cost() == few
