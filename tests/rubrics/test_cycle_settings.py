"""The settings of a cycle: who changes them, what is refused, and what two people at once come to."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from appraisal_site.toolkit.conflicts import Conflict
from rubrics import services
from rubrics.models import Cycle
from units.models import JournalEntry

SETTLED: dict[str, Any] = {
    "title": "改名的考评", "head_may_delegate_submit": False, "unit_proof_limit": 500, "proof_limit": 9000,
}  # fmt: skip
POSTED = {"title": "改名的考评", "unit_proof_limit": "500", "proof_limit": "9000"}


def stored(cycle: Cycle) -> dict[str, Any]:
    found = Cycle.objects.get(pk=cycle.pk)
    return {name: getattr(found, name) for name in SETTLED}


def test_all_four_are_changed_at_once_and_the_journal_says_from_what_to_what(cycle, administrator):
    before = stored(cycle)
    assert services.change_settings(actor=administrator, cycle=cycle, version=cycle.version, **SETTLED) is True
    assert stored(cycle) == SETTLED
    row = JournalEntry.objects.get(verb="cycle.settings_changed")
    assert (row.scope, row.before, row.after) == (f"cycle:{cycle.pk}", before, SETTLED)


def test_the_journal_names_only_what_changed(cycle, administrator):
    before = stored(cycle)
    services.change_settings(actor=administrator, cycle=cycle, version=cycle.version, **{**before, "proof_limit": 7000})
    row = JournalEntry.objects.get(verb="cycle.settings_changed")
    assert (row.before, row.after) == ({"proof_limit": before["proof_limit"]}, {"proof_limit": 7000})


def test_settling_what_is_settled_writes_nothing(cycle, administrator):
    assert services.change_settings(actor=administrator, cycle=cycle, version=cycle.version, **stored(cycle)) is False
    assert not JournalEntry.objects.filter(verb="cycle.settings_changed").exists()


@pytest.mark.parametrize("who", ["auditor", "leader", "reviewer", "clerk", "head", "colleague", "provider", "stranger"])
def test_nobody_but_administrators_settles_anything(request, cycle, who):
    before = stored(cycle)
    with pytest.raises(PermissionDenied):
        services.change_settings(actor=request.getfixturevalue(who), cycle=cycle, version=cycle.version, **SETTLED)
    assert stored(cycle) == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "  "}, "title"),
        ({"unit_proof_limit": 0}, "limits"),
        ({"unit_proof_limit": 9001}, "limits"),
        ({"proof_limit": 0}, "limits"),
    ],
)
def test_what_makes_no_sense_is_refused(cycle, administrator, changes, code):
    before = stored(cycle)
    with pytest.raises(services.Refused) as fault:
        services.change_settings(actor=administrator, cycle=cycle, version=cycle.version, **{**SETTLED, **changes})
    assert fault.value.code == code
    assert stored(cycle) == before


def test_a_sealed_cycle_keeps_its_settings(cycle, administrator):
    Cycle.objects.filter(pk=cycle.pk).update(state="sealed")
    cycle.refresh_from_db()
    with pytest.raises(services.Refused) as fault:
        services.change_settings(actor=administrator, cycle=cycle, version=cycle.version, **SETTLED)
    assert fault.value.code == "sealed"


def test_the_second_of_two_people_is_told(cycle, administrator):
    first, second = Cycle.objects.get(pk=cycle.pk), Cycle.objects.get(pk=cycle.pk)
    services.change_settings(actor=administrator, cycle=first, version=cycle.version, **SETTLED)
    with pytest.raises(Conflict):
        services.change_settings(
            actor=administrator, cycle=second, version=cycle.version, **{**SETTLED, "title": "另一个名字"}
        )
    assert stored(cycle) == SETTLED


def test_going_back_to_what_it_was_on_an_older_version_is_a_conflict_too(cycle, administrator):
    before = stored(cycle)
    stale = Cycle.objects.get(pk=cycle.pk)
    services.change_settings(actor=administrator, cycle=cycle, version=cycle.version, **SETTLED)
    fresh = Cycle.objects.get(pk=cycle.pk)
    with pytest.raises(Conflict):
        services.change_settings(actor=administrator, cycle=fresh, version=stale.version, **SETTLED)
    assert stored(cycle) == SETTLED != before


# --- the page ---------------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_settled_and_saves(as_user, cycle, administrator):
    browser = as_user(administrator)
    assert f"/cycles/{cycle.pk}/settings/" in browser.get(f"/cycles/{cycle.pk}/").content.decode()
    page = browser.get(f"/cycles/{cycle.pk}/settings/").content.decode()
    assert 'value="1024"' in page and 'value="102400"' in page
    answer = browser.post(f"/cycles/{cycle.pk}/settings/", {**POSTED, "version": cycle.version})
    assert answer.headers["Location"] == f"/cycles/{cycle.pk}/"
    assert stored(cycle) == SETTLED


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("clerk", 403), ("stranger", 404)])
def test_the_page_is_the_administrators(request, as_user, cycle, who, status):
    browser = as_user(request.getfixturevalue(who))
    assert browser.get(f"/cycles/{cycle.pk}/settings/").status_code == status
    assert browser.post(f"/cycles/{cycle.pk}/settings/", {**POSTED, "version": cycle.version}).status_code == status
    if who == "auditor":
        assert "/settings/" not in browser.get(f"/cycles/{cycle.pk}/").content.decode()


@pytest.mark.parametrize(
    "wrong", [{"unit_proof_limit": "9001"}, {"proof_limit": "x"}, {"title": ""}, {"unit_proof_limit": "-3"}]
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(as_user, cycle, administrator, wrong):
    before = stored(cycle)
    sent = {**POSTED, "version": cycle.version, **wrong}
    answer = as_user(administrator).post(f"/cycles/{cycle.pk}/settings/", sent)
    assert answer.status_code == 422
    assert stored(cycle) == before
    assert all(f'value="{value}"' in answer.content.decode() for value in sent.values() if value)


def test_after_a_conflict_both_stand_side_by_side_and_the_next_save_counts(as_user, cycle, administrator):
    browser = as_user(administrator)
    browser.post(f"/cycles/{cycle.pk}/settings/", {**POSTED, "version": cycle.version})
    sent = {**POSTED, "title": "另一个名字", "unit_proof_limit": "600", "version": cycle.version}
    answer = browser.post(f"/cycles/{cycle.pk}/settings/", sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert stored(cycle) == SETTLED
    assert "<td>另一个名字</td><td>改名的考评</td>" in page
    assert "<td>600</td><td>500</td>" in page
    assert 'value="另一个名字"' in page
    now = Cycle.objects.get(pk=cycle.pk).version
    assert f'name="version" value="{now}"' in page
    browser.post(f"/cycles/{cycle.pk}/settings/", {**sent, "version": now})
    assert stored(cycle)["title"] == "另一个名字"
