"""What gets a browser over a lost network: who is signed in, the worker, the offline page. None of it is private."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from appraisal_site.home import keeping
from appraisal_site.toolkit.sessions import person_key

pytestmark = pytest.mark.django_db


def test_who_is_signed_in_is_told_with_a_token_and_never_cached(client, as_user, clerk):
    assert client.get("/who/").json()["person"] == ""
    answer = as_user(clerk).get("/who/")
    assert answer.json()["person"] == person_key(clerk)
    assert len(answer.json()["token"]) == 64
    assert "no-store" in answer.headers["Cache-Control"]


def test_asking_who_is_signed_in_is_no_activity(as_user, clerk, time_machine):
    time_machine.move_to("2026-03-02 08:00", tick=False)
    client = as_user(clerk)
    client.get("/")
    time_machine.shift(29 * 60)
    assert client.get("/who/", headers={"X-Passive": "1"}).json()["person"]
    time_machine.shift(2 * 60)
    assert client.get("/who/", headers={"X-Passive": "1"}).json()["person"] == ""


def test_each_person_has_a_key_of_their_own_that_tells_no_name(clerk, head):
    assert person_key(clerk) != person_key(head)
    assert clerk.username not in person_key(clerk)
    assert re.fullmatch(r"[0-9a-f]{20}", person_key(clerk))


def test_the_worker_keeps_the_offline_page_and_its_style_and_nothing_else(client):
    answer = client.get("/worker.js")
    script = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert '"PAGE": "/offline/"' in script
    assert script.count("addAll") == 1
    assert not re.search(r"\.put\(|cache\.add\(", script)
    for path in keeping.ASSETS:
        assert client.get(f"/static/{path}").status_code == 200, path


def test_the_worker_is_another_one_when_the_page_is(client, monkeypatch):
    def name() -> str:
        return re.search(r"kaoping-offline-\w+", client.get("/worker.js").content.decode())[0]

    here = name()
    assert name() == here
    client.cookies["kaoping_language"] = "en"
    assert name() != here


def test_the_offline_page_is_the_same_for_everybody(client, as_user, clerk):
    client.cookies["kaoping_language"] = "zh-hans"
    page = client.get("/offline/").content.decode()
    signed_in: Any = as_user(clerk)
    signed_in.cookies["kaoping_language"] = "zh-hans"
    assert signed_in.get("/offline/").content.decode() == page
    assert "csrf" not in page
    assert "没有网络" in page


def test_workers_come_from_here_only(client):
    assert "worker-src 'self'" in client.get("/offline/").headers["Content-Security-Policy"]


def test_the_worker_never_answers_a_download_of_a_sheet():
    script = (Path(__file__).resolve().parents[2] / "static/js/worker.js").read_text(encoding="utf-8")
    shape = re.search(r"/\^(.+?)\$/\.test", script)[1]
    assert re.fullmatch(shape.replace("\\/", "/"), "12/check/")
    for path in ("12/form.pdf", "12/offline/workbook/", "12/files/3/view/"):
        assert not re.fullmatch(shape.replace("\\/", "/"), path)
