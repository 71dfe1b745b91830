"""Files given as proof: kept once, under random names, out only through a view."""

import hashlib

import pytest

from evidence import files, services
from evidence.models import Attachment, ItemAttachment
from evidence.store import keep, open_file
from tests.evidence.conftest import JPEG, LATE, PDF, upload
from units.models import JournalEntry

NEWS_ITEM = "results.news"


@pytest.fixture
def attached(own, clerk):
    return services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code=NEWS_ITEM)


def kept_files(store):
    return [path for path in store.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_a_random_name_with_its_hash(attached, store):
    (path,) = kept_files(store)
    assert path.read_bytes() == PDF
    assert attached.sha256 == hashlib.sha256(PDF).hexdigest()
    assert "证明" not in str(path)
    assert path.suffix == ""
    assert JournalEntry.objects.filter(verb="proof.attached").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_is_kept_once_and_serves_both_items(own, clerk, store):
    for item in (NEWS_ITEM, "results.plan"):
        services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code=item)
    assert Attachment.objects.count() == 1
    assert ItemAttachment.objects.count() == 2
    assert len(kept_files(store)) == 1


def test_a_refused_file_leaves_nothing_behind(own, clerk, store):
    with pytest.raises(files.Refused):
        services.attach_file(actor=clerk, enrolment=own, upload=upload(content=b"<html>"), item_code=NEWS_ITEM)
    assert not Attachment.objects.exists()
    assert not store.exists() or not kept_files(store)


def test_a_file_above_the_limit_of_the_installation_is_refused(own, clerk, settings):
    settings.EVIDENCE_FILE_LIMIT = 10
    with pytest.raises(files.Refused) as fault:
        services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code=NEWS_ITEM)
    assert fault.value.code == "too_large"


def test_a_file_whose_row_cannot_be_written_is_dropped_again(own, clerk, store, monkeypatch):
    def full(*args, **options):
        raise OSError("disk full")

    monkeypatch.setattr("evidence.services.proof.journal.append", full)
    with pytest.raises(OSError, match="disk full"):
        services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code=NEWS_ITEM)
    assert not kept_files(store)


def test_taking_a_file_off_an_item_keeps_it_in_the_store(attached, own, clerk, store):
    services.detach_file(actor=clerk, enrolment=own, item_code=NEWS_ITEM, attachment_pk=attached.pk)
    assert not ItemAttachment.objects.exists()
    assert Attachment.objects.count() == 1
    assert len(kept_files(store)) == 1


def test_a_stored_name_never_leads_out_of_the_store(store):
    keep([b"x"])
    with pytest.raises(ValueError, match="store"):
        open_file("../../../etc/passwd")


@pytest.mark.parametrize("who", ["stranger", "auditor", "administrator", "provider", "head", "clerk_of_other", "judge"])
def test_only_the_clerk_of_the_unit_attaches_to_its_sheet(request, own, who):
    actor = request.getfixturevalue(who)
    with pytest.raises(services.Refused):
        services.attach_file(actor=actor, enrolment=own, upload=upload(), item_code=NEWS_ITEM)
    assert not Attachment.objects.exists()


def test_a_reviewer_attaches_to_the_fact_they_recorded_only(claim, own, judge):
    say = services.Claim({"count": 1}, {})
    found = services.record_fact(actor=judge, enrolment=own, clause_code=LATE, claim=say, origin="reviewer")
    services.attach_file(actor=judge, enrolment=own, upload=upload(), fact=found)
    assert found.fact_attachments.count() == 1
    with pytest.raises(services.Refused):
        services.attach_file(actor=judge, enrolment=own, upload=upload(), fact=claim("conduct.files.lost", count=1))


def test_a_download_is_an_attachment_that_nothing_sniffs_runs_or_keeps(attached, as_user, clerk):
    answer = as_user(clerk).get(f"/attachments/{attached.pk}/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_picture_is_shown_inline_by_its_ending_and_a_document_is_not(own, clerk, as_user):
    picture = services.attach_file(actor=clerk, enrolment=own, upload=upload("图.jpg", JPEG), item_code=NEWS_ITEM)
    answer = as_user(clerk).get(f"/attachments/{picture.pk}/view/")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    box = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    old = services.attach_file(actor=clerk, enrolment=own, upload=upload("旧.doc", box), item_code=NEWS_ITEM)
    assert as_user(clerk).get(f"/attachments/{old.pk}/view/").status_code == 404


def test_text_is_shown_as_text_and_never_as_a_page(own, clerk, as_user):
    text = upload("记.txt", b"<script>alert(1)</script>")
    note = services.attach_file(actor=clerk, enrolment=own, upload=text, item_code=NEWS_ITEM)
    answer = as_user(clerk).get(f"/attachments/{note.pk}/view/")
    assert b"<script>alert" not in answer.content
    assert b"&lt;script&gt;" in answer.content


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", 200), ("head", 200), ("judge", 200), ("administrator", 200), ("auditor", 200),
     ("stranger", 404), ("provider", 404), ("clerk_of_other", 404)],
)  # fmt: skip
def test_a_file_is_there_only_for_those_who_may_see_it(request, attached, as_user, who, status):
    client = as_user(request.getfixturevalue(who))
    assert client.get(f"/attachments/{attached.pk}/").status_code == status
    assert client.get(f"/attachments/{attached.pk}/view/").status_code == status


def test_without_signing_in_a_file_leads_to_the_sign_in_page(attached, client):
    assert client.get(f"/attachments/{attached.pk}/").status_code == 302
