"""Where a person's mail goes to: said by themselves, in the list of accounts, and in the backstage. Never in the journal."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from units import services
from units.exports import AccountExport
from units.models import JournalEntry, User
from units.services import imports
from units.tables import read_table

ADDRESS = "office@kaoping.example"


@pytest.fixture
def say(client, clerk):
    """The clerk says where mail goes to: `say(ADDRESS)`, `say(ADDRESS, "another")`."""

    def post(email, again=None):
        client.force_login(clerk)
        sent = {"email": email, "email_again": email if again is None else again}
        return client.post(reverse("units:address"), sent, follow=True)

    return post


def test_a_person_says_where_mail_goes_to(say, clerk):
    text = say(ADDRESS).content.decode()
    assert f"催办邮件今后发到 {ADDRESS}。" in text
    assert f'value="{ADDRESS}"' in text
    clerk.refresh_from_db()
    assert clerk.email == ADDRESS


def test_the_journal_notes_the_change_and_keeps_no_address(say, clerk):
    say(ADDRESS)
    row = JournalEntry.objects.filter(verb="user.changed").get()
    assert row.after["email_changed"] is True
    assert row.actor == clerk
    assert ADDRESS not in f"{row.before}{row.after}{row.object_label}"


def test_the_same_address_again_changes_nothing(say):
    say(ADDRESS)
    say(ADDRESS)
    assert JournalEntry.objects.filter(verb="user.changed").count() == 1


@pytest.mark.parametrize(
    ("email", "again", "wrong"), [(ADDRESS, "ofice@kaoping.example", "不一致"), ("no", "no", "id_email")]
)
def test_what_is_mistyped_is_said_and_not_kept(say, clerk, email, again, wrong):
    answer = say(email, again)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert wrong in text
    assert f'value="{email}"' in text
    clerk.refresh_from_db()
    assert clerk.email == ""


def test_blank_ends_it(say, clerk):
    say(ADDRESS)
    assert "不再给您发邮件" in say("").content.decode()
    clerk.refresh_from_db()
    assert clerk.email == ""


def test_before_the_first_password_is_changed_nothing_else_is_asked(client, clerk):
    User.objects.filter(pk=clerk.pk).update(must_change_password=True)
    client.force_login(clerk)
    assert 'name="email"' not in client.get(reverse("units:password")).content.decode()
    assert client.post(reverse("units:address"), {"email": ADDRESS, "email_again": ADDRESS}).status_code == 302
    clerk.refresh_from_db()
    assert clerk.email == ""


# --- the list of accounts -------------------------------------------------------------------------------------------

HEADS = ["用户名", "显示名", "角色", "单位代码", "邮箱"]


@pytest.fixture
def bring(administrator):
    """Bring a list of accounts in: rows of user name, shown name, role, unit, address."""

    def make(*rows, heads=HEADS):
        text = "\n".join(",".join(row) for row in [heads, *rows])
        content = BytesIO(text.encode("utf-8-sig"))
        table, problems = read_table(content, heads=imports.HEADS["accounts"], required=imports.REQUIRED["accounts"])
        assert not problems
        plan = imports.plan_accounts(actor=administrator, table=table)
        if plan.problems:
            return plan
        imports.import_accounts(
            actor=administrator, table=table, shown=plan.fingerprint, source="账户.csv",
            first_password=lambda name: f"first-word-of-{name}",
        )  # fmt: skip
        return plan

    return make


def test_a_list_opens_accounts_with_their_address(bring):
    bring(["new-one", "新人", "", "", ADDRESS], ["new-two", "另一人", "", "", ""])
    assert dict(User.objects.filter(username__startswith="new-").values_list("username", "email")) == {
        "new-one": ADDRESS,
        "new-two": "",
    }


def test_a_list_changes_a_known_address_says_so_and_a_blank_cell_leaves_it(bring, clerk):
    User.objects.filter(pk=clerk.pk).update(email="before@kaoping.example")
    plan = bring([clerk.username, clerk.display_name, "", "", ADDRESS])
    assert [step.changes for step in plan.steps] == [("邮件地址：有变动",)]
    clerk.refresh_from_db()
    assert clerk.email == ADDRESS
    assert not any(ADDRESS in str(row.after) for row in JournalEntry.objects.all())
    plan = bring([clerk.username, clerk.display_name, "", "", ""])
    assert plan.count("same") == 1
    plan = bring([clerk.username, clerk.display_name, "", ""], heads=HEADS[:4])
    assert plan.count("same") == 1
    clerk.refresh_from_db()
    assert clerk.email == ADDRESS


@pytest.mark.parametrize(
    "rows",
    [
        [["new-one", "新人", "", "", "no address"]],
        [["new-one", "新人", "", "", ADDRESS], ["new-one", "新人", "监督员", "", "other@kaoping.example"]],
    ],
)
def test_what_is_wrong_with_an_address_is_named_by_its_cell(bring, rows):
    plan = bring(*rows)
    assert [(problem.cell, problem.head) for problem in plan.problems] == [(f"E{len(rows) + 1}", "邮箱")]
    assert not User.objects.filter(username="new-one").exists()


def test_the_list_that_goes_out_comes_back_in_and_changes_nothing(bring, clerk):
    User.objects.filter(pk=clerk.pk).update(email=ADDRESS)
    data = AccountExport().export(User.objects.filter(pk=clerk.pk))
    assert dict(zip(data.headers, data[0], strict=True))["邮箱"] == ADDRESS
    plan = bring(*[[str(cell or "") for cell in row[:5]] for row in data])
    assert plan.count("same") == 1


def test_the_empty_list_has_the_column(client, administrator):
    client.force_login(administrator)
    answer = client.get(reverse("units:import_template", kwargs={"kind": "accounts"}))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    assert "邮箱" in {cell.value for row in book.worksheets[0].iter_rows(max_row=4) for cell in row}


# --- the backstage --------------------------------------------------------------------------------------------------


def test_the_backstage_shows_and_changes_it(client, administrator, clerk):
    client.force_login(administrator)
    address = reverse("admin:units_user_change", args=[clerk.pk])
    assert 'name="email"' in client.get(address).content.decode()
    sent = {"display_name": clerk.display_name, "email": ADDRESS, "is_active": "on"}
    sent["stand"] = client.get(address).context["adminform"].form.stand
    assert client.post(address, sent).status_code == 302
    clerk.refresh_from_db()
    assert clerk.email == ADDRESS
    assert JournalEntry.objects.filter(verb="user.changed").get().after["email_changed"] is True


def test_an_account_is_opened_with_its_address(administrator):
    made = services.create_user(
        actor=administrator, username="new", password="a long first password", display_name="新人", email=ADDRESS
    )
    assert User.objects.get(pk=made.pk).email == ADDRESS
