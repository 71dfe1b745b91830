"""The real servers that tests may ask for are real."""

import pytest
from django.db import connection

from tests import servers


@pytest.mark.both_engines
@pytest.mark.django_db
def test_the_database_of_the_tests_keeps_rows_and_enforces_foreign_keys() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    else:
        assert connection.vendor == "postgresql"
        assert connection.pg_version > 150000


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgres_is_asked_over_a_socket_of_the_test_run() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inet_server_addr()")
        assert cursor.fetchone() == (None,)


@pytest.mark.redis
def test_redis_counts(redis_server: str) -> None:
    import redis

    client = redis.Redis.from_url(redis_server)
    client.set("count", 1)
    assert client.incr("count") == 2


@pytest.mark.chromium
def test_chromium_draws_a_page(chromium) -> None:
    page = chromium.new_page()
    page.set_content("<h1>考评</h1>")
    assert page.inner_text("h1") == "考评"


def test_a_free_port_is_not_the_one_that_is_taken() -> None:
    assert servers.free_port() > 1024
