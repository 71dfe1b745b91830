"""Lists from Excel: every fault is named by sheet and cell, a fault writes nothing, and what is shown is done."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from units import services
from units.models import JournalEntry, Membership, Unit, User
from units.resources import ACCOUNT_HEADS, UNIT_HEADS
from units.services import imports
from units.tables import Problem, Table, read_table

pytestmark = pytest.mark.django_db

UNITS = [["代码", "名称", "简称", "层级"], ["czj", "市财政局", "财政局", "市级"], ["jyj", "市教育局", None, None]]
ACCOUNTS = [
    ["用户名", "姓名(显示名)", "角色", "单位代码"],
    ["czj-01", "财政局经办人", "经办人", "czj"],
    ["czj-01", "财政局经办人", "数据员", "czj"],
    ["admin-2", "考评办管理员二", "管理员", None],
    ["new-3", "暂无角色", None, None],
]

PLACES = {"units": "/units/import/", "accounts": "/people/import/"}


def workbook(*sheets: list[list[object]], names: tuple[str, ...] = ("Sheet1", "Sheet2")) -> BytesIO:
    book = Workbook()
    book.remove(book.active)
    for name, rows in zip(names, sheets, strict=False):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = BytesIO()
    book.save(file)
    file.seek(0)
    return file


def units_table(*sheets: list[list[object]]) -> tuple[Table, list[Problem]]:
    return read_table(workbook(*sheets), heads=UNIT_HEADS, required=imports.REQUIRED["units"])


def accounts_table(rows: list[list[object]]) -> Table:
    table, problems = read_table(workbook(rows), heads=ACCOUNT_HEADS, required=imports.REQUIRED["accounts"])
    assert problems == []
    return table


def plan_accounts(*rows: list[object]) -> imports.Plan:
    return imports.plan_accounts(actor=None, table=accounts_table([ACCOUNTS[0], *rows]))


def cells(plan: imports.Plan) -> list[str]:
    return [problem.cell for problem in plan.problems]


# ---------------------------------------------------------------- reading


def test_heads_may_be_english_in_any_order_with_a_title_above_and_blank_rows_between() -> None:
    rows = [["单位一览"], [], ["Level", "Title*", "code"], ["city", "市财政局", "czj"], [], ["city", "市教育局", "jyj"]]
    table, problems = units_table(rows)
    assert problems == []
    assert [(row.number, row.values["code"]) for row in table.rows] == [(4, "czj"), (6, "jyj")]
    assert table.cell(table.rows[0], "code") == "C4"


def test_sheets_without_the_heads_are_left_alone() -> None:
    table, problems = units_table([["填写说明"], ["代码不要改"]], UNITS)
    assert problems == []
    assert {row.sheet for row in table.rows} == {"Sheet2"}


def test_a_missing_column_and_a_missing_head_row_are_named() -> None:
    rows = [["代码", "简称", "层级"], ["czj", "财政局", "市级"]]
    _table, problems = units_table(rows)
    assert [(problem.sheet, problem.cell) for problem in problems] == [("Sheet1", "A1")]
    assert "名称" in problems[0].text
    _table, problems = units_table([["甲", "乙"], ["1", "2"]])
    assert len(problems) == 1


def test_numbers_in_cells_are_read_as_they_are_typed() -> None:
    table, _problems = units_table([UNITS[0], [2101, "市财政局", None, None]])
    assert table.rows[0].values["code"] == "2101"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0old", b"\x00\x01\x02\xff" * 50])
def test_what_is_no_workbook_gets_one_plain_sentence(content: bytes) -> None:
    table, problems = read_table(BytesIO(content), heads=UNIT_HEADS, required=("code", "title"))
    assert table.rows == []
    assert len(problems) == 1


# ---------------------------------------------------------------- units


def test_units_are_added_and_changed_as_was_shown(administrator: User) -> None:
    services.create_unit(actor=None, code="czj", title="财政局", level="city")
    table, _problems = units_table(UNITS)
    plan = imports.plan_units(actor=administrator, table=table)
    assert [(step.key, step.state) for step in plan.steps] == [("czj", "changed"), ("jyj", "new")]
    assert len(plan.steps[0].changes) == 2
    assert not Unit.objects.filter(code="jyj").exists()
    imports.import_units(actor=administrator, table=table, shown=plan.fingerprint, source="单位.xlsx")
    assert list(Unit.objects.order_by("code").values_list("code", "title", "short_title", "level")) == [
        ("czj", "市财政局", "财政局", "city"),
        ("jyj", "市教育局", "", ""),
    ]
    entry = JournalEntry.objects.get(verb="units.imported")
    assert (entry.after["created"], entry.after["updated"], entry.object_label) == (1, 1, "单位.xlsx")


def test_a_column_that_is_not_in_the_list_changes_nothing(administrator: User) -> None:
    services.create_unit(actor=None, code="czj", title="市财政局", short_title="财政局", level="city")
    table, _problems = units_table([["代码", "名称"], ["czj", "市财政局"]])
    plan = imports.plan_units(actor=administrator, table=table)
    assert [step.state for step in plan.steps] == ["same"]


def test_every_fault_of_a_list_of_units_is_named_at_once() -> None:
    rows = [
        UNITS[0],
        ["czj", "市财政局", None, "州级"],
        ["CZJ 2", "市教育局", None, None],
        ["jyj", None, None, None],
        ["czj", "又一个", "x" * 41, None],
        [None, "无代码局", None, None],
    ]
    table, problems = units_table(rows)
    assert problems == []
    plan = imports.plan_units(actor=None, table=table)
    assert cells(plan) == ["D2", "A3", "B4", "A5", "C5", "A6"]
    assert {problem.sheet for problem in plan.problems} == {"Sheet1"}
    assert plan.steps == []
    with pytest.raises(imports.Outdated):
        imports.import_units(actor=None, table=table, shown=plan.fingerprint, source="x")
    assert not Unit.objects.exists()


def test_a_code_that_stands_in_two_sheets_is_named_in_the_second() -> None:
    table, _problems = units_table(UNITS, [UNITS[0], ["czj", "别的局", None, None]])
    plan = imports.plan_units(actor=None, table=table)
    assert [(problem.sheet, problem.cell) for problem in plan.problems] == [("Sheet2", "A2")]
    assert "Sheet1" in plan.problems[0].text


def test_what_was_changed_meanwhile_is_shown_again_instead_of_done(administrator: User) -> None:
    table, _problems = units_table(UNITS)
    plan = imports.plan_units(actor=administrator, table=table)
    services.create_unit(actor=None, code="czj", title="市财政局")
    with pytest.raises(imports.Outdated) as outdated:
        imports.import_units(actor=administrator, table=table, shown=plan.fingerprint, source="x")
    assert [step.state for step in outdated.value.plan.steps] == ["changed", "new"]
    assert not Unit.objects.filter(code="jyj").exists()


def test_a_list_may_be_brought_in_by_administrators_only(auditor: User, clerk: User) -> None:
    table, _problems = units_table(UNITS)
    for person in (auditor, clerk):
        with pytest.raises(PermissionDenied):
            imports.plan_units(actor=person, table=table)
        with pytest.raises(PermissionDenied):
            imports.import_accounts(
                actor=person, table=accounts_table(ACCOUNTS), shown="", source="x", first_password=str
            )


def test_a_long_list_costs_no_more_queries_than_a_short_one(administrator: User) -> None:
    def cost(prefix: str, count: int) -> int:
        rows = [UNITS[0], *([f"{prefix}{n}", f"单位{n}", None, None] for n in range(count))]
        table, _problems = units_table(rows)
        with CaptureQueriesContext(connection) as queries:
            plan = imports.plan_units(actor=administrator, table=table)
            imports.import_units(actor=administrator, table=table, shown=plan.fingerprint, source="x")
        return len(queries)

    cost("w", 1)
    assert cost("a", 3) == cost("b", 60)


# ---------------------------------------------------------------- accounts


@pytest.fixture
def finance(db: None) -> Unit:
    return services.create_unit(actor=None, code="czj", title="市财政局")


def test_accounts_are_opened_with_their_roles(administrator: User, finance: Unit) -> None:
    table = accounts_table(ACCOUNTS)
    plan = imports.plan_accounts(actor=administrator, table=table)
    assert plan.problems == []
    assert (plan.count("new"), len(plan.steps)) == (3, 4)
    people = imports.import_accounts(
        actor=administrator,
        table=table,
        shown=plan.fingerprint,
        source="账户.xlsx",
        first_password=lambda name: f"P-{name}",
    )
    assert [person.username for person in people] == ["czj-01", "admin-2", "new-3"]
    clerk = User.objects.get(username="czj-01")
    assert clerk.check_password("P-czj-01")
    assert clerk.must_change_password
    assert set(Membership.objects.filter(user=clerk).values_list("role", flat=True)) == {"clerk", "provider"}
    assert clerk.has_perm("units.fill_unit", finance)
    assert User.objects.get(username="admin-2").has_perm("units.administer_house")
    assert not User.objects.get(username="new-3").groups.exists()
    assert JournalEntry.objects.filter(verb="users.imported", actor=administrator).count() == 1


def test_bringing_the_same_list_in_again_does_nothing(administrator: User, finance: Unit) -> None:
    table = accounts_table(ACCOUNTS)
    plan = imports.plan_accounts(actor=administrator, table=table)
    imports.import_accounts(actor=administrator, table=table, shown=plan.fingerprint, source="x", first_password=str)
    again = imports.plan_accounts(actor=administrator, table=table)
    assert (again.count("new"), again.count("changed"), {step.state for step in again.steps}) == (0, 0, {"same"})
    imports.import_accounts(actor=administrator, table=table, shown=again.fingerprint, source="x", first_password=str)
    assert JournalEntry.objects.filter(verb="users.imported", actor=administrator).count() == 1


def test_a_known_account_gets_a_name_and_a_role_and_keeps_its_password(
    administrator: User, stranger: User, finance: Unit
) -> None:
    table = accounts_table([ACCOUNTS[0], ["Stranger", "财政局负责人", "单位负责人", "市财政局"]])
    plan = imports.plan_accounts(actor=administrator, table=table)
    assert [(step.state, len(step.changes)) for step in plan.steps] == [("changed", 2)]
    people = imports.import_accounts(
        actor=administrator, table=table, shown=plan.fingerprint, source="x", first_password=str
    )
    assert people == []
    stored = User.objects.get(pk=stranger.pk)
    assert (stored.display_name, stored.password) == ("财政局负责人", stranger.password)
    assert stored.has_perm("units.sign_unit", finance)


def test_every_fault_of_a_list_of_accounts_is_named_at_once(finance: Unit, stranger: User) -> None:
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    plan = plan_accounts(
        ["a1", "甲", "国王", "czj"],
        ["a2", "乙", "经办人", "xyz"],
        ["a3", "丙", "经办人", None],
        ["a4", "丁", "管理员", "czj"],
        ["a5", "戊", None, "czj"],
        ["a6", "己", "考评员", None],
        [None, "无名", None, None],
        ["bad name!", "辛", None, None],
        ["a7", "壬", "经办人", "czj"],
        ["A7", "壬", "经办人", "czj"],
        ["a7", "癸", "单位负责人", "czj"],
        ["stranger", "停用", None, None],
        ["a8", "x" * 81, None, None],
    )
    assert cells(plan) == ["C2", "D3", "D4", "D5", "C6", "C7", "A8", "A9", "A11", "B12", "A13", "B14"]
    assert plan.steps == []
    assert User.objects.count() == 1


def test_a_list_of_accounts_costs_a_constant_number_of_queries(administrator: User, finance: Unit) -> None:
    def cost(prefix: str, count: int) -> int:
        rows = [ACCOUNTS[0], *([f"{prefix}-{n}", f"账户{n}", "经办人", "czj"] for n in range(count))]
        table = accounts_table(rows)
        with CaptureQueriesContext(connection) as queries:
            plan = imports.plan_accounts(actor=administrator, table=table)
            imports.import_accounts(
                actor=administrator, table=table, shown=plan.fingerprint, source="x", first_password=str
            )
        return len(queries)

    cost("w", 1)
    assert cost("a", 3) == cost("b", 60)


# ---------------------------------------------------------------- pages


def send(client: Client, kind: str, rows: list[list[object]]) -> object:
    file = SimpleUploadedFile("名单.xlsx", workbook(rows).getvalue())
    return client.post(PLACES[kind], {"file": file})


def test_from_upload_to_slips(administrator: User, finance: Unit, as_user: Callable[[User], Client]) -> None:
    client = as_user(administrator)
    answer = send(client, "accounts", ACCOUNTS)
    assert answer.status_code == 302  # type: ignore[attr-defined]
    page = client.get("/people/import/check/")
    assert page.status_code == 200
    assert not User.objects.filter(username="czj-01").exists()
    done = client.post("/people/import/check/", {"plan": page.context["plan"]})
    assert done.status_code == 302
    assert done.url.startswith("/people/slips/")
    slips = client.get(done.url)
    assert slips.status_code == 200
    passwords = {slip["username"]: slip["password"] for slip in slips.context["slips"]}
    assert set(passwords) == {"czj-01", "admin-2", "new-3"}
    for name, password in passwords.items():
        assert password in slips.content.decode()
        assert User.objects.get(username=name).check_password(password)
    assert "import_accounts" not in client.session
    for password in passwords.values():
        assert password not in str(dict(client.session.items()))


def test_slips_are_for_the_browser_that_made_them(administrator: User, as_user: Callable[[User], Client]) -> None:
    client, elsewhere = as_user(administrator), as_user(administrator)
    made = client.post("/people/new/", {"username": "n1", "display_name": "新人", "role": "", "unit": ""})
    assert client.get(made.url).status_code == 200
    assert elsewhere.get(made.url).status_code == 410
    client.post(made.url + "done/")
    assert client.get(made.url).status_code == 410


def test_a_slip_shows_no_password_that_is_no_longer_true(
    administrator: User, as_user: Callable[[User], Client]
) -> None:
    client = as_user(administrator)
    made = client.post("/people/new/", {"username": "n1", "display_name": "新人", "role": "", "unit": ""})
    first = client.get(made.url).context["slips"][0]["password"]
    person = User.objects.get(username="n1")
    services.change_password(actor=person, old=first, new="Tian-gao-yun-dan-9")
    page = client.get(made.url)
    assert page.context["slips"][0]["password"] == ""
    assert first not in page.content.decode()


def test_a_faulty_list_shows_its_faults_and_no_button(
    administrator: User, finance: Unit, as_user: Callable[[User], Client]
) -> None:
    client = as_user(administrator)
    send(client, "accounts", [ACCOUNTS[0], ["a2", "乙", "经办人", "查无此局"]])
    page = client.get("/people/import/check/")
    assert page.status_code == 422
    text = page.content.decode()
    assert "D2" in text
    assert "查无此局" in text
    assert 'name="plan"' not in text
    assert client.post("/people/import/check/", {"plan": page.context["plan"]}).status_code == 409
    assert not User.objects.filter(username="a2").exists()


def test_a_cell_with_markup_is_shown_as_text(
    administrator: User, finance: Unit, as_user: Callable[[User], Client]
) -> None:
    client = as_user(administrator)
    send(client, "accounts", [ACCOUNTS[0], ["a2", "<script>alert(1)</script>", "经办人", "czj"]])
    assert "<script>alert" not in client.get("/people/import/check/").content.decode()


@pytest.mark.parametrize("kind", ["units", "accounts"])
def test_the_empty_workbook_is_read_as_a_list_without_rows(
    kind: str, administrator: User, finance: Unit, as_user: Callable[[User], Client]
) -> None:
    answer = as_user(administrator).get(f"{PLACES[kind]}template.xlsx")
    content = BytesIO(b"".join(answer.streaming_content))
    table, problems = read_table(content, heads=imports.HEADS[kind], required=imports.REQUIRED[kind])
    assert table.rows == []
    assert len(table.columns) == 1
    assert len(problems) == 1
    content.seek(0)
    book = load_workbook(content)
    heads = [cell.value for cell in book.worksheets[0][2]]
    assert heads == [accepted[0] for accepted in imports.HEADS[kind].values()]


@pytest.mark.parametrize("path", ["/units/import/", "/units/import/check/", "/people/import/template.xlsx"])
def test_importing_does_not_exist_for_others(
    path: str, auditor: User, clerk: User, as_user: Callable[[User], Client]
) -> None:
    for person in (auditor, clerk):
        assert as_user(person).get(path).status_code == 404
    assert Client().get(path).status_code == 302
