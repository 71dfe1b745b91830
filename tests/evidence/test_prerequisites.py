"""Prerequisites are confirmed with proof before the sheet opens, and locked with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from evidence import policies, services
from evidence.models import Attachment, Fact, PrerequisiteAnswer, PrerequisiteAttachment, Submission
from evidence.selectors.form import form_for
from evidence.selectors.gaps import gaps_of
from evidence.selectors.progress import progress_of
from rubrics import services as rubrics_services
from rubrics.models import Cycle, Enrolment
from tests.evidence.before_cycle import REGISTERED, SAFE, SPECIAL, WITH_PREREQUISITES, confirm
from tests.evidence.conftest import CLOSED, LATE, enrolment_in, upload
from units.models import JournalEntry, User

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
ITEMS = ("conduct.meetings", "conduct.files", "results.news", "results.plan", "results.contest")


@pytest.fixture
def cycle(start: Callable[..., Cycle]) -> Cycle:
    """The rubric asks for two things beforehand, and for a third of special units only."""
    return start(**WITH_PREREQUISITES)


def say(clerk: User, own: Enrolment, code: str, version: int = 1, **said: Any) -> PrerequisiteAnswer:
    return services.answer_prerequisite(actor=clerk, enrolment=own, code=code, version=version, **said)


def claim_late(clerk: User, own: Enrolment) -> Fact | None:
    said = services.Claim({"count": 1}, {})
    return services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=said).fact


def hand_in(clerk: User, own: Enrolment) -> Submission:
    for code in ITEMS:
        services.say_item(actor=clerk, enrolment=own, item_code=code, say="nothing")
    return services.submit_sheet(actor=clerk, enrolment=own, version=1)


# --- services -----------------------------------------------------------------------------------------------------


def test_nothing_is_written_in_the_sheet_before_all_that_apply_are_confirmed(own: Enrolment, clerk: User) -> None:
    for step in ((), (REGISTERED,)):
        confirm(clerk, own, *step) if step else None
        for write in (
            lambda: claim_late(clerk, own),
            lambda: services.say_item(actor=clerk, enrolment=own, item_code="conduct.files", say="nothing"),
            lambda: services.say_nothing_everywhere(actor=clerk, enrolment=own),
            lambda: services.attach_file(actor=clerk, enrolment=own, upload=upload(), item_code="results.news"),
        ):
            with pytest.raises(services.Refused) as refused:
                write()
            assert refused.value.code == "prerequisites"
    assert not Fact.objects.exists()
    confirm(clerk, own, SAFE)
    assert claim_late(clerk, own) is not None


def test_only_those_that_apply_to_the_unit_are_asked_for(own: Enrolment, other: Enrolment, clerk: User) -> None:
    assert policies.unmet_prerequisites(own) == (REGISTERED, SAFE)
    other.tags = ["special"]
    assert policies.unmet_prerequisites(other) == (REGISTERED, SAFE, SPECIAL)
    with pytest.raises(services.Refused) as refused:
        say(clerk, own, SPECIAL, confirmed=True)
    assert refused.value.code == "no_prerequisite"


def test_confirming_takes_a_file_where_the_rubric_demands_one(own: Enrolment, clerk: User) -> None:
    with pytest.raises(services.Refused) as refused:
        say(clerk, own, REGISTERED, confirmed=True)
    assert refused.value.code == "needs_file"
    assert say(clerk, own, SAFE, confirmed=True).confirmed_by == clerk
    assert policies.unmet_prerequisites(own) == (REGISTERED,)


def test_the_last_file_stays_while_it_proves_what_is_confirmed(own: Enrolment, clerk: User) -> None:
    (answer,) = confirm(clerk, own, REGISTERED)
    file = Attachment.objects.get(enrolment=own)
    off = {"actor": clerk, "enrolment": own, "code": REGISTERED, "attachment_pk": file.pk}
    with pytest.raises(services.Refused) as refused:
        services.detach_from_prerequisite(**off)
    assert refused.value.code == "proves"
    say(clerk, own, REGISTERED, answer.version, confirmed=False)
    services.detach_from_prerequisite(**off)
    assert not PrerequisiteAttachment.objects.exists()
    assert Attachment.objects.filter(pk=file.pk).exists()


def test_one_file_proves_several_and_is_kept_once(own: Enrolment, clerk: User) -> None:
    for code in (REGISTERED, SAFE):
        services.attach_file(actor=clerk, enrolment=own, upload=upload(), prerequisite=code)
    assert Attachment.objects.filter(enrolment=own).count() == 1
    assert PrerequisiteAttachment.objects.count() == 2


def test_an_answer_given_on_an_older_version_is_a_conflict(own: Enrolment, clerk: User) -> None:
    say(clerk, own, SAFE, note="凭年度检查")
    with pytest.raises(Conflict) as conflict:
        say(clerk, own, SAFE, note="凭责任书")
    assert (conflict.value.sent, conflict.value.current) == (1, 2)
    assert PrerequisiteAnswer.objects.get().note == "凭年度检查"


def test_confirming_and_taking_back_are_in_the_journal_notes_are_not(own: Enrolment, clerk: User) -> None:
    say(clerk, own, SAFE, 1, note="凭年度检查")
    say(clerk, own, SAFE, 2, confirmed=True)
    say(clerk, own, SAFE, 3, confirmed=False)
    rows = JournalEntry.objects.filter(verb__startswith="prerequisite.").order_by("pk")
    assert [row.verb for row in rows] == ["prerequisite.confirmed", "prerequisite.taken_back"]


def test_the_sheet_cannot_be_submitted_once_a_confirmation_is_taken_back(own: Enrolment, clerk: User) -> None:
    _registered, safe = confirm(clerk, own)
    for code in ITEMS:
        services.say_item(actor=clerk, enrolment=own, item_code=code, say="nothing")
    say(clerk, own, SAFE, safe.version, confirmed=False)
    assert [(gap.item, gap.clause, gap.code) for gap in gaps_of(own)] == [("", SAFE, "prerequisite")]
    with pytest.raises(services.Incomplete):
        services.submit_sheet(actor=clerk, enrolment=own, version=1)


def test_what_was_handed_in_is_locked_and_opens_with_the_whole_sheet_only(
    own: Enrolment, clerk: User, judge: User
) -> None:
    _registered, safe = confirm(clerk, own)
    sheet = hand_in(clerk, own)

    def locked() -> str:
        with pytest.raises(services.Refused) as refused:
            say(clerk, own, SAFE, safe.version, confirmed=False)
        return str(refused.value.code)

    assert locked() == "closed"
    until = {"until": timezone.now() + timedelta(days=3)}
    returned = services.return_item(
        actor=judge, enrolment=own, item_code="results.plan", reason="补", version=sheet.version, **until
    )
    assert locked() == "closed"
    services.return_sheet(actor=judge, enrolment=own, reason="重报", version=returned.version, **until)
    assert not say(clerk, own, SAFE, safe.version, confirmed=False).confirmed


def test_a_returned_item_can_be_amended_though_the_rubric_asks_for_more_by_now(
    own: Enrolment, clerk: User, judge: User
) -> None:
    """Prerequisites are not open then, so they must not keep the item closed."""
    confirm(clerk, own)
    sheet = hand_in(clerk, own)
    services.return_item(
        actor=judge, enrolment=own, item_code="results.plan", reason="补", version=sheet.version,
        until=timezone.now() + timedelta(days=3),
    )  # fmt: skip
    PrerequisiteAnswer.objects.update(confirmed=False)
    assert gaps_of(own)[0].code == "returned"
    row = services.say_item(actor=clerk, enrolment=own, item_code="results.plan", say="nothing", version=2)
    assert row.state == "nothing"


@pytest.mark.parametrize("who", ["head", "administrator", "judge", "auditor", "stranger", "clerk_of_other"])
def test_only_the_units_clerk_confirms(request: pytest.FixtureRequest, who: str, own: Enrolment) -> None:
    person = request.getfixturevalue(who)
    with pytest.raises(services.Refused) as refused:
        say(person, own, SAFE, confirmed=True)
    assert refused.value.code == "closed"
    assert not PrerequisiteAnswer.objects.exists()


def test_nothing_is_confirmed_before_and_after_the_phase(start: Callable[..., Cycle], clerk: User) -> None:
    own = enrolment_in(start(CLOSED, **WITH_PREREQUISITES), "own")
    with pytest.raises(services.Refused) as refused:
        say(clerk, own, SAFE, confirmed=True)
    assert refused.value.code == "closed"


# --- what others see ----------------------------------------------------------------------------------------------


def test_the_form_the_progress_and_the_reviewer_show_them(
    own: Enrolment, clerk: User, head: User, judge: User, as_user: Browser
) -> None:
    confirm(clerk, own, REGISTERED)
    form = form_for(head, own.pk)
    assert [(one.state, len(one.proof)) for one in form.prerequisites] == [("已确认", 1), ("未确认", 0)]
    line = next(line for line in progress_of(own.cycle, timezone.now()) if line.pk == own.pk)
    assert (line.met, line.due) == (1, 2)
    file = Attachment.objects.get(enrolment=own)
    text = as_user(judge).get(reverse("evidence:review_unit", args=[own.pk])).content.decode()
    assert "已确认 1 / 2 项" in text
    assert reverse("evidence:attachment", args=[file.pk]) in text
    assert as_user(judge).get(reverse("evidence:attachment", args=[file.pk])).status_code == 200


def test_a_version_keeps_what_was_confirmed(own: Enrolment, clerk: User) -> None:
    confirm(clerk, own)
    sheet = hand_in(clerk, own)
    kept = sheet.versions.get().content["prerequisites"]
    assert [one["code"] for one in kept] == [REGISTERED, SAFE]
    assert all(one["confirmed"] and len(one["files"]) == 1 for one in kept)


# --- pages --------------------------------------------------------------------------------------------------------


def test_the_sheet_says_what_is_to_be_done_first_and_is_for_reading(
    own: Enrolment, clerk: User, as_user: Browser
) -> None:
    browser = as_user(clerk)
    text = browser.get(reverse("evidence:sheet", args=[own.pk])).content.decode()
    assert "请先确认 2 项前置条件" in text
    assert reverse("evidence:prerequisites", args=[own.pk]) in text
    assert " data-locked" in text
    confirm(clerk, own)
    text = browser.get(reverse("evidence:sheet", args=[own.pk])).content.decode()
    assert "请先确认" not in text
    assert " data-locked" not in text


def test_the_home_page_leads_to_them(own: Enrolment, clerk: User, as_user: Browser) -> None:
    page = reverse("evidence:prerequisites", args=[own.pk])
    assert page in as_user(clerk).get("/").content.decode()
    confirm(clerk, own)
    assert page not in as_user(clerk).get("/").content.decode()


def test_the_page_confirms_and_takes_back_without_a_script(own: Enrolment, clerk: User, as_user: Browser) -> None:
    browser, page = as_user(clerk), reverse("evidence:prerequisites", args=[own.pk])
    file = SimpleUploadedFile("登记证.pdf", upload().read())
    answer = browser.post(f"{page}files/", {"code": REGISTERED, "files": file})
    assert answer["Location"].endswith(f"#pre-{REGISTERED}")
    sent = {"code": REGISTERED, "version": 1, "note": "凭登记证", "say": "confirm"}
    assert browser.post(page, sent).status_code == 302
    stored = PrerequisiteAnswer.objects.get()
    assert (stored.confirmed, stored.note, stored.version) == (True, "凭登记证", 2)
    browser.post(page, {**sent, "version": 2, "say": "take_back"})
    stored.refresh_from_db()
    assert (stored.confirmed, stored.confirmed_at) == (False, None)


def test_the_loser_of_two_sees_both_versions(own: Enrolment, clerk: User, as_user: Browser) -> None:
    say(clerk, own, SAFE, note="凭年度检查")
    sent = {"code": SAFE, "version": 1, "note": "凭责任书", "say": "confirm"}
    page = reverse("evidence:prerequisites", args=[own.pk])
    for headers in ({}, {"HTTP_HX_REQUEST": "true"}):
        answer = as_user(clerk).post(page, sent, **headers)
        assert answer.status_code == 409
        text = answer.content.decode()
        assert "凭年度检查" in text
        assert "凭责任书" in text
    assert PrerequisiteAnswer.objects.get().note == "凭年度检查"


def test_a_note_is_saved_without_touching_what_is_being_typed(own: Enrolment, clerk: User, as_user: Browser) -> None:
    page = reverse("evidence:prerequisites", args=[own.pk])
    answer = as_user(clerk).post(page, {"code": SAFE, "version": 1, "note": "凭检查"}, HTTP_HX_REQUEST="true")
    text = answer.content.decode()
    assert "<textarea" not in text
    assert 'value="2" hx-swap-oob="true"' in text


def test_a_refused_file_is_named_and_the_others_are_kept(own: Enrolment, clerk: User, as_user: Browser) -> None:
    bad = SimpleUploadedFile("坏.pdf", b"no pdf at all")
    page = reverse("evidence:prerequisite_attach", args=[own.pk])
    sent = {"code": REGISTERED, "files": [bad, upload("好.pdf")]}
    text = as_user(clerk).post(page, sent, HTTP_HX_REQUEST="true").content.decode()
    assert "坏.pdf" in text
    assert "好.pdf" in text
    assert PrerequisiteAttachment.objects.count() == 1


def test_a_cycle_without_prerequisites_has_no_such_page(
    start: Callable[..., Cycle], clerk: User, as_user: Browser
) -> None:
    own = enrolment_in(start(), "own")
    assert as_user(clerk).get(reverse("evidence:prerequisites", args=[own.pk])).status_code == 404


def test_the_page_asks_the_same_queries_whatever_is_on_it(
    start: Callable[..., Cycle], clerk: User, as_user: Browser, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for many in (2, 12):
        asked = [{"code": f"p{place}", "text": f"条件{place}"} for place in range(many)]
        cycle = start(code=f"many-{many}", procedure={**WITH_PREREQUISITES["procedure"], "prerequisites": asked})
        own = enrolment_in(cycle, "own")
        confirm(clerk, own, *(one["code"] for one in asked))
        browser = as_user(clerk)
        with django_assert_max_num_queries(60) as caught:
            assert browser.get(reverse("evidence:prerequisites", args=[own.pk])).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_file_of_another_unit_cannot_be_taken_off(
    own: Enrolment, other: Enrolment, clerk: User, clerk_of_other: User, as_user: Browser
) -> None:
    services.attach_file(actor=clerk_of_other, enrolment=other, upload=upload(), prerequisite=SAFE)
    theirs = PrerequisiteAttachment.objects.get()
    page = reverse("evidence:prerequisite_detach", args=[own.pk])
    as_user(clerk).post(page, {"code": SAFE, "attachment": theirs.attachment_id})
    assert PrerequisiteAttachment.objects.filter(pk=theirs.pk).exists()


def test_another_edition_asks_for_more_and_closes_a_draft(own: Enrolment, clerk: User) -> None:
    """What was confirmed stays; the sheet waits for what has come."""
    confirm(clerk, own)
    assert claim_late(clerk, own) is not None
    own = rubrics_services.change_enrolment(
        actor=None, enrolment=own, version=own.version, reason="特别单位", tags=["special"]
    )
    with pytest.raises(services.Refused) as refused:
        claim_late(clerk, own)
    assert refused.value.code == "prerequisites"


def test_a_file_given_for_one_proves_another_without_being_sent_again(
    own: Enrolment, other: Enrolment, clerk: User, clerk_of_other: User, as_user: Browser
) -> None:
    mine = services.attach_file(actor=clerk, enrolment=own, upload=upload(), prerequisite=REGISTERED)
    theirs = services.attach_file(actor=clerk_of_other, enrolment=other, upload=upload(), prerequisite=REGISTERED)
    page = reverse("evidence:prerequisite_attach", args=[own.pk])
    browser = as_user(clerk)
    assert (
        f'<option value="{mine.pk}">' in browser.get(reverse("evidence:prerequisites", args=[own.pk])).content.decode()
    )
    browser.post(page, {"code": SAFE, "given": theirs.pk})
    assert not PrerequisiteAttachment.objects.filter(answer__code=SAFE).exists()
    browser.post(page, {"code": SAFE, "given": mine.pk})
    assert PrerequisiteAttachment.objects.get(answer__code=SAFE).attachment == mine
