"""The sheet before anybody fills it in: what a unit of a chosen kind will see, and nothing that could be saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evidence.models import Fact, SheetItem, Submission
from evidence.selectors.preview import Kind, chosen_kind, preview_of, usual_kind
from rubrics import selectors as rubrics_selectors
from rubrics import services as rubrics_services
from rubrics.checks import full_marks
from rubrics.files import read_yaml
from rubrics.models import Clause, Cycle, Enrolment, Rubric
from tests.evidence.conftest import RUBRIC
from units.models import JournalEntry, User

FILES = sorted((Path(settings.BASE_DIR) / "fixtures" / "rubrics").glob("*.yaml"))


def load(data: dict[str, Any]) -> Rubric:
    return rubrics_services.load_rubric(actor=None, data=data)


@pytest.fixture
def told_apart(db: None) -> Rubric:
    """A draft that tells units apart: by series, by a tag, and one unit by name."""
    data = deepcopy(RUBRIC) | {"series": [{"code": "offices", "title": "科室"}, {"code": "towns", "title": "乡镇"}]}
    conduct, results, _opinion = data["categories"]
    conduct["items"][1]["applies_to"] = {"series": ["offices"]}
    results["items"][0]["clauses"][1]["applies_to"] = {"tags": ["press"]}
    results["items"][2]["applies_to"] = {"units": ["academy"]}
    for item in (conduct["items"][1], results["items"][2]):
        item["when_not_applicable"] = "full"
    return load(data)


def titles(rubric: Rubric, kind: Kind) -> list[str]:
    return [item.title for item in preview_of(rubrics_selectors.definition_of(rubric), kind).items]


def clauses(rubric: Rubric, kind: Kind) -> list[str]:
    shown = preview_of(rubrics_selectors.definition_of(rubric), kind)
    return [clause.text for item in shown.items for clause in item.clauses]


def test_a_kind_of_unit_sees_what_concerns_it(told_apart: Rubric) -> None:
    assert "档案" in titles(told_apart, Kind("offices"))
    assert "档案" not in titles(told_apart, Kind("towns"))
    assert "评比" not in titles(told_apart, Kind("towns"))
    assert "评比" in titles(told_apart, Kind("towns", unit="academy"))
    assert "完成率" not in clauses(told_apart, Kind("towns"))
    assert "完成率" in clauses(told_apart, Kind("towns", ("press",)))


def test_the_choice_offers_only_what_decides_and_takes_only_what_it_knows(told_apart: Rubric) -> None:
    definition = rubrics_selectors.definition_of(told_apart)
    assert chosen_kind(definition, "mars", ["press", "x"], "nobody") == Kind("offices", ("press",), "")
    choices = preview_of(definition, Kind("towns", ("press",), "academy")).choices
    assert [(choice.code, choice.chosen) for choice in choices.series] == [("offices", False), ("towns", True)]
    assert [(choice.code, choice.chosen) for choice in choices.tags] == [("press", True)]
    assert [(choice.code, choice.chosen) for choice in choices.units] == [("academy", True)]


def test_the_full_marks_are_those_of_the_kind(db: None) -> None:
    data = deepcopy(RUBRIC)
    data["series"].append({"code": "towns", "title": "乡镇", "total": 70})
    data["categories"][0]["applies_to"] = {"series": ["offices"]}
    definition = rubrics_selectors.definition_of(load(data))
    offices, towns = (preview_of(definition, Kind(code)) for code in ("offices", "towns"))
    assert (offices.reached, offices.total, offices.fits) == ("100", "100", True)
    assert (towns.reached, towns.total, towns.fits) == ("70", "70", True)
    assert offices.clauses - towns.clauses == 2


def test_the_controls_are_those_of_the_real_sheet(
    own: Enrolment, as_user: Callable[[User], Client], clerk: User, administrator: User
) -> None:
    def controls(html: str) -> list[str]:
        names = ("count", "level", "points", "value", "rank", "of", "present")
        return re.findall(rf'<(?:input|select)[^>]* name="({"|".join(names)})"', html)

    real = as_user(clerk).get(reverse("evidence:sheet", args=[own.pk])).content.decode()
    address = reverse("evidence:preview", args=[own.cycle.rubric_id])
    shown = as_user(administrator).get(address).content.decode()
    assert controls(shown) == controls(real) != []


def test_nothing_on_the_page_can_be_filled_in_or_sent(
    cycle: Cycle, as_user: Callable[[User], Client], administrator: User
) -> None:
    client = as_user(administrator)
    address = reverse("evidence:preview", args=[cycle.rubric_id])
    page = client.get(address).content.decode()
    sheet = page[page.index('id="items"') :]
    assert "这是预览" in page
    assert re.findall(r"<form|hx-(?:post|get|put|delete)|formaction", sheet.partition("</main>")[0]) == []
    fields = re.findall(r"<(?:input|select|textarea)[^>]*>", sheet.partition("</main>")[0])
    assert fields and all(" disabled" in field for field in fields)
    before = JournalEntry.objects.count()
    assert client.post(address, {"clause": "conduct.meetings.late", "count": "3"}).status_code == 405
    assert (Submission.objects.count(), SheetItem.objects.count(), Fact.objects.count()) == (0, 0, 0)
    assert JournalEntry.objects.count() == before


def test_whoever_may_see_the_rubric_may_see_the_preview(
    cycle: Cycle, told_apart: Rubric, as_user: Callable[[User], Client], clerk: User, auditor: User, stranger: User
) -> None:
    def answer(user: User, pk: int) -> int:
        return as_user(user).get(reverse("evidence:preview", args=[pk])).status_code

    assert answer(clerk, cycle.rubric_id) == 200
    assert answer(clerk, told_apart.pk) == 404
    assert answer(auditor, told_apart.pk) == 200
    assert answer(stranger, cycle.rubric_id) == 404


def test_a_draft_with_errors_is_shown_as_far_as_it_can_be_read(
    told_apart: Rubric, as_user: Callable[[User], Client], administrator: User
) -> None:
    Clause.objects.filter(code="late").update(parameters={}, body={"provider": "nobody-knows-this"})
    page = as_user(administrator).get(reverse("evidence:preview", args=[told_apart.pk]))
    assert page.status_code == 200
    assert "会议纪律" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_shipped_rubric_can_be_previewed(
    path: Path, language: str, as_user: Callable[[User], Client], administrator: User
) -> None:
    rubric = load(read_yaml(path.read_bytes()))
    client = as_user(administrator)
    client.cookies["kaoping_language"] = language
    for entry in rubrics_selectors.definition_of(rubric).series:
        page = client.get(reverse("evidence:preview", args=[rubric.pk]), {"series": entry.code})
        assert page.status_code == 200
        assert page.context["preview"].items


def test_a_large_rubric_takes_as_many_queries_as_a_small_one(
    told_apart: Rubric, as_user: Callable[[User], Client], administrator: User
) -> None:
    large = load(read_yaml(FILES[1].read_bytes()))
    client, counts = as_user(administrator), []
    client.get(reverse("rubrics:rubrics"))
    for rubric in (told_apart, large):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("evidence:preview", args=[rubric.pk])).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] < 25


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_before_anything_is_chosen_it_shows_a_kind_whose_marks_reach_the_total(path: Path) -> None:
    definition = rubrics_selectors.definition_of(load(read_yaml(path.read_bytes())))
    kind = usual_kind(definition)
    reached = full_marks(definition, series=kind.series or None, tags=kind.tags, unit=kind.unit)
    assert reached == definition.total_of(kind.series or None)
