"""Every version of a sheet that was handed in: kept once, changed never, shown as it was, compared with the others."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from appraisal_site.toolkit.conflicts import Conflict
from evidence import services
from evidence.models import Fact, ItemAttachment, SheetVersion, Submission
from evidence.selectors.changes import Changes
from evidence.selectors.content import content_of
from evidence.selectors.history import history_of
from evidence.selectors.sides import Reader, last_changes, open_changes
from evidence.selectors.snapshot import is_verified
from evidence.selectors.versions import version_form, version_page
from evidence.triggers import VERSIONS_GUARD
from evidence.versions import content_data, fingerprint
from rubrics import services as rubrics_services
from rubrics.models import Enrolment
from tests.evidence.conftest import LATE, NEWS, PLAN, enrolment_in, upload
from units.models import JournalEntry, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def amend(own: Enrolment, clerk: User) -> Callable[..., Fact]:
    """Change a claim of the own unit: `amend(fact, count=3, note="…")`."""

    def save(fact: Fact, **fields: Any) -> Fact:
        fact.refresh_from_db()
        names = ("date", "matter", "share", "modifiers", "note", "exempt_reason")
        extras = {name: fields.pop(name, getattr(fact, name)) for name in names}
        said = services.Claim(fields or dict(fact.said), extras)
        saved = services.save_claim(
            actor=clerk, enrolment=own, clause_code=fact.clause_code, claim=said, fact_pk=fact.pk, version=fact.version
        )
        assert saved.fact is not None
        return saved.fact

    return save


@pytest.fixture
def give_back(own: Enrolment, judge: User) -> Callable[..., Submission]:
    """Return the whole sheet, or one item of it."""

    def back(item: str = "", reason: str = "请核对", **more: Any) -> Submission:
        sheet = Submission.objects.get(enrolment=own)
        given = {"actor": judge, "enrolment": own, "reason": reason, "version": sheet.version, **more}
        return services.return_item(item_code=item, **given) if item else services.return_sheet(**given)

    return back


@pytest.fixture
def hand_in_again(own: Enrolment, clerk: User) -> Callable[[], Submission]:
    def submit() -> Submission:
        sheet = Submission.objects.get(enrolment=own)
        return services.submit_sheet(actor=clerk, enrolment=own, version=sheet.version)

    return submit


def whole(own: Enrolment) -> Reader:
    return Reader(own, None)


def told(changes: Changes | None) -> list[str]:
    """Every line of it in words."""
    assert changes is not None
    return [
        " ".join([one.title, line.did, line.about, line.said, *(f"{f.label}: {f.before} → {f.after}" for f in line.fields)])
        for one in changes.items
        for line in one.lines
    ]  # fmt: skip


# --- kept -------------------------------------------------------------------------------------------------------------


def test_handing_in_keeps_the_version_with_its_receipt_and_its_points(claim, hand_in, own, clerk):
    fact = claim(LATE, count=2, note="两次")
    sheet = hand_in()
    (version,) = SheetVersion.objects.all()
    assert (version.submission, version.number, version.submitted_by) == (sheet, 1, clerk)
    assert (version.receipt_number, version.fingerprint) == (sheet.receipt_number, sheet.fingerprint)
    assert version.submitted_at == sheet.submitted_at
    assert version.content["facts"] == [{"clause": LATE, "said": {"count": "2"}, "note": "两次"}]
    assert version.shown["facts"] == [fact.pk]
    assert version.shown["worth"]["clauses"] == {LATE: "−1.00"}
    assert version.shown["worth"]["nodes"]["conduct.meetings"] == "9.00"


def test_the_stored_fingerprint_is_worked_out_again_from_the_stored_content(claim, hand_in, own, clerk):
    claim(NEWS, level="city")
    services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code="results.news")
    sheet = hand_in()
    version = SheetVersion.objects.get()
    now = fingerprint(content_data(content_of(own, sheet)))
    assert fingerprint(version.content) == version.fingerprint == now
    assert is_verified(version)


def test_a_version_that_somebody_tampered_with_is_told(claim, hand_in, own, as_user, clerk):
    claim(LATE, count=2)
    hand_in()
    VERSIONS_GUARD.remove(connection)
    try:
        version = SheetVersion.objects.get()
        SheetVersion.objects.update(content={**version.content, "facts": []})
    finally:
        VERSIONS_GUARD.install(connection)
    assert not is_verified(SheetVersion.objects.get())
    page = as_user(clerk).get(f"/sheets/{own.pk}/versions/1/").content.decode()
    assert "指纹与内容不符" in page
    assert "指纹已核对" not in page


@pytest.mark.parametrize(
    "change",
    [
        lambda: SheetVersion.objects.update(receipt_number="x"),
        lambda: SheetVersion.objects.update(content={}),
        lambda: SheetVersion.objects.all().delete(),
    ],
)
def test_the_engine_refuses_to_change_or_remove_a_version(hand_in, change):
    hand_in()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change()
    assert SheetVersion.objects.get().receipt_number.endswith("-01")


def test_one_row_in_the_journal_and_one_version_for_each_time(claim, hand_in, hand_in_again, give_back, own):
    claim(LATE, count=1)
    hand_in()
    give_back()
    hand_in_again()
    assert list(SheetVersion.objects.values_list("number", flat=True)) == [1, 2]
    assert JournalEntry.objects.filter(verb="sheet.submitted").count() == 2
    first, second = SheetVersion.objects.order_by("number")
    assert first.fingerprint == second.fingerprint, "nothing was changed"
    assert first.receipt_number != second.receipt_number


def test_what_failed_keeps_no_version(hand_in, own, clerk):
    with pytest.raises(services.Incomplete):
        services.submit_sheet(actor=clerk, enrolment=own, version=0)
    hand_in()
    with pytest.raises(Conflict):
        services.submit_sheet(actor=clerk, enrolment=own, version=1)
    assert SheetVersion.objects.count() == 1


def test_records_brought_in_as_handed_in_have_their_version(own, clerk):
    from django.utils import timezone

    from evidence.facts import Fact as Record

    recorded = services.Recorded(claimed_by=clerk, submitted_at=timezone.now())
    services.load_records(actor=None, enrolment=own, facts=[Record(LATE, count=1)], recorded=recorded)
    version = SheetVersion.objects.get()
    sheet = Submission.objects.get()
    assert (version.fingerprint, version.receipt_number) == (sheet.fingerprint, sheet.receipt_number)
    assert is_verified(version)


def test_records_that_changed_while_the_points_were_worked_out_are_worked_out_again(
    claim, hand_in, own, clerk, monkeypatch
):
    from evidence.services import sheets

    fact = claim(LATE, count=1)
    for code in ("conduct.files", "results.news", "results.plan", "results.contest"):
        services.say_item(actor=clerk, enrolment=own, item_code=code, say="nothing")
    real, seen = sheets.worth_of, []

    def slow(enrolment: Enrolment, lang: str) -> Any:
        worth = real(enrolment, lang)
        if not seen:
            said = services.Claim({"count": 3}, {})
            other = enrolment_in(own.cycle, "own")
            services.save_claim(
                actor=clerk, enrolment=other, clause_code=LATE, claim=said, fact_pk=fact.pk, version=fact.version
            )
        seen.append(worth.clauses.get(LATE))
        return worth

    monkeypatch.setattr(sheets, "worth_of", slow)
    services.submit_sheet(actor=clerk, enrolment=own, version=1)
    assert seen == ["−0.50", "−1.50"]
    assert SheetVersion.objects.get().shown["worth"]["clauses"] == {LATE: "−1.50"}


def test_anybody_who_reads_the_sheet_can_take_the_content_away_and_work_the_fingerprint_out(
    claim, hand_in, own, clerk, as_user, reviewer, judge
):
    claim(LATE, count=1, note="迟到")
    sheet = hand_in()
    answer = as_user(clerk).get(f"/sheets/{own.pk}/versions/1/content.json")
    assert hashlib.sha256(answer.content).hexdigest() == sheet.fingerprint
    assert answer["Content-Disposition"].startswith("attachment")
    assert as_user(reviewer).get(f"/sheets/{own.pk}/versions/1/content.json").status_code == 404


# --- what changed -----------------------------------------------------------------------------------------------------


def test_all_that_a_unit_changes_is_named_in_words_with_the_points(
    claim, hand_in, hand_in_again, give_back, amend, own, clerk
):
    late, plan = claim(LATE, count=1, note="一次"), claim(PLAN, points=20)
    claim(NEWS, level="city")
    old = services.attach_file(actor=clerk, enrolment=own, upload=upload("旧.pdf"), item_code="results.news")
    hand_in()
    give_back()
    amend(late, count=3, note="三次", date=date(2026, 3, 2))
    services.withdraw_claim(actor=clerk, enrolment=own, fact_pk=plan.pk, version=Fact.objects.get(pk=plan.pk).version)
    services.say_item(
        actor=clerk, enrolment=own, item_code="results.plan", say="not_duty", reason="无计划", version=_item(own)
    )
    services.attach_file(
        actor=clerk, enrolment=own, upload=upload("新.pdf", b"%PDF-1.4 new\n%%EOF\n"), item_code="results.news"
    )
    claim("conduct.files.lost", count=1)
    ItemAttachment.objects.filter(attachment=old).update(clause_code=NEWS)
    with override("zh-hans"):
        open_now = open_changes(own, _data(own))
        hand_in_again()
        changes = last_changes(whole(own))
        lines = told(changes)
    assert lines == told(open_now)
    assert any("修改一条" in line and "1 人次 → 3 人次" in line and "一次 → 三次" in line for line in lines), lines
    assert any("撤回一条" in line and "完成计划" in line for line in lines)
    assert any("新增一条" in line and "遗失" in line for line in lines)
    assert any("新增佐证" in line and "新.pdf" in line for line in lines)
    assert any("修改佐证说明" in line and "整个项目 → 二(一)1 上稿" in line for line in lines)
    assert any("改变填报" in line and "无计划" in line for line in lines)
    assert changes is not None
    meetings = changes.under("conduct.meetings")
    assert meetings is not None
    assert (meetings.before, meetings.after) == ("9.50", "8.50")
    assert changes.moved
    assert changes.size.claims_changed == 1


def _item(own: Enrolment, code: str = "results.plan") -> int:
    return Submission.objects.get(enrolment=own).items.get(item_code=code).version


def _data(own: Enrolment) -> Any:
    from evidence.selectors.sheetdata import load

    return load(own)


def test_a_sheet_that_is_handed_in_has_no_open_changes(claim, hand_in, give_back, own):
    claim(LATE, count=1)
    hand_in()
    assert open_changes(own, _data(own)) is None
    give_back()
    changes = open_changes(own, _data(own))
    assert changes is not None
    assert changes.items == ()


def test_the_history_says_why_it_was_returned_in_between(claim, hand_in, hand_in_again, give_back, amend, own, judge):
    late = claim(LATE, count=1)
    hand_in()
    give_back("conduct.meetings", "人次不对")
    amend(late, count=2)
    hand_in_again()
    give_back(reason="缺签章")
    with override("zh-hans"):
        history = history_of(whole(own))
    assert [row.number for row in history.rows] == [2, 1]
    assert all(row.verified for row in history.rows)
    between = history.rows[0].returned
    assert between is not None
    assert (between.by, between.items) == (str(judge), (("一(一) 会议纪律", "人次不对"),))
    assert history.rows[0].changed == "修改 1 条"
    assert history.rows[1].returned is None
    assert history.returned is not None
    assert history.returned.reason == "缺签章"


# --- shown as it was --------------------------------------------------------------------------------------------------


def test_the_form_of_a_version_is_that_of_its_time_whatever_changed_since(
    claim, hand_in, give_back, amend, own, clerk, as_user
):
    late = claim(LATE, count=1)
    hand_in()
    client = as_user(clerk)
    before = client.get(f"/sheets/{own.pk}/versions/1/form.pdf").content
    live = client.get(f"/sheets/{own.pk}/form.pdf").content
    assert before == live, "while it is handed in, both are the same paper"
    give_back()
    amend(late, count=9)
    own.unit.title = "改名局"
    own.unit.save()
    assert client.get(f"/sheets/{own.pk}/versions/1/form.pdf").content == before
    form = version_form(whole(own), SheetVersion.objects.get())
    assert (form.unit, form.receipt) == ("本单位甲局", SheetVersion.objects.get().receipt_number)
    assert client.get(f"/sheets/{own.pk}/versions/1/form.pdf?paper=a5").status_code == 404


def test_the_receipt_leads_to_the_paper_of_what_was_handed_in_also_after_a_return(
    claim, hand_in, give_back, amend, own, clerk, as_user
):
    late = claim(LATE, count=1)
    hand_in()
    give_back()
    amend(late, count=9)
    page = as_user(clerk).get(f"/sheets/{own.pk}/receipt/").content.decode()
    assert f"/sheets/{own.pk}/versions/1/form.pdf" in page
    assert f"/sheets/{own.pk}/versions/1/receipt.pdf" in page
    assert "这份表后来被退回了" in page
    assert f'href="/sheets/{own.pk}/form.pdf"' not in page


def test_the_receipt_is_a_pdf_with_the_same_bytes_each_time(claim, hand_in, give_back, amend, own, clerk, as_user):
    late = claim(LATE, count=1)
    hand_in()
    first = as_user(clerk).get(f"/sheets/{own.pk}/versions/1/receipt.pdf")
    assert first["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    give_back()
    amend(late, count=9)
    assert as_user(clerk).get(f"/sheets/{own.pk}/versions/1/receipt.pdf").content == first.content


def test_the_page_shows_the_version_and_marks_what_differs(
    claim, hand_in, hand_in_again, give_back, amend, own, clerk, as_user
):
    late = claim(LATE, count=1)
    claim(PLAN, points=20)
    hand_in()
    give_back()
    amend(late, count=2)
    hand_in_again()
    client = as_user(clerk)
    second = client.get(f"/sheets/{own.pk}/versions/2/")
    page = second.context["page"]
    changed = [one.line.clause or one.line.node for one in page.lines if one.changed]
    assert changed == ["conduct.meetings", LATE]
    assert page.changes.moved
    assert "指纹已核对" in second.content.decode()
    assert [choice.value for choice in page.choices] == ["1", "now"]
    first = client.get(f"/sheets/{own.pk}/versions/1/?with=2").context["page"]
    assert first.changes.before_title == "第 1 版"
    assert first.changes.after_title == "第 2 版"
    assert client.get(f"/sheets/{own.pk}/versions/1/?with=now").status_code == 200
    for wrong in ("?with=7", "?with=1", "?with=x"):
        assert client.get(f"/sheets/{own.pk}/versions/1/{wrong}").status_code == 404
    assert client.get(f"/sheets/{own.pk}/versions/3/").status_code == 404


def test_a_version_is_read_with_the_rubric_of_its_time(claim, hand_in, own, clerk, as_user):
    from rubrics import selectors as rubrics_selectors
    from rubrics.models import Item

    claim(LATE, count=1)
    hand_in()
    new = rubrics_services.clone_rubric(actor=None, rubric=own.cycle.rubric)
    Item.objects.filter(category__rubric=new, code="meetings").update(title="会风")
    published = rubrics_services.publish_rubric(actor=None, rubric=new, version=new.version)
    type(own.cycle).objects.filter(pk=own.cycle_id).update(rubric=published)
    fresh = enrolment_in(own.cycle, "own")
    titles = [one.line.title for one in version_page(whole(fresh), 1, "").lines]
    assert "会议纪律" in titles
    assert rubrics_selectors.definition_of(fresh.cycle.rubric).nodes["conduct.meetings"].title == "会风"


def test_a_sheet_that_was_never_handed_in_has_an_empty_history(own, clerk, as_user):
    answer = as_user(clerk).get(f"/sheets/{own.pk}/versions/")
    assert answer.status_code == 200
    assert answer.context["history"].rows == ()


# --- who reads it -----------------------------------------------------------------------------------------------------


def test_a_reviewer_of_one_category_sees_that_part_of_every_version(
    claim, hand_in, hand_in_again, give_back, amend, own, cycle, judge, person, as_user
):
    part = person("part", "只看作风")
    rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=part, category_code="conduct")
    late, plan = claim(LATE, count=1, note="作风一条"), claim(PLAN, points=20, note="业务一条")
    hand_in()
    give_back("results.plan", "计划不实")
    amend(plan, points=10)
    hand_in_again()
    give_back()
    amend(late, count=3)
    client = as_user(part)
    for address in ("versions/", "versions/1/", "versions/2/"):
        page = client.get(f"/sheets/{own.pk}/{address}").content.decode()
        assert "业务工作" not in page
        assert "计划不实" not in page
        assert "业务一条" not in page
    assert "作风建设" in client.get(f"/sheets/{own.pk}/versions/2/").content.decode()
    assert client.get(f"/sheets/{own.pk}/versions/2/?with=now").status_code == 404, (
        "what is not handed in is the unit's"
    )
    assert client.get(f"/sheets/{own.pk}/versions/2/receipt.pdf").status_code == 404
    assert client.get(f"/sheets/{own.pk}/versions/2/form.pdf").status_code == 200


@pytest.mark.parametrize("who", ["stranger", "clerk_of_other"])
def test_nobody_else_finds_the_versions(request, hand_in, own, as_user, who):
    hand_in()
    client = as_user(request.getfixturevalue(who))
    for address in ("versions/", "versions/1/", "versions/1/form.pdf", "versions/1/receipt.pdf"):
        assert client.get(f"/sheets/{own.pk}/{address}").status_code == 404


def test_the_review_page_shows_what_changed_since_last_time_and_marks_the_items(
    claim, hand_in, hand_in_again, give_back, amend, own, reviewer, as_user
):
    late = claim(LATE, count=1)
    claim(PLAN, points=20)
    hand_in()
    client = as_user(reviewer)
    assert client.get(f"/review/{own.pk}/?item=conduct.meetings").context["changes"] is None
    give_back()
    amend(late, count=2)
    hand_in_again()
    answer = client.get(f"/review/{own.pk}/?item=conduct.meetings")
    assert answer.context["changed_items"] == {"conduct.meetings"}
    text = answer.content.decode()
    assert "与上次相比" in text
    assert "1 人次" in text
    assert client.get(f"/review/{own.pk}/?item=results.plan").context["changes"] is None


def test_the_check_page_says_what_was_changed_since_the_return(claim, hand_in, give_back, amend, own, clerk, as_user):
    late = claim(LATE, count=1)
    hand_in()
    give_back()
    amend(late, count=2)
    text = as_user(clerk).get(f"/sheets/{own.pk}/check/").content.decode()
    assert "退回以后改了什么" in text
    assert "2 人次" in text


def test_the_pages_need_as_many_queries_for_two_versions_as_for_five(
    claim, hand_in, hand_in_again, give_back, amend, own, clerk, as_user
):
    late, client = claim(LATE, count=1), as_user(clerk)
    hand_in()

    def again(count: int) -> None:
        give_back()
        amend(late, count=count)
        hand_in_again()

    def asked() -> list[int]:
        counts, last = [], f"versions/{SheetVersion.objects.count()}/"
        for address in ("versions/", last, f"{last}form.pdf", f"{last}?with=now"):
            with CaptureQueriesContext(connection) as capture:
                assert client.get(f"/sheets/{own.pk}/{address}").status_code == 200
            counts.append(len(capture))
        return counts

    again(2)
    asked()
    few = asked()
    for count in (3, 4, 5):
        again(count)
    asked()
    assert asked() == few
    assert max(few) < 45
