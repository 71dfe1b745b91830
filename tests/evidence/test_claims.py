from datetime import date
from decimal import Decimal

import pytest

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services
from evidence.models import Fact, SheetItem, Submission
from tests.evidence.conftest import CLOSED, LATE, NEWS, PLACE, RATE, enrolment_in
from units.models import JournalEntry


def test_a_claim_is_kept_as_canonical_strings_and_marks_its_item(claim, own):
    fact = claim(RATE, value=Decimal("98.50"))
    assert fact.said == {"value": "98.5"}
    assert fact.state == "draft"
    item = SheetItem.objects.get(submission__enrolment=own)
    assert (item.item_code, item.state) == ("results.news", "claimed")


def test_a_change_raises_the_version_of_the_fact_and_of_the_records(claim, own, clerk):
    fact = claim(LATE, count=1)
    own.refresh_from_db()
    before = own.records_version
    saved = services.save_claim(
        actor=clerk, enrolment=own, clause_code=LATE, claim=services.Claim({"count": 2}, {}), fact_pk=fact.pk, version=1
    )
    own.refresh_from_db()
    assert (saved.fact.version, saved.fact.said) == (2, {"count": "2"})
    assert own.records_version > before


def test_saving_the_same_again_changes_nothing(claim, own, clerk):
    fact = claim(LATE, count=1)
    own.refresh_from_db()
    before = own.records_version
    saved = services.save_claim(
        actor=clerk, enrolment=own, clause_code=LATE, claim=services.Claim({"count": 1}, {}), fact_pk=fact.pk, version=1
    )
    own.refresh_from_db()
    assert not saved.changed
    assert own.records_version == before
    assert Fact.objects.get(pk=fact.pk).version == 1


def test_a_save_on_an_older_version_is_a_conflict_with_both_versions(claim, own, clerk):
    fact = claim(LATE, count=1)
    say = services.Claim({"count": 2}, {})
    services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=say, fact_pk=fact.pk, version=1)
    with pytest.raises(Conflict) as conflict:
        other = services.Claim({"count": 9}, {})
        services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=other, fact_pk=fact.pk, version=1)
    assert (conflict.value.sent, conflict.value.current) == (1, 2)
    assert Fact.objects.get(pk=fact.pk).said == {"count": "2"}


def test_two_first_claims_of_one_clause_are_a_conflict_not_a_double(claim, own, clerk):
    claim(LATE, count=1)
    with pytest.raises(Conflict):
        say = services.Claim({"count": 5}, {})
        services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=say, first=True)
    assert Fact.objects.filter(enrolment=own).count() == 1


def test_a_second_claim_may_be_added_on_purpose(claim, own):
    claim(NEWS, level="city", matter="甲")
    claim(NEWS, level="province", matter="乙")
    assert Fact.objects.filter(enrolment=own, state="draft").count() == 2


def test_a_blank_claim_takes_the_fact_back_and_keeps_it_on_file(claim, own, clerk):
    fact = claim(LATE, count=1)
    blank = services.Claim({}, {})
    services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=blank, fact_pk=fact.pk, version=1)
    fact.refresh_from_db()
    assert fact.state == "withdrawn"
    assert SheetItem.objects.get(submission__enrolment=own).state == "untouched"


def test_a_claim_taken_back_cannot_be_changed_any_more(claim, own, clerk):
    fact = claim(LATE, count=1)
    services.withdraw_claim(actor=clerk, enrolment=own, fact_pk=fact.pk, version=1)
    with pytest.raises(Conflict):
        say = services.Claim({"count": 2}, {})
        services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=say, fact_pk=fact.pk, version=2)


@pytest.mark.parametrize(
    ("code", "said", "extras", "field"),
    [
        (NEWS, {"level": "moon"}, {}, "level"),
        (LATE, {"count": 1}, {"modifiers": ["twice"]}, "modifiers"),
        (LATE, {"count": 1}, {"share": "2"}, "share"),
        (NEWS, {"level": "city"}, {"share": "helper"}, "share"),
        (PLACE, {"rank": 4, "of": 3}, {}, "rank"),
        ("results.plan.done", {"points": Decimal(31)}, {}, "points"),
    ],
)
def test_what_does_not_fit_the_clause_is_refused_at_its_field(own, clerk, code, said, extras, field):
    with pytest.raises(services.Invalid) as fault:
        services.save_claim(actor=clerk, enrolment=own, clause_code=code, claim=services.Claim(said, extras))
    assert list(fault.value.problems) == [field]
    assert not Fact.objects.exists()


def test_a_place_without_its_number_of_units_is_only_unfinished(own, clerk):
    with pytest.raises(services.Invalid) as fault:
        services.save_claim(actor=clerk, enrolment=own, clause_code=PLACE, claim=services.Claim({"rank": 1}, {}))
    assert fault.value.incomplete


def test_date_matter_share_and_modifiers_are_kept(claim):
    fact = claim(
        NEWS, level="city", date=date(2026, 5, 1), matter="专题", share="lead", modifiers=["twice"], note="头版"
    )
    fact.refresh_from_db()
    assert (fact.date, fact.matter, fact.share, fact.modifiers, fact.note) == (
        date(2026, 5, 1), "专题", "lead", ["twice"], "头版",
    )  # fmt: skip


def test_ballots_cannot_be_claimed(own, clerk):
    with pytest.raises(services.Refused) as fault:
        services.save_claim(
            actor=clerk, enrolment=own, clause_code="opinion.public.rating", claim=services.Claim({"count": 1}, {})
        )
    assert fault.value.code == "not_concerned"


@pytest.mark.parametrize("who", ["stranger", "auditor", "administrator", "provider", "head", "clerk_of_other"])
def test_nobody_but_the_clerk_of_the_unit_writes_its_sheet(request, own, who):
    actor = request.getfixturevalue(who)
    with pytest.raises(services.Refused) as fault:
        services.save_claim(actor=actor, enrolment=own, clause_code=LATE, claim=services.Claim({"count": 1}, {}))
    assert fault.value.code == "closed"
    assert not Fact.objects.exists()
    assert not Submission.objects.exists()


def test_after_the_last_day_nothing_is_saved(start, clerk):
    own = enrolment_in(start(CLOSED), "own")
    with pytest.raises(services.Refused):
        services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=services.Claim({"count": 1}, {}))


def test_drafts_are_not_journalled_one_by_one(claim, own):
    before = JournalEntry.objects.count()
    claim(LATE, count=1)
    assert JournalEntry.objects.count() == before


def test_a_fact_of_another_unit_cannot_be_slipped_in(claim, other, clerk_of_other):
    fact = claim(LATE, count=1)
    with pytest.raises(services.Refused) as fault:
        services.save_claim(
            actor=clerk_of_other, enrolment=other, clause_code=LATE, claim=services.Claim({"count": 7}, {}),
            fact_pk=fact.pk, version=1,
        )  # fmt: skip
    assert fault.value.code == "no_fact"
    fact.refresh_from_db()
    assert fact.said == {"count": "1"}
