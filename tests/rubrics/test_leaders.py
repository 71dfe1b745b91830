"""The leading group of a cycle: who names it, who belongs to it, and what that opens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from rubrics import policies, selectors, services
from rubrics.models import Cycle, Enrolment
from tests.cast import OWN_WORD
from units import selectors as units_selectors
from units.models import JournalEntry, User


@pytest.fixture
def admin_client(as_user: Callable[[User], Client], administrator: User) -> Client:
    client = as_user(administrator)
    client.cookies["kaoping_language"] = "en"
    return client


def again(user: User) -> User:
    """The person as the next request reads them."""
    return User.objects.get(pk=user.pk)


def test_a_leader_is_named_and_withdrawn_in_the_browser(
    admin_client: Client, as_user: Callable[[User], Client], cycle: Cycle, leader: User
) -> None:
    page = reverse("rubrics:assignments", args=[cycle.pk])
    assert "Nobody yet. Without a leading group" in admin_client.get(page).content.decode()
    assert as_user(leader).get(reverse("rubrics:board", args=[cycle.pk])).status_code == 404
    answer = admin_client.post(reverse("rubrics:leader_name", args=[cycle.pk]), {"leader": leader.pk})
    assert answer.headers["Location"] == page
    assert [line.pk for line in admin_client.get(page).context["leaders"]] == [leader.pk]
    assert as_user(leader).get(reverse("rubrics:board", args=[cycle.pk])).status_code == 200
    admin_client.post(reverse("rubrics:leader_withdraw", args=[cycle.pk, leader.pk]))
    assert selectors.leaders_in(cycle) == []
    assert as_user(leader).get(reverse("rubrics:board", args=[cycle.pk])).status_code == 404


def test_naming_and_withdrawing_stand_in_the_journal_of_the_cycle_and_the_person_is_told(
    administrator: User, cycle: Cycle, leader: User
) -> None:
    services.name_leader(actor=administrator, cycle=cycle, user=leader)
    services.withdraw_leader(actor=administrator, cycle=cycle, user=leader)
    rows = JournalEntry.objects.filter(scope=f"cycle:{cycle.pk}", verb__startswith="role.").order_by("number")
    said = {"username": leader.username, "role": "leader", "cycle": cycle.title}
    assert [(row.verb, row.actor, row.after) for row in rows] == [
        ("role.given", administrator, said),
        ("role.taken", administrator, said),
    ]
    notices = units_selectors.notices_for(leader)
    assert {notice.text_code for notice in notices} == {"leader.named", "leader.withdrawn"}


def test_a_leader_of_one_cycle_leads_no_other(start: Callable[..., Cycle], cycle: Cycle, leader: User) -> None:
    second = start(code="second")
    services.name_leader(actor=None, cycle=cycle, user=leader)
    assert policies.leads(again(leader), cycle) is True
    assert policies.leads(again(leader), second) is False


def test_nobody_is_named_twice_or_withdrawn_without_belonging(cycle: Cycle, leader: User) -> None:
    services.name_leader(actor=None, cycle=cycle, user=leader)
    with pytest.raises(services.Refused, match="twice"):
        services.name_leader(actor=None, cycle=cycle, user=leader)
    services.withdraw_leader(actor=None, cycle=cycle, user=leader)
    with pytest.raises(services.Refused, match="no_leader"):
        services.withdraw_leader(actor=None, cycle=cycle, user=leader)


def test_the_leading_group_of_a_sealed_cycle_stays(administrator: User, cycle: Cycle, leader: User) -> None:
    services.name_leader(actor=None, cycle=cycle, user=leader)
    cycle.state = Cycle.State.SEALED
    cycle.save(update_fields=["state"])
    with pytest.raises(PermissionDenied):
        services.withdraw_leader(actor=administrator, cycle=cycle, user=leader)
    with pytest.raises(services.Refused, match="sealed"):
        services.name_leader(actor=None, cycle=cycle, user=administrator)
    assert selectors.leaders_in(cycle) == [leader]


def test_only_an_administrator_names_leaders(cycle: Cycle, leader: User, reviewer: User) -> None:
    services.name_leader(actor=None, cycle=cycle, user=leader)
    for actor in (again(leader), reviewer):
        with pytest.raises(PermissionDenied):
            services.name_leader(actor=actor, cycle=cycle, user=reviewer)
    assert selectors.leaders_in(cycle) == [leader]


def test_a_leader_who_acts_for_a_unit_of_the_cycle_is_shown_as_such(
    admin_client: Client, cycle: Cycle, own: Enrolment, head: User
) -> None:
    services.name_leader(actor=None, cycle=cycle, user=head)
    page = admin_client.get(reverse("rubrics:assignments", args=[cycle.pk]))
    assert [line.units for line in page.context["leaders"]] == [own.unit.label]
    assert f"acts for {OWN_WORD}" in page.content.decode()


def test_whom_the_form_does_not_offer_cannot_be_named(admin_client: Client, cycle: Cycle, stranger: User) -> None:
    url = reverse("rubrics:leader_name", args=[cycle.pk])
    stranger.is_active = False
    stranger.save(update_fields=["is_active"])
    for wrong in (stranger.pk, 99_999, ""):
        assert admin_client.post(url, {"leader": wrong}).status_code == 422
    assert selectors.leaders_in(cycle) == []
    assert admin_client.post(reverse("rubrics:leader_withdraw", args=[cycle.pk, stranger.pk])).status_code == 404
