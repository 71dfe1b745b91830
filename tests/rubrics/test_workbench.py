"""The workbench page and what it is made of: tree, totals, problems, source text, a new draft."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from appraisal_site.toolkit.conflicts import Conflict
from rubrics import services
from rubrics.lifecycle import NotPossible
from rubrics.models import Category, Clause, Item, Rubric, Series
from rubrics.selectors import benchpage, benchparts, benchtree
from rubrics.selectors.benchtools import tools_of
from rubrics.selectors.drafts import draft_of, entry_of
from rubrics.selectors.sourceplace import place_of_ref, tokens_of
from rubrics.services import editing
from rubrics.services.drafts import start_draft
from rubrics.services.source import LONGEST, set_source_text
from units.models import JournalEntry, User

FRAGMENTS = ("workbench", "bench_tree", "bench_totals", "bench_problems")
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def draft(db: None, small: dict[str, Any]) -> Rubric:
    """The small rubric, still a draft."""
    return services.load_rubric(actor=None, data=small)


@pytest.fixture
def admin_client(as_user: Callable[[User], Client], administrator: User) -> Client:
    """The administrator's browser, in English so that tests read like the code."""
    client = as_user(administrator)
    client.cookies["kaoping_language"] = "en"
    return client


def page(name: str, rubric: Rubric) -> str:
    return reverse(f"rubrics:{name}", args=[rubric.pk])


def text(response: Any) -> str:
    return response.content.decode()


def nodes_of(rubric: Rubric, **options: Any) -> list[benchtree.Node]:
    """Every line of the tree in reading order."""
    draft = draft_of(rubric)
    found: list[benchtree.Node] = []

    def walk(nodes: Any) -> None:
        for node in nodes:
            found.append(node)
            walk(node.children)

    errors = benchpage.errors_by_place(draft)
    walk(benchtree.tree_of(rubric, errors=errors, definition=draft.definition, **options))
    return found


def at(model: Any, code: str) -> str:
    row = model.objects.get(code=code)
    return f"{model.__name__.lower()}-{row.pk}"


def make_short(rubric: Rubric, points: str = "30") -> None:
    """An item that no longer carries its marks, written past the services as an old mistake would be."""
    Item.objects.filter(code="meetings").update(points=points)
    Category.objects.filter(code="conduct").update(points="")
    Rubric.objects.filter(pk=rubric.pk).update(version=rubric.version + 1)
    rubric.refresh_from_db()


# --- the tree -------------------------------------------------------------------------------------------------------


def test_the_tree_shows_marks_and_fetches_only_the_clauses_of_what_is_open(draft: Rubric) -> None:
    shut = nodes_of(draft)
    assert {node.kind for node in shut} == {"category", "item"}
    marks = {node.title: node.mark for node in shut}
    assert (marks["作风建设"], marks["会议纪律"]) == ("40", "40")
    item = next(node for node in shut if node.title == "会议纪律")
    assert (item.level, item.expanded, item.loaded, item.empty) == (2, False, False, False)
    opened = nodes_of(draft, opened=[("item", item.key)])
    clause = next(node for node in opened if node.kind == "clause")
    assert (clause.title, clause.mark, clause.tone, clause.level) == ("迟到早退", "−0.5", "lost", 3)


def test_everything_above_the_open_clause_stands_open(draft: Rubric) -> None:
    clause = Clause.objects.get(code="late")
    nodes = nodes_of(draft, at=("clause", str(clause.pk)))
    assert [node.title for node in nodes if node.expanded] == ["作风建设", "会议纪律"]
    assert [node.title for node in nodes if node.current] == ["迟到早退"]


def test_an_error_is_counted_at_its_entry_and_at_everything_above(draft: Rubric) -> None:
    Clause.objects.filter(code="late").update(parameters={"per": "人次"})
    Rubric.objects.filter(pk=draft.pk).update(version=draft.version + 1)
    draft.refresh_from_db()
    counted = {node.title: node.errors for node in nodes_of(draft)}
    assert counted["作风建设"] == counted["会议纪律"] == 1
    assert counted["业务工作"] == 0


@pytest.mark.parametrize(
    ("effect", "parameters", "body", "shown"),
    [
        ("deduct", {"points": "2"}, {}, ("−2", "lost")),
        ("award", {"levels": [{"code": "a", "points": "5"}, {"code": "b", "points": "15"}]}, {}, ("5–15", "")),
        ("award", {"max": "5"}, {}, ("5", "")),
        ("award", {"bands": [{"at_least": "60", "points": "2"}, {"at_least": "80", "points": "4"}]}, {}, ("2–4", "")),
        ("deduct", {}, {"open": True}, ("open", "")),
        ("deduct", {"per": "件"}, {}, ("open", "")),
        ("veto", {}, {}, ("Veto", "lost")),
    ],
)
def test_a_clause_says_in_a_few_signs_what_it_may_move(
    effect: str, parameters: dict[str, Any], body: dict[str, Any], shown: tuple[str, str]
) -> None:
    with translation.override("en"):
        assert benchtree.worth_of(Clause(effect=effect, parameters=parameters, body=body)) == shown


def test_the_other_parts_lead_to_sections_and_lists(draft: Rubric) -> None:
    parts = benchparts.parts_of(draft, at=("series", str(Series.objects.get(code="offices").pk)))
    assert {part.at for part in parts} >= {"head-general", "head-providers", "head-procedure", "list-panel"}
    series = next(part for part in parts if part.at == "list-series")
    assert (series.mark, series.expanded) == ("2", True)
    assert [child.title for child in series.children] == ["科室", "站所"]


def test_what_can_be_added_follows_from_what_is_open(draft: Rubric) -> None:
    item = Item.objects.get(code="meetings")
    clause = Clause.objects.get(code="late")
    found = tools_of(draft, "item", str(item.pk))
    assert found is not None
    assert [(add.kind, add.parent, add.after) for add in found.adds] == [
        ("clause", str(item.pk), ""),
        ("item", str(item.category_id), str(item.pk)),
    ]
    found = tools_of(draft, "clause", str(clause.pk))
    assert found is not None
    assert [(add.kind, add.parent, add.after) for add in found.adds] == [("clause", str(item.pk), str(clause.pk))]
    assert not found.nests
    assert tools_of(draft, "head", "general") is None


# --- totals and problems ----------------------------------------------------------------------------------------------


def test_the_strip_says_which_units_miss_the_total_and_by_how_much(draft: Rubric) -> None:
    sums, tops = benchpage.sums_of(draft_of(draft).definition)
    assert [(each.figure, each.of, each.miss) for each in sums] == [("100", "100", "")] * len(sums)
    assert [(top.title, top.figure) for top in tops] == [("作风建设", "40"), ("业务工作", "60")]
    make_short(draft)
    with translation.override("en"):
        sums, _tops = benchpage.sums_of(draft_of(draft).definition)
    assert sums
    assert all((each.figure, each.miss, each.bad) == ("90", "10 short", True) for each in sums)


def test_the_manner_of_a_category_follows_from_what_its_clauses_do(draft: Rubric) -> None:
    with translation.override("en"):
        _sums, tops = benchpage.sums_of(draft_of(draft).definition)
    assert tops[0].manner == "by deduction"


def test_every_problem_leads_to_its_entry_and_its_field(draft: Rubric) -> None:
    Clause.objects.filter(code="late").update(parameters={"per": "人次"})
    Rubric.objects.filter(pk=draft.pk).update(version=draft.version + 1)
    draft.refresh_from_db()
    found = benchpage.findings_of(draft_of(draft))
    assert [(line.at, line.field) for line in found.errors] == [(at(Clause, "late"), "points")]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("categories", 0, "items", 1, "clauses", 2, "levels", 0, "points"), "levels.0.points"),
        (("categories", 0, "categories", 1, "points"), "points"),
        (("panels", 0, "groups", 1, "weight"), "groups.1.weight"),
        (("procedure", "publicity_days"), "procedure.publicity_days"),
        (("total",), "total"),
        ((), ""),
    ],
)
def test_the_field_of_a_problem_is_its_path_inside_the_entry(path: Any, field: str) -> None:
    assert benchpage.field_of(path) == field


def test_more_problems_than_one_looks_at_come_when_asked_for(
    admin_client: Client, draft: Rubric, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_short(draft)
    monkeypatch.setattr(benchpage, "SHOWN", 0)
    cut = benchpage.findings_of(draft_of(draft))
    assert (len(cut.errors), cut.more) == (0, cut.count)
    assert "?all=1" in text(admin_client.get(page("bench_problems", draft)))
    whole = text(admin_client.get(page("bench_problems", draft), {"all": "1"}))
    assert whole.count("data-at=") == cut.count
    assert "?all=1" not in whole


def test_a_draft_with_errors_says_what_stops_it(admin_client: Client, draft: Rubric) -> None:
    assert page("publish", draft) in text(admin_client.get(page("workbench", draft)))
    make_short(draft)
    count = len([one for one in draft_of(draft).problems if one.severity == "error"])
    shown = text(admin_client.get(page("workbench", draft)))
    assert page("publish", draft) not in shown
    assert f"Still {count} error" in shown


# --- the page -----------------------------------------------------------------------------------------------------------


def test_the_page_opens_at_the_entry_of_its_address(admin_client: Client, draft: Rubric) -> None:
    shown = admin_client.get(page("workbench", draft), {"at": at(Clause, "late")})
    assert shown.status_code == 200
    assert f'data-entry="{at(Clause, "late")}"' in text(shown)
    assert shown.context["entry"].full_code == "conduct.meetings.late"


def test_htmx_gets_the_entry_and_what_stands_beside_it_only(admin_client: Client, draft: Rubric) -> None:
    shown = text(admin_client.get(page("workbench", draft), {"at": at(Item, "meetings")}, **HTMX))
    assert f'data-entry="{at(Item, "meetings")}"' in shown
    assert "<html" not in shown
    assert shown.count("hx-swap-oob") == 2


def test_an_entry_that_is_gone_leads_to_the_first_one(admin_client: Client, draft: Rubric) -> None:
    shown = admin_client.get(page("workbench", draft), {"at": "clause-999999"})
    assert shown.context["entry"].full_code == "conduct"
    assert admin_client.get(page("workbench", draft), {"at": "clause-999999"}, **HTMX).status_code == 404
    for odd in ("nonsense", "list-nonsense", "head-nonsense", "clause-1; drop", "clause-9" * 50):
        assert admin_client.get(page("workbench", draft), {"at": odd}).status_code == 200


def test_an_empty_draft_says_how_to_begin(admin_client: Client, db: None) -> None:
    empty = start_draft(actor=None, code="empty", year=2027, title="空白办法", total=Decimal(100))
    shown = text(admin_client.get(page("workbench", empty)))
    assert "The draft is still empty" in shown
    assert page("entry_add", empty) in shown
    for name in FRAGMENTS:
        assert admin_client.get(page(name, empty)).status_code == 200


def test_a_published_rubric_is_shown_and_offers_nothing_to_change(admin_client: Client, rubric: Rubric) -> None:
    shown = text(admin_client.get(page("workbench", rubric), {"at": at(Clause, "late")}))
    assert rubric.fingerprint[:4] in shown
    assert page("clone", rubric) in shown
    for name in ("entry_add", "undo"):
        assert f'action="{page(name, rubric)}"' not in shown
    assert "<fieldset" in shown
    assert "disabled" in shown.partition("<fieldset")[2][:60]
    assert "data-editable" not in shown


@pytest.mark.parametrize("name", [*FRAGMENTS, "source"])
def test_only_who_may_write_rubrics_sees_it(
    name: str, draft: Rubric, as_user: Callable[[User], Client], auditor: User, clerk: User
) -> None:
    for person in (auditor, clerk):
        assert as_user(person).get(page(name, draft)).status_code == 403
    assert Client().get(page(name, draft)).status_code == 302


def large(data: dict[str, Any], items: int) -> dict[str, Any]:
    """The small rubric with that many items more, each with three clauses."""
    whole = deepcopy(data)
    clause = {"text": "情形", "effect": "deduct", "basis": "count", "points": 1}
    whole["categories"][0]["items"] += [
        {"code": f"i{n}", "title": f"项目{n}", "points": 0, "clauses": [{"code": f"c{c}", **clause} for c in range(3)]}
        for n in range(items)
    ]
    return whole


@pytest.mark.parametrize("name", FRAGMENTS)
def test_the_number_of_queries_does_not_grow_with_the_rubric(
    name: str, admin_client: Client, small: dict[str, Any]
) -> None:
    counted = []
    for code, items in (("warm", 2), ("ten", 2), ("many", 100)):
        rubric = services.load_rubric(actor=None, data={**large(small, items), "code": code})
        asked = {"at": f"item-{Item.objects.filter(category__rubric=rubric, code='i1').get().pk}"}
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(page(name, rubric), asked).status_code == 200
        counted.append(len(queries))
    assert counted[1] == counted[2]


# --- a new draft ------------------------------------------------------------------------------------------------------


def test_a_new_draft_begins_with_its_name_only(admin_client: Client, db: None) -> None:
    typed = {"title": "新办法", "code": "fresh", "year": "2027", "total": "100"}
    answer = admin_client.post(reverse("rubrics:new"), typed)
    rubric = Rubric.objects.get(code="fresh")
    assert answer.headers["Location"] == page("workbench", rubric)
    assert (rubric.state, rubric.edition, rubric.head["total"]) == ("draft", 1, "100")
    assert JournalEntry.objects.filter(verb="rubric.begun").count() == 1
    admin_client.post(reverse("rubrics:new"), typed)
    assert sorted(Rubric.objects.filter(code="fresh").values_list("edition", flat=True)) == [1, 2]


@pytest.mark.parametrize("wrong", [{"code": "中文"}, {"code": "-x"}, {"title": ""}, {"year": "0"}, {"total": "-1"}])
def test_a_new_draft_needs_a_proper_name(admin_client: Client, db: None, wrong: dict[str, str]) -> None:
    typed = {"title": "新办法", "code": "fresh", "year": "2027", "total": "100", **wrong}
    answer = admin_client.post(reverse("rubrics:new"), typed)
    assert answer.status_code == 422
    assert not Rubric.objects.exists()


def test_a_new_draft_is_one_that_the_checks_can_read(db: None) -> None:
    rubric = start_draft(actor=None, code="fresh", year=2027, title="新办法", total=Decimal("99.5"))
    draft = draft_of(rubric)
    assert draft.definition is not None
    assert draft.definition.total == Decimal("99.5")
    assert not draft.publishable


# --- the regulation's text ----------------------------------------------------------------------------------------------


def test_the_text_of_the_regulation_lies_beside_the_entry(admin_client: Client, draft: Rubric) -> None:
    typed = {"version": draft.version, "text": "第一章\r\n三、考评内容 \r\n（一）会议纪律\r\n（二）其他"}
    answer = admin_client.post(page("source", draft), typed)
    assert answer.headers["Location"] == page("workbench", draft)
    draft.refresh_from_db()
    assert draft.source_text == "第一章\n三、考评内容\n（一）会议纪律\n（二）其他"
    shown = admin_client.get(page("workbench", draft), {"at": at(Item, "meetings")})
    assert shown.context["line"] == 2
    assert 'data-line="2"' in text(shown)
    assert '<p id="s2">（一）会议纪律</p>' in text(shown)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_is_read_in_the_encodings_that_offices_use(
    admin_client: Client, draft: Rubric, encoding: str
) -> None:
    file = SimpleUploadedFile("办法.txt", "（一）会议纪律，每次扣二分".encode(encoding))
    answer = admin_client.post(page("source", draft), {"version": draft.version, "text": "", "file": file})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.source_text == "（一）会议纪律，每次扣二分"


@pytest.mark.parametrize("content", [b"%PDF-1.7 \x80", b"PK\x03\x04rest", b"\x00\x01\x02", b"\xff\xff\xff"])
def test_what_is_no_text_is_refused_with_a_reason(admin_client: Client, draft: Rubric, content: bytes) -> None:
    file = SimpleUploadedFile("办法.txt", content)
    answer = admin_client.post(page("source", draft), {"version": draft.version, "text": "原来的", "file": file})
    assert answer.status_code == 422
    assert "text" in text(answer)
    draft.refresh_from_db()
    assert draft.source_text == ""


def test_two_who_put_a_text_lose_nothing(admin_client: Client, draft: Rubric) -> None:
    set_source_text(actor=None, rubric=Rubric.objects.get(pk=draft.pk), text="先存的", version=draft.version)
    answer = admin_client.post(page("source", draft), {"version": draft.version, "text": "后到的"})
    assert answer.status_code == 409
    assert "先存的" in text(answer)
    assert "后到的" in text(answer)
    draft.refresh_from_db()
    assert draft.source_text == "先存的"
    again = admin_client.post(page("source", draft), {"version": draft.version, "text": "后到的"})
    assert again.status_code == 302


def test_the_text_of_a_published_rubric_stays(admin_client: Client, rubric: Rubric) -> None:
    assert admin_client.post(page("source", rubric), {"version": rubric.version, "text": "改"}).status_code == 403
    with pytest.raises(NotPossible):
        set_source_text(actor=None, rubric=rubric, text="改", version=rubric.version)


def test_a_text_is_bounded_and_its_version_is_compared(draft: Rubric) -> None:
    with pytest.raises(services.Refused):
        set_source_text(actor=None, rubric=draft, text="长" * (LONGEST + 1), version=draft.version)
    with pytest.raises(Conflict):
        set_source_text(actor=None, rubric=draft, text="短", version=draft.version + 1)


LINES = [
    "二、内容",
    "(一)考评标准",
    "1. 组织领导",
    "(1)全员动员",
    "(2)方案",
    "2．自查",
    "（1）梳理",
    "（二）方法",
    "三、时间",
    "第五条 附则",
]


@pytest.mark.parametrize(
    ("ref", "line"),
    [
        ("二(一)", 1), ("二(一)1(2)", 4), ("二（一）２（１）", 6), ("二(二)", 7), ("三", 8), ("第五条", 9),
        ("二(一)9", 1), ("附件", None), ("", None), ("九", None),
    ],
)  # fmt: skip
def test_a_reference_is_found_by_its_numbers(ref: str, line: int | None) -> None:
    assert place_of_ref(LINES, ref) == line


def test_a_reference_is_taken_apart_from_the_outermost_number() -> None:
    assert tokens_of("二(一)3(1)") == ["二", "(一)", "3", "(1)"]
    assert tokens_of("第十二条（三）") == ["第十二条", "(三)"]


def test_a_quota_is_held_against_the_units_of_the_last_cycle(start: Callable[..., Any]) -> None:
    cycle = start()
    copy = services.clone_rubric(actor=None, rubric=cycle.rubric, year=2027)
    grading = copy.gradings.get()
    entry = entry_of(copy, "grading", grading.pk)
    rules = [{**rule, "quota": "5"} if rule["code"] == "excellent" else rule for rule in entry.shape["rules"]]
    editing.change_entry(
        actor=None, rubric=copy, kind="grading", key=grading.pk, version=entry.version,
        shape={**entry.shape, "rules": rules},
    )  # fmt: skip
    found = [problem for problem in draft_of(copy).problems if problem.path[:1] == ("gradings",)]
    assert {problem.params.get("units") for problem in found if "quota" in problem.path} == {1}
