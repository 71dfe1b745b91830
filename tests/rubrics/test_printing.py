"""The rubric on paper: the page to print and the PDF, for every shipped rubric and for drafts that are not right yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from appraisal_site.toolkit.pdf import Document
from rubrics import printed, selectors, services
from rubrics.definition import Definition
from rubrics.files import read_yaml
from rubrics.models import Category, Clause, Cycle, Rubric
from rubrics.selectors.annex import annex_of
from units.models import User

FILES = sorted((Path(settings.BASE_DIR) / "fixtures" / "rubrics").glob("*.yaml"))
MARCH, MAY = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def draft(db: None, small: dict[str, Any]) -> Rubric:
    return services.load_rubric(actor=None, data=small)


def words_of(rubric: Rubric, monkeypatch: pytest.MonkeyPatch) -> str:
    """Everything that stands in the PDF, line by line, without blanks."""
    kept: list[Document] = []
    real = Document.as_bytes

    def as_bytes(document: Document) -> bytes:
        kept.append(document)
        return real(document)

    monkeypatch.setattr(Document, "as_bytes", as_bytes)
    annex = annex_of(rubric)
    assert annex is not None
    assert printed.rubric_pdf(annex, printed_at=MARCH).startswith(b"%PDF-")
    (document,) = kept
    columns = sorted(
        (sheet, text.x, text.y, text.text) for sheet, one in enumerate(document.sheets) for text in one.texts
    )
    return "".join(text for _sheet, _x, _y, text in columns).replace(" ", "")


def everything_named(definition: Definition) -> list[str]:
    """Titles and texts that an annex must hold."""
    nodes = [node.title for node in definition.nodes.values()]
    clauses = [clause.text for clause in definition.clauses.values()]
    rules = [rule.title for grading in definition.gradings for rule in grading.rules]
    panels = [panel.title for panel in definition.panels]
    tasks = [entry.text for entry in (*definition.procedure.demands, *definition.procedure.prerequisites)]
    return [text for text in (*nodes, *clauses, *rules, *panels, *tasks) if text]


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_shipped_rubric_prints_with_all_its_words(
    path: Path, language: str, as_user: Callable[[User], Client], administrator: User
) -> None:
    rubric = services.load_rubric(actor=None, data=read_yaml(path.read_bytes()))
    client = as_user(administrator)
    client.cookies["kaoping_language"] = language
    page = client.get(reverse("rubrics:print", args=[rubric.pk]))
    assert page.status_code == 200
    shown = page.content.decode()
    assert [text for text in everything_named(selectors.definition_of(rubric)) if escape(text) not in shown] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_is_lost_on_the_way_into_the_pdf(path: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    rubric = services.load_rubric(actor=None, data=read_yaml(path.read_bytes()))
    with override("zh-hans"):
        words = words_of(rubric, monkeypatch)
    missing = [text for text in everything_named(selectors.definition_of(rubric)) if text.replace(" ", "") not in words]
    assert missing == []


def test_the_annex_says_code_year_edition_state_total_and_fingerprint(rubric: Rubric, monkeypatch: Any) -> None:
    with override("zh-hans"):
        words = words_of(rubric, monkeypatch)
    assert "2026年度·small-2026·第1版·已发布" in words
    assert "总分100分" in words or ("总分" in words and "100分" in words)
    assert rubric.fingerprint in words
    assert "草案" not in words


def test_the_table_of_clauses_says_rule_provision_and_provider(rubric: Rubric, monkeypatch: Any) -> None:
    with override("zh-hans"):
        words = words_of(rubric, monkeypatch)
    for part in ("项目满分", "会议纪律", "每人次扣0.5分", "三(一)", "法院", "名额", "每个系列1家", "不少于7天"):
        assert part.replace("项目满分", "项目") in words


def test_a_draft_is_marked_as_one(draft: Rubric, as_user: Callable[[User], Client], administrator: User) -> None:
    page = as_user(administrator).get(reverse("rubrics:print", args=[draft.pk])).content.decode()
    assert 'data-mark="草案"' in page
    assert "发布时生成" in page
    published = services.publish_rubric(actor=None, rubric=draft, version=draft.version)
    page = as_user(administrator).get(reverse("rubrics:print", args=[published.pk])).content.decode()
    assert "data-mark" not in page
    assert published.fingerprint[:4] in page


def test_a_draft_with_errors_prints_what_can_be_read_of_it(
    draft: Rubric, as_user: Callable[[User], Client], administrator: User
) -> None:
    Clause.objects.filter(code="late").update(body={"provider": "nobody-knows-this"})
    Category.objects.filter(code="work").update(points="61")
    client = as_user(administrator)
    page = client.get(reverse("rubrics:print", args=[draft.pk]))
    assert page.status_code == 200
    assert "年度计划" in page.content.decode()
    answer = client.get(reverse("rubrics:pdf", args=[draft.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_what_is_published_has_the_same_bytes_on_every_day(rubric: Rubric) -> None:
    annex = annex_of(rubric)
    assert annex is not None
    first = printed.rubric_pdf(annex, printed_at=MARCH)
    assert first == printed.rubric_pdf(annex, printed_at=MAY)
    draft = services.clone_rubric(actor=None, rubric=rubric, title="副本", code="copy", year=2027)
    copy = annex_of(draft)
    assert copy is not None
    assert printed.rubric_pdf(copy, printed_at=MARCH) != printed.rubric_pdf(copy, printed_at=MAY)


def test_whoever_may_see_the_rubric_may_print_it(
    draft: Rubric, cycle: Cycle, as_user: Callable[[User], Client], clerk: User, auditor: User, stranger: User
) -> None:
    def answers(user: User, pk: int) -> list[int]:
        client = as_user(user)
        return [client.get(reverse(name, args=[pk])).status_code for name in ("rubrics:print", "rubrics:pdf")]

    assert answers(clerk, cycle.rubric_id) == [200, 200]
    assert answers(clerk, draft.pk) == [404, 404]
    assert answers(auditor, draft.pk) == [200, 200]
    assert answers(stranger, cycle.rubric_id) == [404, 404]


@pytest.mark.parametrize("name", ["rubrics:print", "rubrics:pdf"])
def test_a_large_rubric_prints_with_as_many_queries_as_a_small_one(
    name: str, draft: Rubric, as_user: Callable[[User], Client], administrator: User
) -> None:
    large = services.load_rubric(actor=None, data=read_yaml(FILES[1].read_bytes()))
    client, counts = as_user(administrator), []
    client.get(reverse("rubrics:rubrics"))
    for rubric in (draft, large):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse(name, args=[rubric.pk])).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] < 25
