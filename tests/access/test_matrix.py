"""Every address × method × person × own, other and foreign side, compared with `matrix.yaml`.

`sees`: a GET that is answered. `changes`: a POST that changes something. `answered`: a POST that is not refused and changes
nothing (what was sent is incomplete, or a reader is told that they only read). Everybody who is not named is refused, and
no refusal changes anything or shows a word of another unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from rubrics.files import read_yaml
from tests.access.conftest import CAST
from tests.access.walk import Answer, ask, filled, routes, said, sample
from tests.access.world import OTHER_WORD, WORDS, World
from tests.conftest import PROVE

_FILE = read_yaml((Path(__file__).parent / "matrix.yaml").read_bytes())
MATRIX: dict[str, dict[str, Any]] = _FILE["addresses"]
CLOSED = tuple(_FILE["administrators_only"])
SIDES = ("own", "other", "foreign", "handed")
POSTED = ("changes", "answered")
ASKED = {
    "administrator": ("own", "handed"),
    "auditor": ("own", "foreign"),
    "head": ("own", "other"),
    "stranger": ("own",),
    "nobody": ("own",),
}
"""Who is asked about fewer sides in the short run, since the others repeat what one of these says."""
MARKED = {OTHER_WORD, WORDS["foreign"]}
SEES_OTHERS = ("administrator", "auditor", "leader", "reviewer", "provider")
"""Whose pages may name other units; the others' pages never do."""


def test_every_address_of_the_site_is_in_the_matrix() -> None:
    assert set(MATRIX) == {route for route in routes() if not route.startswith(CLOSED)}


def test_the_matrix_names_nobody_who_is_not_in_the_cast() -> None:
    for route, row in MATRIX.items():
        for side in SIDES:
            for names in row.get(side, {}).values():
                assert set(names) <= set(CAST), route


@pytest.mark.django_db
@pytest.mark.parametrize("who", CAST)
def test_everybody_sees_and_changes_what_the_matrix_says(who: str, world: World) -> None:
    wrong: list[str] = []
    for route, row in MATRIX.items():
        for side in _sides(row, who, world):
            for method in _methods(row, who):
                wrong += _compare(who, route, row, side, method, world)
    assert wrong == []


def _sides(row: Mapping[str, Any], who: str, world: World) -> Iterator[SimpleNamespace]:
    """The sides that can make a difference to the person; all of them when the proofs are long."""
    if not row.get("args"):
        yield world.sides["own"]
        return
    for name in SIDES:
        if name in (SIDES if PROVE else ASKED.get(who, SIDES)) and (name != "handed" or name in row):
            yield world.sides[name]


def _methods(row: Mapping[str, Any], who: str) -> Iterator[str]:
    """A method that serves nobody is tried by the administrator and by nobody only."""
    found = [row.get(side, {}) for side in SIDES]
    if who in ("administrator", "nobody") or any("sees" in entry for entry in found):
        yield "GET"
    if who in ("administrator", "nobody") or any(key in entry for entry in found for key in POSTED):
        yield "POST"


def _compare(
    who: str, route: str, row: Mapping[str, Any], side: SimpleNamespace, method: str, world: World
) -> Iterator[str]:
    """What is not as the matrix says, in words."""
    client, user = Client(), world.people[who]
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    sent = said(row.get("post" if method == "POST" else "query", {}), side)
    answer = ask(client, method, filled(route, row.get("args", {}), side), sent)
    wanted, found = _wanted(row.get(side.name, {}), who, method), _found(answer, method)
    place = f"{who}: {method} {route} ({side.name})"
    if found != wanted:
        yield f"{place} is {found} ({answer.status}), should be {wanted}"
    if answer.writes and found != "changes":
        yield f"{place} is {found} and changed something: {answer.writes[0][:120]}"
    if any(word in answer.text for word in MARKED) and (answer.outcome == "refused" or who not in SEES_OTHERS):
        yield f"{place} shows a word of another unit"


def _wanted(row: Mapping[str, Any], who: str, method: str) -> str:
    keys = ("sees",) if method == "GET" else POSTED
    return next((key for key in keys if who in row.get(key, ())), "refused")


def _found(answer: Answer, method: str) -> str:
    if answer.outcome in ("refused", "method"):
        return "refused"
    if method == "GET":
        return "sees" if answer.outcome == "done" else "refused"
    return "changes" if answer.writes and answer.outcome == "done" else "answered"


@pytest.mark.django_db
@pytest.mark.parametrize("who", CAST)
def test_where_only_administrators_go_there_is_nothing_for_anybody_else(who: str, world: World) -> None:
    """Nobody is sent to sign in, others find no page, whatever the method; administrators see every page there is."""
    user = world.people[who]
    closed = [route for route in routes() if route.startswith(CLOSED)]
    assert len(closed) > 20
    seen, wrong = [], []
    for route in closed:
        for method in ("GET", "POST"):
            client = Client()
            if user is not None:
                client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            answer = ask(client, method, sample(route, world.sides["other"].unit.pk), {})
            if who == "administrator":
                seen += [route] if answer.outcome == "done" and method == "GET" else []
            elif answer.outcome != "refused" or answer.writes or OTHER_WORD in answer.text:
                wrong.append(f"{who}: {method} {route} is {answer.status}")
            elif user is not None and answer.status != 404 and "login" not in route:
                wrong.append(f"{who}: {method} {route} is {answer.status}, should be 404")
    assert wrong == []
    if who == "administrator":
        assert {"admin/", "admin/units/unit/", "admin/units/user/add/", "admin/rubrics/series/import/"} <= set(seen)


@pytest.mark.django_db
def test_the_words_that_are_looked_for_are_there_to_be_seen(world: World) -> None:
    """A leak test proves nothing where nothing could leak."""
    client = Client()
    client.force_login(world.people["auditor"], backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    for name in ("other", "foreign"):
        side = world.sides[name]
        for route in ("sheets/<int:pk>/", "review/<int:pk>/"):
            text = ask(client, "GET", filled(route, {"pk": "enrolment"}, side), {}).text
            assert OTHER_WORD in text
        text = ask(client, "GET", filled("cycles/<int:cycle_pk>/review/", {"cycle_pk": "cycle"}, side), {}).text
        assert {OTHER_WORD, WORDS[name]} <= {word for word in WORDS.values() if word in text}


@pytest.mark.django_db
def test_keys_of_another_unit_slipped_into_a_form_change_nothing(world: World) -> None:
    """The address is one's own, the fact, the file or the unit named in the form is the other's."""
    own, other = world.sides["own"], world.sides["other"]
    tried = {
        "sheets/<int:pk>/claim/": {"clause": "conduct.meetings.late", "key": "k", "fact": other.claim.pk,
                                   "version": other.claim.version, "count": 9},
        "sheets/<int:pk>/claim/withdraw/": {"clause": "conduct.meetings.late", "key": "k", "fact": other.claim.pk,
                                            "version": other.claim.version},
        "sheets/<int:pk>/detach/": {"item": "results.news", "attachment": other.attachment.pk},
        "sheets/<int:pk>/known/": {"item": "results.news", "sha256": other.attachment.sha256},
        "sheets/<int:pk>/given/": {"item": "results.news", "attachment": other.attachment.pk},
        "sheets/<int:pk>/file/": {"item": "results.news", "attachment": other.attachment.pk, "title": "改",
                                  "version": other.attachment.version},
        "sheets/<int:pk>/file/clause/": {"item": "results.news", "attachment": other.attachment.pk,
                                         "clause": "results.news.level"},
        "sheets/<int:pk>/file/replace/": {"item": "results.news", "attachment": other.attachment.pk, "files": "@pdf"},
        "sheets/<int:pk>/prerequisites/files/off/": {"code": "registered", "attachment": other.licence.pk},
        "review/<int:pk>/decide/": {"fact": other.found.pk, "version": other.found.version, "verdict": "rejected",
                                    "reason": "试"},
        "review/<int:pk>/fact/withdraw/": {"fact": other.found.pk, "version": other.found.version},
    }  # fmt: skip
    for route, data in tried.items():
        user = world.people["clerk" if route.startswith("sheets") else "reviewer"]
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
        answer = ask(client, "POST", filled(route, {"pk": "enrolment"}, own), said(data, own))
        assert answer.writes == (), (route, answer.writes)
        assert OTHER_WORD not in answer.text, route
