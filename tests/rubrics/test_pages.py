"""The pages of rubrics and cycles, as the cast finds them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from rubrics import selectors, services
from rubrics.definition import file_data, fingerprint
from rubrics.files import write_yaml
from rubrics.models import Assignment, Cycle, Enrolment, ProviderUnit, Rubric
from rubrics.selectors import board
from rubrics.services import Participant
from rubrics.unit_list import packed
from tests.cast import OTHER_WORD, PASSWORD
from units import services as units_services
from units.models import JournalEntry, Unit, User

DAY = timedelta(days=1)
MOMENT = "%Y-%m-%dT%H:%M"


@pytest.fixture
def admin_client(as_user: Callable[[User], Client], administrator: User) -> Client:
    """The administrator's browser, in English so that tests read like the code."""
    client = as_user(administrator)
    client.cookies["kaoping_language"] = "en"
    return client


def text(response: Any) -> str:
    return response.content.decode()


def upload(data: Any, name: str = "small.yaml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, write_yaml(data).encode())


# --- rubric files ---------------------------------------------------------------------------------------------------


def test_a_rubric_file_is_shown_before_it_is_taken_in(admin_client: Client, small: dict[str, Any]) -> None:
    shown = admin_client.post(reverse("rubrics:load"), {"file": upload(small)})
    assert shown.status_code == 200
    assert "小型考评办法" in text(shown)
    assert not Rubric.objects.exists()
    taken = admin_client.post(reverse("rubrics:take"), {"text": shown.context["text"], "name": shown.context["name"]})
    rubric = Rubric.objects.get()
    assert taken.headers["Location"] == reverse("rubrics:rubric", args=[rubric.pk])
    assert (rubric.state, rubric.title) == ("draft", "小型考评办法")


def test_the_text_that_comes_back_out_of_the_form_is_the_text_that_was_read(
    admin_client: Client, small: dict[str, Any]
) -> None:
    small["title"] = '办法 <b>"甲" & 乙</b>'
    shown = admin_client.post(reverse("rubrics:load"), {"file": upload(small)})
    assert "<b>" not in text(shown).partition("<textarea")[2].partition("</textarea>")[0]
    admin_client.post(reverse("rubrics:take"), {"text": shown.context["text"], "name": "x.yaml"})
    assert Rubric.objects.get().title == small["title"]


def test_a_broken_rubric_file_is_answered_with_every_problem_and_its_path(
    admin_client: Client, small: dict[str, Any]
) -> None:
    small["surprise"] = 1
    small["categories"][0]["items"][0]["clauses"][0]["effect"] = "punish"
    shown = admin_client.post(reverse("rubrics:load"), {"file": upload(small)})
    assert shown.status_code == 422
    assert "surprise" in text(shown)
    assert "categories[0].items[0].clauses[0].effect" in text(shown)
    assert "summary" not in shown.context
    taken = admin_client.post(reverse("rubrics:take"), {"text": write_yaml(small), "name": "x"})
    assert taken.status_code == 422
    assert not Rubric.objects.exists()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a: [1, 2", b"&a [*a]", b"[]", b"42", b"\x00"])
def test_a_file_that_is_no_rubric_at_all_is_refused_with_a_reason(admin_client: Client, content: bytes) -> None:
    shown = admin_client.post(reverse("rubrics:load"), {"file": SimpleUploadedFile("x.yaml", content)})
    assert shown.status_code == 422
    assert shown.context["problems"]


def test_an_empty_or_huge_file_is_refused_by_the_form(admin_client: Client) -> None:
    for content in (b"", b"#" * 2_000_001):
        shown = admin_client.post(reverse("rubrics:load"), {"file": SimpleUploadedFile("x.yaml", content)})
        assert shown.status_code == 422
        assert shown.context["form"].errors["file"]


def test_a_rubric_downloaded_makes_the_same_rubric_elsewhere(admin_client: Client, rubric: Rubric) -> None:
    answer = admin_client.get(reverse("rubrics:download", args=[rubric.pk]))
    assert 'filename="small-2026-2026.yaml"' in answer.headers["Content-Disposition"]
    again = admin_client.post(reverse("rubrics:load"), {"file": SimpleUploadedFile("again.yaml", answer.content)})
    admin_client.post(reverse("rubrics:take"), {"text": again.context["text"], "name": "again.yaml"})
    loaded = Rubric.objects.exclude(pk=rubric.pk).get()
    assert fingerprint(selectors.definition_of(loaded)) == rubric.fingerprint


# --- one rubric -----------------------------------------------------------------------------------------------------


def test_the_rubric_page_says_every_clause_in_words(admin_client: Client, rubric: Rubric) -> None:
    page = text(admin_client.get(reverse("rubrics:rubric", args=[rubric.pk])))
    for words in ("迟到早退", "0.5", "supplied by 法院", "优秀", "total at least 90", "公众评议"):
        assert words in page
    assert rubric.fingerprint[:4] in page


def test_the_rubric_page_speaks_chinese_by_default(
    as_user: Callable[[User], Client], administrator: User, rubric: Rubric
) -> None:
    page = text(as_user(administrator).get(reverse("rubrics:rubric", args=[rubric.pk])))
    assert "每人次扣 0.5 分" in page
    assert "由法院提供" in page
    assert "考评办法" in page


def test_the_list_of_rubrics_takes_as_many_queries_for_one_as_for_five(
    admin_client: Client, small: dict[str, Any]
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            admin_client.get(reverse("rubrics:rubrics"))
        return len(seen)

    services.load_rubric(actor=None, data=small)
    queries()
    one = queries()
    for _ in range(4):
        services.load_rubric(actor=None, data=small)
    assert queries() == one


def test_publishing_asks_for_the_password_again(admin_client: Client, small: dict[str, Any]) -> None:
    draft = services.load_rubric(actor=None, data=small)
    url = reverse("rubrics:publish", args=[draft.pk])
    assert admin_client.get(url).status_code == 200
    wrong = admin_client.post(url, {"version": draft.version, "password": "not it"})
    assert wrong.status_code == 422
    draft.refresh_from_db()
    assert draft.state == "draft"
    admin_client.post(url, {"version": draft.version, "password": PASSWORD})
    draft.refresh_from_db()
    assert draft.state == "published"


def test_publishing_an_outdated_draft_is_a_conflict(admin_client: Client, small: dict[str, Any]) -> None:
    draft = services.load_rubric(actor=None, data=small)
    url = reverse("rubrics:publish", args=[draft.pk])
    answer = admin_client.post(url, {"version": draft.version + 1, "password": PASSWORD})
    assert answer.status_code == 409
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_rubric_with_open_figures_says_why_it_cannot_be_published(
    admin_client: Client, small: dict[str, Any]
) -> None:
    small["categories"][0]["items"][0]["clauses"][0] |= {"points": None, "open": True}
    draft = services.load_rubric(actor=None, data=small)
    page = text(admin_client.get(reverse("rubrics:rubric", args=[draft.pk])))
    assert 'aria-disabled="true"' in page
    assert reverse("rubrics:publish", args=[draft.pk]) not in page
    url = reverse("rubrics:publish", args=[draft.pk])
    admin_client.post(url, {"version": draft.version, "password": PASSWORD})
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_copy_takes_its_figures_from_a_file(admin_client: Client, small: dict[str, Any]) -> None:
    small["categories"][0]["items"][0]["clauses"][0] |= {"points": None, "open": True}
    draft = services.load_rubric(actor=None, data=small)
    url = reverse("rubrics:clone", args=[draft.pk])
    named = {"title": "补全", "code": "small-2026", "year": 2026}
    figures = {
        "format": "appraisal-figures/1",
        "rubric": "small-2026",
        "set": {"conduct.meetings.nothing": {"points": 3}},
    }
    refused = admin_client.post(url, {**named, "figures": upload(figures)})
    assert refused.status_code == 422
    assert "conduct.meetings.nothing" in text(refused)
    figures["set"] = {"conduct.meetings.late": {"points": 3}}
    admin_client.post(url, {**named, "figures": upload(figures)})
    clone = Rubric.objects.exclude(pk=draft.pk).get()
    assert selectors.definition_of(clone).clauses["conduct.meetings.late"].points == 3


def test_retiring_and_throwing_away_say_first_what_they_do(
    admin_client: Client, rubric: Rubric, small: dict[str, Any]
) -> None:
    draft = services.load_rubric(actor=None, data=small)
    for name, row in (("retire", rubric), ("delete", draft)):
        url = reverse(f"rubrics:{name}", args=[row.pk])
        assert admin_client.get(url).status_code == 200
        assert Rubric.objects.get(pk=row.pk).state == row.state
        assert admin_client.post(url, {"version": row.version}).status_code == 302
    assert not Rubric.objects.filter(pk=draft.pk).exists()
    assert Rubric.objects.get(pk=rubric.pk).state == "retired"


# --- starting a cycle -----------------------------------------------------------------------------------------------


def workbook(
    *rows: tuple[Any, ...], heads: tuple[str, ...] = ("单位代码", "单位名称", "系列", "标签", "所属单位代码")
) -> SimpleUploadedFile:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (heads, *rows):
        sheet.append(list(row))
    content = BytesIO()
    book.save(content)
    return SimpleUploadedFile("units.xlsx", content.getvalue())


def typed(page: Any) -> dict[str, Any]:
    """What the browser would send back of the page's form as it stands."""
    form = page.context["form"]
    values = {}
    for field in form:
        value = field.value()
        if field.name in ("units_file",) or value in (None, False):
            continue
        if isinstance(value, datetime):
            value = timezone.localtime(value).strftime(MOMENT) if timezone.is_aware(value) else value.strftime(MOMENT)
        values[field.name] = value
    return values | {"units_read": page.context["units_read"]}


def test_a_cycle_is_started_from_a_list_of_units_that_was_shown_first(admin_client: Client, rubric: Rubric) -> None:
    url = reverse("rubrics:start", args=[rubric.pk])
    assert reverse("rubrics:start", args=[rubric.pk]) in text(admin_client.get(reverse("rubrics:new_cycle")))
    page = admin_client.get(url)
    rows = (("fin", "财务科", "科室", "key、large", ""), ("stn", "一站", "stations", "", "fin"))
    shown = admin_client.post(url, {**typed(page), "units_file": workbook(*rows)})
    assert shown.status_code == 200, shown.context["form"].errors
    assert (shown.context["plan"].count, shown.context["plan"].new) == (2, 2)
    assert not Cycle.objects.exists()
    assert not Unit.objects.exists()
    begun = admin_client.post(url, {**typed(shown), "step": "start"})
    cycle = Cycle.objects.get()
    assert begun.headers["Location"] == reverse("rubrics:board", args=[cycle.pk])
    found = {row.unit.code: row for row in selectors.enrolments_in(cycle)}
    assert {code: (row.unit.title, row.series_code, row.tags) for code, row in found.items()} == {
        "fin": ("财务科", "offices", ["key", "large"]),
        "stn": ("一站", "stations", []),
    }
    assert found["stn"].member_of == found["fin"]
    phases = list(cycle.phases.all())
    assert [phase.code for phase in phases] == ["self_assessment", "review", "publicity", "approval"]
    assert timezone.localdate(phases[0].opens_at) == timezone.localdate()
    assert cycle.head_may_delegate_submit is True


def test_the_mistakes_of_a_list_are_named_by_their_cells(admin_client: Client, rubric: Rubric) -> None:
    url = reverse("rubrics:start", args=[rubric.pk])
    rows = (("fin", "财务科", "nowhere", "", ""), ("stn", "", "stations", "", "ghost"))
    shown = admin_client.post(url, {**typed(admin_client.get(url)), "units_file": workbook(*rows)})
    assert shown.status_code == 422
    assert {problem.cell for problem in shown.context["plan"].problems} == {"C2", "B3", "E3"}
    assert shown.context["units_read"] == ""
    twice = workbook(("fin", "财务科", "nowhere", "", "ghost"), ("fin", "财务科", "科室", "", ""))
    shown = admin_client.post(url, {**typed(admin_client.get(url)), "units_file": twice})
    assert sorted(problem.cell for problem in shown.context["plan"].problems) == ["A3", "C2", "E2"]
    bad = workbook(("财务", "财务科", "科室", "", ""))
    shown = admin_client.post(url, {**typed(admin_client.get(url)), "units_file": bad, "step": "start"})
    assert [problem.cell for problem in shown.context["plan"].problems] == ["A2"]
    assert not Cycle.objects.exists()
    assert not Unit.objects.exists()


def test_a_list_that_was_tampered_with_on_its_way_is_not_used(admin_client: Client, rubric: Rubric) -> None:
    url = reverse("rubrics:start", args=[rubric.pk])
    shown = admin_client.post(
        url, {**typed(admin_client.get(url)), "units_file": workbook(("fin", "财务科", "科室", "", ""))}
    )
    for forged in ("nonsense", shown.context["units_read"][:-2] + "xx"):
        answer = admin_client.post(url, {**typed(shown), "units_read": forged, "step": "start"})
        assert answer.status_code == 422
    assert not Cycle.objects.exists()


def test_what_was_typed_is_not_lost_when_a_date_is_wrong(admin_client: Client, rubric: Rubric) -> None:
    url = reverse("rubrics:start", args=[rubric.pk])
    shown = admin_client.post(
        url, {**typed(admin_client.get(url)), "units_file": workbook(("fin", "财务科", "科室", "", ""))}
    )
    wrong = typed(shown) | {"review_closes": "2020-01-01T00:00", "title": "改了的名字", "step": "start"}
    answer = admin_client.post(url, wrong)
    assert answer.status_code == 422
    assert "改了的名字" in text(answer)
    assert answer.context["units_read"]
    assert not Cycle.objects.exists()
    admin_client.post(url, {**typed(shown), "units_read": answer.context["units_read"], "step": "start"})
    assert Cycle.objects.count() == 1


def test_a_workbook_without_the_columns_or_no_workbook_at_all_is_refused(admin_client: Client, rubric: Rubric) -> None:
    url = reverse("rubrics:start", args=[rubric.pk])
    for file in (workbook(("a", "b"), heads=("甲", "乙")), SimpleUploadedFile("x.xlsx", b"PK\x03\x04 nothing")):
        answer = admin_client.post(url, {**typed(admin_client.get(url)), "units_file": file})
        assert answer.status_code == 422
        assert answer.context["plan"].problems


def test_the_empty_list_can_be_filled_in_and_read(admin_client: Client, rubric: Rubric) -> None:
    answer = admin_client.get(reverse("rubrics:unit_template", args=[rubric.pk]))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["单位代码", "单位名称", "系列", "标签", "所属单位代码"]
    for place, value in enumerate(("fin", "财务科", "offices"), start=1):
        sheet.cell(row=2, column=place, value=value)
    content = BytesIO()
    book.save(content)
    url = reverse("rubrics:start", args=[rubric.pk])
    file = SimpleUploadedFile("filled.xlsx", content.getvalue())
    shown = admin_client.post(url, {**typed(admin_client.get(url)), "units_file": file})
    assert shown.status_code == 200, shown.context["plan"]


def test_a_cycle_cannot_be_started_from_a_draft_by_its_address(admin_client: Client, small: dict[str, Any]) -> None:
    draft = services.load_rubric(actor=None, data=small)
    assert admin_client.get(reverse("rubrics:start", args=[draft.pk])).status_code == 403


# --- board, phases, assignments -------------------------------------------------------------------------------------


def test_the_board_shows_phases_units_and_gaps(admin_client: Client, cycle: Cycle, reviewer: User) -> None:
    services.assign_reviewer(actor=None, cycle=cycle, user=reviewer, series_code="offices")
    page = admin_client.get(reverse("rubrics:board", args=[cycle.pk]))
    assert [line.state for line in page.context["phases"]] == ["now", "now", "next", "next"]
    assert page.context["gaps"] == 2
    assert [(total.figure, total.of) for total in page.context["totals"]][:3] == [("2", ""), ("1", ""), ("2", "4")]
    assert {row.units - row.covered for row in page.context["coverage"]} == {0, 1}


def test_the_board_takes_as_many_queries_for_two_units_as_for_thirty(
    admin_client: Client, start: Callable[..., Cycle], cycle: Cycle, reviewer: User, person: Any
) -> None:
    many = [Participant(f"unit-{number}", "offices", title=f"科室{number}") for number in range(30)]
    large = start(code="large", participants=many, provider_units={})
    for number in range(5):
        services.assign_reviewer(actor=None, cycle=large, user=person(f"reviewer-{number}"))
    services.assign_reviewer(actor=None, cycle=cycle, user=reviewer)

    def queries(each: Cycle) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert admin_client.get(reverse("rubrics:board", args=[each.pk])).status_code == 200
        return len(seen)

    queries(cycle)
    assert queries(cycle) == queries(large)


def test_a_unit_with_more_time_stands_out_on_the_board(
    admin_client: Client, cycle: Cycle, own: Enrolment, now: datetime
) -> None:
    services.extend_enrolment(
        actor=None, enrolment=own, version=own.version, code="self_assessment", until=now + 9 * DAY, reason="x"
    )
    page = admin_client.get(reverse("rubrics:board", args=[cycle.pk]))
    rows = list(selectors.enrolments_in(cycle))
    tables = board.glance(cycle, selectors.definition_of(cycle.rubric), rows, now)
    states = {row.title: [cell.state for cell in row.cells] for table in tables for row in table.rows}
    assert states == {own.unit.label: ["longer", "now", "next", "next"], OTHER_WORD: ["now", "now", "next", "next"]}
    assert [entry.unit for entry in page.context["longer"]] == [own.unit.label]


def test_the_glance_shows_how_far_the_work_is_where_a_room_above_knows_it(
    cycle: Cycle, own: Enrolment, other: Enrolment, now: datetime
) -> None:
    states = {own.pk: {"self_assessment": "done", "review": "back"}, other.pk: {"self_assessment": "late"}}
    definition = selectors.definition_of(cycle.rubric)
    tables = board.glance(cycle, definition, [own, other], now, states, lambda pk: f"/review/{pk}/")
    rows = {row.pk: row for table in tables for row in table.rows}
    assert [cell.state for cell in rows[own.pk].cells] == ["done", "back", "next", "next"]
    assert [cell.state for cell in rows[other.pk].cells] == ["late", "now", "next", "next"]
    assert (rows[own.pk].late, rows[other.pk].late) == (False, True)
    assert rows[own.pk].url == f"/review/{own.pk}/"


def test_long_series_are_cut_into_columns_without_losing_a_unit() -> None:
    tables = [
        board.SeriesTable(code, code, (), tuple(board.UnitRow(place, f"{code}{place}", ()) for place in range(count)))
        for code, count in (("a", 18), ("b", 44), ("c", 14), ("d", 1))
    ]
    columns = board.in_columns(tables)
    assert len(columns) == 3
    shown = [row.title for column in columns for table in column for row in table.rows]
    assert shown == [row.title for table in tables for row in table.rows]
    assert board.in_columns([]) == [[]]


def test_dates_are_moved_closed_and_opened_again_in_the_browser(
    admin_client: Client, cycle: Cycle, now: datetime
) -> None:
    url = reverse("rubrics:phase_change", args=[cycle.pk, "self_assessment"])
    closes = timezone.localtime(now + 3 * DAY).strftime(MOMENT)
    opens = timezone.localtime(now - 5 * DAY).strftime(MOMENT)
    moved = {"version": cycle.version, "opens_at": opens, "closes_at": closes}
    assert admin_client.post(url, {**moved, "reason": ""}).status_code == 422
    assert admin_client.post(url, {**moved, "closes_at": opens, "reason": "x"}).status_code == 422
    assert admin_client.post(url, {**moved, "reason": "汛期"}).status_code == 302
    phase = cycle.phases.get(code="self_assessment")
    assert timezone.localtime(phase.closes_at).strftime(MOMENT) == closes
    assert admin_client.post(url, {**moved, "reason": "again"}).status_code == 409
    cycle.refresh_from_db()
    close = reverse("rubrics:phase_close", args=[cycle.pk, "self_assessment"])
    assert admin_client.post(close, {"version": cycle.version, "reason": "都交了"}).status_code == 302
    phase.refresh_from_db()
    assert phase.closed_early_at is not None
    cycle.refresh_from_db()
    reopen = reverse("rubrics:phase_reopen", args=[cycle.pk, "self_assessment"])
    later = timezone.localtime(now + 2 * DAY).strftime(MOMENT)
    answer = admin_client.post(reopen, {"version": cycle.version, "closes_at": later, "reason": "补"})
    assert answer.status_code == 302
    phase.refresh_from_db()
    assert phase.closed_early_at is None
    assert JournalEntry.objects.filter(verb__startswith="phase.").count() == 3
    assert admin_client.get(reverse("rubrics:phase_change", args=[cycle.pk, "panel"])).status_code == 404


def test_a_unit_is_given_more_time_in_the_browser_and_loses_it_again(
    admin_client: Client, cycle: Cycle, own: Enrolment, now: datetime
) -> None:
    url = reverse("rubrics:extend", args=[cycle.pk])
    until = timezone.localtime(now + 9 * DAY).strftime(MOMENT)
    given = {"unit": own.pk, "phase": "self_assessment", "until": until, "reason": "停电"}
    admin_client.post(url, given)
    own.refresh_from_db()
    assert set(own.extensions) == {"self_assessment"}
    admin_client.post(url, given | {"until": ""})
    own.refresh_from_db()
    assert own.extensions == {}
    assert admin_client.post(url, given | {"unit": 99_999}).status_code == 422


def test_reviewers_are_assigned_and_taken_away_in_the_browser(
    admin_client: Client, cycle: Cycle, reviewer: User, clerk: User, unit: Unit
) -> None:
    url = reverse("rubrics:assignments", args=[cycle.pk])
    admin_client.post(url, {"user": reviewer.pk, "series": "offices", "category": "work", "unit": ""})
    assignment = Assignment.objects.get()
    assert (assignment.user, assignment.series_code, assignment.category_code, assignment.unit) == (
        reviewer,
        "offices",
        "work",
        None,
    )
    page = admin_client.get(url)
    assert page.context["gaps"] == 3
    admin_client.post(url, {"user": clerk.pk, "series": "", "category": "", "unit": unit.pk})
    assert Assignment.objects.count() == 1
    assert admin_client.post(url, {"user": reviewer.pk, "series": "nowhere"}).status_code == 422
    admin_client.post(reverse("rubrics:assignment_take", args=[cycle.pk, assignment.pk]))
    assert not Assignment.objects.exists()


def test_an_assignment_of_another_cycle_is_not_taken_away_through_this_one(
    admin_client: Client, start: Callable[..., Cycle], cycle: Cycle, reviewer: User
) -> None:
    foreign = services.assign_reviewer(actor=None, cycle=start(code="second"), user=reviewer)
    url = reverse("rubrics:assignment_take", args=[cycle.pk, foreign.pk])
    assert admin_client.post(url).status_code == 404
    assert Assignment.objects.count() == 1


def test_units_are_tied_to_providers_in_the_browser(admin_client: Client, cycle: Cycle, other_unit: Unit) -> None:
    url = reverse("rubrics:provider_tie", args=[cycle.pk])
    admin_client.post(url, {"provider": "audit", "unit": other_unit.pk})
    row = ProviderUnit.objects.get(provider_code="audit")
    assert row.unit == other_unit
    admin_client.post(reverse("rubrics:provider_untie", args=[cycle.pk, row.pk]))
    assert not ProviderUnit.objects.filter(provider_code="audit").exists()


# --- access ---------------------------------------------------------------------------------------------------------


def addresses(cycle: Cycle, draft: Rubric, assignment: Assignment) -> list[tuple[str, list[Any]]]:
    """Every address of this app with arguments that exist."""
    row = ProviderUnit.objects.get()
    return [
        ("rubrics", []),
        ("load", []),
        ("take", []),
        ("rubric", [draft.pk]),
        ("new", []),
        ("source", [draft.pk]),
        ("workbench", [draft.pk]),
        ("bench_tree", [draft.pk]),
        ("bench_totals", [draft.pk]),
        ("bench_problems", [draft.pk]),
        ("download", [draft.pk]),
        ("workbook", [draft.pk]),
        ("blank_workbook", []),
        ("bring_in", [draft.pk]),
        ("differences", [draft.pk]),
        ("print", [draft.pk]),
        ("pdf", [draft.pk]),
        ("entry_add", [draft.pk]),
        ("undo", [draft.pk]),
        ("draft_history", [draft.pk]),
        ("entry_move", [draft.pk, "head", "general"]),
        ("entry_duplicate", [draft.pk, "head", "general"]),
        ("entry_delete", [draft.pk, "head", "general"]),
        ("entry", [draft.pk, "head", "general"]),
        ("entry_says", [draft.pk, "head", "general"]),
        ("publish", [draft.pk]),
        ("clone", [draft.pk]),
        ("retire", [cycle.rubric_id]),
        ("delete", [draft.pk]),
        ("cycles", []),
        ("new_cycle", []),
        ("start", [cycle.rubric_id]),
        ("unit_template", [cycle.rubric_id]),
        ("board", [cycle.pk]),
        ("cycle_settings", [cycle.pk]),
        ("phases", [cycle.pk]),
        ("phase_change", [cycle.pk, "review"]),
        ("phase_close", [cycle.pk, "review"]),
        ("phase_reopen", [cycle.pk, "review"]),
        ("extend", [cycle.pk]),
        ("assignments", [cycle.pk]),
        ("assignment_take", [cycle.pk, assignment.pk]),
        ("leader_name", [cycle.pk]),
        ("leader_withdraw", [cycle.pk, assignment.user_id]),
        ("units", [cycle.pk]),
        ("units_add", [cycle.pk]),
        ("units_template", [cycle.pk]),
        ("unit_change", [cycle.pk, Enrolment.objects.get(unit__code="other").pk]),
        ("provider_tie", [cycle.pk]),
        ("provider_untie", [cycle.pk, row.pk]),
    ]


def test_every_address_of_the_app_is_walked() -> None:
    from rubrics.urls import urlpatterns

    class Row:
        pk = rubric_id = user_id = 1

    with pytest.MonkeyPatch.context() as patch:
        for table in (ProviderUnit, Enrolment):
            patch.setattr(table, "objects", type("One", (), {"get": staticmethod(lambda **_names: Row)}))
        names = {name for name, _ in addresses(Row, Row, Row)}  # type: ignore[arg-type]
    assert names == {pattern.name for pattern in urlpatterns}


def everything() -> tuple[Any, ...]:
    """What the app has stored, to see that nothing changed."""
    tables = (Rubric, Cycle, Enrolment, Assignment, ProviderUnit)
    rows = [list(table.objects.order_by("pk").values()) for table in tables]
    return (*rows, JournalEntry.objects.exclude(scope="house", verb__startswith="user.").count(), Unit.objects.count())


@pytest.fixture
def walk(
    as_user: Callable[[User], Client],
    small: dict[str, Any],
    cycle: Cycle,
    other_unit: Unit,
    person: Callable[..., User],
    now: datetime,
) -> Callable[[User], dict[str, tuple[int, int]]]:
    """Ask for every address as somebody, by GET and by POST with fields that would do something."""
    draft = services.load_rubric(actor=None, data=small)
    colleague = person("colleague")
    assignment = services.assign_reviewer(actor=None, cycle=cycle, user=colleague, series_code="stations")
    services.name_leader(actor=None, cycle=cycle, user=colleague)
    closes = timezone.localtime(now + 9 * DAY).strftime(MOMENT)
    enrolment = selectors.enrolments_in(cycle).get(unit=other_unit)
    fields = {
        "version": 1,
        "password": PASSWORD,
        "reason": "x",
        "opens_at": timezone.localtime(now).strftime(MOMENT),
        "closes_at": closes,
        "until": closes,
        "phase": "review",
        "unit": enrolment.pk,
        "user": colleague.pk,
        "provider": "audit",
        "leader": colleague.pk,
        "step": "add",
        "units_read": packed([Participant("late", "offices", title="后来的")]),
        "series": "offices",
        "text": write_yaml(file_data(selectors.definition_of(draft))),
        "title": "x",
        "code": "x",
        "year": 2026,
    }

    def go(user: User) -> dict[str, tuple[int, int]]:
        client, found = as_user(user), {}
        for name, arguments in addresses(cycle, draft, assignment):
            url = reverse(f"rubrics:{name}", args=arguments)
            answers = [client.get(url), client.post(url, fields)]
            for answer in answers:
                if answer.status_code >= 400:
                    assert OTHER_WORD not in text(answer), f"{name} names another unit"
            found[name] = (answers[0].status_code, answers[1].status_code)
        return found

    return go


LISTS = {"rubrics": (200, 405), "cycles": (200, 405)}


@pytest.mark.parametrize("who", ["clerk", "head", "provider", "reviewer", "stranger"])
def test_whoever_does_not_run_the_cycle_is_refused_everywhere_and_changes_nothing(
    who: str, request: pytest.FixtureRequest, cycle: Cycle, walk: Callable[[User], dict[str, tuple[int, int]]]
) -> None:
    person = request.getfixturevalue(who)
    if who == "reviewer":
        services.assign_reviewer(actor=None, cycle=cycle, user=person)
    before = everything()
    answers = walk(person)
    assert everything() == before
    for name, (got, posted) in answers.items():
        if name in LISTS:
            assert (got, posted) == LISTS[name]
        elif name == "board" and who != "stranger":
            assert (got, posted) == (302, 405)
        else:
            assert got in (403, 404, 405), name
            assert posted in (403, 404, 405), name


@pytest.mark.parametrize("who", ["auditor", "leader"])
def test_who_oversees_a_cycle_reads_its_pages_and_changes_nothing(
    who: str, request: pytest.FixtureRequest, cycle: Cycle, walk: Callable[[User], dict[str, tuple[int, int]]]
) -> None:
    person = request.getfixturevalue(who)
    if who == "leader":
        units_services.give_role(actor=None, user=person, role="leader", cycle=cycle)
    before = everything()
    answers = walk(person)
    assert everything() == before
    readable = {"rubrics", "cycles", "board", "phases", "assignments", "units"} | (
        {"rubric", "download", "workbook", "differences", "draft_history", "print", "pdf"}
        if who == "auditor"
        else set()
    )
    assert {name for name, (got, _posted) in answers.items() if got == 200} == readable
    assert all(posted in (403, 404, 405) for _got, posted in answers.values()), answers


def test_nobody_gets_in_without_signing_in(client: Client, cycle: Cycle, rubric: Rubric, reviewer: User) -> None:
    assignment = services.assign_reviewer(actor=None, cycle=cycle, user=reviewer)
    before = everything()
    for name, arguments in addresses(cycle, rubric, assignment):
        for answer in (
            client.get(reverse(f"rubrics:{name}", args=arguments)),
            client.post(reverse(f"rubrics:{name}", args=arguments)),
        ):
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/sign-in/")
    assert everything() == before


def test_a_clerk_of_a_cycle_reads_its_rubric_and_nobody_elses(
    as_user: Callable[[User], Client], clerk: User, cycle: Cycle, small: dict[str, Any]
) -> None:
    client = as_user(clerk)
    draft = services.load_rubric(actor=None, data=small | {"code": "foreign", "title": "别家办法"})
    foreign = services.publish_rubric(actor=None, rubric=draft, version=draft.version)
    assert client.get(reverse("rubrics:rubric", args=[cycle.rubric_id])).status_code == 200
    assert client.get(reverse("rubrics:download", args=[cycle.rubric_id])).status_code == 200
    assert client.get(reverse("rubrics:rubric", args=[foreign.pk])).status_code == 404
    assert "别家办法" not in text(client.get(reverse("rubrics:rubrics")))
