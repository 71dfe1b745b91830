"""The backstage: who comes in, what its headers allow, and that every change goes through the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from units import services
from units.models import JournalEntry, Membership, Unit, User

pytestmark = pytest.mark.django_db

AsUser = Callable[[User], Client]


@pytest.fixture
def admin(administrator: User, as_user: AsUser) -> Client:
    """The administrator's browser."""
    return as_user(administrator)


def stand(client: Client, path: str) -> str:
    """What the form says of the row's state when it is opened."""
    return client.get(path).context["adminform"].form.stand


def verbs() -> list[str]:
    return list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True))


def change(obj: Any) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


# ---------------------------------------------------------------- coming in


def test_administrators_come_in_and_the_rail_leads_there(admin: Client) -> None:
    assert admin.get("/admin/").status_code == 200
    assert 'href="/admin/"' in admin.get("/").content.decode()


def test_for_others_there_is_nothing_whatever_their_flags(auditor: User, clerk: User, as_user: AsUser) -> None:
    User.objects.filter(pk=clerk.pk).update(is_staff=True)
    for person in (auditor, clerk):
        client = as_user(person)
        for path in ("/admin/", "/admin/units/unit/", "/admin/nowhere/"):
            assert client.get(path).status_code == 404, path
        assert 'href="/admin/"' not in client.get("/").content.decode()


def test_nobody_is_sent_to_the_one_sign_in_page() -> None:
    assert Client().get("/admin/units/unit/").url == "/sign-in/?next=/admin/units/unit/"
    assert Client().get("/admin/login/").url == "/sign-in/?next=/admin/"
    assert Client().post("/admin/login/", {"username": "x", "password": "y"}).url == "/sign-in/?next=/admin/"


def test_a_first_password_is_changed_before_anything_else(administrator: User, as_user: AsUser) -> None:
    User.objects.filter(pk=administrator.pk).update(must_change_password=True)
    assert as_user(administrator).get("/admin/").url == "/password/"


def test_leaving_and_the_password_are_those_of_the_house(admin: Client) -> None:
    assert admin.get("/admin/password_change/").url == "/password/"
    assert admin.get("/admin/logout/").status_code == 405
    assert admin.post("/admin/logout/").url == "/sign-in/"
    assert admin.get("/admin/").status_code == 302


def test_a_superuser_counts_as_administrator_as_everywhere(stranger: User, as_user: AsUser) -> None:
    User.objects.filter(pk=stranger.pk).update(is_superuser=True)
    assert as_user(stranger).get("/admin/").status_code == 200


# ---------------------------------------------------------------- headers


def test_only_the_backstage_lets_scripts_evaluate_and_pages_carry_styles(admin: Client, auditor: User) -> None:
    relaxed = admin.get("/admin/units/unit/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in relaxed
    assert "style-src 'self' 'unsafe-inline'" in relaxed
    assert "script-src 'self' 'unsafe-eval' 'unsafe-inline'" not in relaxed
    assert "nonce" not in relaxed
    assert "default-src 'none'" in relaxed
    for path in ("/", "/units/", "/people/", "/nowhere/"):
        strict = admin.get(path).headers["Content-Security-Policy"]
        assert "unsafe" not in strict, path


def test_what_the_backstage_refuses_keeps_the_strict_policy(auditor: User, admin: Client, as_user: AsUser) -> None:
    for answer in (as_user(auditor).get("/admin/"), Client().get("/admin/"), admin.get("/admin/nowhere/")):
        assert answer.status_code in (302, 404)
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


# ---------------------------------------------------------------- units


def test_a_unit_is_added_with_its_row_in_the_journal(admin: Client, administrator: User) -> None:
    answer = admin.post(
        "/admin/units/unit/add/", {"code": "czj", "title": "市财政局", "short_title": "", "level": "city"}
    )
    assert answer.status_code == 302
    unit = Unit.objects.get(code="czj")
    assert (unit.title, unit.is_active, unit.sort_key != "") == ("市财政局", True, True)
    assert JournalEntry.objects.get(verb="unit.created", object_id=str(unit.pk)).actor == administrator
    assert not LogEntry.objects.exists()


def test_a_unit_is_changed_and_keeps_its_code(admin: Client, unit: Unit) -> None:
    path = change(unit)
    said = {"code": "hacked", "title": "新名称局", "short_title": "", "level": "", "stand": stand(admin, path)}
    assert admin.post(path, said).status_code == 302
    unit.refresh_from_db()
    assert (unit.code, unit.title, unit.is_active) == ("own", "新名称局", False)
    entry = JournalEntry.objects.get(verb="unit.changed")
    assert (entry.before["title"], entry.after["title"], entry.after["is_active"]) == ("本单位甲局", "新名称局", False)


def test_the_second_of_two_editors_is_told_what_the_first_one_wrote(admin: Client, unit: Unit) -> None:
    path = change(unit)
    opened = stand(admin, path)
    services.change_unit(actor=None, unit=unit, title="别人改的名称")
    said = {"title": "我改的名称", "short_title": "", "level": "", "is_active": "on"}
    answer = admin.post(path, said | {"stand": opened})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "别人改的名称" in text
    assert "我改的名称" in text
    unit.refresh_from_db()
    assert unit.title == "别人改的名称"
    again = answer.context["adminform"].form.stand
    assert admin.post(path, said | {"stand": again}).status_code == 302
    unit.refresh_from_db()
    assert unit.title == "我改的名称"


def test_a_wrong_unit_comes_back_with_what_was_typed(admin: Client, unit: Unit) -> None:
    answer = admin.post("/admin/units/unit/add/", {"code": "own", "title": "重复代码局"})
    assert answer.status_code == 422
    assert "重复代码局" in answer.content.decode()
    assert Unit.objects.count() == 1


def test_units_are_taken_out_of_use_together_each_in_the_journal(admin: Client, unit: Unit, other_unit: Unit) -> None:
    chosen = {"action": "take_out_of_use", "_selected_action": [unit.pk, other_unit.pk]}
    assert admin.post("/admin/units/unit/", chosen).status_code == 302
    assert not Unit.objects.filter(is_active=True).exists()
    assert verbs().count("unit.changed") == 2
    admin.post("/admin/units/unit/", {**chosen, "action": "put_in_use"})
    assert Unit.objects.filter(is_active=True).count() == 2


@pytest.mark.parametrize("table", ["unit", "user", "membership"])
def test_nothing_is_deleted(table: str, admin: Client, clerk: User, unit: Unit) -> None:
    membership = Membership.objects.get()
    row = {"unit": unit, "user": clerk, "membership": membership}[table]
    assert admin.post(f"/admin/units/{table}/{row.pk}/delete/", {"post": "yes"}).status_code in (302, 404)
    admin.post(f"/admin/units/{table}/", {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert type(row).objects.filter(pk=row.pk).exists()


# ---------------------------------------------------------------- people


def opened(client: Client, **said: Any) -> Any:
    return client.post("/admin/units/user/add/", {"username": "czj-01", "display_name": "财政局经办人", **said})


def test_an_account_is_opened_with_its_role_and_a_slip(admin: Client, unit: Unit) -> None:
    answer = opened(admin, role="clerk", unit=unit.pk)
    assert answer.url.startswith("/people/slips/")
    person = User.objects.get(username="czj-01")
    password = admin.get(answer.url).context["slips"][0]["password"]
    assert person.check_password(password)
    assert person.must_change_password
    assert person.has_perm("units.fill_unit", unit)
    assert verbs()[-2:] == ["user.created", "role.given"]
    assert password not in str(list(JournalEntry.objects.values_list("after", flat=True)))


@pytest.mark.parametrize(
    "said",
    [
        {"username": "ADMINISTRATOR "},
        {"display_name": ""},
        {"role": "clerk"},
        {"role": "reviewer"},
        {"house": ["reviewer"]},
        {"username": "坏 名字"},
    ],
)
def test_an_account_that_cannot_be_is_not_opened(said: dict[str, Any], admin: Client) -> None:
    before = User.objects.count()
    assert opened(admin, **said).status_code == 422
    assert User.objects.count() == before


def test_no_flag_and_no_password_can_be_set_here(admin: Client, stranger: User) -> None:
    path = change(stranger)
    sly = {"is_superuser": "on", "is_staff": "on", "password": "x", "username": "other", "user_permissions": ["1"]}
    said = {"display_name": "改名", "is_active": "on", "stand": stand(admin, path)}
    assert admin.post(path, said | sly).status_code == 302
    stored = User.objects.get(pk=stranger.pk)
    assert stored.display_name == "改名"
    assert (stored.is_superuser, stored.is_staff, stored.password) == (False, False, stranger.password)
    assert stored.username == "stranger"
    assert not stored.user_permissions.exists()


def test_roles_of_the_house_and_closing_are_services_with_their_rows(admin: Client, stranger: User) -> None:
    path = change(stranger)
    said = {"display_name": str(stranger), "is_active": "on", "house": ["auditor"]}
    admin.post(path, said | {"stand": stand(admin, path)})
    assert User.objects.get(pk=stranger.pk).has_perm("units.audit_house")
    assert verbs()[-1] == "role.given"
    admin.post(path, {"display_name": str(stranger), "stand": stand(admin, path)})
    stored = User.objects.get(pk=stranger.pk)
    assert not stored.is_active
    assert not stored.groups.exists()
    assert verbs()[-2:] == ["user.retired", "role.taken"]


def test_an_administrator_neither_closes_nor_disarms_themselves(admin: Client, administrator: User) -> None:
    path = change(administrator)
    answer = admin.post(path, {"display_name": "仍是管理员", "house": [], "stand": stand(admin, path)})
    assert answer.status_code == 422
    said = {"display_name": "仍是管理员", "house": ["administrator"], "stand": stand(admin, path)}
    assert admin.post(path, said).status_code == 302
    stored = User.objects.get(pk=administrator.pk)
    assert (stored.is_active, stored.display_name) == (True, "仍是管理员")


def test_a_reset_password_is_on_a_slip_and_in_the_journal(admin: Client, stranger: User, administrator: User) -> None:
    path = change(stranger)
    said = {"display_name": str(stranger), "is_active": "on", "units_user_reset_password": "1"}
    answer = admin.post(path, said | {"stand": stand(admin, path)})
    password = admin.get(answer.url).context["slips"][0]["password"]
    assert User.objects.get(pk=stranger.pk).check_password(password)
    assert verbs()[-1] == "user.password_reset"
    own = change(administrator)
    said |= {"house": ["administrator"], "stand": stand(admin, own), "display_name": str(administrator)}
    assert admin.post(own, said).status_code == 403
    assert User.objects.get(pk=administrator.pk).password == administrator.password


# ---------------------------------------------------------------- memberships


def test_a_membership_is_given_with_its_grant_and_ended_by_the_services(
    admin: Client, stranger: User, unit: Unit
) -> None:
    said = {"user": stranger.pk, "unit": unit.pk, "role": "head"}
    assert admin.post("/admin/units/membership/add/", said).status_code == 302
    assert User.objects.get(pk=stranger.pk).has_perm("units.sign_unit", unit)
    assert admin.post("/admin/units/membership/add/", said).status_code == 422
    row = Membership.objects.get()
    assert admin.get(change(row)).status_code == 200
    assert admin.post(change(row), {**said, "role": "clerk"}).status_code == 403
    chosen = {"action": "end_today", "_selected_action": [row.pk]}
    assert admin.post("/admin/units/membership/", chosen).status_code == 302
    assert not User.objects.get(pk=stranger.pk).has_perm("units.sign_unit", unit)
    assert Membership.objects.get().until is not None
    assert verbs()[-2:] == ["role.given", "role.taken"]


def test_no_membership_for_what_is_out_of_use(admin: Client, stranger: User, unit: Unit) -> None:
    services.change_unit(actor=None, unit=unit, is_active=False)
    services.retire_person(actor=None, person=stranger)
    answer = admin.post("/admin/units/membership/add/", {"user": stranger.pk, "unit": unit.pk, "role": "head"})
    assert set(answer.context["adminform"].form.errors) == {"user", "unit"}
    assert not Membership.objects.exists()


# ---------------------------------------------------------------- lists of rows


@pytest.mark.parametrize("table", ["unit", "user", "membership"])
def test_a_table_costs_a_constant_number_of_queries(table: str, admin: Client, person: Callable[..., User]) -> None:
    def cost(prefix: str, count: int) -> int:
        for number in range(count):
            unit = services.create_unit(actor=None, code=f"{prefix}{number}", title=f"单位{prefix}{number}")
            person(f"{prefix}-{number}", role="clerk", unit=unit)
        with CaptureQueriesContext(connection) as queries:
            page = admin.get(f"/admin/units/{table}/").content.decode()
        assert f"{prefix}-0" in page or f"{prefix}0" in page
        return len(queries)

    cost("w", 1)
    assert cost("a", 2) == cost("b", 15)


def test_the_pages_speak_chinese(admin: Client, unit: Unit) -> None:
    for path in ("/admin/", "/admin/units/unit/", change(unit), "/admin/units/user/add/", "/admin/units/unit/import/"):
        page = admin.get(path, headers={"accept-language": "zh-CN"}).content.decode()
        for english in ("Filters", "Type to search", "Select value", "Save and", "Recent actions", "Choose file"):
            assert english not in page, (path, english)
    assert "后台" in admin.get("/").content.decode()
