"""Hostile proof in a real browser: opened, shown in a frame and downloaded, and nothing of it runs on our address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from evidence import services
from evidence.models import Attachment
from tests.evidence.conftest import cycle, judge, own, start, store  # noqa: F401  fixtures
from tests.hostile.uploads import PDF, boxed, picture

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]

ITEM = "results.news"
RUNS = (
    b"<!doctype html><html><body><img src=x onerror=\"window.ran=1;alert(1)\"><script>window.ran=1;document.title='ran';"
    b"alert(1);fetch('/sheets/')</script></body></html>"
)
FILES = {
    "page.txt": RUNS,
    "page.csv": RUNS,
    "polyglot.pdf": PDF + RUNS,
    "first.pdf": b"%PDF-1.4\n" + RUNS + PDF,
    "picture.gif": picture("GIF") + RUNS,
    "list.zip": boxed({"<img src=x onerror=alert(1)>.txt": b"x", "b.txt": RUNS}),
}


@pytest.fixture
def attached(own: Any, clerk: Any) -> dict[str, Attachment]:  # noqa: F811
    return {
        name: services.attach_file(
            actor=clerk, enrolment=own, upload=SimpleUploadedFile(name, content), item_code=ITEM
        )
        for name, content in FILES.items()
    }  # fmt: skip


@pytest.fixture
def window(chromium: Any, live_server: Any, judge: Any) -> Iterator[Any]:  # noqa: F811
    """A signed-in reviewer's browser that notes every dialog and every request."""
    client = Client()
    client.force_login(judge, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = chromium.new_context(accept_downloads=True, locale="zh-CN")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.happened = []
    page.on("dialog", lambda dialog: (page.happened.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: page.happened.append(request.url) if request.url.endswith("/sheets/") else None)
    page.address = live_server.url
    yield page
    context.close()


def nothing_ran(page: Any) -> None:
    page.wait_for_timeout(300)
    assert page.happened == []
    assert page.title() != "ran"
    for frame in page.frames:
        assert frame.evaluate("window.ran === undefined") is True


@pytest.mark.parametrize("name", FILES)
def test_nothing_runs_where_it_is_opened_framed_or_downloaded(name: str, attached: Any, window: Any, own: Any) -> None:  # noqa: F811
    row = attached[name]
    assert "kp-review" in open_page(window, f"/review/{own.pk}/?item={ITEM}&file={row.pk}")
    nothing_ran(window)
    open_page(window, f"/attachments/{row.pk}/view/")
    nothing_ran(window)
    window.goto("about:blank")
    with window.expect_download() as saved:
        window.evaluate(f"location.href = '{window.address}/attachments/{row.pk}/'")
    assert saved.value.path().read_bytes() == FILES[name]
    nothing_ran(window)


def open_page(window: Any, path: str) -> str:
    """What the browser shows; a file that it downloads instead is shown nowhere."""
    try:
        window.goto(window.address + path)
    except Exception as fault:
        assert "ownload" in str(fault) or "ERR_ABORTED" in str(fault)
        return ""
    return window.content()
