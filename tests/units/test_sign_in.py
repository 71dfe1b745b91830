"""Signing in, the lock after five failures, the first password, the language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from tests.cast import PASSWORD
from units import services
from units.models import JournalEntry, Unit, User

pytestmark = pytest.mark.django_db


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> object:
    return client.post("/sign-in/", {"username": username, "password": password, **more})


def test_the_right_password_leads_home_and_is_noted(clerk: User) -> None:
    client = Client()
    before = client.session.session_key
    answer = sign_in(client, "clerk")
    assert (answer.status_code, answer.url) == (302, "/")  # type: ignore[attr-defined]
    assert client.session.session_key != before
    assert JournalEntry.objects.filter(verb="user.signed_in", actor=clerk).count() == 1


def test_the_name_may_be_typed_in_capitals(clerk: User) -> None:
    assert sign_in(Client(), " CLERK ").status_code == 302  # type: ignore[attr-defined]


def test_one_comes_back_to_where_one_wanted_to_go_but_never_elsewhere(administrator: User) -> None:
    assert sign_in(Client(), "administrator", next="/units/").url == "/units/"  # type: ignore[attr-defined]
    for bad in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert sign_in(Client(), "administrator", next=bad).url == "/"  # type: ignore[attr-defined]


def test_a_wrong_name_and_a_wrong_password_are_told_in_the_same_words(clerk: User) -> None:
    wrong_password, wrong_name = sign_in(Client(), "clerk", "x"), sign_in(Client(), "nobody", "x")
    assert wrong_password.status_code == wrong_name.status_code == 422  # type: ignore[attr-defined]
    assert wrong_password.context["trouble"] == wrong_name.context["trouble"]  # type: ignore[attr-defined]


def test_five_failures_lock_name_and_address_for_a_quarter_of_an_hour(clerk: User, head: User) -> None:
    with time_machine.travel("2026-11-22 09:00:00+00:00", tick=False) as clock:
        client = Client()
        for left in (4, 3, 2, 1):
            answer = sign_in(client, "clerk", "wrong")
            assert str(left) in answer.context["trouble"]["text"]  # type: ignore[attr-defined]
        assert sign_in(client, "clerk", "wrong").status_code == 429  # type: ignore[attr-defined]
        locked = sign_in(client, "clerk")
        assert locked.status_code == 429  # type: ignore[attr-defined]
        assert "15" in locked.content.decode()  # type: ignore[attr-defined]
        assert "_auth_user_id" not in client.session
        assert sign_in(Client(), "head").status_code == 302  # type: ignore[attr-defined]
        assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), "clerk").status_code == 302  # type: ignore[attr-defined]
        clock.shift(16 * 60)
        assert sign_in(Client(), "clerk").status_code == 302  # type: ignore[attr-defined]
    assert JournalEntry.objects.filter(verb="user.locked_out").count() == 1


def test_a_typed_name_that_is_none_is_not_written_down(clerk: User) -> None:
    for _time in range(5):
        sign_in(Client(), "my-secret-password", "x")
    entry = JournalEntry.objects.get(verb="user.locked_out")
    assert "my-secret-password" not in f"{entry.object_label}{entry.after}"


def test_a_closed_account_does_not_sign_in_and_its_session_ends(clerk: User, as_user: Callable[[User], Client]) -> None:
    client = as_user(clerk)
    assert client.get("/notices/").status_code == 200
    services.retire_person(actor=None, person=clerk)
    assert client.get("/notices/").status_code == 302
    assert sign_in(Client(), "clerk").status_code == 422  # type: ignore[attr-defined]


def test_signing_out_is_a_post(clerk: User, as_user: Callable[[User], Client]) -> None:
    client = as_user(clerk)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").url == "/sign-in/"
    assert "_auth_user_id" not in client.session


@pytest.fixture
def newcomer(person: Callable[..., User], unit: Unit) -> User:
    return person("newcomer", "新经办人", role="clerk", unit=unit, must_change_password=True)


def test_with_a_first_password_nothing_is_open_but_changing_it(
    newcomer: User, as_user: Callable[[User], Client]
) -> None:
    client = as_user(newcomer)
    for path in ("/", "/notices/", f"/units/{newcomer.memberships.get().unit_id}/", "/journal/", "/nowhere/"):
        answer = client.get(path)
        assert (answer.status_code, answer.url) == (302, "/password/")
    assert client.post("/notices/read/").status_code == 302
    fragment = client.get("/notices/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["HX-Refresh"]) == (204, "true")
    assert client.get("/password/").status_code == 200


def test_after_changing_it_everything_is_open_and_one_stays_signed_in(
    newcomer: User, as_user: Callable[[User], Client]
) -> None:
    client, elsewhere = as_user(newcomer), as_user(newcomer)
    new = {"old": PASSWORD, "new": "Tian-gao-yun-dan-9", "again": "Tian-gao-yun-dan-9"}
    assert client.post("/password/", new | {"again": "x"}).status_code == 422
    assert client.post("/password/", new | {"old": "x"}).status_code == 422
    assert client.post("/password/", new | {"new": "12345", "again": "12345"}).status_code == 422
    assert User.objects.get(pk=newcomer.pk).must_change_password
    assert client.post("/password/", new).status_code == 302
    assert client.get("/notices/").status_code == 200
    assert elsewhere.get("/notices/").url.startswith("/sign-in/")
    assert JournalEntry.objects.filter(verb="user.password_changed", actor=newcomer).count() == 1


def test_the_language_follows_the_person_to_another_browser(clerk: User) -> None:
    first = Client()
    sign_in(first, "clerk")
    first.post("/language/", {"language": "en", "next": "/notices/"})
    assert User.objects.get(pk=clerk.pk).language == "en"
    second = Client()
    assert 'lang="zh-Hans"' in second.get("/sign-in/").content.decode()
    sign_in(second, "clerk")
    assert '<html lang="en">' in second.get("/notices/").content.decode()
