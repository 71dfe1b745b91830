"""Items given to people of the unit: who may give, who gets what, what a colleague sees and writes."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import Http404
from django.utils import timezone

from evidence import policies, services
from evidence.models import Fact, ItemShare, SheetItem
from evidence.selectors import access, sharing
from evidence.selectors.sheetdata import load
from tests.evidence.conftest import ESSAY, LATE, NEWS, PLACE, PLAN, upload
from units import services as units_services
from units.models import JournalEntry, Notice, User

MEETINGS, FILES, NEWSES, PLANS, CONTEST = (
    "conduct.meetings", "conduct.files", "results.news", "results.plan", "results.contest",
)  # fmt: skip


@pytest.fixture
def second(person, unit):
    return person("colleague-2", "本单位协办人乙", role="colleague", unit=unit)


@pytest.fixture
def give(own, clerk):
    """Give items: `give({MEETINGS: [person]})`; what stands on the page is what is stored."""

    def share(wanted: dict[str, list[User]], actor: User | None = None, seen: Any = None) -> services.Handed:
        keys = {code: [user.pk for user in people] for code, people in wanted.items()}
        stored = sharing.shares_of(own)
        return services.share_items(
            actor=actor or clerk, enrolment=own, wanted=keys,
            seen={code: stored.get(code, set()) for code in keys} if seen is None else seen,
        )  # fmt: skip

    return share


def again(user: User) -> User:
    """The person as the next request reads them."""
    return User.objects.get(pk=user.pk)


def say(actor: User, own: Any, code: str, **fields: Any) -> Any:
    return services.save_claim(actor=actor, enrolment=own, clause_code=code, claim=services.Claim(fields, {}))


@pytest.mark.parametrize("who", ["clerk", "head"])
def test_clerk_and_head_give_items(request, give, colleague, own, who):
    actor = request.getfixturevalue(who)
    handed = give({MEETINGS: [colleague], PLANS: [colleague]}, actor=actor)
    assert handed.given == {(MEETINGS, colleague.pk), (PLANS, colleague.pk)}
    assert set(ItemShare.objects.values_list("item_code", "user", "given_by")) == {
        (MEETINGS, colleague.pk, actor.pk), (PLANS, colleague.pk, actor.pk),
    }  # fmt: skip


@pytest.mark.parametrize("who", ["colleague", "stranger", "auditor", "administrator", "provider", "clerk_of_other"])
def test_nobody_else_gives_items(request, give, colleague, second, who):
    give({MEETINGS: [colleague]})
    with pytest.raises(services.Refused) as fault:
        give({MEETINGS: [second]}, actor=request.getfixturevalue(who))
    assert fault.value.code == "may_not_share"
    assert list(ItemShare.objects.values_list("user", flat=True)) == [colleague.pk]


@pytest.mark.parametrize("who", ["stranger", "clerk_of_other", "provider", "administrator", "head"])
def test_nobody_outside_the_unit_or_without_a_part_in_the_sheet_is_given_anything(request, give, colleague, who):
    with pytest.raises(services.Refused) as fault:
        give({MEETINGS: [colleague, request.getfixturevalue(who)]})
    assert fault.value.code == "not_in_unit"
    assert not ItemShare.objects.exists()


@pytest.mark.parametrize("code", ["opinion.public", "results", "no.such", "conduct.meetings.late"])
def test_only_items_that_the_unit_fills_in_are_given(give, colleague, code):
    with pytest.raises(services.Refused) as fault:
        give({code: [colleague]})
    assert fault.value.code == "not_concerned"


def test_a_colleague_fills_in_only_what_was_given_to_them(give, colleague, own):
    give({MEETINGS: [colleague]})
    assert say(colleague, own, LATE, count=2).fact.said == {"count": "2"}
    for code, fields in ((PLAN, {"points": 3}), (PLACE, {"place": 1}), (NEWS, {"level": "city"})):
        with pytest.raises(services.Refused) as fault:
            say(colleague, own, code, **fields)
        assert fault.value.code == "closed"
    assert list(Fact.objects.values_list("clause_code", flat=True)) == [LATE]


def test_a_colleague_says_nothing_to_report_of_their_own_items_only(give, colleague, own):
    give({FILES: [colleague]})
    services.say_item(actor=colleague, enrolment=own, item_code=FILES, say="nothing")
    with pytest.raises(services.Refused):
        services.say_item(actor=colleague, enrolment=own, item_code=MEETINGS, say="nothing")
    with pytest.raises(services.Refused):
        services.say_nothing_everywhere(actor=colleague, enrolment=own)
    assert list(SheetItem.objects.values_list("item_code", flat=True)) == [FILES]


def test_a_colleague_attaches_and_takes_off_files_of_their_own_items_only(give, colleague, own, clerk):
    give({NEWSES: [colleague]})
    mine = services.attach_file(actor=colleague, enrolment=own, upload=upload(), item_code=NEWSES)
    theirs = services.attach_file(actor=clerk, enrolment=own, upload=upload("别.txt", b"other"), item_code=CONTEST)
    for act in (
        lambda: services.attach_file(actor=colleague, enrolment=own, upload=upload(), item_code=CONTEST),
        lambda: services.detach_file(actor=colleague, enrolment=own, item_code=CONTEST, attachment_pk=theirs.pk),
    ):
        with pytest.raises(services.Refused):
            act()
    services.detach_file(actor=colleague, enrolment=own, item_code=NEWSES, attachment_pk=mine.pk)


def test_a_colleague_cannot_take_back_a_claim_of_another_item(give, colleague, claim, own):
    give({MEETINGS: [colleague]})
    fact = claim(PLAN, points=3)
    with pytest.raises(services.Refused):
        services.withdraw_claim(actor=colleague, enrolment=own, fact_pk=fact.pk, version=fact.version)
    with pytest.raises(services.Refused) as fault:
        services.save_claim(
            actor=colleague, enrolment=own, clause_code=LATE, claim=services.Claim({"count": 1}, {}),
            fact_pk=fact.pk, version=fact.version,
        )  # fmt: skip
    assert fault.value.code == "no_fact"


def test_an_item_that_nobody_names_is_no_colleagues(give, colleague, own):
    give({MEETINGS: [colleague]})
    now = timezone.now()
    assert policies.may_fill_item(colleague, own, None, None, now, item_code=MEETINGS)
    assert not policies.may_fill_item(colleague, own, None, None, now)
    assert not policies.may_fill(colleague, own, None, now)


def test_clerks_keep_the_right_to_fill_in_what_others_have(give, colleague, clerk, own):
    give({MEETINGS: [colleague]})
    assert say(clerk, own, LATE, count=1).changed


def test_a_withdrawn_role_takes_the_items_away_at_the_next_request(give, colleague, own, unit):
    give({MEETINGS: [colleague]})
    assert policies.may_open_sheet(again(colleague), own)
    units_services.take_role(actor=None, user=colleague, role="colleague", unit=unit)
    assert ItemShare.objects.filter(user=colleague).exists()  # the row alone opens nothing
    assert not policies.may_open_sheet(again(colleague), own)
    with pytest.raises(services.Refused):
        say(again(colleague), own, LATE, count=1)
    with pytest.raises(Http404):
        access.part_for(again(colleague), own.pk)


def test_an_item_taken_back_is_closed_at_the_next_request(give, colleague, own):
    give({MEETINGS: [colleague], PLANS: [colleague]})
    give({MEETINGS: []})
    with pytest.raises(services.Refused):
        say(again(colleague), own, LATE, count=1)
    assert say(again(colleague), own, PLAN, points=3).changed


def test_a_closed_account_and_a_unit_out_of_use_open_nothing(give, colleague, second, own, unit):
    give({MEETINGS: [colleague, second]})
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    assert not policies.may_open_sheet(again(colleague), own)
    type(unit).objects.filter(pk=unit.pk).update(is_active=False)
    own.unit.refresh_from_db()
    assert not policies.may_open_sheet(again(second), own)


def test_who_left_the_unit_loses_the_rows_with_the_next_saving(give, colleague, second, unit):
    give({MEETINGS: [colleague]})
    units_services.take_role(actor=None, user=colleague, role="colleague", unit=unit)
    handed = give({PLANS: [second]})
    assert handed.taken == frozenset()
    assert list(ItemShare.objects.values_list("item_code", "user")) == [(PLANS, second.pk)]
    assert JournalEntry.objects.get(verb="items.taken").before["person"] == "colleague"


def test_giving_on_a_page_that_is_out_of_date_writes_nothing_and_names_the_items(give, colleague, second, own):
    give({MEETINGS: [colleague], PLANS: []})
    with pytest.raises(services.GivenMeanwhile) as crossed:
        give({MEETINGS: [second], PLANS: [second]}, seen={MEETINGS: [], PLANS: []})
    assert crossed.value.codes == {MEETINGS}
    assert list(ItemShare.objects.values_list("item_code", "user")) == [(MEETINGS, colleague.pk)]


def test_two_people_who_give_different_items_do_not_disturb_one_another(give, colleague, second):
    give({MEETINGS: [colleague]})
    give({MEETINGS: [], PLANS: [second]}, seen={MEETINGS: [], PLANS: []})
    assert set(ItemShare.objects.values_list("item_code", "user")) == {(MEETINGS, colleague.pk), (PLANS, second.pk)}


def test_two_people_who_give_the_same_item_to_the_same_person_agree(give, colleague):
    give({MEETINGS: [colleague]})
    handed = give({MEETINGS: [colleague]}, seen={MEETINGS: []})
    assert not handed.given and not handed.taken


def test_giving_and_taking_stand_in_the_journal_person_by_person(give, colleague, second, own):
    give({MEETINGS: [colleague, second], PLANS: [colleague]})
    give({MEETINGS: [second]})
    given = JournalEntry.objects.filter(scope=f"cycle:{own.cycle_id}/unit:{own.unit_id}", verb="items.given")
    assert {(row.after["person"], tuple(row.after["items"])) for row in given} == {
        ("colleague", (MEETINGS, PLANS)), ("colleague-2", (MEETINGS,)),
    }  # fmt: skip
    assert JournalEntry.objects.get(verb="items.taken").before == {
        "person": "colleague", "count": 1, "items": [MEETINGS],
    }  # fmt: skip


def test_people_are_told_what_they_got_and_lost_and_where_to_go(give, colleague, clerk, own):
    give({MEETINGS: [colleague, clerk], PLANS: [colleague]})
    got = Notice.objects.get()  # the clerk gave it to themselves and need not be told
    assert (got.user, got.text_code, got.params["count"]) == (colleague, "items.given", 2)
    assert got.url == f"/sheets/{own.pk}/?mine=1"
    give({MEETINGS: [clerk], PLANS: []})
    lost = Notice.objects.get(text_code="items.taken")
    assert (lost.user, lost.params["count"], lost.url) == (colleague, 2, "/")


def test_what_a_colleague_reads_holds_nothing_of_other_items(give, colleague, claim, clerk, own):
    give({MEETINGS: [colleague]})
    claim(LATE, count=1)
    claim(PLAN, points=3)
    services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code=PLANS)
    services.say_item(actor=clerk, enrolment=own, item_code=FILES, say="not_duty", reason="不归我们管")
    data = access.data_for(colleague, own)
    assert [entry.code for entry in data.entries] == [MEETINGS]
    assert set(data.rows) == {MEETINGS}
    assert set(data.claims) == {LATE}
    assert (data.files, data.links, data.given, data.uses) == ({}, {}, {}, {})
    assert access.editable_items(colleague, data, timezone.now()) == {MEETINGS}


def test_the_lists_of_what_one_may_open_agree_with_the_policies(
    give, colleague, second, clerk, head, stranger, provider, auditor, own, cycle
):
    give({MEETINGS: [colleague], PLANS: [clerk]})
    for user in (again(one) for one in (colleague, second, clerk, head, stranger, provider, auditor)):
        listed = {row.pk for row in (*access.given_sheets(user, cycle), *access.own_sheets(user, cycle))}
        acts = policies.may_open_sheet(user, own) and user.username != "auditor"
        assert (own.pk in listed) is acts
        try:
            opened = access.part_for(user, own.pk).pk
        except Http404:
            opened = None
        assert (opened is not None) is policies.may_open_sheet(user, own)
        if opened:
            data = access.data_for(user, own)
            now = timezone.now()
            editable = {
                entry.code for entry in data.claimable
                if policies.may_fill_item(user, own, None, None, now, item_code=entry.code)
            }  # fmt: skip
            assert access.editable_items(user, data, now) == editable
            everything = {entry.code for entry in load(own).entries}
            seen = everything if policies.may_read_sheet(user, own) else policies.given_items(user, own)
            assert {entry.code for entry in data.entries} == seen
            assert {entry.code for entry in access.entries_for(user, own)} == seen


def test_a_colleague_without_items_opens_nothing(colleague, own, cycle):
    assert access.given_sheets(colleague, cycle) == []
    with pytest.raises(Http404):
        access.part_for(colleague, own.pk)


def test_a_clerk_who_is_a_colleague_too_reads_the_whole_sheet(give, clerk, own, unit):
    units_services.give_role(actor=None, user=clerk, role="colleague", unit=unit)
    give({MEETINGS: [clerk]})
    person = again(clerk)
    assert len(access.data_for(person, own).entries) == 6
    assert access.given_sheets(person, own.cycle) == []


def test_a_file_opens_for_a_colleague_while_it_serves_an_item_of_theirs(give, colleague, clerk, own):
    give({NEWSES: [colleague]})
    file = services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code=CONTEST)
    assert not policies.may_open_attachment(colleague, file)
    services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code=NEWSES)
    assert policies.may_open_attachment(colleague, file)
    services.detach_file(actor=clerk, enrolment=own, item_code=NEWSES, attachment_pk=file.pk)
    assert not policies.may_open_attachment(colleague, file)


def test_a_submitted_sheet_is_closed_to_colleagues_and_a_returned_item_open_to_who_has_it(
    give, hand_in, colleague, second, judge, own
):
    give({MEETINGS: [colleague], FILES: [second]})
    submission = hand_in()
    with pytest.raises(services.Refused):
        services.say_item(actor=colleague, enrolment=own, item_code=MEETINGS, say="clear", version=1)
    services.return_item(actor=judge, enrolment=own, item_code=MEETINGS, reason="补", version=submission.version)
    assert say(again(colleague), own, LATE, count=1).changed
    with pytest.raises(services.Refused):
        services.say_item(actor=again(second), enrolment=own, item_code=FILES, say="clear", version=1)


def test_the_page_counts_for_each_person_what_is_filled_in(give, claim, colleague, second, own):
    give({MEETINGS: [colleague, second], PLANS: [colleague], CONTEST: [colleague]})
    claim(LATE, count=1)
    claim(ESSAY)
    page = sharing.share_page(load(own))
    assert {person.name: person.figure for person in page.people} == {
        "本单位经办人": "0 / 0",
        "本单位协办人": "2 / 3",
        "本单位协办人乙": "1 / 1",
    }
    assert (page.given, page.items) == (3, 5)
    rows = {row.code: row for group in page.groups for row in group.rows}
    assert rows[MEETINGS].names == "本单位协办人、本单位协办人乙"
    assert rows[FILES].names == ""
