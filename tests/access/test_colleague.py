"""A colleague sees and writes what was given to them: no address shows them a word of the unit's other items."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from evidence import services as evidence_services
from evidence.models import ItemShare
from tests.access.test_matrix import MATRIX
from tests.access.walk import Answer, ask, filled, said
from tests.access.world import OWN_WORD, World
from units import services as units_services

SECRETS = (f"{OWN_WORD}上稿", "剪报", "现场.png")
"""What the unit says under the item that the colleague does not have: its claim and its files."""
GIVEN, OTHER = "conduct.meetings", "results.news"


def asked(world: World, method: str, route: str, data: dict[str, Any], side: str = "own") -> Answer:
    client = Client()
    client.force_login(world.people["colleague"], backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    here = world.sides[side]
    return ask(client, method, filled(route, MATRIX[route].get("args", {}), here), said(data, here))


@pytest.mark.django_db
def test_the_words_of_the_other_items_are_there_to_be_seen(world: World) -> None:
    client = Client()
    client.force_login(world.people["clerk"], backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    text = ask(client, "GET", f"/sheets/{world.sides['own'].enrolment.pk}/", {}).text
    assert all(word in text for word in SECRETS)


@pytest.mark.django_db
@pytest.mark.parametrize("side", ["own", "handed"])
def test_no_address_shows_a_colleague_a_word_of_other_items(world: World, side: str) -> None:
    leaks = []
    for route, row in MATRIX.items():
        for method in ("GET", "POST"):
            answer = asked(world, method, route, row.get("query" if method == "GET" else "post", {}), side)
            leaks += [f"{method} {route} shows {word}" for word in SECRETS if word in answer.text]
    assert leaks == []


@pytest.mark.django_db
def test_naming_another_item_in_an_address_of_theirs_is_as_if_it_were_not_there(world: World) -> None:
    """The sheet is theirs in part; item, clause, file and claim named in what is sent are not."""
    own = world.sides["own"]
    clause = "results.news.level"
    tried: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "sheets/<int:pk>/", {"item": OTHER}),
        ("GET", "sheets/<int:pk>/claim/blank/", {"clause": clause}),
        ("GET", "sheets/<int:pk>/claim/more/", {"clause": clause, "fact": own.claim.pk}),
        ("GET", "sheets/<int:pk>/clause/", {"clause": clause}),
        ("POST", "sheets/<int:pk>/claim/", {"clause": clause, "key": "k", "level": "city"}),
        ("POST", "sheets/<int:pk>/item/", {"item": OTHER, "say": "clear", "version": "1"}),
        ("POST", "sheets/<int:pk>/attach/", {"item": OTHER, "files": "@pdf"}),
        ("POST", "sheets/<int:pk>/detach/", {"item": OTHER, "attachment": own.attachment.pk}),
        ("GET", "attachments/<int:pk>/", {}),
        ("GET", "attachments/<int:pk>/view/", {}),
        ("GET", "attachments/<int:pk>/thumb/", {}),
    ]
    for method, route, data in tried:
        answer = asked(world, method, route, data)
        assert (answer.status, answer.writes) == (404, ()), (method, route)
    mixed: list[tuple[str, dict[str, Any]]] = [
        ("sheets/<int:pk>/detach/", {"item": GIVEN, "attachment": own.attachment.pk}),
        ("sheets/<int:pk>/given/", {"item": GIVEN, "attachment": own.attachment.pk}),
        ("sheets/<int:pk>/known/", {"item": GIVEN, "sha256": own.attachment.sha256}),
        ("sheets/<int:pk>/file/", {"item": GIVEN, "attachment": own.attachment.pk, "version": "1", "title": "改"}),
        ("sheets/<int:pk>/file/replace/", {"item": GIVEN, "attachment": own.attachment.pk, "files": "@pdf"}),
    ]
    for route, data in mixed:
        answer = asked(world, "POST", route, data)
        assert not any("evidence_itemattachment" in line for line in answer.writes), route
        assert not any(word in answer.text for word in SECRETS), route


@pytest.mark.django_db
def test_taking_the_item_or_the_role_away_closes_every_address_at_the_next_request(world: World) -> None:
    own, colleague = world.sides["own"], world.people["colleague"]
    open_to = [
        (method, route)
        for route, row in MATRIX.items()
        for method, keys in (("GET", ("sees",)), ("POST", ("changes", "answered")))
        if route.startswith(("sheets/", "attachments/"))
        and any("colleague" in row.get("own", {}).get(k, ()) for k in keys)
    ]
    assert len(open_to) >= 8
    shares = list(ItemShare.objects.filter(user=colleague))
    evidence_services.share_items(
        actor=world.people["head"], enrolment=own.enrolment, wanted={GIVEN: []}, seen={GIVEN: [colleague.pk]}
    )
    assert [_status(world, *each) for each in open_to] == [404] * len(open_to)
    ItemShare.objects.bulk_create(shares[:1], ignore_conflicts=True)
    assert _status(world, "GET", "sheets/<int:pk>/") == 200
    units_services.take_role(actor=None, user=colleague, role="colleague", unit=own.unit)
    assert [_status(world, *each) for each in open_to] == [404] * len(open_to)


def _status(world: World, method: str, route: str) -> int:
    row = MATRIX[route]
    return asked(world, method, route, row.get("query" if method == "GET" else "post", {})).status
