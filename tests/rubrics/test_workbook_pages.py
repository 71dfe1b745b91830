"""Workbooks and YAML over the pages: looked at first, compared with what is there, and only then stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rubrics import selectors, services
from rubrics.definition import canonical, fingerprint
from rubrics.files import read_yaml, write_yaml
from rubrics.files.workbook import read_workbook
from rubrics.models import Clause, DraftChange, KeptFile, Rubric
from rubrics.services import editing
from tests.rubrics.workbooks import changed, put, shipped, shipped_text, written
from units.models import User

Json = dict[str, Any]


@pytest.fixture
def browser(as_user: Callable[[User], Client], administrator: User) -> Client:
    client = as_user(administrator)
    client.cookies["kaoping_language"] = "en"
    return client


@pytest.fixture
def draft(db: None) -> Rubric:
    """The showcase as a draft."""
    text = shipped_text("showcase")
    return services.load_rubric(actor=None, data=read_yaml(text.encode()), file_text=text)


def address(rubric: Rubric) -> str:
    return reverse("rubrics:bring_in", args=[rubric.pk])


def upload(content: bytes | str, name: str = "rubric.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def confirm(browser: Client, rubric: Rubric, shown: Any, **more: Any) -> Any:
    """Send what the page of the dry run would send."""
    said = {"text": shown.context["text"], "name": shown.context["name"], "version": shown.context["rubric"].version}
    if shown.context["of_workbook"]:
        said["of_workbook"] = "1"
    return browser.post(address(rubric), said | more)


def stored(rubric: Rubric) -> Json:
    return selectors.file_shape_of(Rubric.objects.get(pk=rubric.pk))


def edited(**values: Any) -> bytes:
    """The showcase's workbook with some cells of one clause changed; heads by name."""

    def change(book: Any) -> None:
        for head, value in values.items():
            put(book, "条款", "conduct.discipline.late", head, value)

    return changed(change)


# --- out ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_a_rubric_is_handed_out_as_the_workbook_that_makes_the_same_rubric(
    browser: Client, draft: Rubric, lang: str
) -> None:
    browser.cookies["kaoping_language"] = lang
    answer = browser.get(reverse("rubrics:workbook", args=[draft.pk]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="showcase-2026.xlsx"'
    assert answer.headers["Cache-Control"] == "no-store"
    reading = read_workbook(answer.content)
    assert reading.where.find(("categories", 0))[0].sheet == ("目录" if lang == "zh-hans" else "Tree")
    again = services.load_rubric(actor=None, data=reading.data)
    assert fingerprint(selectors.definition_of(again)) == fingerprint(selectors.definition_of(draft))


def test_the_blank_workbook_is_for_starting_offline(browser: Client) -> None:
    answer = browser.get(reverse("rubrics:blank_workbook"))
    assert set(read_workbook(answer.content).data) == {"format"}


def test_a_draft_with_errors_goes_out_and_comes_in_again(browser: Client, draft: Rubric) -> None:
    editing.add_entry(actor=None, rubric=draft, kind="category")
    Clause.objects.filter(code="late").update(text="")
    was = stored(draft)
    for name in ("workbook", "download"):
        content = browser.get(reverse(f"rubrics:{name}", args=[draft.pk])).content
        shown = browser.post(address(draft), {"file": upload(content, f"x.{'xlsx' if name == 'workbook' else 'yaml'}")})
        assert shown.status_code == 200, shown.context["stopping"]
        assert any(line.bad for line in shown.context["waiting"])
        assert shown.context["differences"].total == 0
        confirm(browser, draft, shown)
        assert stored(draft) == was


def test_a_text_too_long_for_a_cell_leads_to_the_other_file(browser: Client, draft: Rubric) -> None:
    Clause.objects.filter(code="late").update(text="长" * 40_000)
    answer = browser.get(reverse("rubrics:workbook", args=[draft.pk]), follow=True)
    assert "!B20" in answer.content.decode() and "YAML" in answer.content.decode()


# --- in, as a new rubric ----------------------------------------------------------------------------------------------


def test_a_workbook_is_looked_at_and_taken_in_as_a_new_draft(browser: Client, db: None) -> None:
    shown = browser.post(reverse("rubrics:load"), {"file": upload(written("township"))})
    assert shown.status_code == 200
    assert not Rubric.objects.exists()
    said = {"text": shown.context["text"], "name": "x.xlsx", "of_workbook": "1"}
    browser.post(reverse("rubrics:take"), said)
    rubric = Rubric.objects.get()
    assert fingerprint(selectors.definition_of(rubric)) == fingerprint(shipped("township"))
    assert not KeptFile.objects.exists()


def test_yaml_that_is_taken_in_is_kept_with_its_comments(browser: Client, db: None) -> None:
    shown = browser.post(reverse("rubrics:load"), {"file": upload(shipped_text("township"), "x.yaml")})
    browser.post(reverse("rubrics:take"), {"text": shown.context["text"], "name": "x.yaml"})
    out = browser.get(reverse("rubrics:download", args=[Rubric.objects.get().pk])).content.decode()
    assert out == shipped_text("township")


def test_for_a_new_rubric_every_error_stops_the_workbook(browser: Client, db: None) -> None:
    content = changed(lambda book: put(book, "目录", "performance.plan", "满分", 16), "township")
    shown = browser.post(reverse("rubrics:load"), {"file": upload(content)})
    assert shown.status_code == 422
    assert "summary" not in shown.context


# --- in, over a draft: the dry run -------------------------------------------------------------------------------------


def test_the_dry_run_shows_problems_and_differences_and_writes_nothing(browser: Client, draft: Rubric) -> None:
    was = stored(draft)
    content = edited(分值=0.3, 内容="抽查发现有人离岗")
    shown = browser.post(address(draft), {"file": upload(content)})
    assert shown.status_code == 200
    page = shown.content.decode()
    assert "抽查发现有人离岗" in page and "0.3" in page
    assert (shown.context["added"], shown.context["changed"], shown.context["removed"]) == (0, 1, 0)
    assert stored(draft) == was and not DraftChange.objects.exists()


def test_what_cannot_be_read_stops_the_file_and_names_sheet_and_cell(browser: Client, draft: Rubric) -> None:
    shown = browser.post(address(draft), {"file": upload(edited(分值="许多", 作用="扣"))})
    assert shown.status_code == 422
    assert {line.place for line in shown.context["stopping"]} == {"条款!F20", "条款!C20"}
    assert "text" not in shown.context


def test_what_is_only_unfinished_does_not_stop_a_file_over_a_draft(browser: Client, draft: Rubric) -> None:
    def change(book: Any) -> None:
        book["基本信息"]["B5"] = 120
        put(book, "条款", "opinion.peers.rating", "评议主体", "somebody")

    shown = browser.post(address(draft), {"file": upload(changed(change))})
    assert shown.status_code == 200
    assert not shown.context["stopping"]
    assert {"条款!AG17", "基本信息!B5"} <= {line.place for line in shown.context["waiting"]}
    answer = confirm(browser, draft, shown)
    assert answer.headers["Location"] == reverse("rubrics:workbench", args=[draft.pk])
    assert stored(draft)["total"] == "120"


def test_a_text_still_missing_does_not_stop_it_either(browser: Client, draft: Rubric) -> None:
    shown = browser.post(address(draft), {"file": upload(edited(内容=None))})
    assert [line.place for line in shown.context["waiting"] if line.bad] == ["条款!B20"]
    confirm(browser, draft, shown)
    assert Clause.objects.get(code="late").text == ""


def test_problems_of_a_yaml_file_name_line_and_path(browser: Client, draft: Rubric) -> None:
    text = shipped_text("showcase").replace("points: 0.2\n", "points: viel\n")
    shown = browser.post(address(draft), {"file": upload(text, "x.yaml")})
    number = text[: text.index("points: viel")].count("\n") + 1
    (line,) = shown.context["stopping"]
    assert line.place == f"line {number} · categories[3].items[0].clauses[0].points"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "old.xls"),
        (b"PK\x03\x04broken", "broken.xlsx"),
        ("代码,名称\n1,2\n".encode("gb18030"), "list.csv"),
        (b"format: other/1", "other.yaml"),
        (b"a: [1", "broken.yaml"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_reason(
    browser: Client, draft: Rubric, content: bytes, name: str
) -> None:
    was = stored(draft)
    shown = browser.post(address(draft), {"file": upload(content, name)})
    assert shown.status_code == 422
    assert shown.context["form"].errors.get("file") or shown.context["stopping"]
    assert stored(draft) == was


# --- in, over a draft: confirmed ----------------------------------------------------------------------------------------


def test_a_confirmed_workbook_takes_the_place_of_the_draft_in_one_step(browser: Client, draft: Rubric) -> None:
    shown = browser.post(address(draft), {"file": upload(edited(分值=0.3))})
    confirm(browser, draft, shown)
    assert Clause.objects.get(code="late").parameters["points"] == "0.3"
    assert DraftChange.objects.count() == 1
    text = browser.get(reverse("rubrics:download", args=[draft.pk])).content.decode()
    assert text == shipped_text("showcase").replace("            points: 0.2\n", "            points: 0.3\n")
    editing.undo(actor=None, rubric=Rubric.objects.get(pk=draft.pk))
    assert Clause.objects.get(code="late").parameters["points"] == "0.2"


def test_a_confirmed_yaml_file_brings_its_own_comments(browser: Client, draft: Rubric) -> None:
    text = "# brought in later\n" + shipped_text("showcase").replace("points: 0.2\n", "points: 0.4   # more\n")
    shown = browser.post(address(draft), {"file": upload(text, "x.yaml")})
    confirm(browser, draft, shown)
    assert browser.get(reverse("rubrics:download", args=[draft.pk])).content.decode() == text


def test_a_draft_changed_meanwhile_is_not_overwritten_and_nothing_is_lost(browser: Client, draft: Rubric) -> None:
    shown = browser.post(address(draft), {"file": upload(edited(分值=0.3))})
    row = Clause.objects.get(code="notice")
    shape = {"code": "notice", "text": "同事改的", "effect": "deduct", "basis": "level"}
    editing.change_entry(actor=None, rubric=draft, kind="clause", key=row.pk, version=row.version, shape=shape)
    late = confirm(browser, draft, shown)
    assert late.status_code == 409
    assert Clause.objects.get(code="notice").text == "同事改的"
    assert Clause.objects.get(code="late").parameters["points"] == "0.2"
    # The page holds the file still, compared with what is there now; confirmed once more it is written.
    assert "同事改的" in late.content.decode()
    assert late.context["text"] == shown.context["text"]
    assert confirm(browser, draft, late).status_code == 302
    assert Clause.objects.get(code="late").parameters["points"] == "0.3"


def test_a_text_tampered_with_on_the_way_is_judged_once_more(browser: Client, draft: Rubric) -> None:
    shown = browser.post(address(draft), {"file": upload(edited(分值=0.3))})
    was = stored(draft)
    answer = confirm(browser, draft, shown, text="format: appraisal-rubric/1\ncode: 7\n")
    assert answer.status_code == 422
    assert stored(draft) == was


def test_a_published_rubric_takes_no_file(browser: Client, rubric: Rubric) -> None:
    was = stored(rubric)
    assert browser.get(address(rubric)).status_code == 403
    assert browser.post(address(rubric), {"file": upload(written("showcase"))}).status_code == 403
    said = {"text": write_yaml(canonical(shipped("township"))), "name": "x", "version": rubric.version}
    assert browser.post(address(rubric), said).status_code == 403
    assert stored(rubric) == was


def test_the_dry_run_asks_the_same_number_of_questions_however_large_the_file(browser: Client, db: None) -> None:
    counts = []
    for name in ("sunshine-action", "land-bureau"):
        draft = services.load_rubric(actor=None, data=read_yaml(shipped_text(name).encode()))
        browser.get(address(draft))
        with CaptureQueriesContext(connection) as queries:
            assert browser.post(address(draft), {"file": upload(written(name))}).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
