"""A running cycle gets a later edition of its rubric: what it does to facts, decisions and scores, and to nothing else."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services
from evidence.models import Fact, Ruling, Submission
from evidence.selectors.impact import Impact, impact_of
from evidence.selectors.misfits import misfits_of
from evidence.selectors.progress import progress_of
from evidence.selectors.records import facts_of
from evidence.selectors.review import review_list, review_of
from evidence.selectors.unsettled import unsettled_in
from rubrics import services as rubrics_services
from rubrics.models import Cycle, Enrolment, Rubric
from tests.cast import PASSWORD
from tests.evidence.conftest import ESSAY, LATE, NEWS, PLAN, RATE, RUBRIC, enrolment_in
from units.models import JournalEntry, Notice, User


def clause_in(data: dict[str, Any], code: str) -> dict[str, Any]:
    top, item, clause = code.split(".")
    category = next(one for one in data["categories"] if one["code"] == top)
    found = next(one for one in category["items"] if one["code"] == item)
    return next(one for one in found["clauses"] if one["code"] == clause)


def drop(data: dict[str, Any], code: str) -> None:
    top, item, clause = code.split(".")
    category = next(one for one in data["categories"] if one["code"] == top)
    found = next(one for one in category["items"] if one["code"] == item)
    found["clauses"] = [one for one in found["clauses"] if one["code"] != clause]


def edition(change: Callable[[dict[str, Any]], None] = lambda data: None, *, publish: bool = True) -> Rubric:
    """One more edition of the sheet's rubric."""
    data = deepcopy(RUBRIC)
    change(data)
    draft = rubrics_services.load_rubric(actor=None, data=data)
    return rubrics_services.publish_rubric(actor=None, rubric=draft, version=draft.version) if publish else draft


def dearer(data: dict[str, Any]) -> None:
    clause_in(data, LATE)["points"] = 1


def adopt(cycle: Cycle, rubric: Rubric, actor: User | None = None, **changes: Any) -> services.Adopted:
    cycle = Cycle.objects.select_related("rubric").get(pk=cycle.pk)
    said = {"version": cycle.version, "reason": "条文修订", "expected": impact(cycle, rubric).seal} | changes
    return services.adopt_rubric(actor=actor, cycle=cycle, rubric=rubric, **said)


def impact(cycle: Cycle, rubric: Rubric) -> Impact:
    cycle = Cycle.objects.select_related("rubric").get(pk=cycle.pk)
    return impact_of(cycle, cycle.rubric, rubric)


def again(enrolment: Enrolment) -> Enrolment:
    """The unit's part in the cycle as a new request reads it."""
    return enrolment_in(Cycle.objects.get(pk=enrolment.cycle_id), enrolment.unit.code)


def decide(judge: User, fact: Fact, verdict: str = "accepted", **more: Any) -> Ruling:
    fact = Fact.objects.select_related("enrolment__cycle__rubric", "enrolment__unit").get(pk=fact.pk)
    return services.decide(actor=judge, fact=fact, version=fact.version, verdict=verdict, **more)


def counted(enrolment: Enrolment, stand: str = "final") -> dict[str, Any]:
    """What counts of one unit: clause → what is said."""
    facts = facts_of(again(enrolment).cycle, stand)  # type: ignore[arg-type]
    unit = next(one for one in facts.units if one.code == enrolment.unit.code)
    return {fact.clause: fact for fact in unit.facts}


@pytest.fixture
def settled(cycle: Cycle, own: Enrolment, judge: User, claim: Any, hand_in: Any) -> dict[str, Fact]:
    """Three claims of the own unit, handed in and accepted."""
    facts = {LATE: claim(LATE, count=2), RATE: claim(RATE, value=Decimal(80)), PLAN: claim(PLAN, points=Decimal(20))}
    hand_in()
    for fact in facts.values():
        decide(judge, fact)
    return facts


# --- what it does ---------------------------------------------------------------------------------------------------


def test_decisions_under_a_changed_clause_go_back_to_the_queue_and_no_others(
    cycle: Cycle, own: Enrolment, judge: User, settled: dict[str, Fact]
) -> None:
    assert unsettled_in(cycle)[own.pk].undecided == 0
    done = adopt(cycle, edition(dearer))
    assert done.reopened == 1
    waiting = review_of(judge, again(own)).waiting
    assert [fact.pk for fact in waiting] == [settled[LATE].pk]
    fresh = Cycle.objects.get(pk=cycle.pk)
    assert unsettled_in(fresh)[own.pk].undecided == 1
    assert [line.decided for line in review_list(judge, fresh)[1] if line.enrolment.pk == own.pk] == [2]
    assert next(line for line in progress_of(fresh, timezone.now()) if line.pk == own.pk).decided == 2


def test_reopening_is_a_ruling_on_top_and_the_others_stay_on_record(cycle: Cycle, settled: dict[str, Fact]) -> None:
    adopt(cycle, edition(dearer))
    assert list(Ruling.objects.filter(fact=settled[LATE]).values_list("number", "verdict", "reason")) == [
        (1, "accepted", ""),
        (2, "reopened", "条文修订"),
    ]
    assert Ruling.objects.exclude(fact=settled[LATE]).values_list("verdict", flat=True).distinct().get() == "accepted"


def test_a_reopened_claim_counts_only_once_it_is_decided_anew(
    cycle: Cycle, own: Enrolment, judge: User, settled: dict[str, Fact]
) -> None:
    assert set(counted(own)) == {LATE, RATE, PLAN}
    adopt(cycle, edition(dearer))
    assert set(counted(own)) == {RATE, PLAN}
    assert set(counted(own, "provisional")) == {LATE, RATE, PLAN}
    decide(judge, settled[LATE])
    assert set(counted(own)) == {LATE, RATE, PLAN}


def test_a_refused_fact_of_a_provider_does_not_begin_to_count_again(
    cycle: Cycle, own: Enrolment, judge: User, provider: User
) -> None:
    said = services.Claim({"count": 1}, {})
    fact = services.record_fact(actor=provider, enrolment=own, clause_code=LATE, claim=said, origin="provider")
    assert set(counted(own)) == {LATE}
    decide(judge, fact, "rejected", reason="记错了")
    adopt(cycle, edition(dearer))
    assert counted(own) == {}
    assert [one.pk for one in review_of(judge, again(own)).waiting] == [fact.pk]
    decide(judge, fact, "rejected", reason="还是记错了")
    assert review_of(judge, again(own)).waiting == []
    assert counted(own) == {}


def test_a_recorded_fact_nobody_ruled_about_goes_on_counting(cycle: Cycle, own: Enrolment, provider: User) -> None:
    said = services.Claim({"count": 1}, {})
    services.record_fact(actor=provider, enrolment=own, clause_code=LATE, claim=said, origin="provider")
    assert adopt(cycle, edition(dearer)).reopened == 0
    assert set(counted(own)) == {LATE}


def test_a_fact_under_a_removed_clause_counts_no_more_and_is_listed(
    cycle: Cycle, own: Enrolment, judge: User, settled: dict[str, Fact]
) -> None:
    new = edition(lambda data: drop(data, RATE))
    assert [one.row.pk for one in impact(cycle, new).gone] == [settled[RATE].pk]
    assert adopt(cycle, new).gone == 1
    assert set(counted(own)) == {LATE, PLAN}
    fresh = again(own)
    (listed,) = misfits_of(fresh)
    assert (listed.pk, listed.text, listed.to_do) == (settled[RATE].pk, "完成率", False)
    assert unsettled_in(fresh.cycle)[own.pk].undecided == 0
    assert review_of(judge, fresh).waiting == []


def test_a_clause_that_comes_back_has_its_facts_judged_anew(
    cycle: Cycle, own: Enrolment, judge: User, settled: dict[str, Fact]
) -> None:
    adopt(cycle, edition(lambda data: drop(data, RATE)))
    adopt(cycle, edition())
    assert set(counted(own)) == {LATE, PLAN}
    assert [fact.pk for fact in review_of(judge, again(own)).waiting] == [settled[RATE].pk]
    assert not Fact.objects.exclude(misfit="").exists()


def levels(data: dict[str, Any]) -> None:
    """The rate is judged by levels now, so that a value says nothing."""
    clause = clause_in(data, RATE)
    for key in ("points", "target", "reading"):
        clause.pop(key)
    clause.update(basis="level", levels={"full": 10, "half": 5})


def test_a_fact_that_no_longer_fits_is_set_aside_until_somebody_says_what_counts(
    cycle: Cycle, own: Enrolment, judge: User, settled: dict[str, Fact]
) -> None:
    new = edition(levels)
    (misfit,) = impact(cycle, new).misfits
    assert misfit.row.pk == settled[RATE].pk and misfit.why
    assert adopt(cycle, new).misfits == 1
    assert set(counted(own, "provisional")) == {LATE, PLAN}
    with pytest.raises(services.Refused, match="misfit"):
        decide(judge, settled[RATE])
    decide(judge, settled[RATE], "changed", said={"level": "half"}, reason="按新办法折算")
    assert counted(own)[RATE].level == "half"


def test_a_claim_that_no_longer_fits_keeps_the_sheet_from_being_handed_in_and_can_be_amended(
    cycle: Cycle, own: Enrolment, clerk: User, claim: Any, hand_in: Any
) -> None:
    fact = claim(RATE, value=Decimal(80))
    adopt(cycle, edition(levels))
    assert set(counted(own, "self")) == set()
    own = again(own)
    with pytest.raises(services.Incomplete) as refused:
        services.submit_sheet(actor=clerk, enrolment=own, version=0)
    assert ("results.news", RATE, "misfit") in [tuple(gap) for gap in refused.value.gaps]
    fact = Fact.objects.get(pk=fact.pk)
    saved = services.save_claim(
        actor=clerk, enrolment=own, clause_code=RATE, claim=services.Claim({"level": "full"}, {}),
        fact_pk=fact.pk, version=fact.version,
    )  # fmt: skip
    assert saved.fact is not None and saved.fact.misfit == ""
    assert counted(own, "self")[RATE].level == "full"


def test_units_that_lose_or_gain_an_item_are_named(cycle: Cycle, own: Enrolment, other: Enrolment) -> None:
    def change(data: dict[str, Any]) -> None:
        items = data["categories"][1]["items"]
        items[2]["applies_to"] = {"units": ["own"]}
        items[2]["when_not_applicable"] = "full"

    found = {unit.enrolment.unit.code: unit for unit in impact(cycle, edition(change)).units if unit.concerned}
    assert set(found) == {"other"}
    assert found["other"].lost == ("results.contest",)


def test_facts_of_a_unit_that_loses_the_clause_leave_the_queue(
    cycle: Cycle, own: Enrolment, judge: User, claim: Any, hand_in: Any
) -> None:
    claim(ESSAY)
    hand_in()
    assert unsettled_in(cycle)[own.pk].undecided == 1

    def change(data: dict[str, Any]) -> None:
        item = data["categories"][1]["items"][2]
        item["applies_to"], item["when_not_applicable"] = {"units": ["other"]}, "full"

    adopt(cycle, edition(change))
    assert unsettled_in(Cycle.objects.get(pk=cycle.pk))[own.pk].undecided == 0
    assert Fact.objects.get().misfit == "elsewhere"


def test_every_unit_counts_as_changed_and_sheets_stay_as_they_are(
    cycle: Cycle, own: Enrolment, other: Enrolment, settled: dict[str, Fact]
) -> None:
    before = Submission.objects.get(enrolment=own)
    versions = dict(Enrolment.objects.values_list("pk", "records_version"))
    adopt(cycle, edition(dearer))
    after = Submission.objects.get(enrolment=own)
    for name in ("state", "version", "receipt_number", "fingerprint", "times"):
        assert getattr(after, name) == getattr(before, name)
    for pk, version in Enrolment.objects.values_list("pk", "records_version"):
        assert version > versions[pk]


def test_the_journal_has_a_row_for_the_cycle_and_one_for_each_unit_concerned(
    cycle: Cycle, own: Enrolment, settled: dict[str, Fact], administrator: User
) -> None:
    last = JournalEntry.objects.order_by("-pk").first()
    adopt(cycle, edition(dearer), administrator)
    assert last is not None
    rows = JournalEntry.objects.filter(pk__gt=last.pk).order_by("scope").exclude(scope="house")
    assert [(row.scope, row.verb) for row in rows] == [
        (f"cycle:{cycle.pk}", "cycle.rubric_changed"),
        (f"cycle:{cycle.pk}/unit:{own.unit_id}", "unit.rubric_changed"),
    ]
    assert rows[0].before["edition"] == 1
    assert {name: rows[0].after[name] for name in ("edition", "reason", "reopened", "units")} == {
        "edition": 2, "reason": "条文修订", "reopened": 1, "units": 1,
    }  # fmt: skip


def test_reviewers_and_the_people_of_the_unit_are_told(
    cycle: Cycle, judge: User, clerk: User, clerk_of_other: User, settled: dict[str, Fact]
) -> None:
    adopt(cycle, edition(dearer))
    told = Notice.objects.filter(text_code__startswith="rubric.changed").values_list("user", "text_code")
    assert set(told) == {(judge.pk, "rubric.changed_for_review"), (clerk.pk, "rubric.changed")}


# --- what is refused ------------------------------------------------------------------------------------------------


def nothing_happened(cycle: Cycle) -> None:
    kept = Cycle.objects.select_related("rubric").get(pk=cycle.pk)
    assert (kept.rubric.edition, kept.version) == (cycle.rubric.edition, cycle.version)
    assert not Ruling.objects.filter(verdict="reopened").exists()
    assert not JournalEntry.objects.filter(verb__endswith="rubric_changed").exists()


@pytest.mark.parametrize("what", ["draft", "retired", "other code", "older", "the same"])
def test_only_a_published_later_edition_of_the_same_rubric_is_taken(
    what: str, cycle: Cycle, settled: dict[str, Fact]
) -> None:
    new = edition(dearer, publish=what != "draft")
    if what == "retired":
        new = rubrics_services.retire_rubric(actor=None, rubric=new, version=new.version)
    elif what == "other code":
        other = rubrics_services.load_rubric(actor=None, data={**RUBRIC, "code": "another"})
        new = rubrics_services.publish_rubric(actor=None, rubric=other, version=other.version)
    elif what == "the same":
        new = cycle.rubric
    elif what == "older":
        adopt(cycle, new)
        cycle = Cycle.objects.select_related("rubric").get(pk=cycle.pk)
        new = Rubric.objects.get(code=RUBRIC["code"], edition=1)
    with pytest.raises(rubrics_services.Refused, match="not_newer"):
        services.adopt_rubric(
            actor=None, cycle=cycle, rubric=new, version=cycle.version, reason="修订", expected="anything"
        )
    if what != "older":
        nothing_happened(cycle)


def test_a_sealed_cycle_keeps_its_rubric(cycle: Cycle, settled: dict[str, Fact]) -> None:
    new = edition(dearer)
    Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.SEALED)
    with pytest.raises(rubrics_services.Refused, match="sealed"):
        adopt(cycle, new)
    nothing_happened(cycle)


def test_a_series_with_units_may_not_vanish(cycle: Cycle) -> None:
    new = edition(lambda data: data.update(series=[{"code": "bureaus", "title": "局"}]))
    with pytest.raises(rubrics_services.Refused, match="series_gone"):
        adopt(cycle, new)
    nothing_happened(cycle)


def test_a_reason_is_needed(cycle: Cycle) -> None:
    with pytest.raises(rubrics_services.Refused, match="reason"):
        adopt(cycle, edition(dearer), reason="  ")
    nothing_happened(cycle)


def test_what_was_confirmed_must_be_what_is_done(cycle: Cycle, own: Enrolment, settled: dict[str, Fact]) -> None:
    new = edition(dearer)
    seen = impact(cycle, new).seal
    said = services.Claim({"count": 1}, {})
    judge = User.objects.get(username="reviewer")
    services.record_fact(actor=judge, enrolment=own, clause_code=LATE, claim=said, origin="reviewer")
    with pytest.raises(services.Refused, match="changed"):
        adopt(cycle, new, expected=seen)
    nothing_happened(cycle)


def test_of_two_administrators_the_second_is_told(cycle: Cycle, settled: dict[str, Fact]) -> None:
    new, newest = edition(dearer), edition(levels)
    seen = Cycle.objects.select_related("rubric").get(pk=cycle.pk)
    expected = impact(seen, newest).seal
    adopt(cycle, new)
    with pytest.raises(Conflict):
        services.adopt_rubric(
            actor=None, cycle=seen, rubric=newest, version=seen.version, reason="修订", expected=expected
        )
    assert Cycle.objects.get(pk=cycle.pk).rubric_id == new.pk


def test_nobody_can_decide_that_something_is_reopened(judge: User, settled: dict[str, Fact]) -> None:
    with pytest.raises(services.Invalid):
        decide(judge, settled[LATE], "reopened", reason="试试")


def test_what_was_checked_against_the_old_rubric_is_not_written_under_the_new(
    cycle: Cycle, own: Enrolment, clerk: User, judge: User, claim: Any
) -> None:
    """A request that read the cycle before the change comes too late to write."""
    fact = claim(RATE, value=Decimal(50))
    adopt(cycle, edition(levels))
    with pytest.raises(services.Refused, match="other_rubric"):
        services.save_claim(
            actor=clerk, enrolment=own, clause_code=RATE, claim=services.Claim({"value": Decimal(60)}, {}),
            fact_pk=fact.pk, version=fact.version,
        )  # fmt: skip
    assert Fact.objects.get(pk=fact.pk).said == {"value": "50"}
    with pytest.raises(services.Refused, match="other_rubric"):
        services.record_fact(
            actor=judge, enrolment=own, clause_code=RATE, claim=services.Claim({"value": Decimal(1)}, {}),
            origin="reviewer",
        )  # fmt: skip


# --- the page -------------------------------------------------------------------------------------------------------


def address(cycle: Cycle) -> str:
    return reverse("evidence:adopt", args=[cycle.pk])


@pytest.fixture
def admin_client(as_user: Callable[[User], Client], administrator: User) -> Client:
    return as_user(administrator)


def test_the_page_shows_the_impact_and_the_change_needs_a_password(
    cycle: Cycle, own: Enrolment, settled: dict[str, Fact], admin_client: Client
) -> None:
    new = edition(lambda data: (dearer(data), levels(data), drop(data, NEWS)))
    page = admin_client.get(address(cycle))
    assert page.status_code == 200
    sent = {"to": new.pk, "version": cycle.version, "expected": page.context["form"]["expected"].value(),
            "reason": "上级文件修订", "password": "wrong"}  # fmt: skip
    assert admin_client.post(address(cycle), sent).status_code == 422
    nothing_happened(cycle)
    done = admin_client.post(address(cycle), {**sent, "password": PASSWORD})
    assert done.status_code == 302 and done["Location"] == reverse("rubrics:board", args=[cycle.pk])
    assert Cycle.objects.get(pk=cycle.pk).rubric_id == new.pk


def test_after_a_change_of_the_records_the_page_shows_them_anew_and_keeps_the_reason(
    cycle: Cycle, own: Enrolment, judge: User, settled: dict[str, Fact], admin_client: Client
) -> None:
    new = edition(dearer)
    seen = admin_client.get(address(cycle)).context["form"]["expected"].value()
    decide(judge, settled[LATE], "rejected", reason="不属实")
    sent = {"to": new.pk, "version": cycle.version, "expected": seen, "reason": "文件修订", "password": PASSWORD}
    page = admin_client.post(address(cycle), sent)
    assert page.status_code == 422
    assert "文件修订" in page.content.decode()
    assert page.context["form"]["expected"].value() != seen
    nothing_happened(cycle)


def test_the_second_administrator_gets_409_over_http(
    cycle: Cycle, settled: dict[str, Fact], admin_client: Client
) -> None:
    edition(dearer)
    newest = edition(levels)
    page = admin_client.get(address(cycle))
    sent = {"to": newest.pk, "version": cycle.version - 1, "reason": "修订", "password": PASSWORD,
            "expected": page.context["form"]["expected"].value()}  # fmt: skip
    assert admin_client.post(address(cycle), sent).status_code == 409
    nothing_happened(cycle)


@pytest.mark.parametrize("who", ["auditor", "clerk", "judge"])
def test_only_an_administrator_opens_the_page(
    who: str, cycle: Cycle, request: pytest.FixtureRequest, as_user: Callable[[User], Client]
) -> None:
    edition(dearer)
    client = as_user(request.getfixturevalue(who))
    assert client.get(address(cycle)).status_code == 403
    assert client.post(address(cycle), {}).status_code == 403


def test_without_a_later_edition_the_page_says_so_and_the_board_has_no_link(cycle: Cycle, admin_client: Client) -> None:
    edition(dearer, publish=False)
    assert admin_client.get(address(cycle)).context["chosen"] is None
    board = reverse("rubrics:board", args=[cycle.pk])
    assert address(cycle) not in admin_client.get(board).content.decode()
    edition(dearer)
    assert address(cycle) in admin_client.get(board).content.decode()


def test_the_unit_and_its_reviewer_see_what_needs_attention(
    cycle: Cycle, own: Enrolment, judge: User, clerk: User, settled: dict[str, Fact], as_user: Callable[[User], Client]
) -> None:
    adopt(cycle, edition(lambda data: (dearer(data), levels(data))))
    sheet = as_user(clerk).get(reverse("evidence:sheet", args=[own.pk]))
    assert [one.pk for one in sheet.context["misfits"]] == [settled[RATE].pk]
    client = as_user(judge)
    review = client.get(reverse("evidence:review_unit", args=[own.pk]))
    assert review.context["fact"].reopened == "条文修订"
    assert [one.to_do for one in review.context["misfits"]] == [True]
    page = client.get(f"{reverse('evidence:review_unit', args=[own.pk])}?fact={settled[RATE].pk}")
    assert page.status_code == 200 and page.context["fact"].misfit
    for name in ("evidence:check", "scoring:why"):
        assert as_user(clerk if name == "evidence:check" else judge).get(
            reverse(name, args=[own.pk])
        ).status_code == 200  # fmt: skip


def test_the_page_asks_the_same_number_of_queries_however_much_is_recorded(
    cycle: Cycle, own: Enrolment, clerk: User, settled: dict[str, Fact], judge: User, admin_client: Client
) -> None:
    edition(lambda data: (dearer(data), levels(data)))

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert admin_client.get(address(cycle)).status_code == 200
        return len(queries)

    asked()
    few = asked()
    for number in range(8):
        said = services.Claim({"count": number + 1}, {})
        fact = services.record_fact(actor=judge, enrolment=own, clause_code=LATE, claim=said, origin="reviewer")
        decide(judge, fact, "rejected", reason="不计")
    assert asked() == few


def test_what_is_said_about_items_that_are_gone_waits_for_nobody(
    cycle: Cycle, own: Enrolment, judge: User, clerk: User
) -> None:
    services.say_item(actor=clerk, enrolment=own, item_code="results.contest", say="not_duty", reason="无此项职能")
    assert counted_waived(own) == {"results.contest"}
    assert [line.waiting for line in review_list(judge, cycle)[1] if line.enrolment.pk == own.pk] == [1]

    def change(data: dict[str, Any]) -> None:
        items = data["categories"][1]["items"]
        data["categories"][1]["items"] = [one for one in items if one["code"] != "contest"]
        data["categories"][1]["items"][1]["points"] = 40

    adopt(cycle, edition(change))
    fresh = again(own)
    assert counted_waived(fresh) == set()
    assert [line.waiting for line in review_list(judge, fresh.cycle)[1] if line.enrolment.pk == own.pk] == [0]


def counted_waived(enrolment: Enrolment) -> set[str]:
    """What counts as not the unit's duty, going by its claims."""
    facts = facts_of(again(enrolment).cycle, "provisional")
    return set(next(one for one in facts.units if one.code == enrolment.unit.code).not_applicable)
