"""The pages of units, accounts, journal and notices: for whom they exist, and that they do not slow down with rows."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.cast import OTHER_WORD, OWN_WORD
from units import services
from units.models import JournalEntry, Membership, Unit, User
from units.services import journal
from units.triggers import JOURNAL_GUARD

pytestmark = pytest.mark.django_db

ADMINISTRATORS = ["/units/new/", "/people/", "/people/new/", "/units/import/", "/people/import/"]
READERS = ["/units/", "/journal/", "/journal.xlsx"]
CAST = ["administrator", "auditor", "clerk", "head", "colleague", "provider", "reviewer", "leader", "stranger"]


@pytest.mark.parametrize("name", CAST)
def test_pages_of_the_house_exist_for_those_who_may(
    name: str, request: pytest.FixtureRequest, as_user: Callable[[User], Client]
) -> None:
    client = as_user(request.getfixturevalue(name))
    for path in ADMINISTRATORS:
        assert client.get(path).status_code == (200 if name == "administrator" else 404), path
    for path in READERS:
        assert client.get(path).status_code == (200 if name in ("administrator", "auditor") else 404), path
    assert client.get("/notices/").status_code == 200
    assert client.get("/password/").status_code == 200


def test_without_signing_in_every_page_leads_to_the_sign_in() -> None:
    for path in [*ADMINISTRATORS, *READERS, "/notices/", "/password/", "/units/1/", "/people/1/", "/jobs/1/"]:
        answer = Client().get(path)
        assert answer.status_code == 302, path
        assert answer.url.startswith("/sign-in/?next="), path


@pytest.mark.parametrize("name", ["clerk", "head", "provider", "auditor", "stranger"])
def test_what_only_administrators_do_changes_nothing_for_others(
    name: str,
    request: pytest.FixtureRequest,
    unit: Unit,
    as_user: Callable[[User], Client],
    person: Callable[..., User],
) -> None:
    user, target = request.getfixturevalue(name), person("target", "别人")
    client = as_user(user)
    rows = JournalEntry.objects.count()
    posts: list[tuple[str, dict[str, object]]] = [
        ("/units/new/", {"code": "x", "title": "x"}),
        (f"/units/{unit.pk}/edit/", {"active": "no"}),
        ("/people/new/", {"username": "x", "display_name": "x"}),
        (f"/people/{target.pk}/", {"display_name": "x"}),
        (f"/people/{target.pk}/reset/", {}),
        (f"/people/{target.pk}/active/", {"active": "no"}),
        (f"/people/{user.pk}/roles/", {"role": "administrator"}),
        ("/units/import/check/", {"plan": "x"}),
    ]
    for path, data in posts:
        assert client.post(path, data).status_code == 404, path
    assert JournalEntry.objects.count() == rows


def test_ones_own_unit_is_open_and_another_does_not_exist(
    clerk: User, unit: Unit, other_unit: Unit, as_user: Callable[[User], Client]
) -> None:
    client = as_user(clerk)
    own, other = client.get(f"/units/{unit.pk}/"), client.get(f"/units/{other_unit.pk}/")
    assert own.status_code == 200
    assert OWN_WORD in own.content.decode()
    assert other.status_code == 404
    assert OTHER_WORD not in other.content.decode()
    assert "本单位经办人" in own.content.decode()
    assert "/people/" not in own.content.decode()


def test_a_unit_is_added_changed_and_taken_out_of_use(administrator: User, as_user: Callable[[User], Client]) -> None:
    client = as_user(administrator)
    bad = client.post("/units/new/", {"code": "Big Code", "title": "", "short_title": "", "level": ""})
    assert bad.status_code == 422
    assert 'aria-invalid="true"' in bad.content.decode()
    client.post("/units/new/", {"code": "czj", "title": "市财政局", "short_title": "", "level": "city"})
    unit = Unit.objects.get(code="czj")
    changes = {"code": "other", "title": "市财政和国资局", "short_title": "财政局", "level": "city"}
    client.post(f"/units/{unit.pk}/edit/", changes)
    unit.refresh_from_db()
    assert (unit.code, unit.title) == ("czj", "市财政和国资局")
    client.post(f"/units/{unit.pk}/edit/", {"active": "no"})
    unit.refresh_from_db()
    assert not unit.is_active
    verbs = JournalEntry.objects.filter(object_type="units.unit").order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["unit.created", "unit.changed", "unit.changed"]


def test_roles_are_given_and_taken_on_the_persons_page(
    administrator: User, stranger: User, unit: Unit, as_user: Callable[[User], Client]
) -> None:
    client = as_user(administrator)
    path = f"/people/{stranger.pk}/roles/"
    assert client.post(path, {"role": "clerk", "unit": ""}).status_code == 422
    client.post(path, {"role": "clerk", "unit": unit.pk})
    assert User.objects.get(pk=stranger.pk).has_perm("units.fill_unit", unit)
    client.post(path, {"take": f"clerk:{unit.pk}"})
    assert not User.objects.get(pk=stranger.pk).has_perm("units.fill_unit", unit)
    assert client.post(path, {"take": "king:1"}).status_code == 302
    assert client.post(f"/people/{administrator.pk}/roles/", {"take": "administrator:"}).status_code == 403
    assert User.objects.get(pk=administrator.pk).has_perm("units.administer_house")


def test_closing_an_account_by_its_page(administrator: User, clerk: User, as_user: Callable[[User], Client]) -> None:
    client = as_user(administrator)
    client.post(f"/people/{clerk.pk}/active/", {"active": "no"})
    assert not User.objects.get(pk=clerk.pk).is_active
    assert client.post(f"/people/{administrator.pk}/active/", {"active": "no"}).status_code == 403
    assert User.objects.get(pk=administrator.pk).is_active


def test_search_finds_units_and_people_by_words(
    administrator: User, clerk: User, stranger: User, other_unit: Unit, as_user: Callable[[User], Client]
) -> None:
    client = as_user(administrator)
    units = client.get("/units/", {"q": OTHER_WORD}).content.decode()
    assert f"{OTHER_WORD}局" in units
    assert f"{OWN_WORD}局" not in units
    people = client.get("/people/", {"q": OWN_WORD}).context["rows"]
    assert [row["person"] for row in people] == [clerk]
    people = client.get("/people/", {"role": "administrator"}).context["rows"]
    assert [row["person"] for row in people] == [administrator]


def _cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("path", ["/units/", "/people/", "/journal/"])
def test_more_rows_cost_no_more_queries(
    path: str, administrator: User, unit: Unit, person: Callable[..., User], as_user: Callable[[User], Client]
) -> None:
    def more(prefix: str, count: int) -> None:
        for n in range(count):
            one = services.create_unit(actor=administrator, code=f"{prefix}{n}", title=f"单位{prefix}{n}")
            person(f"{prefix}{n}", role="clerk", unit=one)
            journal.append(actor=None, scope=f"cycle:1/unit:{one.pk}", verb="x", obj=one)

    client = as_user(administrator)
    more("a", 2)
    few = _cost(client, path)
    more("b", 10)
    assert _cost(client, path) == few


def test_one_unit_with_many_people_costs_no_more_queries(
    administrator: User, unit: Unit, person: Callable[..., User], as_user: Callable[[User], Client]
) -> None:
    client = as_user(administrator)
    person("a", role="clerk", unit=unit)
    few = _cost(client, f"/units/{unit.pk}/")
    for n in range(8):
        person(f"b{n}", role="clerk", unit=unit)
    assert _cost(client, f"/units/{unit.pk}/") == few
    assert Membership.objects.filter(unit=unit).count() == 9


# ---------------------------------------------------------------- journal


def test_the_journal_is_filtered_by_who_what_words_and_day(
    auditor: User, administrator: User, as_user: Callable[[User], Client]
) -> None:
    services.create_unit(actor=administrator, code="czj", title="市财政局")
    services.create_unit(actor=administrator, code="jyj", title="市教育局")
    client = as_user(auditor)

    def found(**said: str) -> list[str]:
        days = client.get("/journal/", said).context["days"]
        return [row["about"] for day in days for row in day["rows"]]

    assert found(verb="unit.created") == ["市教育局", "市财政局"]
    assert found(verb="unit.created", words="财政") == ["市财政局"]
    assert found(words="czj") == ["市财政局"]
    assert found(actor=str(administrator.pk), verb="unit.created") == ["市教育局", "市财政局"]
    assert found(actor="house", verb="unit.created") == []
    assert found(since="2099-01-01") == []
    assert len(found(until="2099-01-01")) == JournalEntry.objects.count()
    assert client.get("/journal/", {"since": "gestern"}).status_code == 422


def test_one_row_opens_to_before_and_after(auditor: User, unit: Unit, as_user: Callable[[User], Client]) -> None:
    services.change_unit(actor=None, unit=unit, title="新名称局")
    entry = JournalEntry.objects.get(verb="unit.changed")
    page = as_user(auditor).get("/journal/", {"open": entry.pk}).content.decode()
    assert f"<del>{OWN_WORD}局</del>" in page
    assert "<ins>新名称局</ins>" in page
    assert entry.hash[:4] in page


def test_verifying_by_button_says_whole_and_then_names_the_broken_place(
    auditor: User,
    unit: Unit,
    as_user: Callable[[User], Client],
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    client = as_user(auditor)
    assert client.get("/journal/").context["verdict"] is None
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        client.post("/journal/verify/")
    verdict = client.get("/journal/").context["verdict"]
    assert verdict["whole"]
    JOURNAL_GUARD.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE units_journalentry SET actor_name = 'x' WHERE number = 1")
    JOURNAL_GUARD.install(connection)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        client.post("/journal/verify/")
    verdict = client.get("/journal/").context["verdict"]
    assert not verdict["whole"]
    assert [(place["scope"], place["number"]) for place in verdict["broken"]] == [("house", 1)]


def test_the_journal_goes_out_as_a_workbook_of_texts(
    auditor: User, administrator: User, as_user: Callable[[User], Client]
) -> None:
    services.create_unit(actor=administrator, code="x", title="=HYPERLINK(1)")
    answer = as_user(auditor).get("/journal.xlsx", {"verb": "unit.created"})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0].endswith(journal.head_of())
    assert len(rows) == 3
    assert rows[2][5] == "=HYPERLINK(1)"
    assert sheet["F3"].data_type == "s"


# ---------------------------------------------------------------- notices


def test_notices_are_read_by_opening_them(clerk: User, head: User, as_user: Callable[[User], Client]) -> None:
    services.notify(users=[clerk, clerk], text_code="job.failed", params={"message": "甲"}, url="/password/")
    services.notify(users=[head], text_code="job.failed", params={"message": "乙"})
    client = as_user(clerk)
    page = client.get("/notices/")
    assert [row["text"].endswith("甲") for row in page.context["rows"]] == [True]
    assert page.context["unread"] == 1
    notice = clerk.notices.get()
    assert client.get(f"/notices/{notice.pk}/").status_code == 405
    assert client.post(f"/notices/{notice.pk}/").url == "/password/"
    assert client.get("/notices/").context["unread"] == 0
    assert client.post(f"/notices/{head.notices.get().pk}/").status_code == 404
    assert head.notices.get().read_at is None


def test_a_notice_leads_nowhere_else(clerk: User, as_user: Callable[[User], Client]) -> None:
    services.notify(users=[clerk], text_code="x", url="https://evil.example/")
    assert as_user(clerk).post(f"/notices/{clerk.notices.get().pk}/").url == "/notices/"


# ---------------------------------------------------------------- accounts


def test_an_account_is_opened_by_hand_with_its_role_or_told_why_not(
    administrator: User, unit: Unit, as_user: Callable[[User], Client]
) -> None:
    client = as_user(administrator)
    said = {"username": "czj-01", "display_name": "财政局经办人", "role": "clerk", "unit": ""}
    for faulty in (said, said | {"username": "administrator", "unit": unit.pk}, said | {"role": "", "unit": unit.pk}):
        assert client.post("/people/new/", faulty).status_code == 422
    assert not User.objects.filter(username="czj-01").exists()
    assert client.post("/people/new/", said | {"unit": unit.pk}).url.startswith("/people/slips/")
    assert User.objects.get(username="czj-01").has_perm("units.fill_unit", unit)


def test_a_password_is_reset_to_the_one_on_the_slip(
    administrator: User, clerk: User, as_user: Callable[[User], Client]
) -> None:
    client = as_user(administrator)
    slip = client.get(client.post(f"/people/{clerk.pk}/reset/").url).context["slips"][0]
    assert (slip["username"], slip["units"]) == ("clerk", f"{OWN_WORD}局")
    assert User.objects.get(pk=clerk.pk).check_password(slip["password"])
    assert client.post(f"/people/{administrator.pk}/reset/").status_code == 403


def test_the_shown_name_is_changed_on_the_persons_page(
    administrator: User, clerk: User, as_user: Callable[[User], Client]
) -> None:
    client = as_user(administrator)
    client.post(f"/people/{clerk.pk}/", {"display_name": "财政局新经办人"})
    assert str(User.objects.get(pk=clerk.pk)) == "财政局新经办人"
    client.post(f"/people/{clerk.pk}/", {"display_name": ""})
    assert str(User.objects.get(pk=clerk.pk)) == "财政局新经办人"
    assert client.get("/people/999999/").status_code == 404


def test_a_closed_account_is_opened_again_by_its_page(
    administrator: User, clerk: User, as_user: Callable[[User], Client]
) -> None:
    client = as_user(administrator)
    for active in ("no", "yes"):
        client.post(f"/people/{clerk.pk}/active/", {"active": active})
    assert User.objects.get(pk=clerk.pk).is_active
