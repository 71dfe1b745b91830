"""The sheet as a PDF file: what stands on it, who may print it, what tells a draft from what was handed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from appraisal_site.toolkit.pdf import Document
from evidence import services, worth
from evidence.printed import PAPERS, file_name, form_pdf
from evidence.selectors.form import Form, form_of
from evidence.selectors.sheetdata import load
from rubrics import services as rubrics_services
from tests.cast import OWN_WORD
from tests.evidence.conftest import CLOSED, ESSAY, LATE, NEWS, PLAN, RATE, enrolment_in, upload

MARCH, MAY = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """What stands on each page of an enrolment's form, column by column, without blanks."""
    kept: list[Document] = []
    real = Document.as_bytes

    def as_bytes(document: Document) -> bytes:
        kept.append(document)
        return real(document)

    monkeypatch.setattr(Document, "as_bytes", as_bytes)

    def read(enrolment: Any, size: str = "a4") -> list[str]:
        with override("zh-hans"):
            assert form_pdf(shown(enrolment), size=size, printed_at=timezone.now()).startswith(b"%PDF-")
        document = kept.pop()
        sheets = [(one, document._around(number)) for number, one in enumerate(document.sheets, 1)]
        return [
            "".join(text.text for text in sorted([*content.texts, *around.texts], key=lambda text: (text.x, text.y)))
            .replace(" ", "")
            for content, around in sheets
        ]  # fmt: skip

    return read


def shown(enrolment: Any) -> Form:
    with override("zh-hans"):
        return form_of(load(enrolment))


def items_of(form: Form) -> dict[str, Any]:
    return {item.title: item for category in form.categories for item in category.items}


def fresh(enrolment: Any) -> Any:
    return type(enrolment).objects.get(pk=enrolment.pk)


def test_every_fact_is_said_with_date_matter_share_modifiers_note_and_its_points(own, claim, clerk):
    claim(
        NEWS, level="city", date=date(2026, 3, 5), matter="开放日", share="lead", modifiers=["twice"],
        note="头版刊出，附剪报一份，并由市政府办公室转发各县区和市直各单位参考学习，编者按逐字照录在后面的附页上",
    )  # fmt: skip
    claim(LATE, count=3)
    items = items_of(shown(own))
    news = items["信息"]
    (said,) = news.claims
    assert said.clause == "二(一)1 上稿"
    (fact,) = said.facts
    for part in ("3月5日", "开放日", "主办", "头版加倍"):
        assert part in fact
    assert news.remarks[0].endswith("附页上")
    assert said.points == "+3.20"
    assert news.value == "3.20"
    late = items["一(一) 会议纪律"]
    assert late.claims[0].points == "−1.50"
    assert (late.value, late.full) == ("8.50", "10")


def test_what_is_not_claimed_is_said_in_a_word(own, clerk):
    services.say_item(actor=clerk, enrolment=own, item_code="conduct.files", say="nothing")
    services.say_item(actor=clerk, enrolment=own, item_code="results.news", say="not_duty", reason="由宣传科承担")
    items = items_of(shown(own))
    assert items["档案"].instead == "无内容可报"
    assert "由宣传科承担" in items["信息"].instead
    assert items["计划"].instead == "未填"
    assert items["公众评议"].instead == "不自填"
    assert items["公众评议"].value == ""


def test_categories_and_the_whole_are_summed_as_beside_the_sheet(own, claim, as_user, clerk):
    claim(LATE, count=2)
    claim(PLAN, points="25")
    form = shown(fresh(own))
    assert [(one.title, one.full, one.value) for one in form.categories] == [
        ("作风建设", "30", "29.00"), ("业务工作", "60", "25.00"), ("评议", "10", ""),
    ]  # fmt: skip
    assert (form.value, form.full) == ("54.00", "90")
    assert "10" in form.note
    running = as_user(clerk).get(f"/sheets/{own.pk}/score/").content.decode()
    assert "54.00" in running


def test_proof_is_numbered_through_and_a_file_that_serves_twice_keeps_its_number(own, clerk):
    def give(item: str, name: str, content: bytes) -> None:
        services.attach_file(actor=clerk, enrolment=own, upload=upload(name, content), item_code=item)

    pdf = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    give("results.news", "剪报.pdf", pdf)
    give("results.plan", "总结.pdf", pdf + b"\n")
    give("results.contest", "剪报.pdf", pdf)
    items = items_of(shown(own))
    proof = [items[title].proof for title in ("信息", "计划", "评比")]
    assert proof == [("1. 剪报.pdf",), ("2. 总结.pdf",), ("1. 剪报.pdf",)]


@pytest.mark.parametrize("size", ["a4", "a3"])
def test_the_paper_holds_everything_and_ends_with_places_to_sign(own, claim, clerk, pages, size):
    claim(LATE, count=3, note="三月例会")
    services.attach_file(actor=clerk, enrolment=own, upload=upload("请假条.pdf"), item_code="conduct.meetings")
    words = "".join(pages(own, size))
    for text in (
        f"{OWN_WORD}局·2026年度自评表", "年度考评", "科室", "考评类别", "项目", "满分", "所报内容", "自评", "佐证", "备注",
        "作风建设", "一(一)会议纪律", "迟到早退", "3人次", "三月例会", "1.请假条.pdf", "小计", "自评合计",
        "经办人（签名）", "单位负责人（签名）", "单位（盖章）", "日期", "第1页，共1页",
    ):  # fmt: skip
        assert text in words


def test_each_page_after_the_first_says_whose_sheet_it_is_and_nobody_signs_on_an_empty_page(own, claim, pages):
    for number in range(60):
        claim(ESSAY, note=f"第{number}篇经验材料")
    found = pages(own)
    assert len(found) > 2
    for number, words in enumerate(found, 1):
        assert f"第{number}页，共{len(found)}页" in words
        assert f"{OWN_WORD}局·2026年度自评表" in words
    assert "经办人（签名）" in found[-1]
    assert "自评合计" in found[-1]
    assert "经办人（签名）" not in "".join(found[:-1])
    said = "".join(found)
    assert [number for number in range(60) if f"第{number}篇经验材料" not in said] == []


def marks(enrolment: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The mark across the page and the footer."""
    frames = []
    real = Document.__init__

    def init(document: Document, frame: Any, *rest: Any, **more: Any) -> None:
        frames.append(frame)
        real(document, frame, *rest, **more)

    with monkeypatch.context() as patch, override("zh-hans"):
        patch.setattr(Document, "__init__", init)
        form_pdf(shown(fresh(enrolment)), size="a4", printed_at=MARCH)
    return frames[0].mark, frames[0].footer


def test_draft_handed_in_and_returned_sheets_are_told_apart(own, hand_in, judge, monkeypatch):
    assert marks(own, monkeypatch)[0] == "草稿"
    assert "未提交" in marks(own, monkeypatch)[1]
    submission = hand_in()
    mark, footer = marks(own, monkeypatch)
    assert mark == ""
    assert submission.receipt_number in footer
    assert submission.fingerprint in footer
    submission.refresh_from_db()
    services.return_sheet(actor=judge, enrolment=own, reason="请补佐证", version=submission.version)
    mark, footer = marks(own, monkeypatch)
    assert mark == "已退回"
    assert submission.fingerprint not in footer
    assert submission.receipt_number not in footer


def test_what_was_handed_in_has_the_same_bytes_on_every_day(own, hand_in):
    draft = shown(own)
    assert form_pdf(draft, size="a4", printed_at=MARCH) != form_pdf(draft, size="a4", printed_at=MAY)
    hand_in()
    form = shown(fresh(own))
    first = form_pdf(form, size="a4", printed_at=MARCH)
    assert first == form_pdf(form, size="a4", printed_at=MAY)
    assert first != form_pdf(form, size="a3", printed_at=MARCH)


@pytest.mark.parametrize(("size", "box"), [("a4", "841.89 595.28"), ("a3", "1190.55 841.89")])
def test_the_answer_is_a_pdf_of_that_paper_that_nothing_keeps(own, clerk, as_user, size, box):
    answer = as_user(clerk).get(f"/sheets/{own.pk}/form.pdf?paper={size}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    name = "%E6%9C%AC%E5%8D%95%E4%BD%8D%E7%94%B2%E5%B1%80-2026%E5%B9%B4%E5%BA%A6%E8%87%AA%E8%AF%84%E8%A1%A8.pdf"
    assert answer.headers["Content-Disposition"] == f"inline; filename*=utf-8''{name}"
    assert re.findall(rb"/MediaBox \[0 0 ([0-9. ]+)\]", answer.content)[0].decode() == box
    assert PAPERS[size].across


@pytest.mark.parametrize("paper", ["a5", "", "A4", "../a4"])
def test_another_paper_is_not_there(own, clerk, as_user, paper):
    assert as_user(clerk).get(f"/sheets/{own.pk}/form.pdf", {"paper": paper}).status_code == 404


def test_a_name_of_a_unit_never_makes_a_path_of_the_file_name(own):
    own.unit.title = 'a/b\\c:"d"\n'
    assert file_name(shown(own)) == "a_b_c__d__-2026年度自评表.pdf"


WHO = ["clerk", "head", "judge", "administrator", "auditor", "provider", "stranger", "clerk_of_other"]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("handed", [False, True])
def test_its_people_and_the_overseers_print_it_and_its_reviewers_once_it_is_handed_in(
    request, own, judge, hand_in, as_user, who, handed
):
    if handed:
        hand_in()
    answer = as_user(request.getfixturevalue(who)).get(f"/sheets/{own.pk}/form.pdf")
    sees = {"clerk", "head", "administrator", "auditor", *(["judge"] if handed else [])}
    assert answer.status_code == (200 if who in sees else 404)


def test_a_reviewer_of_one_category_sees_no_other_and_no_total(
    cycle, own, claim, hand_in, reviewer, as_user, monkeypatch
):
    rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=reviewer, category_code="results")
    claim(LATE, count=3)
    hand_in()
    seen: list[Form] = []
    monkeypatch.setattr("evidence.views.form.form_pdf", lambda form, **_more: seen.append(form) or b"%PDF-")
    assert as_user(reviewer).get(f"/sheets/{own.pk}/form.pdf").status_code == 200
    assert [one.title for one in seen[0].categories] == ["业务工作"]
    assert seen[0].is_part
    assert seen[0].value == ""


def test_a_full_sheet_is_printed_with_as_many_queries_as_a_bare_one(own, claim, clerk, as_user):
    client: Client = as_user(clerk)
    address, counts = f"/sheets/{own.pk}/form.pdf", []
    client.get(address)
    bare = [(LATE, {"count": 1})]
    full = [(LATE, {"count": 2}), (RATE, {"value": "80"}), (PLAN, {"points": "20"}), (ESSAY, {})]
    for claims, items in ((bare, ["results.news"]), (full, ["results.plan", "results.contest"])):
        for code, said in claims:
            claim(code, **said)
        for item in items:
            services.attach_file(actor=clerk, enrolment=own, upload=upload(f"{item}.pdf"), item_code=item)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] < 30


def test_sheet_check_and_receipt_lead_to_it(own, clerk, hand_in, as_user):
    client = as_user(clerk)
    link = f'href="/sheets/{own.pk}/form.pdf'
    assert link in client.get(f"/sheets/{own.pk}/").content.decode()
    assert link in client.get(f"/sheets/{own.pk}/check/").content.decode()
    hand_in()
    receipt = client.get(f"/sheets/{own.pk}/receipt/").content.decode()
    kept = f'href="/sheets/{own.pk}/versions/1/form.pdf'
    assert f'{kept}"' in receipt
    assert f'{kept}?paper=a3"' in receipt


def test_a_sheet_of_a_phase_that_is_over_is_still_printed_as_a_draft(start, clerk, as_user, monkeypatch):
    late = enrolment_in(start(CLOSED), "own")
    assert as_user(clerk).get(f"/sheets/{late.pk}/form.pdf").status_code == 200
    assert marks(late, monkeypatch)[0] == "草稿"


def test_without_an_app_that_counts_the_form_has_no_points(own, monkeypatch):
    monkeypatch.setattr(worth, "_sources", [])
    form = shown(own)
    assert (form.value, form.full) == ("", "")
    assert {one.value for one in form.categories} == {""}
