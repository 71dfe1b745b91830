"""Files on the sheet's page: one answer for each, the list to choose from, the panel of a file, the meters."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence import services
from evidence.models import Attachment, ItemAttachment
from rubrics.models import Cycle
from tests.evidence.conftest import JPEG, NEWS, PDF, upload

HTMX = {"HX-Request": "true"}
SCRIPT = {"Accept": "application/json"}
NEWS_ITEM, PLAN_ITEM = "results.news", "results.plan"
OTHER_PDF = PDF + b"%another\n"


@pytest.fixture
def given(own, clerk):
    return services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code=NEWS_ITEM)


def send(
    client: Any, own: Any, *, item: str = NEWS_ITEM, to: str = "attach", **data: Any
) -> tuple[int, dict[str, str]]:
    answer = client.post(f"/sheets/{own.pk}/{to}/", {"item": item, **data}, headers=SCRIPT)
    return answer.status_code, json.loads(answer.content)


def about(file: Attachment, item: str = NEWS_ITEM, **more: Any) -> dict[str, Any]:
    return {"item": item, "attachment": file.pk, **more}


# each file has its own answer


def test_a_script_is_told_what_became_of_each_file(as_user, own, clerk):
    client = as_user(clerk)
    assert send(client, own, files=upload()) == (200, {"state": "kept", "text": ""})
    status, told = send(client, own, files=upload("又.pdf"), item=PLAN_ITEM)
    assert (status, told["state"]) == (200, "known")
    assert "证明.pdf" in told["text"]
    assert send(client, own, files=upload())[1]["state"] == "here"
    status, told = send(client, own, files=upload("坏.pdf", b"<html>"))
    assert (status, told["state"]) == (422, "refused")
    assert "内容不是 .pdf 文件" in told["text"]


def gbk_body(*names: bytes) -> bytes:
    parts = [b'--x\r\nContent-Disposition: form-data; name="item"\r\n\r\n' + NEWS_ITEM.encode() + b"\r\n"]
    for name in names:
        head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="' + name + b'"\r\n'
        parts.append(head + b"Content-Type: application/pdf\r\n\r\n" + PDF + name + b" " * 9000 + b"\r\n")
    return b"".join([*parts, b"--x--\r\n"])


@pytest.mark.parametrize("headers", [SCRIPT, {}])
def test_a_file_whose_name_vanishes_is_answered_400_with_a_sentence(as_user, own, clerk, headers):
    answer = as_user(clerk).post(
        f"/sheets/{own.pk}/attach/", gbk_body("证明.pdf".encode("gbk")),
        content_type="multipart/form-data; boundary=x", headers=headers,
    )  # fmt: skip
    assert answer.status_code == 400
    text = answer.json()["text"] if headers else answer.content.decode()
    assert "没有读到文件或文件名" in text
    assert not Attachment.objects.exists()


def test_a_file_that_vanishes_beside_one_that_arrives_is_told(as_user, own, clerk):
    answer = as_user(clerk).post(
        f"/sheets/{own.pk}/attach/", gbk_body("好.pdf".encode(), "证明.pdf".encode("gbk")),
        content_type="multipart/form-data; boundary=x", follow=True,
    )  # fmt: skip
    assert "没有读到文件或文件名" in answer.content.decode()
    assert Attachment.objects.get().name == "好.pdf"
    answer = as_user(clerk).post(
        f"/sheets/{own.pk}/attach/", gbk_body(b"1.pdf", b"2.pdf"), content_type="multipart/form-data; boundary=x",
        follow=True,
    )  # fmt: skip
    assert "没有读到文件或文件名" not in answer.content.decode()


def test_without_a_script_what_is_refused_is_told_on_the_sheet(as_user, own, clerk):
    data = {"item": NEWS_ITEM, "files": [upload("好.pdf"), upload("坏.pdf", b"<html>")]}
    body = as_user(clerk).post(f"/sheets/{own.pk}/attach/", data, follow=True).content.decode()
    assert "坏.pdf: 内容不是 .pdf 文件" in body
    assert Attachment.objects.get().name == "好.pdf"


def test_no_room_is_refused_with_the_figures_and_the_meter_shows_what_is_used(as_user, own, clerk, administrator):
    Cycle.objects.filter(pk=own.cycle_id).update(unit_proof_limit=1)
    client = as_user(clerk)
    send(client, own, files=upload("大.pdf", PDF + b"x" * 1_000_000))
    status, told = send(client, own, files=upload("又大.pdf", PDF + b"y" * 1_000_000))
    assert status == 422
    assert "限 1 MB" in told["text"]
    sheet = client.get(f"/sheets/{own.pk}/").content.decode()
    assert '<meter min="0" max="100" high="90" optimum="0" value="95"' in sheet
    progress = as_user(administrator).get(f"/cycles/{own.cycle_id}/progress/").content.decode()
    assert "每单位限 1 MB" in progress


# known by hash


def test_the_unit_is_told_which_files_it_has_and_nobody_elses(as_user, own, other, clerk, clerk_of_other, given):
    theirs = services.attach_file(
        actor=clerk_of_other, enrolment=other, upload=upload("别.pdf", OTHER_PDF), item_code=NEWS_ITEM
    )
    _status, told = send(as_user(clerk), own, to="known", sha256=[given.sha256, theirs.sha256, "0" * 64])
    assert [one["attachment"] for one in told["known"]] == [given.pk]
    assert as_user(clerk_of_other).post(f"/sheets/{own.pk}/known/", {"item": NEWS_ITEM}).status_code == 404


def test_a_known_file_is_used_without_sending_it(as_user, own, clerk, given):
    status, told = send(as_user(clerk), own, to="given", item=PLAN_ITEM, attachment=given.pk)
    assert (status, told["state"]) == (200, "kept")
    assert ItemAttachment.objects.filter(item_code=PLAN_ITEM, attachment=given).exists()


# chosen from what was given


def test_files_are_searched_ticked_and_tied(as_user, own, clerk, given):
    second = services.attach_file(actor=clerk, enrolment=own, upload=upload("二.pdf", OTHER_PDF), item_code=NEWS_ITEM)
    client, address = as_user(clerk), f"/sheets/{own.pk}/given/"
    rows = client.get(address, {"item": PLAN_ITEM, "q": "二"}, headers={**HTMX, "HX-Target": "given-rows"})
    assert "二.pdf" in rows.content.decode()
    assert "证明.pdf" not in rows.content.decode()
    assert "<html" in client.get(address, {"item": PLAN_ITEM}).content.decode()
    data = {"item": PLAN_ITEM, "attachment": [given.pk, second.pk]}
    body = client.post(address, data, headers=HTMX).content.decode()
    assert "用于 2 处" in body
    assert ItemAttachment.objects.filter(item_code=PLAN_ITEM).count() == 2


# one file


def test_what_is_said_of_a_file_is_saved_and_shown_on_its_tile(as_user, own, clerk, given):
    client, address = as_user(clerk), f"/sheets/{own.pk}/file/"
    assert 'name="title"' in client.get(address, about(given), headers=HTMX).content.decode()
    said = about(given, version=1, title="头版剪报", happened_on="2026-03-01", note="市报")
    body = client.post(address, said, headers=HTMX).content.decode()
    assert f'id="file-results__news-{given.pk}"' in body
    assert 'name="version" value="2"' in body
    page = client.get(f"/sheets/{own.pk}/").content.decode()
    assert "头版剪报" in page
    assert client.post(address, {**said, "version": 2, "happened_on": "2026-13-01"}, headers=HTMX).status_code == 422


def test_of_two_descriptions_the_second_is_answered_409_with_both(as_user, own, clerk, given):
    client, address = as_user(clerk), f"/sheets/{own.pk}/file/"
    client.post(address, about(given, version=1, title="甲的标题"), headers=HTMX)
    clash = client.post(address, about(given, version=1, title="乙的标题"), headers=HTMX)
    assert clash.status_code == 409
    body = clash.content.decode()
    assert "甲的标题" in body
    assert "乙的标题" in body
    given.refresh_from_db()
    assert given.title == "甲的标题"
    kept = client.post(address, about(given, version=2, title="乙的标题"), headers=HTMX)
    assert kept.status_code == 200


def test_a_file_is_named_for_a_clause_and_a_stale_choice_is_answered_409(as_user, own, clerk, given):
    client, address = as_user(clerk), f"/sheets/{own.pk}/file/clause/"
    body = client.post(address, about(given, clause=NEWS, seen=""), headers=HTMX).content.decode()
    assert "证明 二(一)1" in body
    assert client.post(address, about(given, clause="", seen=""), headers=HTMX).status_code == 409
    assert client.post(address, about(given, clause="results.plan.done", seen=NEWS), headers=HTMX).status_code == 422


def test_a_replaced_file_is_listed_as_the_earlier_one_and_stays_downloadable(as_user, own, clerk, given, judge):
    client = as_user(clerk)
    status, told = send(client, own, to="file/replace", attachment=given.pk, files=upload("新.pdf", OTHER_PDF))
    assert (status, told["state"]) == (200, "kept")
    new = Attachment.objects.get(name="新.pdf")
    panel = client.get(f"/sheets/{own.pk}/file/", about(new), headers=HTMX).content.decode()
    assert f'/attachments/{given.pk}/"' in panel
    assert "旧版" in panel
    assert as_user(judge).get(f"/attachments/{given.pk}/").status_code == 200
    assert client.get(f"/sheets/{own.pk}/file/", about(given), headers=HTMX).status_code == 404


@pytest.mark.parametrize("who", ["stranger", "provider", "judge", "clerk_of_other"])
def test_files_of_a_sheet_are_there_only_for_its_people(request, as_user, own, given, who):
    client = as_user(request.getfixturevalue(who))
    for address, data in [("proofs", {"item": NEWS_ITEM}), ("given", {"item": NEWS_ITEM}), ("file", about(given))]:
        assert client.get(f"/sheets/{own.pk}/{address}/", data).status_code == 404
    assert client.post(f"/sheets/{own.pk}/known/", {"item": NEWS_ITEM, "sha256": given.sha256}).status_code == 404


def test_who_only_reads_the_sheet_sees_the_files_and_changes_nothing(as_user, own, given, auditor):
    client = as_user(auditor)
    body = client.get(f"/sheets/{own.pk}/proofs/", {"item": NEWS_ITEM}).content.decode()
    assert "证明.pdf" in body
    assert "data-drop" not in body
    client.post(f"/sheets/{own.pk}/file/", about(given, version=1, title="改"), headers=HTMX)
    given.refresh_from_db()
    assert given.title == ""


# titles where proof is listed, and the number of queries


def test_lists_of_proof_name_a_file_by_its_title_and_the_download_keeps_its_name(as_user, own, clerk, given):
    Attachment.objects.filter(pk=given.pk).update(title="头版剪报")
    client = as_user(clerk)
    assert "头版剪报（证明.pdf）" in client.get(f"/sheets/{own.pk}/check/").content.decode()
    header = client.get(f"/attachments/{given.pk}/").headers["Content-Disposition"]
    assert "%E8%AF%81%E6%98%8E.pdf" in header


@pytest.mark.parametrize(
    ("address", "data"),
    [("", {}), ("proofs/", {"item": NEWS_ITEM}), ("given/", {"item": PLAN_ITEM}), ("check/", {})],
)
def test_the_pages_ask_as_many_queries_for_one_file_as_for_twenty(as_user, own, clerk, given, address, data):
    client = as_user(clerk)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/sheets/{own.pk}/{address}", data).status_code == 200
        return len(found)

    queries()
    few = queries()
    for number in range(20):
        name, content = (f"{number}.jpg", JPEG) if number % 2 else (f"{number}.pdf", PDF)
        file = upload(name, content + str(number).encode())
        services.attach_file(actor=clerk, enrolment=own, upload=file, item_code=NEWS_ITEM)
    old = services.replace_file(
        actor=clerk, enrolment=own, item_code=NEWS_ITEM, attachment_pk=given.pk, upload=upload("新.pdf", OTHER_PDF)
    )
    assert old.items == 1
    assert queries() == few


def test_the_reviewer_sees_first_what_proves_the_clause_at_hand(as_user, own, clerk, judge, claim, hand_in, given):
    fact = claim(NEWS, level="city")
    second = services.attach_file(actor=clerk, enrolment=own, upload=upload("二.pdf", OTHER_PDF), item_code=NEWS_ITEM)
    services.name_clause(
        actor=clerk, enrolment=own, item_code=NEWS_ITEM, attachment_pk=second.pk, clause_code=NEWS, seen=""
    )
    hand_in()
    body = as_user(judge).get(f"/review/{own.pk}/?fact={fact.pk}").content.decode()
    assert "证明 二(一)1" in body
    proof = body.partition('id="proof"')[2]
    assert proof.index("二.pdf") < proof.index("证明.pdf")
