"""Before publishing: what stops it, what it would freeze, what changed since the version before. Drafts may be wrong."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rubrics import selectors, services
from rubrics.definition import canonical
from rubrics.differences import between_shapes
from rubrics.files import read_yaml
from rubrics.models import Category, Clause, Cycle, Item, Rubric
from rubrics.selectors import differences
from rubrics.selectors.readiness import readiness_of
from tests.cast import PASSWORD
from units.models import User


@pytest.fixture
def admin_client(as_user: Callable[[User], Client], administrator: User) -> Client:
    return as_user(administrator)


@pytest.fixture
def draft(db: None, small: dict[str, Any]) -> Rubric:
    """The small rubric as a draft."""
    return services.load_rubric(actor=None, data=small)


def spoil(rubric: Rubric, **columns: Any) -> Rubric:
    """The clause "late" as a workbench may leave it; every change makes a new version."""
    Clause.objects.filter(item__category__rubric=rubric, code="late").update(**columns)
    return touched(rubric)


def touched(rubric: Rubric) -> Rubric:
    Rubric.objects.filter(pk=rubric.pk).update(version=rubric.version + 1)
    rubric.refresh_from_db()
    return rubric


@pytest.fixture
def wrong(draft: Rubric) -> Rubric:
    """A draft with two errors: a clause without words and without its figure."""
    return spoil(draft, text="", parameters={})


@pytest.fixture
def hopeless(draft: Rubric) -> Rubric:
    """A draft of which nothing can be read: it is no rubric at all."""
    Rubric.objects.filter(pk=draft.pk).update(head={"format": "something/9"})
    return touched(draft)


def address(name: str, rubric: Rubric) -> str:
    return reverse(f"rubrics:{name}", args=[rubric.pk])


def text(answer: Any) -> str:
    return answer.content.decode()  # type: ignore[no-any-return]


# --- what stops publishing ------------------------------------------------------------------------------------------


def test_publishing_is_refused_while_one_error_remains(wrong: Rubric) -> None:
    with pytest.raises(services.Refused, match="errors") as refused:
        services.publish_rubric(actor=None, rubric=wrong, version=wrong.version)
    assert {problem.path[-1] for problem in refused.value.problems} >= {"text", "points"}
    wrong.refresh_from_db()
    assert (wrong.state, wrong.fingerprint) == ("draft", "")
    spoil(wrong, text="迟到", parameters={"points": "0.5"})
    assert services.publish_rubric(actor=None, rubric=wrong, version=wrong.version).state == "published"


def test_publishing_is_refused_over_http_and_says_where_to_go(admin_client: Client, wrong: Rubric) -> None:
    url = address("publish", wrong)
    answer = admin_client.post(url, {"version": wrong.version, "password": PASSWORD})
    assert answer["Location"] == url
    wrong.refresh_from_db()
    assert wrong.state == "draft"
    page = admin_client.get(url)
    clause = Clause.objects.get(item__category__rubric=wrong, code="late")
    assert f"{address('workbench', wrong)}?at=clause-{clause.pk}" in text(page)
    assert 'type="password"' not in text(page)
    assert len(page.context["ready"].errors) >= 2


def test_an_open_figure_is_listed_with_the_way_to_it(admin_client: Client, draft: Rubric) -> None:
    spoil(draft, parameters={}, body={"open": True})
    page = admin_client.get(address("publish", draft))
    (left,) = page.context["ready"].open
    assert left.text == "conduct.meetings.late"
    assert left.url in text(page)
    with pytest.raises(services.Refused, match="open"):
        services.publish_rubric(actor=None, rubric=draft, version=draft.version)


def test_the_fingerprint_that_is_shown_is_the_one_it_gets(admin_client: Client, draft: Rubric) -> None:
    shown = admin_client.get(address("publish", draft)).context["fingerprint"].replace(" ", "")
    admin_client.post(address("publish", draft), {"version": draft.version, "password": PASSWORD})
    draft.refresh_from_db()
    assert draft.fingerprint == shown


def test_a_change_between_looking_and_publishing_is_a_conflict(admin_client: Client, draft: Rubric) -> None:
    seen = draft.version
    spoil(draft, parameters={"points": "5"})
    answer = admin_client.post(address("publish", draft), {"version": seen, "password": PASSWORD})
    assert answer.status_code == 409
    draft.refresh_from_db()
    assert draft.state == "draft"


# --- pages of a draft with errors -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["rubric", "download", "publish", "clone", "differences", "workbench"])
def test_a_draft_with_errors_can_be_looked_at_everywhere(admin_client: Client, wrong: Rubric, name: str) -> None:
    assert admin_client.get(address(name, wrong)).status_code == 200


@pytest.mark.parametrize("name", ["rubric", "publish", "clone", "differences"])
def test_a_draft_that_cannot_be_read_is_told_so(admin_client: Client, hopeless: Rubric, name: str) -> None:
    assert admin_client.get(address(name, hopeless)).status_code == 200
    assert not readiness_of(hopeless).ready


def test_a_draft_that_cannot_be_read_is_not_published_and_not_downloaded(
    admin_client: Client, hopeless: Rubric
) -> None:
    with pytest.raises(services.Refused, match="errors"):
        services.publish_rubric(actor=None, rubric=hopeless, version=hopeless.version)
    assert admin_client.get(address("download", hopeless)).status_code in (200, 302)


def test_the_page_of_a_draft_with_errors_leads_to_the_workbench(admin_client: Client, wrong: Rubric) -> None:
    page = text(admin_client.get(address("rubric", wrong)))
    assert address("workbench", wrong) in page
    assert address("publish", wrong) not in page
    assert 'aria-disabled="true"' in page


# --- copies ---------------------------------------------------------------------------------------------------------


def test_a_draft_with_errors_is_copied_as_it_stands(wrong: Rubric, administrator: User) -> None:
    clone = services.clone_rubric(actor=administrator, rubric=wrong, title="次年办法", year=2027)
    assert (clone.title, clone.year, clone.edition, clone.cloned_from) == ("次年办法", 2027, 1, wrong)
    old, new = selectors.file_shape_of(wrong), selectors.file_shape_of(clone)
    assert new == {**old, "title": "次年办法", "year": "2027"}
    late = Clause.objects.get(item__category__rubric=clone, code="late")
    assert (late.text, late.parameters) == ("", {})
    for model, path in ((Category, "rubric"), (Item, "category__rubric")):
        assert model.objects.filter(**{path: clone}).count() == model.objects.filter(**{path: wrong}).count()


def test_figures_cannot_be_filled_into_a_draft_with_errors(wrong: Rubric) -> None:
    with pytest.raises(services.Refused, match="errors"):
        services.clone_rubric(actor=None, rubric=wrong, figures={"format": "appraisal-figures/1"})
    assert Rubric.objects.count() == 1


def test_a_new_version_is_one_press_away(admin_client: Client, rubric: Rubric) -> None:
    page = text(admin_client.get(address("rubric", rubric)))
    assert f'value="{rubric.code}"' in page
    made = admin_client.post(
        address("clone", rubric), {"title": rubric.title, "code": rubric.code, "year": rubric.year}
    )
    draft = Rubric.objects.get(edition=2)
    assert (draft.code, draft.year, draft.state, draft.cloned_from) == (rubric.code, rubric.year, "draft", rubric)
    assert made["Location"] == address("workbench", draft)


def test_the_form_of_a_copy_speaks_of_next_year(admin_client: Client, rubric: Rubric) -> None:
    form = admin_client.get(address("clone", rubric)).context["form"]
    assert (form["year"].value(), form["code"].value()) == (2027, "small-2027")


# --- differences ----------------------------------------------------------------------------------------------------


@pytest.fixture
def edition(rubric: Rubric, small: dict[str, Any]) -> Rubric:
    """A second edition as a draft: a figure changed, a clause reworded, one added, a panel gone."""
    data = deepcopy(small)
    items = data["categories"][0]["items"]
    items[0]["clauses"][0]["points"] = 1
    items[0]["clauses"].append({"code": "early", "text": "早退", "effect": "deduct", "basis": "count", "points": 1})
    data["categories"][1]["items"][0]["clauses"][0]["text"] = "全面完成计划"
    draft = services.load_rubric(actor=None, data=data)
    Rubric.objects.filter(pk=draft.pk).update(cloned_from=rubric)
    draft.refresh_from_db()
    return draft


def test_the_summary_counts_what_came_changed_and_went(edition: Rubric, rubric: Rubric) -> None:
    found = differences.summary_of(edition)
    assert found is not None
    assert (found.other, found.added, found.changed, found.removed) == (rubric, 1, 2, 0)
    assert found.url == f"{address('differences', edition)}?with={rubric.pk}"
    assert "1" in found.text and "2" in found.text
    assert differences.summary_of(rubric) is None


def test_the_name_of_a_copy_is_no_difference_worth_counting(rubric: Rubric) -> None:
    copy = services.clone_rubric(actor=None, rubric=rubric, year=2027, title="次年")
    found = differences.summary_of(copy)
    assert found is not None and (found.added, found.changed, found.removed) == (0, 0, 0)


def test_the_page_lists_old_and_new_and_filters_by_manner(admin_client: Client, edition: Rubric) -> None:
    page = admin_client.get(address("differences", edition))
    rows = {row.code: row for group in page.context["page"].groups for row in group.rows}
    assert set(rows) == {"conduct.meetings.late", "conduct.meetings.early", "work.plan.done"}
    (told,) = rows["conduct.meetings.late"].told
    assert (told.label, told.was, told.now) == ("每次分值", "0.5", "1")
    assert "<del>0.5</del>" in text(page) and "<ins>1</ins>" in text(page)
    added = admin_client.get(address("differences", edition), {"manner": "added"})
    assert [row.code for group in added.context["page"].groups for row in group.rows] == ["conduct.meetings.early"]


def test_side_by_side_marks_the_words_that_changed(admin_client: Client, edition: Rubric) -> None:
    page = admin_client.get(address("differences", edition), {"view": "sides"})
    rows = {row.code: row for group in page.context["page"].groups for row in group.rows}
    late = rows["conduct.meetings.late"]
    assert "".join(piece.text for piece in late.old.says if piece.marked)
    assert rows["conduct.meetings.early"].old.code == ""
    assert "<del>" in text(page)


def test_any_two_versions_can_be_compared_the_other_way_round_too(
    admin_client: Client, edition: Rubric, rubric: Rubric
) -> None:
    page = admin_client.get(address("differences", rubric), {"with": edition.pk})
    assert page.context["other"] == edition
    assert page.context["removed"] == 1


def test_every_part_is_told_in_words(admin_client: Client, rubric: Rubric, small: dict[str, Any]) -> None:
    """Nothing on the page is a raw key of the file where the declaration has a word for it."""
    data = deepcopy(small)
    data["gradings"][0]["rules"][0] |= {"quota": {"percent": 20}, "tie": "stop"}
    data["gradings"][0]["rules"][1]["when"] = {"has_tag": ["key"], "in_series": ["offices"]}
    data["procedure"]["reviewers"] = {"min": 3, "max": 5}
    data["procedure"]["demands"] = [{"code": "minutes", "text": "形成纪要", "phase": "review"}]
    data["rounding"] = {"digits": 1, "at": "total"}
    data["categories"][0]["items"][0] |= {"floor": "none", "applies_to": {"series": ["offices"]},
                                          "when_not_applicable": "full"}  # fmt: skip
    other = services.load_rubric(actor=None, data=data)
    page = admin_client.get(address("differences", other), {"with": rubric.pk})
    told = {told.label: told.now for group in page.context["page"].groups for row in group.rows for told in row.told}
    assert told["下限"] == "不设"
    assert told["适用范围"].startswith("系列")
    assert told["名额"] == "20%"
    assert told["名额处并列"] == "并列者都不给"
    assert told["小数位数"] == "1" and told["在哪一级进位"] == "只在总分"
    assert "形成纪要" in told["程序要求"] and "评审" in told["程序要求"]
    assert "至少 3" in told["评审人数"]


def test_a_version_the_person_may_not_see_is_not_there(
    as_user: Callable[[User], Client], clerk: User, edition: Rubric, rubric: Rubric, start: Callable[..., Cycle]
) -> None:
    start()
    client = as_user(clerk)
    page = client.get(address("differences", rubric))
    assert page.status_code == 200
    assert page.context["other"] is None
    assert client.get(address("differences", rubric), {"with": edition.pk}).status_code == 404
    assert client.get(address("differences", edition)).status_code == 404
    assert edition.title not in text(page).replace(rubric.title, "", 50) or edition.title == rubric.title


def test_the_page_of_differences_asks_the_same_number_of_queries_however_many_there_are(
    admin_client: Client, rubric: Rubric, edition: Rubric, small: dict[str, Any]
) -> None:
    def asked(one: Rubric) -> int:
        differences.reading._known.clear()
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(address("differences", one), {"with": rubric.pk}).status_code == 200
        return len(queries)

    data = deepcopy(small)
    clauses = data["categories"][0]["items"][0]["clauses"]
    clauses += [
        {"code": f"c{n}", "text": f"第{n}条", "effect": "deduct", "basis": "count", "points": 1} for n in range(30)
    ]
    many = services.load_rubric(actor=None, data=data)
    few = services.load_rubric(actor=None, data=small)
    for one in (few, many):
        asked(one)
    assert asked(few) == asked(many)


def test_what_changed_about_one_entry_stands_beside_it(edition: Rubric) -> None:
    assert differences.beside(edition, "conduct.meetings.late") == ["每次分值：0.5 → 1"]
    assert differences.beside(edition, "conduct.meetings.early") == ["新增"]
    for quiet in ("conduct", "conduct.meetings", "series.offices", "gradings.grade", "general", "period", "nowhere"):
        assert differences.beside(edition, quiet) == []
    Rubric.objects.filter(pk=edition.pk).update(head={**edition.head, "total": "120"})
    assert differences.beside(touched(edition), "general") == ["总分：100 → 120"]


@pytest.mark.parametrize("name", ["land-bureau", "showcase", "archives"])
def test_what_is_stored_is_compared_as_what_it_means(db: None, name: str) -> None:
    """A shipped rubric as rows differs from its copy in nothing but the names, and from its definition in nothing."""
    path = Path(__file__).parents[2] / "fixtures" / "rubrics" / f"{name}.yaml"
    rubric = services.load_rubric(actor=None, data=read_yaml(path.read_bytes()))
    copy = services.clone_rubric(actor=None, rubric=rubric, year=rubric.year + 1)
    (found,) = differences.differences_of(rubric, copy)
    assert [change.path for change in found.changes] == [("year",)]
    shape = canonical(selectors.definition_of(rubric))
    assert between_shapes(shape, selectors.file_shape_of(rubric)) == ()
