"""What is published cannot be changed by any request: every address of the workbench is posted to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from rubrics import services
from rubrics.models import Category, Clause, DraftChange, Grading, Item, Panel, Rubric, Series
from rubrics.selectors.definitions import file_shape_of
from rubrics.services import editing
from tests.access.walk import routes
from units.models import User

MODELS: dict[str, Any] = {
    "category": Category, "item": Item, "clause": Clause, "series": Series, "panel": Panel, "grading": Grading,
}  # fmt: skip
SECTIONS = ("general", "providers", "ranking")
ALLOWED = ("retire/", "copy/", "try/", "adopt/")
"""What may be done with a published rubric: none of these changes what it says."""
POSTED: tuple[dict[str, str], ...] = (
    {},
    {"direction": "up", "kind": "category", "number": "", "text": "换", "source_text": "换", "version": "VERSION"},
    {"parent": "", "position": "0", "kind": "series", "after": "0", "version": "1"},
    {"f.title": "换", "f.text": "换", "f.code": "other", "f.points": "9", "f.effect": "award", "f.basis": "count",
     "f.year": "2030", "f.total": "9", "f.rounding.digits": "1", "version": "1"},
)  # fmt: skip


def addresses() -> list[str]:
    """Every address of one rubric, found in the resolver so that new ones are posted to as well."""
    found = [route for route in routes() if re.match(r"rubrics/<int:pk>/", route)]
    return [route for route in found if not route.endswith(ALLOWED)]


def keyed(route: str, rubric: Rubric, keys: dict[str, list[str]]) -> Iterator[str]:
    """The address with the rubric's key, for every kind of entry where it names one."""
    path = "/" + route.replace("<int:pk>", str(rubric.pk))
    if "<slug:kind>" in path:
        for kind, found in keys.items():
            for key in found:
                yield re.sub(r"<\w+:\w+>", key, path.replace("<slug:kind>", kind))
    else:
        yield re.sub(r"<\w+:\w+>", "1", path)


@pytest.fixture
def published(db: None, small: dict[str, Any]) -> Rubric:
    """A rubric that was edited, so that there is something to undo, and then published."""
    draft = services.load_rubric(actor=None, data=small)
    editing.add_entry(actor=None, rubric=draft, kind="panel", shape={"code": "second", "groups": [{"code": "g"}]})
    services.publish_rubric(actor=None, rubric=draft, version=draft.version)
    return draft


@pytest.fixture
def keys(published: Rubric) -> dict[str, list[str]]:
    """One entry of each kind, and sections of the top."""
    found = {kind: [str(model.objects.earliest("pk").pk)] for kind, model in MODELS.items()}
    return {**found, "head": list(SECTIONS)}


def state(rubric: Rubric) -> tuple[Any, ...]:
    """All that a request could have changed."""
    stored = Rubric.objects.get(pk=rubric.pk)
    rows = {kind: list(model.objects.order_by("pk").values()) for kind, model in MODELS.items()}
    columns = {field.attname: getattr(stored, field.attname) for field in Rubric._meta.concrete_fields}
    return columns, file_shape_of(stored), rows, DraftChange.objects.count(), Rubric.objects.count()


def test_the_editing_addresses_are_among_those_that_are_posted_to() -> None:
    found = set(addresses())
    for tail in ("add/", "undo/", "<slug:kind>/<slug:key>/", "<slug:kind>/<slug:key>/move/",
                 "<slug:kind>/<slug:key>/duplicate/", "<slug:kind>/<slug:key>/delete/"):  # fmt: skip
        assert f"rubrics/<int:pk>/workbench/{tail}" in found


@pytest.mark.parametrize("retired", [False, True], ids=["published", "retired"])
def test_no_request_changes_what_is_published(
    published: Rubric, keys: dict[str, list[str]], as_user: Callable[[User], Client], administrator: User, retired: bool
) -> None:
    """Seen to fail with `state=DRAFT` taken out of the UPDATE in `editing`: every address of the workbench changes it."""
    if retired:
        services.retire_rubric(actor=None, rubric=published, version=published.version)
    before = state(published)
    client = as_user(administrator)
    posted = POSTED[1:] if retired else POSTED
    for route in addresses():
        for path in keyed(route, published, keys):
            for data in posted:
                sent = {name: value.replace("VERSION", str(published.version)) for name, value in data.items()}
                for headers in ({"HX-Request": "true"},) if retired else ({}, {"HX-Request": "true"}):
                    answer = client.post(path, sent, headers=headers)
                    assert answer.status_code < 500, path
            assert state(published) == before, path


def test_a_post_of_the_workbench_is_answered_with_a_sentence(
    published: Rubric, keys: dict[str, list[str]], as_user: Callable[[User], Client], administrator: User
) -> None:
    client = as_user(administrator)
    for tail in ("move/", "duplicate/", "delete/"):
        path = f"/rubrics/{published.pk}/workbench/item/{keys['item'][0]}/{tail}"
        answer = client.post(path, {"direction": "up"}, headers={"HX-Request": "true"})
        assert answer.status_code == 409, tail
        assert "已经发布" in answer.content.decode()
