"""Any sequence of edits, undone change by change, ends where it began, to the last key and position."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from appraisal_site.toolkit.conflicts import Conflict
from rubrics import services
from rubrics.models import Category, Clause, DraftChange, Grading, Item, Panel, Rubric, Series
from rubrics.selectors.definitions import file_shape_of
from rubrics.selectors.drafts import draft_of, entry_of
from rubrics.services import Refused, editing
from tests.rubrics.conftest import SMALL

MODELS: dict[str, Any] = {
    "category": Category, "item": Item, "clause": Clause, "series": Series, "panel": Panel, "grading": Grading,
}  # fmt: skip
KINDS = st.sampled_from(list(MODELS))
NUMBER = st.integers(0, 40)
CODES = st.sampled_from(["conduct", "meetings", "late", "a", "b", "c", "work", "grade", "offices", "public"])


def pick(kind: str, number: int) -> Any | None:
    rows = list(MODELS[kind].objects.order_by("pk"))
    return rows[number % len(rows)] if rows else None


def parent_key(kind: str, number: int) -> int | None:
    above = {"item": "category", "clause": "item", "category": "category"}.get(kind)
    row = pick(above, number) if above and (kind != "category" or number % 3) else None
    return None if row is None else row.pk


def key_of(kind: str, number: int) -> int:
    row = pick(kind, number)
    return 0 if row is None else row.pk


def rewrite(draft: Rubric, kind: str, number: int, code: str) -> None:
    entry = entry_of(draft, kind, key_of(kind, number)) if pick(kind, number) else None
    if entry is None:
        return
    shape = {**entry.shape, "code": code, "title" if kind != "clause" else "text": f"改 {number}"}
    if kind == "item":
        shape["groups"] = [{"code": "g", "limit": "1", "clauses": ["late", "a"]}]
    if kind == "grading":
        when = {"node_at_least": {"conduct.meetings": "3"}, "has_fact": ["conduct.meetings.late"]}
        shape["rules"] = [{"code": code, "when": when, "quota": {"offices": "1"}}]
    editing.change_entry(actor=None, rubric=draft, kind=kind, key=entry.key, version=entry.version, shape=shape)


def set_head(draft: Rubric, number: int, code: str) -> None:
    shapes: list[tuple[str, dict[str, Any]]] = [
        ("ranking", {"ranking": {"tie_breakers": ["conduct.meetings", code]}}),
        ("rounding", {"rounding": {"digits": str(number % 4)}}),
        ("general", {"title": f"办法 {number}", "year": str(2026 + number % 2), "code": code, "total": "100"}),
        ("providers", {"providers": [{"code": code}, {"code": "audit", "title": "审计"}]}),
        ("procedure", {"procedure": {"certificate": {"grades": ["excellent", code]}}}),
    ]
    section, shape = shapes[number % len(shapes)]
    version = entry_of(draft, "head", section).version
    editing.change_entry(actor=None, rubric=draft, kind="head", key=section, version=version, shape=shape)


def replace(draft: Rubric, number: int) -> None:
    """Another order, something left out, something new: what an import might bring."""
    shape = file_shape_of(draft)
    for name in ("categories", "series", "gradings"):
        entries = list(shape.get(name, ()))[::-1]
        shape[name] = entries[: max(1, len(entries) - number % 2)]
    for category in shape["categories"]:
        items = [{**item, "title": f"换 {number}"} for item in category.get("items", ())][::-1]
        items.append(
            {"code": f"new-{number}", "points": "1", "clauses": [{"code": "x", "text": "新", "effect": "record"}]}
        )
        category["items"] = list({item["code"]: item for item in items}.values())
    shape = {name: value for name, value in shape.items() if value}
    editing.replace_content(actor=None, rubric=draft, version=draft.version, content=shape)


EDITS: dict[str, Any] = {
    "add": lambda d, kind, n, m, code: editing.add_entry(
        actor=None, rubric=d, kind=kind, parent=parent_key(kind, n), after=None if m % 2 else editing.LAST,
        shape={"code": code} if m % 3 == 0 else None,
    ),
    "change": lambda d, kind, n, m, code: rewrite(d, kind, n, code),
    "head": lambda d, kind, n, m, code: set_head(d, n, code),
    "copy": lambda d, kind, n, m, code: editing.duplicate_entry(actor=None, rubric=d, kind=kind, key=key_of(kind, n)),
    "delete": lambda d, kind, n, m, code: editing.delete_entry(actor=None, rubric=d, kind=kind, key=key_of(kind, n)),
    "step": lambda d, kind, n, m, code: editing.step_entry(
        actor=None, rubric=d, kind=kind, key=key_of(kind, n), direction=editing.DIRECTIONS[m % 4]
    ),
    "move": lambda d, kind, n, m, code: editing.move_entry(
        actor=None, rubric=d, kind=kind, key=key_of(kind, n), parent=parent_key(kind, m), position=m % 4
    ),
    "replace": lambda d, kind, n, m, code: replace(d, n),
    "undo": lambda d, kind, n, m, code: editing.undo(actor=None, rubric=d),
}  # fmt: skip
EDIT = st.tuples(st.sampled_from(list(EDITS)), KINDS, NUMBER, NUMBER, CODES)


def keys() -> dict[str, set[int]]:
    return {kind: set(model.objects.values_list("pk", flat=True)) for kind, model in MODELS.items()}


ANYHOW = st.tuples(st.sampled_from([*EDITS, "undo one", "undo one"]), KINDS, NUMBER, NUMBER, CODES)


def undo_one(draft: Rubric, number: int) -> None:
    editing.undo(actor=None, rubric=draft, number=draft.version - number % 6)


def apply(draft: Rubric, edit: tuple[Any, ...]) -> None:
    """One edit; a refused one leaves the draft's version as it is, and the draft can always be read."""
    name, kind, first, second, code = edit
    version, shape = draft.version, file_shape_of(draft)
    try:
        if name == "undo one":
            undo_one(draft, first)
        else:
            EDITS[name](draft, kind, first, second, code)
    except (Refused, Conflict):
        assert draft.version == version
        assert file_shape_of(draft) == shape
    stored = Rubric.objects.get(pk=draft.pk)
    assert (stored.version, stored.head, stored.title) == (draft.version, draft.head, draft.title)
    found = draft_of(draft)
    assert found.shape == file_shape_of(draft)
    assert found.definition is not None
    assert "duplicate_code" not in {problem.code for problem in found.problems if problem.path[0] == "categories"}


class TestUndoing(TestCase):
    """Cases of Django, since each example needs a database of its own."""

    @settings(max_examples=min(settings().max_examples // 2, 1_000))
    @given(edits=st.lists(EDIT, max_size=12))
    def test_edits_undone_one_by_one_leave_the_draft_as_it_was(self, edits: list[tuple[Any, ...]]) -> None:
        draft = services.load_rubric(actor=None, data=SMALL)
        before, rows = file_shape_of(draft), keys()
        for edit in edits:
            apply(draft, edit)
        while True:
            try:
                editing.undo(actor=None, rubric=draft)
            except Refused as refused:
                assert refused.code == "nothing_to_undo"
                break
        assert file_shape_of(draft) == before
        assert keys() == rows
        numbers = list(DraftChange.objects.order_by("number").values_list("number", flat=True))
        assert draft.version == (numbers or [1])[-1]

    @settings(max_examples=min(settings().max_examples // 2, 1_000))
    @given(edits=st.lists(ANYHOW, max_size=12))
    def test_changes_undone_in_any_order_leave_a_draft_that_can_be_read(self, edits: list[tuple[Any, ...]]) -> None:
        draft = services.load_rubric(actor=None, data=SMALL)
        for edit in edits:
            apply(draft, edit)


def test_what_the_sequences_do_is_done(db: None) -> None:
    """The property proves nothing where every edit is refused."""
    for name in EDITS:
        draft = services.load_rubric(actor=None, data={**SMALL, "code": f"of-{name.replace(' ', '-')}"})
        editing.add_entry(actor=None, rubric=draft, kind="category")
        Rubric.objects.exclude(pk=draft.pk).delete()
        before = file_shape_of(draft)
        EDITS[name](draft, "item", 1, 0, "fresh")
        assert file_shape_of(draft) != before, name


@pytest.mark.parametrize("kind", MODELS)
def test_every_kind_of_entry_is_deleted_and_brought_back(db: None, kind: str) -> None:
    draft = services.load_rubric(actor=None, data=SMALL)
    before = file_shape_of(draft)
    editing.delete_entry(actor=None, rubric=draft, kind=kind, key=key_of(kind, 0))
    assert file_shape_of(draft) != before
    editing.undo(actor=None, rubric=draft)
    assert file_shape_of(draft) == before
