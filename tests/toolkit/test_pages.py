"""Headers, sessions, fragments and conflicts, through a request and back."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory, override_settings
from django_htmx.middleware import HtmxDetails

from appraisal_site.toolkit import headers, htmx
from appraisal_site.toolkit.conflicts import Conflict, ConflictMiddleware
from appraisal_site.toolkit.serving import require_served_settings


def request(**extra: str) -> HttpRequest:
    made = RequestFactory().get("/", **extra)
    made.htmx = HtmxDetails(made)
    return made


# ------------------------------------------------------------------ headers


@pytest.mark.django_db
def test_every_page_forbids_what_it_does_not_need(client: Client) -> None:
    response = client.get("/sign-in/")
    assert response.status_code == 200
    policy = dict(
        part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";") if " " in part.strip()
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    assert policy["frame-ancestors"] == "'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.django_db
def test_pages_of_signed_in_people_stay_out_of_caches(client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("somebody"))
    assert "no-store" in client.get("/")["Cache-Control"]


@pytest.mark.parametrize(
    ("proxies", "sent", "expected"),
    [
        (0, "1.1.1.1", "9.9.9.9"),
        (1, "1.1.1.1, 2.2.2.2", "2.2.2.2"),
        (2, "1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (1, "", "9.9.9.9"),
    ],
)
def test_the_address_is_the_one_that_our_own_proxy_saw(proxies: int, sent: str, expected: str) -> None:
    with override_settings(PROXY_COUNT=proxies):
        made = request(REMOTE_ADDR="9.9.9.9", HTTP_X_FORWARDED_FOR=sent)
        assert headers.client_address(made) == expected


# ------------------------------------------------------------------ sessions


@pytest.fixture
def signed_in(client: Client, db: None) -> Client:
    client.force_login(get_user_model().objects.create_user("somebody"))
    return client


def is_signed_in(client: Client, **extra: str) -> bool:
    client.get("/", **extra)
    return "_auth_user_id" in client.session


def test_half_an_hour_without_a_request_ends_a_session(signed_in: Client, time_machine) -> None:
    time_machine.move_to("2026-03-02 08:00", tick=False)
    assert is_signed_in(signed_in)
    time_machine.shift(29 * 60)
    assert is_signed_in(signed_in)
    time_machine.shift(29 * 60)
    assert is_signed_in(signed_in)
    time_machine.shift(30 * 60 + 1)
    assert not is_signed_in(signed_in)


def test_a_page_that_asks_by_itself_does_not_keep_a_session_alive(signed_in: Client, time_machine) -> None:
    time_machine.move_to("2026-03-02 08:00", tick=False)
    assert is_signed_in(signed_in)
    time_machine.shift(20 * 60)
    assert is_signed_in(signed_in, HTTP_X_PASSIVE="1")
    time_machine.shift(20 * 60)
    assert not is_signed_in(signed_in)


def test_twelve_hours_end_a_session_however_busy_it_is(signed_in: Client, time_machine) -> None:
    time_machine.move_to("2026-03-02 08:00", tick=False)
    for _quarter in range(48):
        assert is_signed_in(signed_in)
        time_machine.shift(15 * 60)
    time_machine.shift(1)
    assert not is_signed_in(signed_in)


def test_the_session_is_not_written_at_every_request(
    signed_in: Client, time_machine, django_assert_num_queries
) -> None:
    time_machine.move_to("2026-03-02 08:00", tick=False)
    is_signed_in(signed_in)
    before = signed_in.session["seen_at"]
    time_machine.shift(30)
    is_signed_in(signed_in)
    assert signed_in.session["seen_at"] == before
    time_machine.shift(31)
    is_signed_in(signed_in)
    assert signed_in.session["seen_at"] == before + 61


# ------------------------------------------------------------------ fragments


def test_a_fragment_request_after_the_session_ended_leaves_the_page_as_it_is_and_says_so() -> None:
    middleware = htmx.HtmxSignInMiddleware(lambda _request: HttpResponseRedirect("/sign-in/?next=/x/"))
    answer = middleware(request(HTTP_HX_REQUEST="true"))
    assert answer.status_code == 401
    assert "kp:signed-out" in answer.headers["HX-Trigger"]
    assert "HX-Refresh" not in answer.headers
    assert middleware(request()).status_code == 302


def test_a_fragment_request_may_be_led_elsewhere() -> None:
    middleware = htmx.HtmxSignInMiddleware(lambda _request: HttpResponseRedirect("/units/"))
    assert middleware(request(HTTP_HX_REQUEST="true")).status_code == 302


def test_a_boosted_link_wants_the_whole_page() -> None:
    assert htmx.is_htmx(request(HTTP_HX_REQUEST="true"))
    assert not htmx.is_htmx(request(HTTP_HX_REQUEST="true", HTTP_HX_BOOSTED="true"))
    assert not htmx.is_htmx(request())


def test_events_add_up() -> None:
    response = htmx.trigger(htmx.trigger(HttpResponse(), "saved"), "scored", {"total": "97.5"})
    assert json.loads(response["HX-Trigger"]) == {"saved": {}, "scored": {"total": "97.5"}}


def test_the_browser_is_sent_elsewhere() -> None:
    assert htmx.go_to("/units/").headers["HX-Redirect"] == "/units/"


# ------------------------------------------------------------------ conflicts


@pytest.mark.django_db
@pytest.mark.parametrize("extra", [{}, {"HTTP_HX_REQUEST": "true"}])
def test_a_conflict_is_answered_with_both_versions(extra: dict[str, str]) -> None:
    from django.contrib.auth.models import AnonymousUser

    made = request(**extra)
    made.user = AnonymousUser()
    response = ConflictMiddleware(lambda _request: HttpResponse()).process_exception(
        made, Conflict("Town A", sent=17, current=23)
    )
    assert response is not None
    assert response.status_code == 409
    page = response.content.decode()
    assert "17" in page
    assert "23" in page
    assert ("<html" in page) == (not extra)


def test_other_errors_are_none_of_its_business() -> None:
    assert ConflictMiddleware(lambda _request: HttpResponse()).process_exception(request(), ValueError()) is None


# ------------------------------------------------------------------ serving


def test_serving_without_key_or_hosts_is_refused_with_a_sentence(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.exceptions import ImproperlyConfigured

    settings.DEBUG = settings.KAOPING_DEMO = False
    require_served_settings()
    monkeypatch.delenv("ALLOWED_HOSTS")
    with pytest.raises(ImproperlyConfigured, match="Set ALLOWED_HOSTS in the environment"):
        require_served_settings()
    monkeypatch.delenv("SECRET_KEY")
    with pytest.raises(ImproperlyConfigured, match="Set SECRET_KEY and ALLOWED_HOSTS"):
        require_served_settings()
    settings.KAOPING_DEMO = True
    require_served_settings()
