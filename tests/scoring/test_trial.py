"""One fact tried on one clause: what the engine itself makes of it, and nothing kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rubrics import services as rubrics_services
from rubrics.checks import read_definition
from rubrics.definition import Definition
from rubrics.files import read_yaml
from rubrics.models import Clause, Rubric
from scoring.selectors.trial import CannotTry, can_be_tried, trial_of
from units.models import User

RUBRIC: dict[str, Any] = {
    "format": "appraisal-rubric/1", "code": "try", "title": "试", "year": 2026, "total": 10,
    "series": [{"code": "all", "title": "全部"}],
    "categories": [{"code": "c", "title": "作风", "items": [{
        "code": "i", "title": "纪律", "points": 10, "clauses": [
            {"code": "late", "text": "迟到", "effect": "deduct", "basis": "count", "points": 2, "per": "人次",
             "modifiers": [{"code": "bad", "title": "造成影响", "times": 2}], "limit_per": {"month": 6}},
            {"code": "gone", "text": "重大事故", "effect": "veto", "consequences": [{"zero": "total"}]},
            {"code": "best", "text": "排名", "effect": "award", "basis": "rank", "table": [3, 2, 1]},
            {"code": "tagged", "text": "只对试点", "effect": "deduct", "basis": "count", "points": 1,
             "applies_to": {"tags": ["pilot"]}},
        ]}]}],
}  # fmt: skip


def definition() -> Definition:
    read, problems = read_definition(RUBRIC)
    assert read is not None, problems
    return read


def test_it_shows_what_the_fact_moves_and_what_is_left_of_the_item() -> None:
    trial = trial_of(definition(), "c.i.late", {"count": "2"}, [])
    assert trial is not None
    assert (trial.line.points, trial.before, trial.after) == (-4, 10, 6)


def test_modifiers_and_limits_are_in_it() -> None:
    trial = trial_of(definition(), "c.i.late", {"count": "2"}, ["bad"])
    assert trial is not None
    assert (trial.line.face, trial.line.points, trial.line.reason) == (-8, -6, "limit_per")


def test_a_veto_says_that_it_fires() -> None:
    trial = trial_of(definition(), "c.i.gone", {"count": "1"}, [])
    assert trial is not None and trial.vetoed


def test_the_unit_is_one_to_which_the_clause_applies() -> None:
    trial = trial_of(definition(), "c.i.tagged", {"count": "1"}, [])
    assert trial is not None and trial.line.points == -1


@pytest.mark.parametrize("said", [{"count": "two"}, {"count": "1.5x"}, {"value": "1"}])
def test_what_is_no_fact_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(CannotTry):
        trial_of(definition(), "c.i.late", said, [])


def test_where_units_are_compared_one_by_itself_shows_nothing() -> None:
    clauses = definition().clauses
    assert not can_be_tried(clauses["c.i.best"])
    assert can_be_tried(clauses["c.i.late"])


@pytest.fixture
def draft(db: None) -> Rubric:
    return rubrics_services.load_rubric(actor=None, data=RUBRIC)


def address(rubric: Rubric, code: str) -> str:
    return reverse("scoring:trial", args=[rubric.pk, Clause.objects.get(code=code).pk])


def test_the_fragment_begins_with_an_example(
    draft: Rubric, administrator: User, as_user: Callable[[User], Client]
) -> None:
    page = as_user(administrator).get(address(draft, "late")).content.decode()
    assert "−4.00" in page and "10 → 6" in page


def test_the_fragment_follows_what_is_typed_and_says_what_is_wrong(
    draft: Rubric, administrator: User, as_user: Callable[[User], Client]
) -> None:
    client = as_user(administrator)
    assert "−2.00" in client.get(address(draft, "late"), {"count": "1"}).content.decode()
    wrong = client.get(address(draft, "late"), {"count": "many"}).content.decode().partition("trial-result")[2]
    assert "“many”不是数字" in wrong and "kp-num" not in wrong


def test_every_clause_of_the_shipped_rubrics_shows_a_trial_or_says_why_not(
    administrator: User, as_user: Callable[[User], Client]
) -> None:
    client = as_user(administrator)
    rubric = rubrics_services.load_rubric(
        actor=None, data=read_yaml(Path("fixtures/rubrics/showcase.yaml").read_bytes())
    )
    for clause in Clause.objects.filter(item__category__rubric=rubric):
        answer = client.get(reverse("scoring:trial", args=[rubric.pk, clause.pk]))
        assert answer.status_code == 200
        assert answer.content.strip()


def test_only_who_writes_rubrics_tries(draft: Rubric, auditor: User, as_user: Callable[[User], Client]) -> None:
    assert as_user(auditor).get(address(draft, "late")).status_code == 403
