"""What counts in which stand."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from evidence import services
from evidence.facts import Fact as Record
from evidence.models import Fact, PanelRating, Ruling, SheetItem, Submission
from evidence.selectors import facts_of, facts_of_unit
from tests.evidence.conftest import LATE, NEWS, PLAN, enrolment_in


def said(enrolment, stand):
    return [
        (fact.clause, fact.count, fact.points, fact.exempt, fact.rejected)
        for fact in facts_of_unit(enrolment, stand).units[0].facts
    ]


@pytest.fixture
def decided(claim, hand_in, judge):
    """Hand a claim in and decide about it: `decided(LATE, "rejected", count=2)`."""

    def make(code, verdict=None, instead=None, **fields):
        fact = claim(code, **fields)
        hand_in()
        fact.refresh_from_db()
        if verdict:
            services.decide(actor=judge, fact=fact, version=fact.version, verdict=verdict, reason="理由", said=instead)
        return fact

    return make


def test_a_draft_counts_for_its_unit_only(claim, own):
    claim(LATE, count=2)
    assert [len(said(own, stand)) for stand in ("self", "provisional", "final")] == [1, 0, 0]


def test_an_undecided_claim_counts_as_claimed_but_not_in_the_final_stand(decided, own):
    decided(LATE, count=2)
    assert [len(said(own, stand)) for stand in ("self", "provisional", "final")] == [1, 1, 0]


def test_a_changed_claim_counts_as_decided_and_stays_as_claimed_for_the_unit(decided, own):
    decided(LATE, "changed", {"count": 1}, count=2)
    assert said(own, "self")[0][1] == 2
    assert said(own, "provisional")[0][1] == 1
    assert said(own, "final")[0][1] == 1


def test_a_rejected_deduction_does_not_count(decided, own):
    decided(LATE, "rejected", count=2)
    assert said(own, "final") == []
    assert said(own, "provisional") == []


def test_a_rejected_judgement_is_judged_at_nothing(decided, own):
    decided(PLAN, "rejected", points=Decimal(20))
    assert said(own, "final") == [(PLAN, None, Decimal(20), False, True)]


def test_an_exempt_claim_stays_with_its_reason(decided, own):
    decided(LATE, "exempt", count=2)
    fact = facts_of_unit(own, "final").units[0].facts[0]
    assert (fact.exempt, fact.reason, fact.count) == (True, "理由", 2)


def test_the_last_ruling_decides(decided, own, judge):
    fact = decided(LATE, "rejected", count=2)
    fact.refresh_from_db()
    services.decide(actor=judge, fact=fact, version=fact.version, verdict="accepted")
    assert len(said(own, "final")) == 1


def test_a_claim_amended_after_a_return_waits_for_a_new_decision(decided, own, clerk, judge):
    fact = decided(LATE, "accepted", count=2)
    submission = Submission.objects.get()
    services.return_item(
        actor=judge, enrolment=own, item_code="conduct.meetings", reason="核对", version=submission.version
    )
    fact.refresh_from_db()
    claim = services.Claim({"count": 1}, {})
    services.save_claim(
        actor=clerk, enrolment=own, clause_code=LATE, claim=claim, fact_pk=fact.pk, version=fact.version
    )
    services.submit_sheet(actor=clerk, enrolment=own, version=submission.version + 1)
    assert said(own, "final") == []
    assert said(own, "provisional")[0][1] == 1


def test_what_a_provider_recorded_counts_from_its_recording_unless_it_is_rejected(own, provider, judge):
    claim = services.Claim({"count": 3}, {})
    fact = services.record_fact(actor=provider, enrolment=own, clause_code=LATE, claim=claim, origin="provider")
    assert [len(said(own, stand)) for stand in ("self", "provisional", "final")] == [0, 1, 1]
    services.decide(actor=judge, fact=fact, version=1, verdict="rejected", reason="记错")
    assert said(own, "final") == []


def test_a_withdrawn_fact_counts_nowhere(own, judge):
    claim = services.Claim({"count": 3}, {})
    fact = services.record_fact(actor=judge, enrolment=own, clause_code=LATE, claim=claim, origin="reviewer")
    services.withdraw_fact(actor=judge, fact=fact, version=1)
    assert said(own, "provisional") == []


def test_all_fields_of_a_fact_come_back_exact(claim, own):
    claim(
        NEWS, level="city", count=2, date=date(2026, 3, 4), matter="专题", share="0.5", modifiers=["twice"], note="头版"
    )
    fact = facts_of_unit(own, "self").units[0].facts[0]
    assert (fact.level, fact.count, fact.date, fact.matter, fact.share, fact.modifiers, fact.note) == (
        "city", 2, date(2026, 3, 4), "专题", Decimal("0.5"), ("twice",), "头版",
    )  # fmt: skip


def test_one_unit_alone_reads_as_it_does_among_all(decided, own, cycle):
    decided(LATE, "accepted", count=2)
    among_all = {unit.code: unit for unit in facts_of(cycle, "final").units}
    assert facts_of_unit(own, "final").units[0] == among_all["own"]
    assert among_all["other"].facts == ()


@pytest.mark.parametrize("stand", ["self", "provisional", "final"])
def test_the_number_of_queries_does_not_grow_with_the_facts(django_assert_num_queries, cycle, stand):
    records = [Record(LATE, count=1), Record(PLAN, points=Decimal(3))]
    own, other = enrolment_in(cycle, "own"), enrolment_in(cycle, "other")
    facts_of(cycle, stand)
    counts = []
    for enrolment in (own, other, own):
        services.load_records(actor=None, enrolment=enrolment, facts=records)
        with django_assert_num_queries(6 if stand != "self" else 5) as found:
            facts_of(cycle, stand)
        counts.append(len(found))
    assert len(set(counts)) == 1


def test_records_of_a_whole_unit_are_claimed_handed_in_and_decided_at_once(own, clerk, judge):
    facts = [Record(LATE, id="a", count=2, exempt=True, reason="自查自报"), Record(PLAN, id="b", points=Decimal(12))]
    recorded = services.Recorded(claimed_by=clerk, submitted_at=timezone.now(), decided_by=judge)
    services.load_records(actor=None, enrolment=own, facts=facts, recorded=recorded)
    submission = Submission.objects.get()
    assert (submission.state, submission.times) == ("submitted", 1)
    assert dict(Fact.objects.values_list("clause_code", "state")) == {LATE: "recorded", PLAN: "recorded"}
    assert set(Ruling.objects.values_list("fact__clause_code", "verdict")) == {(LATE, "exempt"), (PLAN, "accepted")}
    states = dict(SheetItem.objects.values_list("item_code", "state"))
    assert states["conduct.meetings"] == "claimed"
    assert states["conduct.files"] == "nothing"
    assert "opinion.public" not in states


def test_records_are_brought_in_by_administrators_only(own, judge, clerk, administrator):
    for actor in (judge, clerk):
        with pytest.raises(PermissionDenied):
            services.load_records(actor=actor, enrolment=own, facts=[Record(LATE, count=1)])
    assert len(services.load_records(actor=administrator, enrolment=own, facts=[Record(LATE, count=1)])) == 1


def test_ratings_come_back_as_points_and_replace_what_was_there(cycle, own):
    rows = [{"panel": "public", "group": "all", "unit": "own", "values": [90, None, Decimal("80.5")]}]
    for _again in range(2):
        services.load_ratings(actor=None, cycle=cycle, ratings=rows, enrolments={"own": own})
    assert PanelRating.objects.count() == 1
    (rating,) = facts_of(cycle, "final").ratings
    assert rating == ("public", "all", "own", (Decimal(90), None, Decimal("80.5")))
