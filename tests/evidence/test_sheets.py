import pytest

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services
from evidence.models import Fact, SheetItem, Submission
from evidence.selectors import gaps_of
from rubrics.models import Cycle
from tests.evidence.conftest import LATE, NEWS, upload
from units.models import JournalEntry, Notice


def test_an_incomplete_sheet_is_not_submitted_and_every_gap_is_named(own, clerk):
    with pytest.raises(services.Incomplete) as fault:
        services.submit_sheet(actor=clerk, enrolment=own, version=0)
    assert [(gap.item, gap.code) for gap in fault.value.gaps] == [
        ("conduct.meetings", "untouched"),
        ("conduct.files", "untouched"),
        ("results.news", "untouched"),
        ("results.plan", "untouched"),
        ("results.contest", "untouched"),
    ]
    assert not Submission.objects.exists()


def test_a_claim_that_demands_proof_is_a_gap_until_a_file_is_attached(claim, own, clerk):
    claim(NEWS, level="city")
    assert ("results.news", NEWS, "proof") in gaps_of(own)
    services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code="results.news")
    assert not [gap for gap in gaps_of(own) if gap.item == "results.news"]


def test_submitting_records_the_claims_locks_the_sheet_and_gives_a_receipt(claim, hand_in, own, clerk):
    fact = claim(LATE, count=1)
    submission = hand_in()
    fact.refresh_from_db()
    assert (fact.state, submission.state, submission.times) == ("recorded", "submitted", 1)
    assert submission.receipt_number.endswith("-01")
    assert len(submission.fingerprint) == 64
    assert submission.submitted_by == clerk
    with pytest.raises(services.Refused) as fault:
        say = services.Claim({"count": 2}, {})
        services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=say, fact_pk=fact.pk, version=1)
    assert fault.value.code == "closed"
    with pytest.raises(services.Refused):
        services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code="results.news")


def test_submitting_leaves_one_row_in_the_journal_of_the_unit(hand_in, own):
    hand_in()
    rows = JournalEntry.objects.filter(scope=f"cycle:{own.cycle_id}/unit:{own.unit_id}", verb="sheet.submitted")
    assert rows.count() == 1


def test_the_second_of_two_submissions_is_a_conflict(hand_in, own, clerk):
    hand_in()
    with pytest.raises(Conflict):
        services.submit_sheet(actor=clerk, enrolment=own, version=1)
    assert Submission.objects.get().times == 1


def test_the_fingerprint_changes_with_the_content(claim, hand_in, own, clerk, judge):
    fact = claim(LATE, count=1)
    submission = hand_in()
    first = submission.fingerprint
    services.return_sheet(actor=judge, enrolment=own, reason="请核对", version=submission.version)
    say = services.Claim({"count": 2}, {})
    services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=say, fact_pk=fact.pk, version=1)
    again = services.submit_sheet(actor=clerk, enrolment=own, version=3)
    assert again.fingerprint != first
    assert again.receipt_number.endswith("-02")


def test_a_returned_item_alone_may_be_amended(claim, hand_in, own, clerk, judge):
    late = claim(LATE, count=1)
    submission = hand_in()
    services.return_item(
        actor=judge, enrolment=own, item_code="conduct.files", reason="请补充", version=submission.version
    )
    row = SheetItem.objects.get(item_code="conduct.files")
    assert (row.state, row.returned_reason, row.reopened) == ("returned", "请补充", True)
    with pytest.raises(services.Refused):
        say = services.Claim({"count": 2}, {})
        services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=say, fact_pk=late.pk, version=1)
    say = services.Claim({"count": 1}, {})
    services.save_claim(actor=clerk, enrolment=own, clause_code="conduct.files.lost", claim=say)
    services.submit_sheet(actor=clerk, enrolment=own, version=3)
    row.refresh_from_db()
    assert (row.state, row.reopened, row.returned_reason) == ("claimed", False, "")


def test_a_returned_item_not_amended_is_a_gap(hand_in, own, clerk, judge):
    submission = hand_in()
    services.return_item(
        actor=judge, enrolment=own, item_code="conduct.files", reason="请补充", version=submission.version
    )
    with pytest.raises(services.Incomplete) as fault:
        services.submit_sheet(actor=clerk, enrolment=own, version=3)
    assert fault.value.gaps == [("conduct.files", "", "returned")]


def test_a_return_needs_a_reason_and_tells_the_unit(hand_in, own, clerk, judge):
    submission = hand_in()
    with pytest.raises(services.Invalid):
        services.return_sheet(actor=judge, enrolment=own, reason=" ", version=submission.version)
    services.return_sheet(actor=judge, enrolment=own, reason="缺签章", version=submission.version)
    assert Notice.objects.get(user=clerk).params["reason"] == "缺签章"


def test_two_returns_on_one_version_are_a_conflict(hand_in, own, judge):
    submission = hand_in()
    services.return_sheet(actor=judge, enrolment=own, reason="缺签章", version=submission.version)
    with pytest.raises(Conflict):
        services.return_sheet(actor=judge, enrolment=own, reason="再退", version=submission.version - 1)


def test_a_sheet_that_was_not_submitted_cannot_be_returned(own, judge):
    with pytest.raises(services.Refused) as fault:
        services.return_sheet(actor=judge, enrolment=own, reason="退", version=1)
    assert fault.value.code == "not_submitted"


def test_the_head_submits_and_the_clerk_only_where_the_cycle_lets_them(hand_in, own, clerk, head):
    Cycle.objects.update(head_may_delegate_submit=False)
    own.cycle.head_may_delegate_submit = False
    with pytest.raises(services.Refused):
        hand_in()
    submission = services.submit_sheet(actor=head, enrolment=own, version=0)
    assert submission.submitted_by == head


@pytest.mark.parametrize("who", ["stranger", "auditor", "administrator", "clerk_of_other", "judge"])
def test_nobody_else_submits(request, hand_in, own, who):
    actor = request.getfixturevalue(who)
    with pytest.raises(services.Refused):
        services.submit_sheet(actor=actor, enrolment=own, version=0)


@pytest.mark.parametrize("who", ["clerk", "head", "stranger", "auditor", "administrator"])
def test_only_reviewers_return(request, hand_in, own, who):
    submission = hand_in()
    with pytest.raises(services.Refused):
        services.return_sheet(
            actor=request.getfixturevalue(who), enrolment=own, reason="退", version=submission.version
        )
    assert Fact.objects.filter(state="draft").count() == 0
