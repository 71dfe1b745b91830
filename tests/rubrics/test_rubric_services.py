"""A rubric's life: loaded, copied, published, retired; every step in the journal."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from appraisal_site.toolkit.conflicts import Conflict
from rubrics import selectors, services
from rubrics.definition import fingerprint
from rubrics.lifecycle import NotPossible
from rubrics.models import Category, Clause, Rubric
from units.models import JournalEntry, User


def verbs() -> list[str]:
    return list(JournalEntry.objects.filter(scope="house").order_by("number").values_list("verb", flat=True))


def journalled(verb: str) -> JournalEntry:
    return JournalEntry.objects.get(scope="house", verb=verb)


@pytest.fixture
def open_data(small: dict[str, Any]) -> dict[str, Any]:
    """The small rubric with a figure that its regulation leaves open."""
    clause = small["categories"][0]["items"][0]["clauses"][0]
    clause |= {"points": None, "open": True}
    return small


FIGURES = {
    "format": "appraisal-figures/1",
    "rubric": "small-2026",
    "set": {"conduct.meetings.late": {"points": 2}},
}


def test_loading_makes_a_draft_and_says_so_in_the_journal(administrator: User, small: dict[str, Any]) -> None:
    rubric = services.load_rubric(actor=administrator, data=small, filename="small.yaml")
    assert (rubric.state, rubric.code, rubric.year, rubric.edition, rubric.fingerprint) == (
        "draft",
        "small-2026",
        2026,
        1,
        "",
    )
    entry = journalled("rubric.loaded")
    assert entry.actor == administrator
    assert entry.after["file"] == "small.yaml"
    assert entry.after["fingerprint"] == fingerprint(selectors.definition_of(rubric))


def test_loading_the_same_code_and_year_again_makes_the_next_edition(db: None, small: dict[str, Any]) -> None:
    assert [services.load_rubric(actor=None, data=small).edition for _ in range(3)] == [1, 2, 3]
    assert services.load_rubric(actor=None, data=small | {"year": 2027}).edition == 1


def test_a_file_with_errors_is_refused_with_every_problem_and_nothing_is_stored(
    db: None, small: dict[str, Any]
) -> None:
    small["categories"][0]["points"] = 41
    small["surprise"] = 1
    with pytest.raises(services.Refused) as refusal:
        services.load_rubric(actor=None, data=small)
    assert refusal.value.code == "file"
    assert "surprise" in {problem.place for problem in refusal.value.problems}
    assert not Rubric.objects.exists()
    assert not verbs()


def test_a_code_longer_than_its_column_is_refused(db: None, small: dict[str, Any]) -> None:
    small["categories"][0]["code"] = "x" * 101
    with pytest.raises(services.Refused) as refusal:
        services.load_rubric(actor=None, data=small)
    assert refusal.value.code == "too_long"
    assert not Rubric.objects.exists()


@pytest.mark.parametrize("who", ["clerk", "head", "provider", "reviewer", "leader", "auditor", "stranger"])
def test_only_administrators_load_publish_and_copy(
    who: str, request: pytest.FixtureRequest, db: None, small: dict[str, Any]
) -> None:
    person = request.getfixturevalue(who)
    draft = services.load_rubric(actor=None, data=small)
    before = verbs()
    with pytest.raises(PermissionDenied):
        services.load_rubric(actor=person, data=small)
    with pytest.raises(PermissionDenied):
        services.publish_rubric(actor=person, rubric=draft, version=draft.version)
    with pytest.raises(PermissionDenied):
        services.clone_rubric(actor=person, rubric=draft, title="x")
    with pytest.raises(PermissionDenied):
        services.delete_draft(actor=person, rubric=draft, version=draft.version)
    assert Rubric.objects.count() == 1
    assert Rubric.objects.get().state == "draft"
    assert verbs() == before


def test_publishing_freezes_the_rubric_under_its_fingerprint(administrator: User, small: dict[str, Any]) -> None:
    draft = services.load_rubric(actor=None, data=small)
    rubric = services.publish_rubric(actor=administrator, rubric=draft, version=draft.version)
    rubric.refresh_from_db()
    assert rubric.state == "published"
    assert rubric.fingerprint == fingerprint(selectors.definition_of(rubric))
    assert rubric.published_at is not None
    entry = journalled("rubric.published")
    assert (entry.before, entry.after["fingerprint"]) == ({"state": "draft"}, rubric.fingerprint)


def test_a_rubric_with_an_open_figure_cannot_be_published(db: None, open_data: dict[str, Any]) -> None:
    draft = services.load_rubric(actor=None, data=open_data)
    with pytest.raises(services.Refused) as refusal:
        services.publish_rubric(actor=None, rubric=draft, version=draft.version)
    assert (refusal.value.code, refusal.value.problems) == ("open", ["conduct.meetings.late"])
    draft.refresh_from_db()
    assert (draft.state, draft.fingerprint) == ("draft", "")


def test_a_copy_with_its_figures_filled_in_can_be_published(administrator: User, open_data: dict[str, Any]) -> None:
    draft = services.load_rubric(actor=None, data=open_data)
    clone = services.clone_rubric(
        actor=administrator, rubric=draft, title="补全的办法", code="small-2027", year=2027, figures=FIGURES
    )
    assert (clone.title, clone.code, clone.year, clone.state, clone.cloned_from) == (
        "补全的办法",
        "small-2027",
        2027,
        "draft",
        draft,
    )
    assert selectors.definition_of(clone).clauses["conduct.meetings.late"].points == 2
    assert selectors.definition_of(draft).clauses["conduct.meetings.late"].points is None
    assert services.publish_rubric(actor=None, rubric=clone, version=clone.version).state == "published"
    assert journalled("rubric.cloned").after["from"] == draft.pk


def test_figures_that_do_not_fit_are_refused_and_named(db: None, open_data: dict[str, Any]) -> None:
    draft = services.load_rubric(actor=None, data=open_data)
    with pytest.raises(services.Refused) as refusal:
        services.clone_rubric(actor=None, rubric=draft, figures=FIGURES | {"set": {"nowhere.at.all": {"points": 1}}})
    assert refusal.value.code == "figures"
    assert "nowhere.at.all" in refusal.value.params["detail"]
    assert Rubric.objects.count() == 1


def test_a_published_rubric_is_neither_published_again_nor_deleted(rubric: Rubric) -> None:
    with pytest.raises(NotPossible):
        services.publish_rubric(actor=None, rubric=rubric, version=rubric.version)
    with pytest.raises(NotPossible):
        services.delete_draft(actor=None, rubric=rubric, version=rubric.version)
    rubric.refresh_from_db()
    assert rubric.state == "published"


def test_publishing_a_draft_that_somebody_else_published_meanwhile_is_a_conflict(
    db: None, small: dict[str, Any]
) -> None:
    draft = services.load_rubric(actor=None, data=small)
    seen_by_another = Rubric.objects.get(pk=draft.pk)
    services.publish_rubric(actor=None, rubric=draft, version=draft.version)
    with pytest.raises(Conflict):
        services.publish_rubric(actor=None, rubric=seen_by_another, version=seen_by_another.version)
    assert verbs().count("rubric.published") == 1


def test_a_retired_rubric_starts_nothing_new(administrator: User, rubric: Rubric) -> None:
    services.retire_rubric(actor=administrator, rubric=rubric, version=rubric.version)
    assert list(selectors.published_rubrics(administrator)) == []
    assert journalled("rubric.retired").after == {"state": "retired"}


def test_a_draft_that_is_thrown_away_leaves_nothing_but_the_journal(db: None, small: dict[str, Any]) -> None:
    draft = services.load_rubric(actor=None, data=small)
    services.delete_draft(actor=None, rubric=draft, version=draft.version)
    assert not Rubric.objects.exists()
    assert not Category.objects.exists()
    assert not Clause.objects.exists()
    assert journalled("rubric.deleted").before["code"] == "small-2026"
