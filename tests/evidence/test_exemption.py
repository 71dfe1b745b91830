"""A unit reports what would cost it points and asks that it move none: from the form to the engine and back."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence import explain, services
from evidence.facts import Fact as Record
from evidence.facts import facts_data
from evidence.models import Fact, Ruling
from evidence.offline import cells
from evidence.offline.columns import shape_of
from evidence.offline.rows import digest
from evidence.selectors import facts_of, facts_of_unit
from evidence.selectors.form import form_of
from evidence.selectors.printed import printed_of
from evidence.selectors.sheetdata import load
from evidence.services.offline import merge_sheet
from rubrics import selectors as rubrics_selectors
from scoring.engine import evaluate
from tests.evidence.conftest import LATE, NEWS, upload
from tests.evidence.test_offline import downloaded, fill, look, read, rows_of
from units.models import JournalEntry

WHY = "自查发现并主动报告"


@pytest.fixture
def ask(claim, own, clerk):
    """Claim something that costs points and ask for exemption: `ask(count=2)`."""

    def make(reason=WHY, code=LATE, **fields):
        fact = claim(code, **fields)
        saved = services.save_claim(
            actor=clerk, enrolment=own, clause_code=code, fact_pk=fact.pk, version=fact.version,
            claim=services.Claim(fields, {"exempt_reason": reason}),
        )  # fmt: skip
        return saved.fact

    return make


@pytest.fixture
def handed(ask, hand_in):
    def make(**fields):
        fact = ask(**fields)
        hand_in()
        fact.refresh_from_db()
        return fact

    return make


def counted(own, stand):
    """Whether the one fact is exempt, why, what it says, and what the item then has by the engine."""
    facts = facts_of(own.cycle, stand)
    definition = rubrics_selectors.definition_of(own.cycle.rubric)
    unit = evaluate(definition, facts).unit("own")
    found = [(fact.exempt, fact.reason, fact.count) for one in facts.units if one.code == "own" for fact in one.facts]
    return found, unit.nodes["conduct.meetings"].value


def test_what_is_asked_to_be_exempt_moves_nothing_in_the_own_stand(ask, own):
    ask(count=2)
    assert counted(own, "self") == ([(True, WHY, 2)], Decimal(10))


@pytest.mark.parametrize("blank", ["", "   "])
def test_a_blank_reason_is_no_exemption(claim, own, clerk, client, blank):
    client.force_login(clerk)
    client.post(
        reverse("evidence:claim", args=[own.pk]),
        {"clause": LATE, "key": "first", "count": "2", "exempt_reason": blank},
    )
    assert Fact.objects.get().exempt_reason == ""
    assert counted(own, "self") == ([(False, "", 2)], Decimal(9))


@pytest.mark.parametrize(
    ("verdict", "said", "facts", "value"),
    [
        ("accepted", None, [(True, WHY, 2)], 10),
        ("counted", None, [(False, "", 2)], 9),
        ("changed", {"count": 4}, [(False, "", 4)], 8),
        ("rejected", None, [], 10),
        ("exempt", None, [(True, "另有原因", 2)], 10),
    ],
)
@pytest.mark.parametrize("stand", ["provisional", "final"])
def test_what_a_decision_makes_of_the_exemption(handed, own, judge, stand, verdict, said, facts, value):
    fact = handed(count=2)
    services.decide(actor=judge, fact=fact, version=fact.version, verdict=verdict, reason="另有原因", said=said)
    assert counted(own, stand) == (facts, Decimal(value))


def test_undecided_it_is_exempt_provisionally_and_does_not_count_in_the_end(handed, own):
    handed(count=2)
    assert counted(own, "provisional") == ([(True, WHY, 2)], Decimal(10))
    assert counted(own, "final") == ([], Decimal(10))


def test_letting_it_count_needs_a_reason_and_a_claim_that_asks(handed, claim, judge, own):
    fact = handed(count=2)
    with pytest.raises(services.Invalid):
        services.decide(actor=judge, fact=fact, version=fact.version, verdict="counted")
    Fact.objects.filter(pk=fact.pk).update(exempt_reason="")
    fact.refresh_from_db()
    with pytest.raises(services.Invalid):
        services.decide(actor=judge, fact=fact, version=fact.version, verdict="counted", reason="不属自查")
    assert not Ruling.objects.exists()


def test_only_claims_that_cost_points_can_ask(claim, own, clerk):
    asking = services.Claim({"level": "city"}, {"exempt_reason": WHY})
    with pytest.raises(services.Invalid) as refused:
        services.save_claim(actor=clerk, enrolment=own, clause_code=NEWS, claim=asking)
    assert set(refused.value.problems) == {"exempt_reason"}


def test_only_the_unit_asks(own, judge, provider):
    asking = services.Claim({"count": 1}, {"exempt_reason": WHY})
    for actor, origin in ((judge, "reviewer"), (provider, "provider")):
        with pytest.raises(services.Invalid):
            services.record_fact(actor=actor, enrolment=own, clause_code=LATE, claim=asking, origin=origin)
    assert not Fact.objects.exists()


def test_a_reason_on_a_fact_that_no_unit_claims_exempts_nothing(own, judge):
    fact = services.record_fact(
        actor=judge, enrolment=own, clause_code=LATE, claim=services.Claim({"count": 2}, {}), origin="reviewer"
    )
    Fact.objects.filter(pk=fact.pk).update(exempt_reason=WHY)
    assert counted(own, "final") == ([(False, "", 2)], Decimal(9))


def test_accepting_all_together_exempts_nobody(handed, claim, own, clerk, judge, client):
    claim(NEWS, level="city")
    client.force_login(clerk)
    client.post(reverse("evidence:attach", args=[own.pk]), {"item": "results.news", "files": upload()})
    asking = handed(count=2)
    client.force_login(judge)
    page = client.get(reverse("evidence:review_unit", args=[own.pk])).content.decode()
    assert 'name="expected" value="1"' in page
    assert "1 条申报申请免予计分" in page
    after = client.post(reverse("evidence:accept", args=[own.pk]), {"expected": "1"}, follow=True).content.decode()
    assert "另有 1 条申报申请免予计分" in after
    assert list(Ruling.objects.values_list("fact__clause_code", flat=True)) == [NEWS]
    assert Fact.objects.get(pk=asking.pk).version == asking.version
    again = client.post(reverse("evidence:accept", args=[own.pk]), {"expected": "0"}, follow=True)
    assert Ruling.objects.count() == 1
    assert again.status_code == 200


def test_the_reviewer_reads_what_is_asked_and_what_accepting_means(handed, own, judge, client):
    fact = handed(count=2)
    client.force_login(judge)
    address = f"{reverse('evidence:review_unit', args=[own.pk])}?fact={fact.pk}"
    page = client.get(address).content.decode()
    for words in (WHY, "认可并免予计分", "按申请免予计分，计 0 分", 'value="counted"'):
        assert words in page
    client.post(
        reverse("evidence:decide", args=[own.pk]),
        {"fact": fact.pk, "version": fact.version, "verdict": "counted", "reason": "上级通报在先"},
    )
    ruling = Ruling.objects.get()
    assert (ruling.verdict, ruling.said, ruling.reason) == ("changed", {"count": "2"}, "上级通报在先")
    page = client.get(address).content.decode()
    assert "照常计分，未予免计" in page
    assert 'value="counted" checked' in page


def test_a_claim_that_asks_for_nothing_offers_no_such_choice(claim, hand_in, own, judge, client):
    fact = claim(LATE, count=2)
    hand_in()
    client.force_login(judge)
    page = client.get(f"{reverse('evidence:review_unit', args=[own.pk])}?fact={fact.pk}").content.decode()
    assert 'value="counted"' not in page
    assert 'data-pick="exempt"' in page


def test_the_journal_keeps_what_was_asked(handed, judge):
    fact = handed(count=2)
    services.decide(actor=judge, fact=fact, version=fact.version, verdict="accepted")
    assert JournalEntry.objects.filter(verb="fact.decided").get().after["exempt_reason"] == WHY


def test_the_form_asks_for_the_reason_only_where_points_would_be_lost(ask, own, clerk, client):
    fact = ask(count=2)
    client.force_login(clerk)
    more = reverse("evidence:more", args=[own.pk])
    page = client.get(more, {"clause": LATE, "fact": fact.pk, "key": f"f{fact.pk}"}).content.decode()
    assert f'name="exempt_reason" rows="2" maxlength="2000" id="c-f{fact.pk}-exempt">{WHY}<' in page
    assert "exempt_reason" not in client.get(more, {"clause": NEWS, "key": "first"}).content.decode()
    assert f"申请免予计分：{WHY}" in client.get(reverse("evidence:sheet", args=[own.pk])).content.decode()


def test_a_clash_shows_both_reasons(ask, own, clerk, client):
    fact = ask(count=2)
    client.force_login(clerk)
    sent = {
        "clause": LATE,
        "key": f"f{fact.pk}",
        "fact": fact.pk,
        "version": 1,
        "count": "2",
        "exempt_reason": "不可抗力",
    }
    answer = client.post(reverse("evidence:claim", args=[own.pk]), sent)
    assert answer.status_code == 409
    told = answer.content.decode()
    assert "不可抗力" in told
    assert WHY in told


def test_paper_and_printed_form_say_so(ask, own):
    ask(count=2)
    lines = [line.said for line in printed_of(load(own)).lines if line.kind == "fact"]
    assert any(f"申请免予计分：{WHY}" in said for said in lines)
    remarks = [text for top in form_of(load(own)).categories for item in top.items for text in item.remarks]
    assert remarks == [f"申请免予计分：{WHY}"]


def test_a_long_reason_is_cut_in_one_line_and_whole_on_the_form(ask, own):
    ask(reason="甲" * 60, count=1)
    fact = Fact.objects.get()
    clause = rubrics_selectors.definition_of(own.cycle.rubric).clauses[LATE]
    assert explain.fact_extras_text(fact, clause, ()) == f"申请免予计分：{'甲' * 39}…"
    remarks = [text for top in form_of(load(own)).categories for item in top.items for text in item.remarks]
    assert remarks == [f"申请免予计分：{'甲' * 60}"]


def test_a_facts_file_says_exempt_with_the_reason(ask, own):
    ask(count=2)
    data = facts_data(facts_of_unit(own, "self"))["units"][0]["facts"][0]
    assert (data["exempt"], data["reason"]) == (True, WHY)


def test_claims_from_a_file_ask_for_what_the_file_exempts(own, clerk):
    facts = [
        Record(LATE, id="a", count=2, exempt=True, reason=WHY, date=date(2026, 3, 1)),
        Record(LATE, id="b", count=1),
    ]
    recorded = services.Recorded(claimed_by=clerk, submitted_at=timezone.now())
    services.load_records(actor=None, enrolment=own, facts=facts, recorded=recorded)
    assert list(Fact.objects.order_by("pk").values_list("exempt_reason", flat=True)) == [WHY, ""]
    assert not Ruling.objects.exists()


def test_what_others_recorded_is_exempt_by_a_ruling_as_before(own):
    services.load_records(actor=None, enrolment=own, facts=[Record(LATE, id="a", count=2, exempt=True, reason=WHY)])
    assert Fact.objects.get().exempt_reason == ""
    assert Ruling.objects.get().verdict == "exempt"


# --- the offline sheet ----------------------------------------------------------------------------------------------

HEAD = "申请免予计分的理由"


def test_the_reason_goes_there_and_back(ask, own, clerk):
    ask(count=2)
    book = downloaded(own, clerk)
    assert not look(book, own, clerk).lines
    row = rows_of(book, LATE)[0]
    fill(book, row, **{HEAD: "不可抗力"})
    plan = look(book, own, clerk)
    assert [(line.kind, WHY in line.stored, "不可抗力" in line.mine) for line in plan.lines] == [
        ("changed", True, True)
    ]
    merge(own, clerk, book, plan)
    assert Fact.objects.get().exempt_reason == "不可抗力"


def merge(own, clerk, book, plan):
    return merge_sheet(
        actor=clerk, enrolment=own, filled=read(book, own), expected=plan.mark, choices={}, take_back=set()
    )


def test_emptied_it_counts_again(ask, own, clerk):
    ask(count=2)
    book = downloaded(own, clerk)
    fill(book, rows_of(book, LATE)[0], **{HEAD: None})
    merge(own, clerk, book, look(book, own, clerk))
    assert Fact.objects.get().exempt_reason == ""


def test_a_reason_beside_a_clause_that_gives_points_is_named_by_its_cell(own, clerk):
    book = downloaded(own, clerk)
    row = rows_of(book, NEWS)[0]
    fill(book, row, 级别="city", **{HEAD: WHY})
    problems = look(book, own, clerk).problems
    assert [problem.cell[-len(str(row)) :] for problem in problems] == [str(row)]


def test_a_workbook_from_before_the_column_still_knows_its_rows(claim, own, clerk):
    claim(LATE, count=2)
    shape = shape_of(load(own))
    row = cells.row_of(shape.clauses[LATE], Fact.objects.get())
    before = {"date": "", "matter": "", "share": "", "modifiers": [], "note": ""}
    assert row.mark == digest([{"count": "2"}, before, False])
