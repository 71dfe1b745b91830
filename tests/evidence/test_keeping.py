"""What a browser keeps until it is saved: sent again without doubling, refused with the reason, both versions shown."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.sessions import person_key
from evidence import services
from evidence.models import Fact, SheetItem, Submission
from tests.evidence.conftest import CLOSED, LATE, NEWS, PLAN, RATE, enrolment_in

HTMX = {"HX-Request": "true"}
FORM, ONE, TWO, THREE = "form-key-1", "save-key-1", "save-key-2", "save-key-3"


def post(client: Any, address: str, headers: dict[str, str] | None = None, **data: Any) -> Any:
    return client.post(address, data, headers={**HTMX, **(headers or {})})


def events(answer: Any) -> dict[str, Any]:
    return json.loads(answer.headers.get("HX-Trigger", "{}"))


@pytest.fixture
def save(as_user, own, clerk):
    """Post one claim of the clerk as the sheet does."""
    client = as_user(clerk)

    def send(**data: Any) -> Any:
        return post(client, f"/sheets/{own.pk}/claim/", **{"clause": LATE, **data})

    return send


# --- sent again ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["conduct__meetings__late-first", "new-conduct__meetings__late-1a2b3c4d"])
def test_the_same_post_twice_gives_one_fact(save, key):
    data = {"key": key, "count": "2", "client_key": FORM}
    first = save(**data, save_key=ONE)
    again = save(**data, save_key=TWO, unanswered=ONE)
    assert (first.status_code, again.status_code) == (200, 200)
    assert events(again)["kp:saved"]["save_key"] == TWO
    assert Fact.objects.get().said == {"count": "2"}


def test_without_the_key_of_its_form_a_second_entry_would_double(save):
    for save_key in (ONE, TWO):
        save(key="new-x", count="2", save_key=save_key)
    assert Fact.objects.count() == 2


def test_typed_on_after_a_lost_answer_is_no_conflict_with_oneself(save):
    save(key="new-x", count="2", client_key=FORM, save_key=ONE)
    answer = save(key="new-x", count="3", client_key=FORM, save_key=TWO, unanswered=ONE)
    assert answer.status_code == 200
    assert Fact.objects.get().said == {"count": "3"}


def test_a_change_whose_answer_was_lost_goes_on_from_what_it_wrote(save, claim):
    fact = claim(LATE, count=1)
    data = {"key": f"f{fact.pk}", "fact": str(fact.pk), "version": "1"}
    save(**data, count="2", save_key=ONE)
    assert save(**data, count="3", save_key=TWO, unanswered=ONE).status_code == 200
    assert Fact.objects.get().said == {"count": "3"}


def test_what_a_colleague_wrote_in_between_is_a_conflict_all_the_same(save, claim, own, clerk):
    fact = claim(LATE, count=1)
    data = {"key": f"f{fact.pk}", "fact": str(fact.pk), "version": "1"}
    save(**data, count="2", save_key=ONE)
    services.save_claim(
        actor=clerk, enrolment=own, clause_code=LATE, claim=services.Claim({"count": 9}, {}), fact_pk=fact.pk, version=2
    )
    assert save(**data, count="3", save_key=TWO, unanswered=ONE).status_code == 409
    assert Fact.objects.get().said == {"count": "9"}


def test_the_keys_of_another_form_open_nothing(save, claim):
    fact = claim(LATE, count=1)
    data = {"key": f"f{fact.pk}", "fact": str(fact.pk), "version": "1"}
    save(**data, count="2", save_key=ONE)
    assert save(**data, count="3", save_key=THREE, unanswered=TWO).status_code == 409
    assert save(**data, count="3", save_key="", unanswered=",,").status_code == 409


def test_a_form_emptied_after_a_lost_answer_takes_back_what_it_made(save):
    save(key="new-x", count="2", client_key=FORM, save_key=ONE)
    assert save(key="new-x", count="", client_key=FORM, save_key=TWO, unanswered=ONE).status_code == 200
    assert Fact.objects.get().state == Fact.State.WITHDRAWN


def test_what_a_colleague_took_back_is_not_made_again_by_a_repeated_request(save, own, clerk):
    save(key="new-x", count="2", client_key=FORM, save_key=ONE)
    fact = Fact.objects.get()
    services.withdraw_claim(actor=clerk, enrolment=own, fact_pk=fact.pk, version=1)
    assert save(key="new-x", count="2", client_key=FORM, save_key=TWO, unanswered=ONE).status_code == 409
    assert Fact.objects.count() == 1
    assert save(key="new-x", count="2", client_key="form-key-2", beside="1").status_code == 200


def test_a_key_of_a_form_leads_to_no_other_clause(own, clerk):
    attempt = services.Attempt(form=FORM, key=ONE)
    said = services.Claim({"count": 1}, {})
    services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=said, attempt=attempt)
    with pytest.raises(services.Refused):
        said = services.Claim({"points": Decimal(3)}, {})
        services.save_claim(actor=clerk, enrolment=own, clause_code=PLAN, claim=said, attempt=attempt)


def test_saying_nothing_to_report_twice_is_said_once(as_user, own, clerk):
    client = as_user(clerk)
    data = {"item": "conduct.files", "say": "nothing", "version": "0"}
    post(client, f"/sheets/{own.pk}/item/", **data, save_key=ONE)
    answer = post(client, f"/sheets/{own.pk}/item/", **data, save_key=TWO, unanswered=ONE)
    assert answer.status_code == 200
    assert events(answer)["kp:saved"]["save_key"] == TWO
    assert SheetItem.objects.get().state == "nothing"
    assert post(client, f"/sheets/{own.pk}/item/", **data, save_key=THREE).status_code == 409


def test_nothing_but_the_named_request_is_said_to_be_saved(as_user, own, clerk, save):
    assert events(save(count="2", save_key="<script>"))["kp:saved"]["save_key"] == ""
    asked = as_user(clerk).get(f"/sheets/{own.pk}/clause/?clause={LATE}", headers=HTMX)
    assert "save_key" not in events(asked)["kp:saved"]


def test_a_blank_form_gets_the_ids_that_a_browser_kept(as_user, own, clerk):
    client = as_user(clerk)
    page = client.get(f"/sheets/{own.pk}/claim/blank/?clause={LATE}&key=new-kept-1").content.decode()
    assert 'id="fact-new-kept-1"' in page
    odd = client.get(f"/sheets/{own.pk}/claim/blank/", {"clause": LATE, "key": '"><b>'}).content.decode()
    assert "<b>" not in odd


# --- refused, with the reason ---------------------------------------------------------------------------------------------


def test_a_deadline_that_passed_is_told_with_its_time_and_whom_to_ask(as_user, start, clerk, settings):
    settings.KAOPING_CONTACT = "考评办 8123"
    own = enrolment_in(start(CLOSED), "own")
    answer = post(as_user(clerk), f"/sheets/{own.pk}/claim/", clause=LATE, count="1", save_key=ONE)
    told = events(answer)["kp:unsaved"]
    assert (answer.status_code, told["why"]) == (422, "closed")
    assert "填报时间已于" in told["text"]
    assert "考评办 8123" in told["text"]
    assert "kp:saved" not in events(answer)
    assert not Fact.objects.exists()


def test_an_extension_opens_it_again(as_user, start, clerk):
    own = enrolment_in(start(CLOSED), "own")
    own.extensions = {"self_assessment": (timezone.now() + timedelta(hours=1)).isoformat()}
    own.save()
    assert post(as_user(clerk), f"/sheets/{own.pk}/claim/", clause=LATE, count="1").status_code == 200


def test_a_sheet_handed_in_meanwhile_is_told_with_who_and_when(save, hand_in, clerk):
    hand_in()
    told = events(save(count="1", save_key=ONE))["kp:unsaved"]
    assert told["why"] == "closed"
    assert str(clerk) in told["text"]


def test_of_a_sheet_returned_in_part_the_other_items_say_so(save, as_user, own, judge, hand_in, clerk):
    hand_in()
    version = Submission.objects.get().version
    services.return_item(actor=judge, enrolment=own, item_code="results.plan", reason="补", version=version)
    assert "只能改考评组退回的项目" in events(save(count="1"))["kp:unsaved"]["text"]
    answer = post(as_user(clerk), f"/sheets/{own.pk}/item/", item="conduct.files", say="clear", version="1")
    assert "只能改考评组退回的项目" in answer.content.decode()
    assert answer.headers["HX-Retarget"] == "#answer-item-conduct__files"


def test_the_guard_of_the_deadline_is_what_refuses(save, start, clerk, as_user, monkeypatch):
    """Without the policy the late save would be written: the tests above look at the guard and at nothing else."""
    own = enrolment_in(start(CLOSED, code="late-2026"), "own")
    monkeypatch.setattr("evidence.policies.may_fill_item", lambda *args, **more: True)
    assert post(as_user(clerk), f"/sheets/{own.pk}/claim/", clause=LATE, count="1").status_code == 200


# --- two versions -----------------------------------------------------------------------------------------------------------


def test_both_versions_stand_side_by_side_with_what_differs_and_who_and_when(save, claim, person, unit, own):
    fact = claim(NEWS, level="city", note="甲报")
    colleague = person("second-clerk", "第二经办人", role="clerk", unit=unit)
    services.save_claim(
        actor=colleague, enrolment=own, clause_code=NEWS, fact_pk=fact.pk, version=1,
        claim=services.Claim({"level": "province"}, {"note": "乙报"}),
    )  # fmt: skip
    body = save(
        clause=NEWS, key=f"f{fact.pk}", fact=str(fact.pk), version="1", level="city", note="甲报"
    ).content.decode()
    assert "第二经办人" in body
    assert body.count('class="is-other"') == 4  # the entry and the note, on either side
    assert "甲报" in body
    assert "乙报" in body
    assert f'"fact": "{fact.pk}", "version": "2"' in body


def test_what_the_form_did_not_show_is_no_difference(save, claim, own, clerk):
    fact = claim(RATE, value=Decimal(90), note="说明")
    said = services.Claim({"value": Decimal(95)}, {})
    services.save_claim(actor=clerk, enrolment=own, clause_code=RATE, claim=said, fact_pk=fact.pk, version=1)
    body = save(clause=RATE, key=f"f{fact.pk}", fact=str(fact.pk), version="1", value="80").content.decode()
    assert body.count('class="is-other"') == 2


def test_of_two_first_claims_both_may_stay_where_the_clause_repeats(save, claim):
    claim(LATE, count=1)
    data = {"key": "conduct__meetings__late-first", "count": "5", "client_key": FORM}
    answer = save(**data)
    assert answer.status_code == 409
    assert '"beside": "1"' in answer.content.decode()
    assert save(**data, beside="1").status_code == 200
    assert Fact.objects.count() == 2


def test_a_claim_that_was_taken_back_meanwhile_can_be_made_again_by_choice(save, claim, own, clerk):
    fact = claim(LATE, count=1)
    claim(LATE, count=7)
    services.withdraw_claim(actor=clerk, enrolment=own, fact_pk=fact.pk, version=1)
    data = {"key": f"f{fact.pk}", "count": "4"}
    answer = save(**data, fact=str(fact.pk), version="1")
    assert answer.status_code == 409
    assert "已被收回" in answer.content.decode()
    assert save(**data, fact="", version="0", beside="1").status_code == 200
    live = Fact.objects.exclude(state=Fact.State.WITHDRAWN).order_by("pk")
    assert list(live.values_list("said", flat=True)) == [{"count": "7"}, {"count": "4"}]


def test_taking_back_what_was_changed_meanwhile_asks_first(as_user, claim, own, clerk):
    fact = claim(LATE, count=1)
    said = services.Claim({"count": 2}, {})
    services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=said, fact_pk=fact.pk, version=1)
    data = {"clause": LATE, "key": f"f{fact.pk}", "fact": str(fact.pk)}
    client = as_user(clerk)
    answer = post(client, f"/sheets/{own.pk}/claim/withdraw/", **data, version="1")
    assert answer.status_code == 409
    assert f'hx-post="/sheets/{own.pk}/claim/withdraw/"' in answer.content.decode()
    assert Fact.objects.get().state == Fact.State.DRAFT
    assert post(client, f"/sheets/{own.pk}/claim/withdraw/", **data, version="2").status_code == 200
    assert Fact.objects.get().state == Fact.State.WITHDRAWN


def test_what_is_said_of_an_item_stands_side_by_side_and_the_choice_works(as_user, own, clerk, person, unit):
    colleague = person("second-clerk", "第二经办人", role="clerk", unit=unit)
    services.say_item(actor=colleague, enrolment=own, item_code="conduct.files", say="nothing")
    client = as_user(clerk)
    data = {"item": "conduct.files", "say": "not_duty", "reason": "由档案局承担"}
    answer = post(client, f"/sheets/{own.pk}/item/", **data, version="0")
    body = answer.content.decode()
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#answer-item-conduct__files")
    assert "第二经办人" in body
    assert "由档案局承担" in body
    assert SheetItem.objects.get().state == "nothing"
    assert 'id="item-conduct__files"' in client.get(f"/sheets/{own.pk}/item/?item=conduct.files").content.decode()
    assert post(client, f"/sheets/{own.pk}/item/", **data, version="1").status_code == 200
    assert SheetItem.objects.get().reason == "由档案局承担"


def test_against_entries_made_meanwhile_nothing_to_report_cannot_be_chosen(as_user, own, clerk, claim):
    claim(LATE, count=1)
    answer = post(as_user(clerk), f"/sheets/{own.pk}/item/", item="conduct.meetings", say="nothing", version="0")
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "已有填报内容" in body
    assert "<form" not in body


def test_saving_knows_who_wrote_last(claim, own, person, unit):
    fact = claim(LATE, count=1)
    colleague = person("second-clerk", "第二经办人", role="clerk", unit=unit)
    said = services.Claim({"count": 2}, {})
    services.save_claim(actor=colleague, enrolment=own, clause_code=LATE, claim=said, fact_pk=fact.pk, version=1)
    fact.refresh_from_db()
    assert fact.changed_by == colleague


def test_an_attempt_covers_only_what_itself_wrote(claim, own, clerk):
    fact = claim(LATE, count=1)
    said = services.Claim({"count": 2}, {})
    with pytest.raises(Conflict):  # the stored row has no key: an empty one must not match it
        services.save_claim(
            actor=clerk, enrolment=own, clause_code=LATE, claim=said, fact_pk=fact.pk, version=7,
            attempt=services.Attempt(form="", key="", unanswered=frozenset()),
        )  # fmt: skip


# --- a session that ended -----------------------------------------------------------------------------------------------------


def test_a_save_without_a_session_answers_401_and_leads_nowhere(client, own):
    answer = post(client, f"/sheets/{own.pk}/claim/", clause=LATE, count="1", save_key=ONE)
    assert answer.status_code == 401
    assert "kp:signed-out" in events(answer)
    assert not {"Location", "HX-Refresh", "HX-Redirect"} & set(answer.headers)


def test_what_one_person_typed_is_not_taken_from_another(as_user, own, clerk, person, unit):
    colleague = person("second-clerk", "第二经办人", role="clerk", unit=unit)
    client = as_user(colleague)
    answer = post(client, f"/sheets/{own.pk}/claim/", {"X-Person": person_key(clerk)}, clause=LATE, count="1")
    assert answer.status_code == 401
    assert not Fact.objects.exists()
    mine = {"X-Person": person_key(colleague)}
    assert post(client, f"/sheets/{own.pk}/claim/", mine, clause=LATE, count="1").status_code == 200


def test_a_save_whose_token_is_of_an_earlier_session_changes_nothing_and_the_fresh_one_does(own, clerk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk)
    data = {"clause": LATE, "count": "1"}
    assert post(client, f"/sheets/{own.pk}/claim/", {"X-CSRFToken": "x" * 64}, **data).status_code == 403
    token = client.get("/who/").json()["token"]
    assert post(client, f"/sheets/{own.pk}/claim/", {"X-CSRFToken": token}, **data).status_code == 200
