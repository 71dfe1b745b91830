from decimal import Decimal

import pytest

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services
from evidence.models import Fact, Ruling
from rubrics import services as rubrics_services
from tests.evidence.conftest import LATE, OVER, PLAN, RATE, enrolment_in
from units.models import JournalEntry


@pytest.fixture
def late(claim, hand_in):
    """A claim of two late arrivals, handed in."""
    fact = claim(LATE, count=2)
    hand_in()
    fact.refresh_from_db()
    return fact


def decide(actor, fact, verdict="accepted", **options):
    return services.decide(
        actor=actor, fact=fact, version=options.pop("version", fact.version), verdict=verdict, **options
    )


def test_an_accepted_claim_has_one_ruling_about_its_present_version(late, judge):
    ruling = decide(judge, late)
    late.refresh_from_db()
    assert (ruling.number, ruling.verdict, ruling.fact_version) == (1, "accepted", late.version)


@pytest.mark.parametrize("verdict", ["changed", "rejected", "exempt"])
def test_every_verdict_but_acceptance_needs_a_reason(late, judge, verdict):
    with pytest.raises(services.Invalid) as fault:
        decide(judge, late, verdict, said={"count": 1})
    assert list(fault.value.problems) == ["reason"]
    assert not Ruling.objects.exists()


def test_a_change_says_what_counts_instead_and_is_checked(late, judge):
    with pytest.raises(services.Invalid):
        decide(judge, late, "changed", reason="核实", said={})
    with pytest.raises(services.Invalid):
        decide(judge, late, "changed", reason="核实", said={"level": "city"})
    ruling = decide(judge, late, "changed", reason="核实", said={"count": 1})
    assert ruling.said == {"count": "1"}
    late.refresh_from_db()
    assert late.said == {"count": "2"}


def test_a_later_ruling_stands_on_top_and_the_earlier_stays(late, judge):
    decide(judge, late, "rejected", reason="无据")
    decide(judge, late)
    assert list(Ruling.objects.values_list("number", "verdict")) == [(1, "rejected"), (2, "accepted")]


def test_the_second_of_two_reviewers_on_one_version_gets_a_conflict(late, judge):
    seen = late.version
    decide(judge, late)
    with pytest.raises(Conflict) as conflict:
        decide(judge, Fact.objects.get(pk=late.pk), "rejected", reason="无据", version=seen)
    assert (conflict.value.sent, conflict.value.current) == (seen, seen + 1)
    assert Ruling.objects.count() == 1


def test_a_decision_leaves_one_row_in_the_journal_and_raises_the_records_version(late, own, judge):
    own.refresh_from_db()
    before = own.records_version
    decide(judge, late)
    own.refresh_from_db()
    assert own.records_version == before + 1
    assert JournalEntry.objects.filter(verb="fact.decided").count() == 1


@pytest.mark.parametrize("who", ["clerk", "head", "stranger", "auditor", "administrator", "provider", "reviewer"])
def test_only_an_assigned_reviewer_decides(request, late, who):
    with pytest.raises(services.Refused):
        decide(request.getfixturevalue(who), late)
    assert not Ruling.objects.exists()


def test_a_reviewer_of_another_category_does_not_decide(late, cycle, reviewer):
    rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=reviewer, category_code="results")
    with pytest.raises(services.Refused):
        decide(reviewer, late)


def test_a_reviewer_who_belongs_to_the_unit_does_not_decide(late, cycle, clerk):
    rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=clerk)
    with pytest.raises(services.Refused):
        decide(clerk, late)


def test_a_draft_is_not_decided(claim, judge):
    fact = claim(LATE, count=1)
    with pytest.raises(services.Refused) as fault:
        decide(judge, fact)
    assert fault.value.code == "no_fact"


def test_all_that_is_left_is_accepted_only_if_it_is_as_many_as_was_shown(claim, hand_in, own, judge):
    claim(LATE, count=1)
    rate = claim(RATE, value=Decimal(50))
    claim(PLAN, points=Decimal(20))
    hand_in()
    decide(judge, Fact.objects.get(pk=rate.pk), "rejected", reason="无据")
    with pytest.raises(services.Refused) as fault:
        services.accept_untouched(actor=judge, enrolment=own, expected=3)
    assert (fault.value.code, fault.value.params) == ("changed", {"count": 2})
    assert services.accept_untouched(actor=judge, enrolment=own, expected=2) == 2
    assert Ruling.objects.filter(verdict="accepted").count() == 2
    with pytest.raises(services.Refused):
        services.accept_untouched(actor=judge, enrolment=own, expected=0)


def test_accepting_what_is_left_stays_within_the_assignment(claim, hand_in, own, cycle, reviewer):
    claim(LATE, count=1)
    claim(PLAN, points=Decimal(20))
    hand_in()
    rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=reviewer, category_code="results")
    assert services.accept_untouched(actor=reviewer, enrolment=own, expected=1) == 1
    assert Ruling.objects.get().fact.clause_code == PLAN


def test_a_reviewer_records_a_fact_and_may_take_it_back(own, judge):
    claim = services.Claim({"count": 1}, {"note": "现场检查"})
    fact = services.record_fact(actor=judge, enrolment=own, clause_code=LATE, claim=claim, origin="reviewer")
    assert (fact.state, fact.origin) == ("recorded", "reviewer")
    services.withdraw_fact(actor=judge, fact=fact, version=1)
    fact.refresh_from_db()
    assert fact.state == "withdrawn"


def test_a_provider_records_under_its_own_clauses_about_any_unit(other, provider):
    claim = services.Claim({"count": 1}, {})
    fact = services.record_fact(actor=provider, enrolment=other, clause_code=LATE, claim=claim, origin="provider")
    assert fact.enrolment == other
    with pytest.raises(services.Refused):
        services.record_fact(
            actor=provider, enrolment=other, clause_code=PLAN, claim=services.Claim({"points": Decimal(1)}, {}),
            origin="provider",
        )  # fmt: skip


@pytest.mark.parametrize("origin", ["unit", "import", "provider"])
def test_a_reviewer_cannot_record_in_another_name(own, judge, origin):
    with pytest.raises(services.Refused):
        services.record_fact(
            actor=judge, enrolment=own, clause_code=LATE, claim=services.Claim({"count": 1}, {}), origin=origin
        )


def test_nobody_takes_back_what_somebody_else_recorded(own, judge, provider):
    claim = services.Claim({"count": 1}, {})
    fact = services.record_fact(actor=judge, enrolment=own, clause_code=LATE, claim=claim, origin="reviewer")
    with pytest.raises(services.Refused):
        services.withdraw_fact(actor=provider, fact=fact, version=1)


def test_an_empty_fact_is_not_recorded(own, judge):
    with pytest.raises(services.Invalid):
        services.record_fact(
            actor=judge, enrolment=own, clause_code=LATE, claim=services.Claim({}, {}), origin="reviewer"
        )


def test_after_the_review_nothing_is_decided_but_facts_are_recorded_until_approval_ends(start, reviewer):
    cycle = start(OVER)
    rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=reviewer)
    own = enrolment_in(cycle, "own")
    claim = services.Claim({"count": 1}, {})
    fact = services.record_fact(actor=reviewer, enrolment=own, clause_code=LATE, claim=claim, origin="reviewer")
    with pytest.raises(services.Refused):
        decide(reviewer, fact)
