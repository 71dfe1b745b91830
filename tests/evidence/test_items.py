import pytest

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services
from evidence.models import SheetItem
from evidence.selectors import facts_of_unit, gaps_of
from tests.evidence.conftest import LATE


def say(actor, enrolment, item="conduct.meetings", what="nothing", **options):
    return services.say_item(actor=actor, enrolment=enrolment, item_code=item, say=what, **options)


def test_nothing_to_report_closes_the_gap_of_an_item(own, clerk):
    before = {gap.item for gap in gaps_of(own)}
    say(clerk, own)
    assert before - {gap.item for gap in gaps_of(own)} == {"conduct.meetings"}


def test_nothing_to_report_is_refused_while_claims_stand(claim, own, clerk):
    claim(LATE, count=1)
    version = SheetItem.objects.get(item_code="conduct.meetings").version
    with pytest.raises(services.Refused) as fault:
        say(clerk, own, version=version)
    assert fault.value.code == "has_claims"


def test_a_claim_takes_nothing_to_report_back(claim, own, clerk):
    say(clerk, own)
    claim(LATE, count=1)
    assert SheetItem.objects.get(item_code="conduct.meetings").state == "claimed"


def test_not_our_duty_needs_a_reason(own, clerk):
    with pytest.raises(services.Invalid):
        say(clerk, own, what="not_duty", reason="  ")
    assert not SheetItem.objects.exists()


def test_an_item_said_on_an_older_version_is_a_conflict(own, clerk):
    say(clerk, own)
    with pytest.raises(Conflict) as conflict:
        say(clerk, own, what="clear", version=0)
    assert (conflict.value.sent, conflict.value.current) == (0, 1)


def test_all_deduction_items_at_once_leave_earned_items_and_claims_alone(claim, own, clerk):
    claim(LATE, count=1)
    assert services.say_nothing_everywhere(actor=clerk, enrolment=own) == ["conduct.files"]
    assert SheetItem.objects.get(item_code="conduct.meetings").state == "claimed"


def test_an_item_of_ballots_has_nothing_to_be_said(own, clerk):
    with pytest.raises(services.Refused):
        say(clerk, own, item="opinion.public")


def test_a_claim_not_to_be_ones_duty_counts_as_claimed_until_it_is_answered(own, clerk, judge):
    row = say(clerk, own, what="not_duty", reason="由别处承担")
    assert facts_of_unit(own, "self").units[0].not_applicable == {"conduct.meetings"}
    assert facts_of_unit(own, "final").units[0].not_applicable == frozenset()
    answer = {"actor": judge, "enrolment": own, "item_code": "conduct.meetings"}
    row = services.answer_duty(**answer, grant=True, reason="", version=row.version)
    assert facts_of_unit(own, "final").units[0].not_applicable == {"conduct.meetings"}
    services.answer_duty(**answer, grant=False, reason="查明属其职责", version=row.version)
    assert facts_of_unit(own, "provisional").units[0].not_applicable == frozenset()


def test_refusing_a_claim_of_duty_needs_a_reason_and_a_reviewer(own, clerk, judge):
    row = say(clerk, own, what="not_duty", reason="由别处承担")
    answer = {"enrolment": own, "item_code": "conduct.meetings", "grant": False, "version": row.version}
    with pytest.raises(services.Invalid):
        services.answer_duty(actor=judge, reason="", **answer)
    with pytest.raises(services.Refused):
        services.answer_duty(actor=clerk, reason="不准", **answer)
