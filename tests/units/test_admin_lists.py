"""Lists in the backstage: a dry run writes nothing, what is shown is done, rows of the journal tell of it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from units import services
from units.models import JournalEntry, Membership, Unit, User

pytestmark = pytest.mark.django_db

UNITS = [["代码", "名称", "简称", "层级"], ["own", "本单位新名称", None, "市级"], ["jyj", "市教育局", None, "县级"]]
ACCOUNTS = [
    ["用户名", "显示名", "角色", "单位代码"],
    ["new-1", "新账户", "经办人", "own"],
    ["new-1", "新账户", "数据员", "own"],
    ["stranger", "改了的显示名", "监督员", None],
]
MEMBERSHIPS = [["用户名", "角色", "单位代码"], ["stranger", "经办人", "own"], ["clerk", "经办人", "own"]]
WRITES = ("INSERT", "UPDATE", "DELETE")
PASSING = ("django_session", "SAVEPOINT")


@pytest.fixture
def admin(administrator: User, as_user: Callable[[User], Client]) -> Client:
    """The administrator's browser."""
    return as_user(administrator)


def workbook(rows: list[list[Any]], name: str = "Sheet1") -> bytes:
    book = Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def send(client: Client, table: str, rows: list[list[Any]] | bytes, name: str = "名单.xlsx", **said: str) -> Any:
    content = rows if isinstance(rows, bytes) else workbook(rows)
    said = {"file": SimpleUploadedFile(name, content), "existing": "replace", **said}  # type: ignore[dict-item]
    return client.post(f"/admin/units/{table}/import/", said)


def confirm(client: Client, table: str, shown: Any) -> Any:
    return client.post(f"/admin/units/{table}/process_import/", {"plan": shown.context["plan"].fingerprint})


def states(answer: Any) -> list[str]:
    return [step.state for step, _label, _look in answer.context["steps"]]


# ---------------------------------------------------------------- dry run


@pytest.mark.parametrize(
    ("table", "rows"), [("unit", UNITS), ("user", ACCOUNTS), ("membership", MEMBERSHIPS)], ids=["u", "a", "m"]
)
def test_a_dry_run_writes_nothing(
    table: str, rows: list[list[Any]], admin: Client, unit: Unit, clerk: User, stranger: User
) -> None:
    before = JournalEntry.objects.count()
    with CaptureQueriesContext(connection) as queries:
        answer = send(admin, table, rows)
    assert answer.status_code == 200
    assert "steps" in answer.context
    written = [query["sql"] for query in queries if query["sql"].startswith(WRITES)]
    assert [sql for sql in written if not any(word in sql for word in PASSING)] == []
    assert JournalEntry.objects.count() == before


def test_what_was_shown_is_done_and_noted(admin: Client, administrator: User, unit: Unit) -> None:
    shown = send(admin, "unit", UNITS)
    assert states(shown) == ["changed", "new"]
    assert "名称: 本单位甲局 → 本单位新名称" in shown.content.decode().replace("：", ": ")
    assert confirm(admin, "unit", shown).url == "/admin/units/unit/"
    unit.refresh_from_db()
    assert unit.title == "本单位新名称"
    entry = JournalEntry.objects.get(verb="units.imported")
    assert (entry.actor, entry.object_label) == (administrator, "名单.xlsx")
    assert {record["code"] for record in entry.after["units"]} == {"own", "jyj"}
    assert confirm(admin, "unit", shown).url == "/admin/units/unit/import/"


def test_what_is_there_already_can_be_skipped(admin: Client, unit: Unit) -> None:
    shown = send(admin, "unit", UNITS, existing="skip")
    assert states(shown) == ["kept", "new"]
    confirm(admin, "unit", shown)
    unit.refresh_from_db()
    assert unit.title == "本单位甲局"
    assert Unit.objects.filter(code="jyj").exists()
    assert [record["code"] for record in JournalEntry.objects.get(verb="units.imported").after["units"]] == ["jyj"]


def test_accounts_that_are_there_keep_name_and_roles_when_skipped(admin: Client, unit: Unit, stranger: User) -> None:
    services.retire_person(actor=None, person=stranger)
    assert send(admin, "user", ACCOUNTS).status_code == 422
    shown = send(admin, "user", ACCOUNTS, existing="skip")
    assert states(shown) == ["new", "new", "kept"]
    confirm(admin, "user", shown)
    stored = User.objects.get(pk=stranger.pk)
    assert (str(stored), stored.groups.exists()) == ("无角色账户", False)


def test_new_accounts_get_slips(admin: Client, unit: Unit, stranger: User) -> None:
    answer = confirm(admin, "user", send(admin, "user", ACCOUNTS))
    slips = admin.get(answer.url).context["slips"]
    assert [slip["username"] for slip in slips] == ["new-1"]
    person = User.objects.get(username="new-1")
    assert person.check_password(slips[0]["password"])
    assert set(Membership.objects.filter(user=person).values_list("role", flat=True)) == {"clerk", "provider"}
    assert str(User.objects.get(pk=stranger.pk)) == "改了的显示名"
    assert JournalEntry.objects.filter(verb="users.imported").latest("pk").after["created"] == 1


def test_memberships_come_in_with_their_grants(admin: Client, unit: Unit, clerk: User, stranger: User) -> None:
    shown = send(admin, "membership", MEMBERSHIPS)
    assert states(shown) == ["new", "same"]
    assert confirm(admin, "membership", shown).status_code == 302
    assert User.objects.get(pk=stranger.pk).has_perm("units.fill_unit", unit)
    entry = JournalEntry.objects.get(verb="memberships.imported")
    assert entry.after["memberships"] == [{"username": "stranger", "role": "clerk", "unit": "own"}]


def test_every_fault_of_a_list_of_memberships_is_named_at_once(admin: Client, unit: Unit, stranger: User) -> None:
    rows = [
        MEMBERSHIPS[0],
        ["nobody-here", "经办人", "own"],
        ["stranger", "管理员", None],
        ["stranger", "经办人", "xyz"],
        [None, "经办人", "own"],
        ["stranger", "经办人", "own"],
        ["stranger", "经办人", "own"],
    ]
    answer = send(admin, "membership", rows)
    assert answer.status_code == 422
    assert [problem.cell for problem in answer.context["problems"]] == ["A2", "B3", "C4", "A5", "A7"]
    assert not Membership.objects.exists()


def test_what_was_changed_meanwhile_is_shown_again(admin: Client, unit: Unit) -> None:
    shown = send(admin, "unit", UNITS)
    services.create_unit(actor=None, code="jyj", title="别人先加的")
    answer = confirm(admin, "unit", shown)
    assert answer.status_code == 409
    assert states(answer) == ["changed", "changed"]
    assert Unit.objects.get(code="jyj").title == "别人先加的"
    assert confirm(admin, "unit", answer).status_code == 302
    assert Unit.objects.get(code="jyj").title == "市教育局"


def test_confirming_something_else_than_was_shown_does_nothing(admin: Client, unit: Unit) -> None:
    send(admin, "unit", UNITS)
    assert admin.post("/admin/units/unit/process_import/", {"plan": "x" * 64}).status_code == 409
    assert admin.get("/admin/units/unit/process_import/").status_code == 405
    assert not Unit.objects.filter(code="jyj").exists()


def test_another_process_carries_out_what_one_process_showed(admin: Client, unit: Unit) -> None:
    """What lies between dry run and confirmation is in the session's table, not in a folder or in memory."""
    shown = send(admin, "unit", UNITS)
    elsewhere = Client()
    elsewhere.cookies = admin.cookies
    assert confirm(elsewhere, "unit", shown).status_code == 302
    assert Unit.objects.filter(code="jyj").exists()
    assert "backstage_units" not in admin.session


def test_faults_are_named_by_row_and_column_in_chinese(admin: Client, unit: Unit) -> None:
    rows = [UNITS[0], ["OWN 1", "市财政局", None, "州级"], ["jyj", None, None, None]]
    answer = send(admin, "unit", rows)
    assert answer.status_code == 422
    text = answer.content.decode()
    for place in ("第 2 行“代码”列", "第 2 行“层级”列", "第 3 行“名称”列"):
        assert place in text
    assert 'name="plan"' not in text
    assert "backstage_units" not in admin.session


def test_english_heads_are_accepted(admin: Client, unit: Unit) -> None:
    rows = [["Code", "Title", "Short title", "Level"], ["abc", "Bureau", "B", "city"]]
    confirm(admin, "unit", send(admin, "unit", rows))
    assert Unit.objects.get(code="abc").short_title == "B"


@pytest.mark.parametrize("said", [{}, {"existing": "perhaps"}])
def test_an_incomplete_form_is_refused(said: dict[str, str], admin: Client) -> None:
    assert admin.post("/admin/units/unit/import/", said).status_code == 422


# ---------------------------------------------------------------- taking out


def exported(client: Client, table: str, query: str = "") -> tuple[bytes, list[list[Any]]]:
    answer = client.get(f"/admin/units/{table}/export/{query}")
    assert answer.status_code == 200
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    return answer.content, [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("table", ["unit", "user", "membership"])
def test_a_list_that_went_out_comes_in_again_without_a_change(
    table: str, admin: Client, unit: Unit, other_unit: Unit, clerk: User, head: User, auditor: User
) -> None:
    services.take_role(actor=None, user=head, role="head", unit=unit)
    content, rows = exported(admin, table)
    assert len(rows) > 2
    answer = send(admin, table, content)
    assert answer.status_code == 200, answer.context["problems"]
    assert set(states(answer)) <= {"same", "kept"}
    assert answer.context["nothing_to_do"]


def test_heads_are_chinese_and_the_filter_holds(admin: Client, unit: Unit, other_unit: Unit) -> None:
    _content, rows = exported(admin, "unit", "?q=own")
    assert rows == [["代码", "名称", "简称", "层级", "在用"], ["own", "本单位甲局", "本单位甲", "市级", "是"]]
    heads = exported(admin, "user")[1][0]
    assert heads[:4] == ["用户名", "显示名", "角色", "单位代码"]


def test_no_text_becomes_a_formula(admin: Client) -> None:
    services.create_unit(actor=None, code="evil", title='=HYPERLINK("http://x","点我")', short_title="+1+1")
    content, rows = exported(admin, "unit")
    assert rows[1][1:3] == ['=HYPERLINK("http://x","点我")', "+1+1"]
    sheet = load_workbook(BytesIO(content)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}  # type: ignore[union-attr]


def test_no_password_goes_out(admin: Client, clerk: User) -> None:
    _content, rows = exported(admin, "user")
    assert clerk.password not in str(rows)
