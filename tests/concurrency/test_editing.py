"""Two administrators in one draft at the same moment: on one entry, on two, and while it is published."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from appraisal_site.toolkit.conflicts import Conflict
from rubrics import services
from rubrics.definition import fingerprint
from rubrics.models import DraftChange, Item, Rubric
from rubrics.selectors.definitions import definition_of, file_shape_of
from rubrics.services import Refused, editing
from tests.concurrency.races import losers, race, winners
from tests.rubrics.conftest import SMALL
from units.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines, pytest.mark.long]


@pytest.fixture
def draft(administrator: User) -> Rubric:
    return services.load_rubric(actor=None, data=deepcopy(SMALL))


def save(actor: User, draft: Rubric, code: str, version: int, title: str) -> Any:
    """One editor's save of an item, with a page of their own."""
    item = Item.objects.get(code=code)
    mine = Rubric.objects.get(pk=draft.pk)
    shape = {"code": code, "title": title, "points": item.points}
    return editing.change_entry(actor=actor, rubric=mine, kind="item", key=item.pk, version=version, shape=shape)


def both_save(administrator: User, draft: Rubric, version: int, number: int) -> list[Any]:
    return race(
        *[lambda who=who: save(administrator, draft, "plan", version, f"{who} 第{number}轮") for who in ("甲", "乙")]
    )


def test_one_editor_saves_and_the_other_is_told_what_is_stored(administrator: User, draft: Rubric, rounds: int) -> None:
    for number in range(rounds):
        version = Item.objects.get(code="plan").version
        came_to = both_save(administrator, draft, version, number)
        (saved,) = winners(came_to)
        (conflict,) = losers(came_to, Conflict)
        assert (conflict.sent, conflict.current) == (version, version + 1)
        assert conflict.stored.shape["title"] == saved.title == Item.objects.get(code="plan").title
        assert DraftChange.objects.count() == number + 1


def test_editors_of_different_entries_and_of_the_tree_do_not_disturb_one_another(
    administrator: User, draft: Rubric, rounds: int
) -> None:
    def at_once(versions: dict[str, int]) -> list[Any]:
        def add() -> Any:
            return editing.add_entry(actor=administrator, rubric=Rubric.objects.get(pk=draft.pk), kind="category")

        saves = [
            lambda code=code: save(administrator, draft, code, versions[code], f"第{versions[code]}版")
            for code in ("plan", "meetings")
        ]
        return race(*saves, add, add)

    for _round in range(rounds):
        came_to = at_once(dict(Item.objects.values_list("code", "version")))
        assert losers(came_to) == [], came_to
    numbers = list(DraftChange.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(2, 2 + 4 * rounds))
    codes = [category["code"] for category in file_shape_of(draft)["categories"]]
    assert len(codes) == len(set(codes)) == 2 + 2 * rounds


def test_a_change_is_taken_back_once(administrator: User, draft: Rubric, rounds: int) -> None:
    before = file_shape_of(draft)
    for _round in range(rounds):
        gone = editing.delete_entry(
            actor=administrator, rubric=draft, kind="item", key=Item.objects.get(code="plan").pk
        )  # fmt: skip
        came_to = race(
            *[
                lambda: editing.undo(actor=administrator, rubric=Rubric.objects.get(pk=draft.pk), number=gone.number)  # noqa: B023
                for _ in range(3)
            ]
        )
        assert len(winners(came_to)) == 1, came_to
        assert {refused.code for refused in losers(came_to, Refused)} == {"nothing_to_undo"}
        assert file_shape_of(draft) == before


def test_what_is_published_while_somebody_saves_holds_the_save_or_refuses_it(administrator: User, rounds: int) -> None:
    for number in range(rounds):
        draft = services.load_rubric(actor=None, data={**deepcopy(SMALL), "code": f"of-{number}"})
        item = Item.objects.get(code="plan", category__rubric=draft)
        shape = {"code": "plan", "title": "最后一刻", "points": "60", "start": "zero"}

        def publish(draft: Rubric = draft) -> Any:
            mine = Rubric.objects.get(pk=draft.pk)
            return services.publish_rubric(actor=administrator, rubric=mine, version=mine.version)

        def change(draft: Rubric = draft, item: Item = item, shape: dict[str, Any] = shape) -> Any:
            mine = Rubric.objects.get(pk=draft.pk)
            return editing.change_entry(
                actor=administrator, rubric=mine, kind="item", key=item.pk, version=1, shape=shape
            )  # fmt: skip

        published, changed = race(publish, change)
        stored = Rubric.objects.get(pk=draft.pk)
        title = definition_of(stored).nodes["work.plan"].title
        if isinstance(changed, Refused):
            assert changed.code == "not_draft"
            assert title == "年度计划"
        else:
            assert title == "最后一刻"
        if not isinstance(published, Exception):
            assert stored.fingerprint == fingerprint(definition_of(stored))
        else:
            assert isinstance(published, Conflict)


def test_without_the_guard_one_editor_covers_the_other(
    administrator: User, draft: Rubric, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editing.edit.Edit, "demand_version", lambda self, row, version: None)
    came_to = both_save(administrator, draft, 1, 0)
    assert losers(came_to) == []
    assert Item.objects.get(code="plan").version == 3
