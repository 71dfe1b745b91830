"""A draft changed entry by entry: what each change writes, what it refuses, and what the history and journal keep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from appraisal_site.toolkit.conflicts import Conflict
from rubrics import services
from rubrics.models import Category, Clause, DraftChange, Grading, Item, Panel, Rubric, Series
from rubrics.selectors.definitions import definition_of, file_shape_of
from rubrics.selectors.drafts import changes_of, draft_of, entry_of, last_change
from rubrics.services import Refused, editing
from tests.rubrics.material import shape_of_size
from units.models import JournalEntry, User

MODELS = {"category": Category, "item": Item, "clause": Clause, "series": Series, "panel": Panel, "grading": Grading}


@pytest.fixture
def draft(db: None, small: dict[str, Any]) -> Rubric:
    """The small rubric as a draft."""
    return services.load_rubric(actor=None, data=small)


def row(kind: str, code: str) -> Any:
    return MODELS[kind].objects.get(code=code)


def change(draft: Rubric, kind: str, code: str, actor: User | None = None, /, **fields: Any) -> Any:
    """Change some fields of an entry as somebody who has just opened it."""
    found = row(kind, code)
    entry = entry_of(draft, kind, found.pk)
    shape = {name: value for name, value in {**entry.shape, **fields}.items() if value is not None}
    return editing.change_entry(
        actor=actor, rubric=draft, kind=kind, key=found.pk, version=entry.version, shape=shape
    )  # fmt: skip


def section(draft: Rubric, name: str, shape: dict[str, Any]) -> Any:
    entry = entry_of(draft, "head", name)
    return editing.change_entry(actor=None, rubric=draft, kind="head", key=name, version=entry.version, shape=shape)


def codes(kind: str, **where: Any) -> list[str]:
    return list(MODELS[kind].objects.filter(**where).order_by("position", "pk").values_list("code", flat=True))


# --- changing ---------------------------------------------------------------------------------------------------------


def test_a_change_is_written_and_raises_the_versions_of_the_row_and_of_the_draft(draft: Rubric) -> None:
    before = draft.version
    entry = change(draft, "clause", "late", points="1", limit="5")
    clause = row("clause", "late")
    assert (clause.parameters, clause.body["limit"]) == ({"points": "1", "per": "人次"}, "5")
    assert (entry.version, clause.version) == (2, 2)
    assert draft.version == before + 1 == Rubric.objects.get(pk=draft.pk).version
    assert definition_of(draft).clauses["conduct.meetings.late"].limit == 5


def test_another_basis_takes_its_own_parameters_along(draft: Rubric) -> None:
    shape = {
        "code": "late",
        "text": "迟到",
        "effect": "award",
        "basis": "ratio",
        "points": "3",
        "target": "9",
        "from": "1",
    }
    found = row("clause", "late")
    editing.change_entry(actor=None, rubric=draft, kind="clause", key=found.pk, version=1, shape=shape)
    found.refresh_from_db()
    assert found.parameters == {"points": "3", "target": "9", "from": "1"}
    assert found.body == {}
    assert entry_of(draft, "clause", found.pk).shape == shape


def test_a_draft_may_be_left_incomplete_and_the_checks_say_so(draft: Rubric) -> None:
    change(draft, "clause", "late", text=None, points=None)
    change(draft, "item", "plan", points=None, title=None)
    change(draft, "grading", "grade", rules=None)
    found = draft_of(draft)
    assert found.definition is not None
    places = {(problem.code, found.place_of(problem).full_code) for problem in found.problems}
    assert ("missing", "conduct.meetings.late") in places
    assert ("missing_figure", "conduct.meetings.late") in places
    assert any(place == "work.plan" for _code, place in places)
    assert not found.publishable


def test_saving_what_is_stored_already_writes_nothing(draft: Rubric) -> None:
    version = draft.version
    change(draft, "item", "plan")
    assert (draft.version, Rubric.objects.get(pk=draft.pk).version) == (version, version)
    assert DraftChange.objects.count() == 0


def test_who_comes_second_on_an_entry_is_told_what_is_stored(draft: Rubric) -> None:
    """Seen to fail with `edit.demand_version` taken out of `change_entry`: the second change then covers the first."""
    found = row("item", "plan")
    change(draft, "item", "plan", title="他人的标题")
    with pytest.raises(editing.Clash) as clash:
        editing.change_entry(
            actor=None, rubric=draft, kind="item", key=found.pk, version=1, shape={"code": "plan", "title": "我的标题"}
        )
    assert isinstance(clash.value, Conflict)
    assert (clash.value.sent, clash.value.current) == (1, 2)
    assert clash.value.stored.shape["title"] == "他人的标题"
    assert Rubric.objects.get(pk=draft.pk).version == draft.version
    assert row("item", "plan").title == "他人的标题"


def test_who_changes_what_was_deleted_is_told_that_it_is_gone(draft: Rubric) -> None:
    found = row("item", "plan")
    editing.delete_entry(actor=None, rubric=draft, kind="item", key=found.pk, version=1)
    with pytest.raises(editing.Clash) as clash:
        editing.change_entry(actor=None, rubric=draft, kind="item", key=found.pk, version=1, shape={"title": "x"})
    assert clash.value.stored is None
    assert clash.value.current is None


def test_two_editors_of_different_sections_do_not_meet(draft: Rubric) -> None:
    rounding, ranking = entry_of(draft, "head", "rounding"), entry_of(draft, "head", "ranking")
    for entry, shape in ((rounding, {"rounding": {"digits": "1"}}), (ranking, {"ranking": {"ties": "dense"}})):
        editing.change_entry(
            actor=None, rubric=draft, kind="head", key=entry.key, version=entry.version, shape=shape
        )  # fmt: skip
    definition = definition_of(draft)
    assert (definition.rounding.digits, definition.ranking.ties) == (1, "dense")
    with pytest.raises(editing.Clash):
        editing.change_entry(
            actor=None, rubric=draft, kind="head", key="rounding", version=rounding.version, shape={}
        )  # fmt: skip


def test_the_general_section_names_the_rubric_and_never_leaves_it_without_a_name(draft: Rubric) -> None:
    section(draft, "general", {"title": "新办法", "year": "2027", "code": "next", "total": "100", "note": "注"})
    assert (draft.title, draft.year, draft.code, draft.edition) == ("新办法", 2027, "next", 1)
    section(draft, "general", {"total": "100"})
    assert (draft.title, draft.year, draft.code) == ("新办法", 2027, "next")
    assert definition_of(draft).note == ""


def test_a_code_and_year_that_another_rubric_has_make_the_next_edition(draft: Rubric, small: dict[str, Any]) -> None:
    services.load_rubric(actor=None, data={**small, "code": "other"})
    section(draft, "general", {"title": "t", "year": "2026", "code": "other", "total": "100"})
    assert (draft.code, draft.edition) == ("other", 2)


@pytest.mark.parametrize("code", ["conduct", "work"])
def test_a_code_that_a_sibling_has_is_refused_at_its_field(draft: Rubric, code: str) -> None:
    added = editing.add_entry(actor=None, rubric=draft, kind="category")
    version = draft.version
    with pytest.raises(Refused) as refused:
        change(draft, "category", added.shape["code"], code=code)
    assert [(problem.path, problem.code) for problem in refused.value.problems] == [(("code",), "duplicate_code")]
    assert Rubric.objects.get(pk=draft.pk).version == version


def test_items_and_categories_of_one_category_share_their_codes(draft: Rubric) -> None:
    editing.add_entry(actor=None, rubric=draft, kind="category", parent=row("category", "work").pk)
    with pytest.raises(Refused) as refused:
        change(draft, "category", "category-1", code="plan")
    assert refused.value.code == "code_taken"


def test_a_code_that_is_too_long_is_refused(draft: Rubric) -> None:
    with pytest.raises(Refused) as refused:
        change(draft, "item", "plan", code="x" * 101)
    assert refused.value.code == "code_long"
    with pytest.raises(Refused) as refused:
        section(draft, "general", {"title": "长" * 501, "year": "2026", "code": "x"})
    assert refused.value.code == "too_long"


# --- what names an entry goes on naming it -----------------------------------------------------------------------------


@pytest.fixture
def referring(draft: Rubric) -> Rubric:
    """The small rubric with something that names each sort of code."""
    change(draft, "item", "meetings", groups=[{"code": "g", "limit": "3", "clauses": ["late"]}])
    change(draft, "item", "plan", applies_to={"series": ["offices"], "tags": ["key"]}, provider={"offices": "audit"})
    rules = [
        {
            "code": "excellent",
            "when": {
                "node_at_least": {"conduct.meetings": "30"},
                "any": [{"has_fact": ["conduct.meetings.late"]}, {"in_series": ["offices"]}],
                "holds_grade": {"code": "pass"},
            },
            "quota": {"offices": "2", "stations": "1"},
        },
        {"code": "pass"},
    ]
    change(draft, "grading", "grade", rules=rules)
    section(draft, "ranking", {"ranking": {"tie_breakers": ["conduct", "conduct.meetings"]}})
    section(draft, "procedure", {"procedure": {"certificate": {"grades": ["excellent"]}}})
    veto = {"effect": "veto", "text": "否决", "consequences": [{"bar_grades": ["excellent"], "grading": "grade"}]}
    editing.add_entry(actor=None, rubric=draft, kind="clause", parent=row("item", "plan").pk, shape=veto)
    rated = {"effect": "award", "basis": "panel", "text": "评议", "panel": "public", "points": "1"}
    editing.add_entry(actor=None, rubric=draft, kind="clause", parent=row("item", "plan").pk, shape=rated)
    return draft


RENAMES: list[tuple[str, str, dict[str, int]]] = [
    ("series", "offices", {'"bureaus"': 4}),
    ("panel", "public", {'"panel":"bureaus"': 1}),
    ("clause", "late", {'["bureaus"]': 1, "conduct.meetings.bureaus": 1}),
    ("item", "meetings", {"conduct.bureaus": 3}),
    ("category", "conduct", {"bureaus.meetings": 3, '"bureaus"': 2}),
    ("grading", "grade", {'"grading":"bureaus"': 1}),
]


def written(draft: Rubric) -> str:
    import json

    return json.dumps(file_shape_of(draft), ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize(("kind", "code", "found"), RENAMES)
def test_another_code_is_followed_by_all_that_names_the_entry_and_so_is_undoing(
    referring: Rubric, kind: str, code: str, found: dict[str, int]
) -> None:
    before = file_shape_of(referring)
    changes = DraftChange.objects.count()
    change(referring, kind, code, code="bureaus")
    text = written(referring)
    for piece, count in found.items():
        assert text.count(piece) >= count, (piece, text)
    if kind != "grading":  # the code of a grading is also a common word
        assert f'"{code}"' not in text
    assert DraftChange.objects.count() == changes + 1
    editing.undo(actor=None, rubric=referring)
    assert file_shape_of(referring) == before


def test_another_code_of_a_grade_or_a_provider_is_followed_too(referring: Rubric) -> None:
    before = file_shape_of(referring)
    rules = [dict(rule) for rule in row("grading", "grade").body["rules"]]
    rules[0]["code"], rules[1]["code"] = "first", "second"
    change(referring, "grading", "grade", rules=rules)
    text = written(referring)
    assert '"bar_grades":["first"]' in text
    assert '"grades":["first"]' in text
    assert '"holds_grade":{"code":"second"}' in text
    section(referring, "providers", {"providers": [{"code": "judge"}, {"code": "audit"}]})
    assert row("clause", "late").body["provider"] == "judge"
    editing.undo(actor=None, rubric=referring)
    editing.undo(actor=None, rubric=referring)
    assert file_shape_of(referring) == before


def test_what_is_moved_is_still_found_under_its_new_full_code(referring: Rubric) -> None:
    before = file_shape_of(referring)
    editing.move_entry(
        actor=None, rubric=referring, kind="item", key=row("item", "meetings").pk,
        parent=row("category", "work").pk, position=0,
    )  # fmt: skip
    text = written(referring)
    assert "conduct.meetings" not in text
    assert text.count('"work.meetings') == 3
    editing.undo(actor=None, rubric=referring)
    assert file_shape_of(referring) == before


# --- adding, duplicating, deleting ---------------------------------------------------------------------------------


def test_new_entries_have_free_codes_and_sensible_beginnings(draft: Rubric) -> None:
    work = row("category", "work").pk
    top = editing.add_entry(actor=None, rubric=draft, kind="category")
    first = editing.add_entry(actor=None, rubric=draft, kind="item", parent=work, after=None)
    second = editing.add_entry(actor=None, rubric=draft, kind="item", parent=work, after=first.key)
    clause = editing.add_entry(actor=None, rubric=draft, kind="clause", parent=first.key)
    grading = editing.add_entry(actor=None, rubric=draft, kind="grading")
    assert (top.shape, top.parent) == ({"code": "category-1"}, None)
    assert codes("item", category=work) == [first.shape["code"], second.shape["code"], "plan"]
    assert clause.shape == {"code": "clause-1", "effect": "deduct", "basis": "count"}
    assert clause.full_code == f"work.{first.shape['code']}.clause-1"
    assert len(grading.shape["rules"]) == 1
    assert codes("series") + codes("panel") == ["offices", "stations", "public"]
    assert draft_of(draft).definition is not None


@pytest.mark.parametrize("kind", ["item", "clause"])
def test_an_item_and_a_clause_stand_under_something(draft: Rubric, kind: str) -> None:
    with pytest.raises(Refused) as refused:
        editing.add_entry(actor=None, rubric=draft, kind=kind)
    assert refused.value.code == "wrong_place"
    with pytest.raises(Refused) as refused:
        editing.add_entry(actor=None, rubric=draft, kind=kind, parent=999_999)
    assert refused.value.code == "no_parent"


def test_a_parent_in_another_rubric_is_no_parent(draft: Rubric, small: dict[str, Any]) -> None:
    services.load_rubric(actor=None, data={**small, "code": "other"})
    foreign = Category.objects.exclude(rubric=draft).first()
    with pytest.raises(Refused) as refused:
        editing.add_entry(actor=None, rubric=draft, kind="item", parent=foreign.pk)
    assert refused.value.code == "no_parent"
    with pytest.raises(editing.Clash):
        editing.delete_entry(actor=None, rubric=draft, kind="category", key=foreign.pk)


def test_a_copy_has_all_that_stands_below_the_original(draft: Rubric) -> None:
    editing.add_entry(actor=None, rubric=draft, kind="category", parent=row("category", "conduct").pk)
    copy = editing.duplicate_entry(actor=None, rubric=draft, kind="category", key=row("category", "conduct").pk)
    definition = draft_of(draft).definition
    original, made = definition.categories[0], definition.categories[1]
    assert (made.code, made.title) == ("conduct-2", "作风建设（副本）")
    assert (made.items, made.categories) == (original.items, original.categories)
    assert copy.key != row("category", "conduct").pk
    again = editing.duplicate_entry(actor=None, rubric=draft, kind="clause", key=Clause.objects.get(text="完成计划").pk)
    assert (again.shape["code"], again.shape["text"]) == ("done-2", "完成计划（副本）")


def test_what_is_deleted_comes_back_whole_with_its_keys(draft: Rubric) -> None:
    before = file_shape_of(draft)
    keys = {kind: set(MODELS[kind].objects.values_list("pk", flat=True)) for kind in MODELS}
    gone = editing.delete_entry(actor=None, rubric=draft, kind="category", key=row("category", "conduct").pk)
    assert codes("item") == ["plan"]
    editing.undo(actor=None, rubric=draft, number=gone.number)
    assert file_shape_of(draft) == before
    assert {kind: set(MODELS[kind].objects.values_list("pk", flat=True)) for kind in MODELS} == keys
    assert row("clause", "late").version == 2


# --- moving -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def tree(draft: Rubric) -> Rubric:
    """conduct (meetings: late, c2) and work (plan, extra; inner (deep))."""

    def add(kind: str, parent: str, code: str, **options: Any) -> None:
        above = {"item": "category", "clause": "item", "category": "category"}[kind]
        key = row(above, parent).pk
        editing.add_entry(actor=None, rubric=draft, kind=kind, parent=key, shape={"code": code, **options})

    add("clause", "meetings", "c2", effect="award", basis="manual")
    add("item", "work", "extra")
    add("category", "work", "inner")
    add("item", "inner", "deep")
    return draft


def step(draft: Rubric, kind: str, code: str, direction: str) -> str:
    """Take a step; the full code afterwards, or the reason why there is none."""
    try:
        entry = editing.step_entry(actor=None, rubric=draft, kind=kind, key=row(kind, code).pk, direction=direction)
    except Refused as refused:
        return refused.code
    return entry.full_code


STEPS = [
    ("clause", "c2", "up", "conduct.meetings.c2"),
    ("clause", "c2", "down", "work.plan.c2"),
    ("clause", "late", "up", "no_step"),
    ("clause", "late", "in", "no_step"),
    ("item", "extra", "up", "work.extra"),
    ("item", "extra", "down", "work.inner.extra"),
    ("item", "plan", "up", "conduct.plan"),
    ("item", "extra", "in", "work.inner.extra"),
    ("item", "deep", "out", "work.deep"),
    ("item", "deep", "down", "no_step"),
    ("item", "plan", "out", "no_step"),
    ("category", "work", "up", "work"),
    ("category", "work", "in", "conduct.work"),
    ("category", "inner", "out", "inner"),
    ("category", "conduct", "up", "no_step"),
    ("category", "conduct", "in", "no_step"),
    ("series", "offices", "down", "series.offices"),
    ("series", "offices", "up", "no_step"),
    ("series", "offices", "out", "no_step"),
    ("category", "work", "sideways", "no_step"),
]


@pytest.mark.parametrize(("kind", "code", "direction", "wanted"), STEPS)
def test_one_step_by_the_keys(tree: Rubric, kind: str, code: str, direction: str, wanted: str) -> None:
    before = file_shape_of(tree)
    assert step(tree, kind, code, direction) == wanted
    if wanted == "no_step":
        assert file_shape_of(tree) == before
    else:
        assert file_shape_of(tree) != before
        editing.undo(actor=None, rubric=tree)
        assert file_shape_of(tree) == before


def test_steps_up_and_down_put_siblings_into_order(tree: Rubric) -> None:
    step(tree, "clause", "c2", "up")
    assert codes("clause", item__code="meetings") == ["c2", "late"]
    step(tree, "clause", "c2", "down")
    assert codes("clause", item__code="meetings") == ["late", "c2"]
    step(tree, "category", "inner", "out")
    assert codes("category", parent=None) == ["conduct", "work", "inner"]


@pytest.mark.parametrize(("position", "wanted"), [(0, "cabd"), (1, "acbd"), (2, "abcd"), (3, "abdc"), (99, "abdc")])
def test_a_drag_ends_where_it_was_dropped(draft: Rubric, position: int, wanted: str) -> None:
    item = row("item", "meetings")
    for code in "abcd":
        editing.add_entry(actor=None, rubric=draft, kind="clause", parent=item.pk, shape={"code": code})
    editing.delete_entry(actor=None, rubric=draft, kind="clause", key=row("clause", "late").pk)
    before = DraftChange.objects.count()
    editing.move_entry(
        actor=None, rubric=draft, kind="clause", key=row("clause", "c").pk, parent=item.pk, position=position
    )  # fmt: skip
    assert "".join(codes("clause", item=item)) == wanted
    assert DraftChange.objects.count() == before + (wanted != "abcd")


def test_what_cannot_stand_somewhere_is_not_put_there(tree: Rubric) -> None:
    def why(kind: str, code: str, parent: int | None) -> str:
        with pytest.raises(Refused) as refused:
            editing.move_entry(actor=None, rubric=tree, kind=kind, key=row(kind, code).pk, parent=parent, position=0)
        return refused.value.code

    assert why("category", "work", row("category", "inner").pk) == "circle"
    assert why("category", "work", row("category", "work").pk) == "circle"
    assert why("item", "plan", None) == "wrong_place"
    assert why("series", "offices", row("category", "work").pk) == "wrong_place"
    assert why("clause", "late", 999_999) == "no_parent"
    editing.add_entry(
        actor=None, rubric=tree, kind="item", parent=row("category", "conduct").pk, shape={"code": "extra"}
    )  # fmt: skip
    extra = Item.objects.get(code="extra", category__code="work")
    with pytest.raises(Refused) as refused:
        editing.move_entry(
            actor=None, rubric=tree, kind="item", key=extra.pk, parent=row("category", "conduct").pk, position=0
        )  # fmt: skip
    assert refused.value.code == "code_taken"


# --- undoing ----------------------------------------------------------------------------------------------------------


def test_undoing_goes_back_change_by_change_and_then_there_is_nothing(draft: Rubric) -> None:
    shapes = [file_shape_of(draft)]
    change(draft, "item", "plan", title="一")
    shapes.append(file_shape_of(draft))
    change(draft, "item", "plan", title="二")
    assert last_change(draft).number == draft.version
    editing.undo(actor=None, rubric=draft)
    assert file_shape_of(draft) == shapes[1]
    editing.undo(actor=None, rubric=draft)
    assert file_shape_of(draft) == shapes[0]
    assert last_change(draft) is None
    with pytest.raises(Refused) as refused:
        editing.undo(actor=None, rubric=draft)
    assert refused.value.code == "nothing_to_undo"
    assert [(each.verb, each.is_undone) for each in changes_of(draft)] == [
        ("undone", False), ("undone", False), ("changed", True), ("changed", True),
    ]  # fmt: skip


def test_an_earlier_change_can_be_undone_while_what_it_touched_stands(draft: Rubric) -> None:
    change(draft, "item", "plan", title="一")
    first = draft.version
    change(draft, "item", "meetings", title="二")
    editing.undo(actor=None, rubric=draft, number=first)
    assert (row("item", "plan").title, row("item", "meetings").title) == ("年度计划", "二")
    with pytest.raises(Refused) as refused:
        editing.undo(actor=None, rubric=draft, number=first)
    assert refused.value.code == "nothing_to_undo"


def test_what_somebody_has_worked_on_since_is_not_undone(draft: Rubric) -> None:
    work = row("category", "work").pk
    added = editing.add_entry(actor=None, rubric=draft, kind="item", parent=work)
    number = draft.version
    editing.add_entry(actor=None, rubric=draft, kind="clause", parent=added.key)
    before = file_shape_of(draft)
    with pytest.raises(Refused) as refused:
        editing.undo(actor=None, rubric=draft, number=number)
    assert refused.value.code == "changed_since"
    gone = editing.delete_entry(actor=None, rubric=draft, kind="clause", key=row("clause", "done").pk)
    editing.add_entry(
        actor=None, rubric=draft, kind="clause", parent=row("item", "plan").pk, shape={"code": "done"}
    )  # fmt: skip
    with pytest.raises(Refused):
        editing.undo(actor=None, rubric=draft, number=gone.number)
    assert file_shape_of(draft) != before


# --- all at once ------------------------------------------------------------------------------------------------------


def test_other_content_keeps_the_rows_that_stay_and_is_one_change(draft: Rubric, small: dict[str, Any]) -> None:
    from rubrics.checks import read_definition

    before = file_shape_of(draft)
    plan, meetings = row("item", "plan"), row("item", "meetings")
    small["title"] = "另一个标题"
    small["categories"].reverse()
    small["categories"][0]["items"][0]["clauses"][0]["max"] = 50
    small["categories"][1]["items"][0]["clauses"] = [
        {"code": "absent", "text": "缺席", "effect": "deduct", "basis": "count", "points": 2}
    ]
    small["series"] = small["series"][::-1]
    definition, _problems = read_definition(small)
    editing.replace_content(actor=None, rubric=draft, version=draft.version, content=definition)
    assert definition_of(draft) == definition
    assert draft.title == "另一个标题"
    assert (row("item", "plan").pk, row("item", "plan").version) == (plan.pk, 1)
    assert (row("item", "meetings").pk, row("clause", "done").version) == (meetings.pk, 2)
    assert codes("category") == ["work", "conduct"]
    editing.undo(actor=None, rubric=draft)
    assert file_shape_of(draft) == before
    assert codes("series") == ["offices", "stations"]
    assert draft.title == "小型考评办法"


def test_the_same_content_is_no_change_and_a_stale_comparison_is_told(draft: Rubric) -> None:
    version = draft.version
    assert (
        editing.replace_content(actor=None, rubric=draft, version=version, content=file_shape_of(draft)) is None
    )  # fmt: skip
    assert draft.version == version
    change(draft, "item", "plan", title="改过")
    with pytest.raises(Conflict):
        editing.replace_content(actor=None, rubric=draft, version=version, content=file_shape_of(draft))


# --- who, when, and what is kept ------------------------------------------------------------------------------------


def calls(draft: Rubric, actor: User | None) -> list[Callable[[], Any]]:
    """Every way to change a draft."""
    key, common = row("item", "plan").pk, {"actor": actor, "rubric": draft}
    return [
        lambda: editing.change_entry(**common, kind="item", key=key, version=1, shape={"code": "plan"}),
        lambda: editing.change_entry(**common, kind="head", key="rounding", version=1, shape={"rounding": {}}),
        lambda: editing.add_entry(**common, kind="category"),
        lambda: editing.move_entry(**common, kind="item", key=key, parent=row("category", "conduct").pk, position=0),
        lambda: editing.step_entry(**common, kind="item", key=key, direction="up"),
        lambda: editing.duplicate_entry(**common, kind="item", key=key),
        lambda: editing.delete_entry(**common, kind="item", key=key),
        lambda: editing.replace_content(**common, version=draft.version, content=file_shape_of(draft)),
        lambda: editing.undo(**common),
    ]


@pytest.mark.parametrize("number", range(9))
def test_nobody_but_an_administrator_changes_a_draft(draft: Rubric, auditor: User, stranger: User, number: int) -> None:
    for person in (auditor, stranger):
        with pytest.raises(PermissionDenied):
            calls(draft, person)[number]()
    assert DraftChange.objects.count() == 0


@pytest.mark.parametrize("number", range(9))
def test_what_is_published_is_changed_by_nobody(draft: Rubric, administrator: User, number: int) -> None:
    services.publish_rubric(actor=None, rubric=draft, version=draft.version)
    stale = Rubric.objects.get(pk=draft.pk)
    stale.state = Rubric.State.DRAFT  # as somebody has it who opened the page before
    before = file_shape_of(draft)
    with pytest.raises(Refused) as refused:
        calls(stale, administrator)[number]()
    assert refused.value.code == "not_draft"
    assert file_shape_of(draft) == before


def test_the_journal_hears_once_a_day_and_person_that_a_draft_is_edited(draft: Rubric, administrator: User) -> None:
    for title in ("一", "二", "三"):
        change(draft, "item", "plan", administrator, title=title)
    change(draft, "item", "plan", None, title="四")
    entries = JournalEntry.objects.filter(verb="rubric.edited").order_by("number")
    assert [entry.actor for entry in entries] == [administrator, None]
    assert DraftChange.objects.filter(actor=administrator, actor_name="考评办管理员").count() == 3


def test_the_history_cannot_be_rewritten_and_goes_with_the_draft(draft: Rubric) -> None:
    change(draft, "item", "plan", title="一")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        DraftChange.objects.update(title="另一个")
    services.delete_draft(actor=None, rubric=draft, version=draft.version)
    assert DraftChange.objects.count() == 0


def test_a_rubric_that_was_edited_can_be_published_and_keeps_its_history(draft: Rubric) -> None:
    change(draft, "clause", "late", points="1")
    services.publish_rubric(actor=None, rubric=draft, version=draft.version)
    assert draft.fingerprint
    assert changes_of(draft).count() == 1


# --- what it costs ----------------------------------------------------------------------------------------------------


def counted(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


@pytest.fixture
def sizes(db: None) -> list[Rubric]:
    """A rubric of ten nodes and one of four hundred."""
    return [services.load_rubric(actor=None, data=shape_of_size(nodes)) for nodes in (10, 400)]


OPERATIONS: dict[str, Callable[[Rubric, Any], Any]] = {
    "change": lambda draft, item: editing.change_entry(
        actor=None, rubric=draft, kind="item", key=item.pk, version=item.version, shape={"code": item.code}
    ),
    "add": lambda draft, item: editing.add_entry(actor=None, rubric=draft, kind="clause", parent=item.pk),
    "copy": lambda draft, item: editing.duplicate_entry(actor=None, rubric=draft, kind="item", key=item.pk),
    "step": lambda draft, item: editing.step_entry(
        actor=None, rubric=draft, kind="item", key=item.pk, direction="down"
    ),
    "delete": lambda draft, item: editing.delete_entry(actor=None, rubric=draft, kind="item", key=item.pk),
    "open": lambda draft, item: entry_of(draft, "item", item.pk),
    "whole": lambda draft, item: draft_of(draft),
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_change_takes_as_many_queries_in_a_small_draft_as_in_a_large_one(sizes: list[Rubric], name: str) -> None:
    few, many = (
        counted(lambda draft=draft: OPERATIONS[name](draft, Item.objects.filter(category__rubric=draft).first()))
        for draft in sizes
    )
    assert few == many <= {"change": 14, "whole": 8}.get(name, 25)


def test_undoing_takes_as_many_queries_in_a_small_draft_as_in_a_large_one(sizes: list[Rubric]) -> None:
    def again(draft: Rubric) -> int:
        item = Item.objects.filter(category__rubric=draft).first()
        editing.delete_entry(actor=None, rubric=draft, kind="item", key=item.pk)
        return counted(lambda: editing.undo(actor=None, rubric=draft))

    few, many = map(again, sizes)
    assert few == many


# --- the draft as a whole ---------------------------------------------------------------------------------------------


def test_a_draft_is_worked_out_once_a_version(draft: Rubric) -> None:
    first = draft_of(draft)
    assert counted(lambda: draft_of(Rubric.objects.get(pk=draft.pk))) == 1
    assert draft_of(draft) is first
    change(draft, "item", "plan", title="新")
    assert draft_of(draft) is not first
    assert draft_of(draft).definition.nodes["work.plan"].title == "新"


def test_every_problem_leads_to_its_entry(draft: Rubric) -> None:
    added = editing.add_entry(actor=None, rubric=draft, kind="grading", after=None)
    change(draft, "grading", added.shape["code"], rules=None)  # it cannot be read and is left out of the definition
    rules = [{"code": "a", "when": {"node_at_least": {"nowhere": "1"}}}]
    change(draft, "grading", "grade", rules=rules)
    section(draft, "ranking", {"ranking": {"tie_breakers": ["nowhere"]}})
    change(draft, "clause", "done", max=None)
    found = draft_of(draft)
    places = {}
    for problem in found.errors:
        places.setdefault(problem.code, set()).add(found.place_of(problem)[:2])
    assert places["unknown_node"] == {("grading", str(row("grading", "grade").pk)), ("head", "ranking")}
    assert ("clause", str(row("clause", "done").pk)) in places["missing_figure"]
    assert ("grading", added.key) in {found.place_of(problem)[:2] for problem in found.errors}
    clause = found.entries["conduct.meetings.late"]
    assert (clause.kind, clause.key, clause.version) == ("clause", str(row("clause", "late").pk), 1)


def test_an_entry_is_found_by_its_kind_and_key_in_its_own_rubric_only(draft: Rubric, small: dict[str, Any]) -> None:
    from django.http import Http404

    other = services.load_rubric(actor=None, data={**small, "code": "other"})
    clause = Clause.objects.filter(item__category__rubric=draft, code="late").get()
    entry = entry_of(draft, "clause", str(clause.pk))
    assert (entry.full_code, entry.title, entry.parent) == (
        "conduct.meetings.late", "迟到早退", ("item", str(clause.item_id)),
    )  # fmt: skip
    assert entry_of(draft, "item", clause.item_id).ref == "三(一)"
    for kind, key, where in (("clause", clause.pk, other), ("clause", "x", draft), ("head", "nothing", draft),
                             ("nothing", 1, draft), ("clause", "9" * 40, draft)):  # fmt: skip
        with pytest.raises(Http404):
            entry_of(where, kind, key)
