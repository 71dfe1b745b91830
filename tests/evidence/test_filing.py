"""What a unit does with its files: room for them, used again, described, named for one clause, replaced."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from appraisal_site.toolkit.conflicts import Conflict
from evidence import files, policies, services
from evidence.models import Attachment, ItemAttachment, ItemShare
from evidence.selectors import access
from evidence.selectors.filerows import expected_of, file_rows, given_rows, known_among
from evidence.selectors.gaps import gaps_of
from evidence.selectors.given import MEGA, cycle_room, rooms_of, unit_room
from evidence.selectors.sheetdata import load
from rubrics.models import Cycle, Enrolment
from tests.evidence.conftest import LATE, NEWS, PDF, RUBRIC, upload
from units.models import JournalEntry, User

NEWS_ITEM, PLAN_ITEM, CONTEST_ITEM = "results.news", "results.plan", "results.contest"
OTHER_PDF = PDF + b"%another\n"


@pytest.fixture
def given(own: Enrolment, clerk: User) -> Attachment:
    return services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code=NEWS_ITEM)


def limited(enrolment: Enrolment, **limits: int) -> Enrolment:
    Cycle.objects.filter(pk=enrolment.cycle_id).update(**limits)
    return Enrolment.objects.select_related("cycle__rubric", "unit").get(pk=enrolment.pk)


def large(name: str, size: int) -> Any:
    return upload(name, PDF + b"%" + name.encode() + b"x" * size)


def verbs() -> list[str]:
    return list(JournalEntry.objects.filter(verb__startswith="proof.").order_by("pk").values_list("verb", flat=True))


def entry_of(enrolment: Enrolment, code: str) -> Any:
    data = load(enrolment)
    return data, next(entry for entry in data.entries if entry.code == code)


# room


def test_a_unit_gives_no_more_than_its_room_and_is_told_the_figures(own, clerk, store):
    own = limited(own, unit_proof_limit=1)
    services.attach_file(actor=clerk, enrolment=own, upload=large("一.pdf", 700_000), item_code=NEWS_ITEM)
    with pytest.raises(files.Refused) as fault:
        services.attach_file(actor=clerk, enrolment=own, upload=large("二.pdf", 700_000), item_code=NEWS_ITEM)
    assert fault.value.code == "unit_room"
    assert fault.value.params == {"used": "0.7 MB", "room": "1 MB", "needs": "0.7 MB"}
    assert Attachment.objects.count() == 1
    assert len([path for path in store.rglob("*") if path.is_file()]) == 1


def test_the_room_of_the_cycle_counts_the_files_of_all_units(own, other, clerk, clerk_of_other):
    own, other = limited(own, proof_limit=1), limited(other, proof_limit=1)
    services.attach_file(actor=clerk_of_other, enrolment=other, upload=large("一.pdf", 700_000), item_code=NEWS_ITEM)
    with pytest.raises(files.Refused) as fault:
        services.attach_file(actor=clerk, enrolment=own, upload=large("二.pdf", 700_000), item_code=NEWS_ITEM)
    assert fault.value.code == "cycle_room"
    assert cycle_room(own.cycle).used > 700_000


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_known_needs_no_room(own, clerk):
    own = limited(own, unit_proof_limit=1)
    for item in (NEWS_ITEM, PLAN_ITEM):
        services.attach_file(actor=clerk, enrolment=own, upload=large("一.pdf", 900_000), item_code=item)
    assert ItemAttachment.objects.count() == 2
    assert unit_room(own).used < 1 * MEGA


def test_what_a_reviewer_gives_with_a_fact_takes_no_room_of_the_unit(own, judge):
    own = limited(own, unit_proof_limit=0)
    say = services.Claim({"count": 1}, {})
    fact = services.record_fact(actor=judge, enrolment=own, clause_code=LATE, claim=say, origin="reviewer")
    services.attach_file(actor=judge, enrolment=own, upload=upload(), fact=fact)
    assert unit_room(own).used == 0
    assert cycle_room(own.cycle).used == len(PDF)
    assert rooms_of(own.cycle) == {}
    assert list(load(own).given) == []


# used again


def test_a_file_given_once_serves_another_item_without_being_sent(own, clerk, given):
    tied = services.reuse_files(actor=clerk, enrolment=own, item_code=PLAN_ITEM, attachment_pks=[given.pk])
    assert tied == [given]
    assert set(ItemAttachment.objects.values_list("item_code", flat=True)) == {NEWS_ITEM, PLAN_ITEM}
    data, entry = entry_of(own, PLAN_ITEM)
    assert [row.uses for row in file_rows(data, entry)] == [2]
    assert verbs() == ["proof.attached", "proof.attached"]


def test_a_file_that_serves_the_item_already_is_not_tied_twice(own, clerk, given):
    assert services.reuse_files(actor=clerk, enrolment=own, item_code=NEWS_ITEM, attachment_pks=[given.pk]) == []
    assert verbs() == ["proof.attached"]


def test_no_file_of_another_unit_can_be_used(own, other, clerk, clerk_of_other):
    theirs = services.attach_file(actor=clerk_of_other, enrolment=other, upload=upload(), item_code=NEWS_ITEM)
    assert services.reuse_files(actor=clerk, enrolment=own, item_code=NEWS_ITEM, attachment_pks=[theirs.pk]) == []
    assert not ItemAttachment.objects.filter(submission__enrolment=own).exists()


def test_a_file_given_again_is_recognised_and_said_to_be_known(own, clerk, given):
    again = services.give_file(actor=clerk, enrolment=own, upload=upload("别名.pdf"), item_code=PLAN_ITEM)
    assert (again.attachment, again.known, again.here) == (given, True, False)
    third = services.give_file(actor=clerk, enrolment=own, upload=upload(), item_code=PLAN_ITEM)
    assert (third.known, third.here) == (True, True)
    assert verbs() == ["proof.attached", "proof.attached"]


def test_only_the_units_own_files_are_known_by_their_hash(own, other, clerk_of_other, given):
    services.attach_file(actor=clerk_of_other, enrolment=other, upload=upload("别.pdf", OTHER_PDF), item_code=NEWS_ITEM)
    theirs = Attachment.objects.get(enrolment=other)
    data, entry = entry_of(own, PLAN_ITEM)
    (found,) = known_among(data, entry, [given.sha256, theirs.sha256])
    assert found == {
        "sha256": given.sha256,
        "attachment": given.pk,
        "name": "证明.pdf",
        "serves": ["信息"],
        "here": False,
    }


def test_files_are_found_by_name_title_note_and_item_the_latest_first(own, clerk, given):
    services.attach_file(actor=clerk, enrolment=own, upload=upload("年报.pdf", OTHER_PDF), item_code=PLAN_ITEM)
    described(own, clerk, given, title="头版 剪报", note="市报")
    data, entry = entry_of(own, PLAN_ITEM)
    assert [row.name for row in given_rows(data, entry)] == ["年报.pdf", "证明.pdf"]
    for query in ("剪报", "证明", "市报", "信息", "头版 市报"):
        assert [row.name for row in given_rows(data, entry, query)] == ["证明.pdf"]
    assert given_rows(data, entry, "没有") == []
    assert [row.here for row in given_rows(data, entry)] == [True, False]


def test_a_colleague_knows_and_uses_only_the_files_of_their_own_items(own, clerk, person, unit, given):
    helper = person("colleague-9", "本单位协办人丙", role="colleague", unit=unit)
    ItemShare.objects.create(enrolment=own, item_code=PLAN_ITEM, user=helper, given_by=clerk)
    mine = services.attach_file(actor=helper, enrolment=own, upload=upload("计划.pdf", OTHER_PDF), item_code=PLAN_ITEM)
    data = access.data_for(helper, own)
    entry = next(entry for entry in data.entries if entry.code == PLAN_ITEM)
    assert [one["attachment"] for one in known_among(data, entry, [given.sha256, mine.sha256])] == [mine.pk]
    assert [row.name for row in given_rows(data, entry)] == ["计划.pdf"]
    assert services.reuse_files(actor=helper, enrolment=own, item_code=PLAN_ITEM, attachment_pks=[given.pk]) == []
    services.reuse_files(actor=clerk, enrolment=own, item_code=NEWS_ITEM, attachment_pks=[mine.pk])
    with pytest.raises(services.Refused) as fault:
        described(own, helper, mine, PLAN_ITEM, title="改")
    assert fault.value.code == "file_serves_locked"


# described


def described(own: Enrolment, actor: User, file: Attachment, item: str = NEWS_ITEM, **said: Any) -> Attachment:
    version = said.pop("version", Attachment.objects.get(pk=file.pk).version)
    said = {"title": "", "happened_on": None, "note": "", **said}
    return services.describe_file(
        actor=actor, enrolment=own, item_code=item, attachment_pk=file.pk, version=version, **said
    )


def test_title_date_and_note_are_kept_and_journalled_once(own, clerk, given):
    described(own, clerk, given, title=" 头版 ", happened_on=date(2026, 3, 1), note="市报")
    given.refresh_from_db()
    assert (given.title, given.happened_on, given.note) == ("头版", date(2026, 3, 1), "市报")
    row = JournalEntry.objects.get(verb="proof.described")
    assert row.before["title"] == ""
    assert row.after["title"] == "头版"
    described(own, clerk, given, title="头版", happened_on=date(2026, 3, 1), note="市报")
    assert verbs().count("proof.described") == 1


def test_of_two_who_describe_a_file_the_second_is_told(own, clerk, given):
    described(own, clerk, given, title="一", version=1)
    with pytest.raises(Conflict):
        described(own, clerk, given, title="二", version=1)
    given.refresh_from_db()
    assert given.title == "一"


def test_what_is_said_of_a_file_stays_while_it_also_serves_a_locked_item(own, clerk, judge, claim, hand_in, given):
    claim(NEWS, level="city")
    services.reuse_files(actor=clerk, enrolment=own, item_code=PLAN_ITEM, attachment_pks=[given.pk])
    handed = hand_in()
    services.return_item(actor=judge, enrolment=own, item_code=PLAN_ITEM, reason="补", version=handed.version)
    with pytest.raises(services.Refused) as fault:
        described(own, clerk, given, PLAN_ITEM, title="改")
    assert fault.value.code == "file_serves_locked"
    fresh = services.attach_file(actor=clerk, enrolment=own, upload=upload("新.pdf", OTHER_PDF), item_code=PLAN_ITEM)
    assert described(own, clerk, fresh, PLAN_ITEM, title="改").title == "改"


def test_nothing_is_described_or_tied_once_the_sheet_is_handed_in(own, clerk, claim, hand_in, given):
    claim(NEWS, level="city")
    hand_in()
    who = {"actor": clerk, "enrolment": own, "item_code": NEWS_ITEM}
    with pytest.raises(services.Refused):
        described(own, clerk, given, title="改")
    with pytest.raises(services.Refused):
        services.reuse_files(**who, attachment_pks=[given.pk])
    with pytest.raises(services.Refused):
        services.name_clause(**who, attachment_pk=given.pk, clause_code=NEWS, seen="")
    with pytest.raises(services.Refused):
        services.replace_file(**who, attachment_pk=given.pk, upload=upload("新.pdf", OTHER_PDF))


# the clause that it proves


def named(own: Enrolment, clerk: User, file: Attachment, clause: str, seen: str = "") -> ItemAttachment:
    return services.name_clause(
        actor=clerk, enrolment=own, item_code=NEWS_ITEM, attachment_pk=file.pk, clause_code=clause, seen=seen
    )


def test_a_file_named_for_another_clause_leaves_the_claim_without_proof(own, clerk, claim, given):
    claim(NEWS, level="city")
    assert not [gap for gap in gaps_of(own) if gap.code == "proof"]
    named(own, clerk, given, "results.news.rate")
    assert [(gap.item, gap.clause) for gap in gaps_of(own) if gap.code == "proof"] == [(NEWS_ITEM, NEWS)]
    named(own, clerk, given, NEWS, seen="results.news.rate")
    assert not [gap for gap in gaps_of(own) if gap.code == "proof"]
    assert verbs() == ["proof.attached", "proof.described", "proof.described"]


def test_a_clause_of_another_item_cannot_be_named_and_a_stale_choice_is_told(own, clerk, given):
    with pytest.raises(services.Refused):
        named(own, clerk, given, "results.plan.done")
    named(own, clerk, given, NEWS)
    with pytest.raises(Conflict):
        named(own, clerk, given, "results.news.rate", seen="")
    assert ItemAttachment.objects.get().clause_code == NEWS


def test_expected_proof_is_told_before_anything_is_claimed_and_ticked_when_given(own, clerk, claim):
    data, entry = entry_of(own, NEWS_ITEM)
    expected = expected_of(data, entry)
    assert [(row.text, row.proven, row.lacks) for row in expected.required] == [("上稿", False, False)]
    assert [row.text for row in expected.optional] == ["完成率"]
    claim(NEWS, level="city")
    assert expected_of(*entry_of(own, NEWS_ITEM)).lacks
    file = services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code=NEWS_ITEM)
    assert expected_of(*entry_of(own, NEWS_ITEM)).is_proven
    named(own, clerk, file, "results.news.rate")
    expected = expected_of(*entry_of(own, NEWS_ITEM))
    assert (expected.is_proven, expected.lacks) == (False, True)
    assert [row.proven for row in expected.optional] == [True]


def test_nobody_is_asked_to_prove_a_deduction(own):
    expected = expected_of(*entry_of(own, "conduct.meetings"))
    assert expected.required == expected.optional == ()
    assert RUBRIC["categories"][0]["items"][0]["clauses"][0]["effect"] == "deduct"


# replaced


def replaced(own: Enrolment, clerk: User, old: Attachment, **options: Any) -> Any:
    sent = options.pop("upload", None) or upload("新.pdf", OTHER_PDF)
    return services.replace_file(
        actor=clerk, enrolment=own, item_code=NEWS_ITEM, attachment_pk=old.pk, upload=sent, **options
    )


def test_a_new_file_takes_the_place_and_the_words_of_the_old_which_stays(own, clerk, given):
    described(own, clerk, given, title="头版", happened_on=date(2026, 3, 1))
    named(own, clerk, given, NEWS)
    done = replaced(own, clerk, given)
    link = ItemAttachment.objects.get()
    assert (link.attachment, link.clause_code) == (done.attachment, NEWS)
    assert (done.attachment.title, done.attachment.happened_on) == ("头版", date(2026, 3, 1))
    assert done.attachment.replaces == given
    assert policies.may_open_attachment(clerk, Attachment.objects.get(pk=given.pk))
    data, entry = entry_of(own, NEWS_ITEM)
    (row,) = file_rows(data, entry)
    assert [one.name for one in row.earlier] == ["证明.pdf"]
    assert verbs()[-1] == "proof.replaced"


def test_a_file_is_replaced_here_or_everywhere_as_asked(own, clerk, given):
    for item in (PLAN_ITEM, CONTEST_ITEM):
        services.reuse_files(actor=clerk, enrolment=own, item_code=item, attachment_pks=[given.pk])
    here = replaced(own, clerk, given)
    assert here.items == 1
    assert ItemAttachment.objects.filter(attachment=given).count() == 2
    again = services.replace_file(
        actor=clerk, enrolment=own, item_code=PLAN_ITEM, attachment_pk=given.pk,
        upload=upload("再.pdf", OTHER_PDF + b"%3"), everywhere=True,
    )  # fmt: skip
    assert again.items == 2
    assert not ItemAttachment.objects.filter(attachment=given).exists()


def test_a_locked_item_keeps_the_earlier_file(own, clerk, judge, claim, hand_in, given):
    claim(NEWS, level="city")
    services.reuse_files(actor=clerk, enrolment=own, item_code=PLAN_ITEM, attachment_pks=[given.pk])
    handed = hand_in()
    services.return_item(actor=judge, enrolment=own, item_code=NEWS_ITEM, reason="补", version=handed.version)
    done = replaced(own, clerk, given, everywhere=True)
    assert (done.items, done.kept) == (1, 1)
    assert ItemAttachment.objects.get(item_code=PLAN_ITEM).attachment == given


def test_a_file_is_not_replaced_by_itself(own, clerk, given):
    with pytest.raises(files.Refused) as fault:
        replaced(own, clerk, given, upload=upload())
    assert fault.value.code == "same"
    assert verbs() == ["proof.attached"]


def test_going_back_to_an_earlier_file_makes_no_circle(own, clerk, given):
    new = replaced(own, clerk, given).attachment
    back = services.replace_file(
        actor=clerk, enrolment=own, item_code=NEWS_ITEM, attachment_pk=new.pk, upload=upload()
    )  # fmt: skip
    assert back.attachment == given
    assert Attachment.objects.get(pk=given.pk).replaces is None
    data, entry = entry_of(own, NEWS_ITEM)
    assert [row.earlier for row in file_rows(data, entry)] == [()]


def test_facts_keep_the_file_they_were_recorded_with(own, clerk, judge, given):
    say = services.Claim({"count": 1}, {})
    fact = services.record_fact(actor=judge, enrolment=own, clause_code=LATE, claim=say, origin="reviewer")
    services.attach_file(actor=judge, enrolment=own, upload=upload(), fact=fact)
    replaced(own, clerk, given, everywhere=True)
    assert fact.fact_attachments.get().attachment == given
