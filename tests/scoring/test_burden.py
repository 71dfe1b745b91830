"""The burden meter: what is asked, what is given, what moves nothing; who may read it, and at what cost."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from evidence import selectors as evidence_selectors
from evidence import services
from evidence.models import Attachment, Fact, ItemAttachment, Ruling, SheetItem, Submission
from rubrics import services as rubrics_services
from rubrics.models import Cycle
from rubrics.services import PhaseDates
from scoring import selectors
from scoring.advice import advice
from scoring.services import store_run
from tests.evidence.conftest import LATE, NEWS, PLAN, RUBRIC, enrolment_in, start  # noqa: F401  the fixture

PLACES = "results.contest"


@pytest.fixture
def cycle(start):  # noqa: F811
    return start()


@pytest.fixture
def give(db):
    """Let files serve items: `give(enrolment, "a", "results.news", "results.plan", size=2_000_000)`."""

    def make(enrolment, name, *items, size=1_048_576):
        file = Attachment.objects.create(
            enrolment=enrolment, file=f"{enrolment.pk}-{name}", name=name, size=size, sha256=name * 32, kind="pdf"
        )
        submission, _made = Submission.objects.get_or_create(enrolment=enrolment)
        for item in items:
            ItemAttachment.objects.create(submission=submission, item_code=item, attachment=file)
        return file

    return make


@pytest.fixture
def said(db):
    """A claim on record: `said(enrolment, NEWS, "accepted", level="city")`."""

    def make(enrolment, clause, verdict="", version=1, **fields):
        fact = Fact.objects.create(
            enrolment=enrolment, clause_code=clause, origin="unit", state="recorded", said=fields, version=version
        )
        if verdict:
            Ruling.objects.create(
                fact=fact, number=1, fact_version=version, verdict=verdict, decided_at=timezone.now(),
                reason="" if verdict == "accepted" else "查无实据", said=fields if verdict == "changed" else None,
            )  # fmt: skip
        return fact

    return make


def lines(cycle, stand="provisional"):
    return {line.item.code: line for line in selectors.burden_outcome(cycle, stand).lines}


def test_what_is_asked_counts_the_clauses_that_demand_and_that_take_proof(cycle):
    found = lines(cycle)
    assert (found["results.news"].item.required, found["results.news"].item.allowed) == (1, 2)
    assert (found["conduct.meetings"].item.required, found["conduct.meetings"].item.allowed) == (0, 1)
    assert (found["opinion.public"].item.claimable, found["opinion.public"].item.allowed) == (False, 0)
    burden = selectors.burden_outcome(cycle, "provisional").burden
    assert (burden.units, burden.sheets, burden.most_asked, burden.asked) == (2, 2, 1, 2)


def test_a_file_that_serves_two_items_is_given_twice_and_kept_once(cycle, give):
    own = enrolment_in(cycle, "own")
    give(own, "a", "results.news", "results.plan")
    give(own, "b", "results.news", size=524_288)
    burden = selectors.burden_outcome(cycle, "self").burden
    assert (burden.given, burden.files, burden.again, burden.size) == (3, 2, 2, 1_572_864)
    found = lines(cycle)
    assert (found["results.news"].item.files, found["results.news"].item.again) == (2, 1)
    assert found["results.news"].item.size == 1_572_864


def test_a_file_given_in_an_earlier_cycle_serves_again(start, give):  # noqa: F811
    before, cycle = start(), start(code="sheet-next")
    give(enrolment_in(before, "own"), "a", "results.news")
    give(enrolment_in(cycle, "own"), "a", "results.news")
    give(enrolment_in(cycle, "other"), "a", "results.news")
    found = lines(cycle)["results.news"].item
    assert (found.files, found.again) == (2, 1)
    assert lines(before)["results.news"].item.again == 0


def test_the_median_is_among_units_that_claim(cycle, give, said):
    own, other = enrolment_in(cycle, "own"), enrolment_in(cycle, "other")
    said(own, NEWS, level="city")
    said(other, NEWS, level="city")
    for name in "abc":
        give(own, name, "results.news")
    found = lines(cycle)["results.news"].item
    assert (found.claiming, found.claims, found.middle) == (2, 2, Decimal("1.5"))
    assert lines(cycle)["results.plan"].item.middle == 0


def test_saves_leave_rulings_out_and_count_answers(cycle, said):
    own = enrolment_in(cycle, "own")
    said(own, NEWS, "accepted", version=4, level="city")
    Fact.objects.filter(clause_code=NEWS).update(state="recorded")
    gone = said(own, NEWS, version=2, level="city")
    Fact.objects.filter(pk=gone.pk).update(state="withdrawn")
    submission, _made = Submission.objects.get_or_create(enrolment=own)
    SheetItem.objects.create(submission=submission, item_code="conduct.files", state="nothing")
    found = lines(cycle)
    assert (found["results.news"].item.saves, found["results.news"].item.claims) == (5, 1)
    assert found["conduct.files"].item.saves == 1


def test_saves_are_counted_by_the_services_that_people_use(cycle, clerk):
    own = enrolment_in(cycle, "own")
    fact = services.save_claim(
        actor=clerk, enrolment=own, clause_code=LATE, claim=services.Claim({"count": 1}, {})
    ).fact
    services.save_claim(
        actor=clerk, enrolment=own, clause_code=LATE, claim=services.Claim({"count": 2}, {}), fact_pk=fact.pk, version=1
    )
    assert lines(cycle)["conduct.meetings"].item.saves == 2


def test_claims_decided_otherwise_are_counted_once_their_decision_stands(cycle, said):
    own = enrolment_in(cycle, "own")
    said(own, NEWS, "accepted", level="city")
    said(own, NEWS, "rejected", level="city")
    amended = said(own, NEWS, "rejected", level="city")
    Fact.objects.filter(pk=amended.pk).update(version=2)
    assert lines(cycle)["results.news"].item.altered == 1


def test_what_was_exempted_as_asked_was_not_decided_otherwise(cycle, said):
    own = enrolment_in(cycle, "own")
    asking = said(own, LATE, "exempt", count="1")
    said(own, LATE, "exempt", count="2")
    Fact.objects.filter(pk=asking.pk).update(exempt_reason="自查")
    assert lines(cycle)["conduct.meetings"].item.altered == 1


def test_points_are_added_up_without_signs_and_units_are_counted(cycle, said):
    own, other = enrolment_in(cycle, "own"), enrolment_in(cycle, "other")
    said(own, LATE, "accepted", count="4")
    said(other, LATE, "accepted", count="40")
    moved = lines(cycle, "final")["conduct.meetings"].moved
    assert (moved.face, moved.units) == (Decimal(22), 2)
    assert not moved.is_alike


def test_an_item_nobody_gained_or_lost_by_is_idle(cycle, said):
    own = enrolment_in(cycle, "own")
    said(own, LATE, "rejected", count="4")
    said(own, PLAN, "accepted", points="0")
    found = lines(cycle, "final")
    assert found["conduct.meetings"].is_idle
    assert found["results.plan"].is_idle
    assert lines(cycle, "self")["conduct.meetings"].moved.units == 1


def test_a_forfeit_that_fired_moved_something_and_an_exempt_one_did_not(cycle, said):
    own = enrolment_in(cycle, "own")
    fact = said(own, "conduct.files.lost", "accepted", count="1")
    moved = lines(cycle, "final")["conduct.files"]
    assert not moved.is_idle
    assert moved.moved.points == Decimal(20)
    Ruling.objects.filter(fact=fact).update(verdict="exempt", reason="自查")
    rubrics_services.touch_records(own)
    assert lines(cycle, "final")["conduct.files"].is_idle


def test_the_same_points_with_everybody_are_alike(cycle, said):
    for code in ("own", "other"):
        said(enrolment_in(cycle, code), PLAN, "accepted", points="30")
    moved = lines(cycle, "final")["results.plan"].moved
    assert moved.is_alike
    assert moved.units == 2


@pytest.fixture
def last_year(start, said, cycle):  # noqa: F811
    """A cycle of the same rubric a year before, its final result stored: only the plan moved anything."""
    draft = rubrics_services.load_rubric(actor=None, data={**RUBRIC, "year": 2025})
    rubric = rubrics_services.publish_rubric(actor=None, rubric=draft, version=draft.version)
    now = timezone.now()
    before = rubrics_services.start_cycle(
        actor=None, rubric=rubric, code="sheet-before", title="上年考评",
        phases=[PhaseDates("self_assessment", now - timedelta(400), now - timedelta(380))],
        participants=[rubrics_services.Participant("own", "offices")],
    )  # fmt: skip
    said(enrolment_in(before, "own"), PLAN, "accepted", points="10")
    store_run(actor=None, cycle=before, stand="final")
    return before


def test_earlier_cycles_of_the_rubric_say_what_moved_nothing_then(cycle, last_year):
    found = selectors.burden_outcome(cycle, "final")
    assert found.years == (2025,)
    idle = {line.item.code: line.idle_before for line in found.lines}
    assert idle["results.news"] == (2025,)
    assert idle["results.plan"] == ()


def test_advice_names_what_costs_and_moves_nothing(cycle, last_year):
    found = lines(cycle, "final")
    assert advice(found["results.news"]) == ["要求 2 个单位附佐证，却未影响任何得分，还需要吗？2025 年也没有。"]
    assert advice(found["conduct.meetings"]) == ["适用于 2 个单位，未影响任何得分。2025 年也没有。"]


def test_advice_on_shared_files_and_on_claims_that_were_altered(cycle, give, said):
    own = enrolment_in(cycle, "own")
    for number in range(10):
        said(own, NEWS, "rejected" if number % 2 else "accepted", level="city")
        give(own, str(number), "results.news", *(["results.plan"] if number < 6 else []))
    said_now = advice(lines(cycle, "final")["results.news"])
    assert said_now == [
        "申报单位通常要附 10 件佐证，一份清单够不够？",
        "60% 的佐证一件多用，可以只要一次。",
        "50% 的申报未按所报认定，条款是否写清楚了？",
    ]


def test_the_cost_does_not_grow_with_units_files_and_claims(start, give, said, django_assert_num_queries):  # noqa: F811
    cycle = start()
    evidence_selectors.burden_of(cycle)
    counts = []
    for name in "abc":
        for code in ("own", "other"):
            give(enrolment_in(cycle, code), f"{name}{code[0]}", "results.news", "results.plan")
            said(enrolment_in(cycle, code), NEWS, "accepted", level="city")
        with django_assert_num_queries(8) as found:
            evidence_selectors.burden_of(cycle)
        counts.append(len(found))
    assert len(set(counts)) == 1


class TestPage:
    @pytest.fixture
    def page(self, client, cycle):
        def get(user, query="", name="scoring:burden"):
            client.force_login(user)
            return client.get(reverse(name, args=[cycle.pk]) + query)

        return get

    @pytest.mark.parametrize("who", ["administrator", "auditor"])
    def test_administrators_and_auditors_read_it(self, page, request, who):
        assert page(request.getfixturevalue(who)).status_code == 200

    @pytest.mark.parametrize("who", ["clerk", "head", "reviewer", "stranger"])
    def test_nobody_else_finds_it(self, page, request, who):
        for name in ("scoring:burden", "scoring:burden_workbook"):
            assert page(request.getfixturevalue(who), name=name).status_code == 404

    def test_it_says_what_is_asked_and_warns_while_sheets_are_missing(self, page, administrator):
        text = page(administrator).content.decode()
        assert "要求 2 个单位附佐证，却未影响任何得分，还需要吗？" in text
        assert "2 份自评表中还有 2 份未提交" in text
        assert text.index("作风建设") < text.index("会议纪律") < text.index("业务工作")

    def test_a_head_sorts_and_sorts_back(self, page, administrator, cycle, give):
        give(enrolment_in(cycle, "own"), "a", "results.plan")
        text = page(administrator, "?stand=self&sort=files").content.decode()
        assert 'aria-sort="descending"><a href="?stand=self&amp;sort=files&amp;order=up"' in text
        assert text.index("计划") < text.index("会议纪律")
        up = page(administrator, "?stand=self&sort=files&order=up").content.decode()
        assert 'aria-sort="ascending"><a href="?stand=self&amp;sort=files"' in up
        assert up.index("会议纪律") < up.index("计划")

    def test_an_unknown_order_is_the_rubrics(self, page, administrator):
        text = page(administrator, "?sort=nonsense").content.decode()
        assert "aria-sort" not in text

    def test_an_unknown_stand_is_not_there(self, page, administrator):
        assert page(administrator, "?stand=nonsense").status_code == 404

    def test_the_board_leads_to_it(self, client, administrator, cycle):
        client.force_login(administrator)
        text = client.get(reverse("rubrics:board", args=[cycle.pk])).content.decode()
        assert reverse("scoring:burden", args=[cycle.pk]) in text

    def test_the_workbook_has_numbers_as_numbers(self, page, administrator, cycle, give, said):
        own = enrolment_in(cycle, "own")
        give(own, "a", "results.news", "results.plan")
        said(own, NEWS, level="city")
        answer = page(administrator, "?stand=self", name="scoring:burden_workbook")
        book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
        sheet = book.worksheets[0]
        heads = {cell.value: cell.column for row in sheet.iter_rows(max_row=6) for cell in row if cell.value}
        row = next(row for row in sheet.iter_rows() if row[1].value == "results.news")
        figures = {head: row[heads[head] - 1].value for head in ("单位", "须附佐证的条款", "大小 MB", "一件多用占比 %")}
        assert figures == {"单位": 2, "须附佐证的条款": 1, "大小 MB": 1, "一件多用占比 %": 100}
        whole = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows()}
        assert whole["已提供的佐证，每件计一次"] == 1
        assert whole["未影响得分的项目"] == 5


def test_a_cycle_without_units_shows_an_empty_page(start, client, administrator):  # noqa: F811
    cycle = start()
    Cycle.objects.get(pk=cycle.pk).enrolments.all().delete()
    client.force_login(administrator)
    assert "还没有适用于单位的项目" in client.get(reverse("scoring:burden", args=[cycle.pk])).content.decode()
