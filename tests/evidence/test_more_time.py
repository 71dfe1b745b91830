"""More time for one unit: said to it, on its sheet and on the pages of those who oversee, always with the reason."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence.selectors.late import open_work
from rubrics import services as rubrics_services
from tests.evidence.conftest import CLOSED, enrolment_in
from units.models import JournalEntry, Notice
from units.services import journal
from units.wording import notice_text

WHY = "汛期抢险，全员在岗"


@pytest.fixture
def longer(administrator):
    """Give a unit more time: `longer(enrolment)`; with `days=None` the usual end holds again."""

    def give(enrolment, days=9, reason=WHY):
        enrolment.refresh_from_db()
        until = None if days is None else timezone.now() + timedelta(days)
        return rubrics_services.extend_enrolment(
            actor=administrator, enrolment=enrolment, version=enrolment.version, code="self_assessment",
            until=until, reason=reason,
        )  # fmt: skip

    return give


@pytest.fixture
def page(client):
    def get(user, name, *args, query=""):
        client.force_login(user)
        return client.get(reverse(name, args=args) + query).content.decode()

    return get


def test_the_sheet_says_until_when_and_why(longer, page, own, clerk):
    assert "已延期" not in page(clerk, "evidence:sheet", own.pk)
    longer(own)
    text = page(clerk, "evidence:sheet", own.pk)
    assert f"理由：{WHY}" in text
    assert "本单位已延期至" in text
    longer(own, days=None, reason="无需延期")
    assert "已延期" not in page(clerk, "evidence:sheet", own.pk)


def test_a_unit_with_more_time_fills_in_after_the_others_end(start, longer, page, clerk, clerk_of_other):
    cycle = start(CLOSED)
    own, other = enrolment_in(cycle, "own"), enrolment_in(cycle, "other")
    longer(own, days=2)
    assert f"理由：{WHY}" in page(clerk, "evidence:sheet", own.pk)
    text = page(clerk_of_other, "evidence:sheet", other.pk)
    assert WHY not in text
    assert "填报时间已过" in text or "data-locked" in text


def test_without_a_reason_nothing_is_given(longer, own):
    with pytest.raises(rubrics_services.Refused) as refused:
        longer(own, reason="  ")
    assert refused.value.code == "reason"
    own.refresh_from_db()
    assert (own.extensions, own.extension_reasons) == ({}, {})


def test_the_unit_is_told_of_both_with_the_reason(longer, own, clerk, head):
    longer(own)
    longer(own, days=None, reason="险情解除")
    for person in (clerk, head):
        told = [notice_text(one.text_code, one.params) for one in Notice.objects.filter(user=person).order_by("pk")]
        assert WHY in told[0]
        assert "恢复按统一期限" in told[1]
        assert "险情解除" in told[1]


def test_taking_back_what_was_not_given_tells_nobody(longer, own, clerk):
    longer(own, days=None, reason="误点")
    assert not Notice.objects.filter(user=clerk).exists()


def test_the_journal_has_both_with_dates_and_reason(longer, own):
    longer(own)
    longer(own, days=None, reason="险情解除")
    given, taken = JournalEntry.objects.filter(verb__startswith="extension.").order_by("pk")
    assert (given.verb, given.after["reason"], given.before["until"]) == ("extension.given", WHY, None)
    assert (taken.verb, taken.after["reason"], taken.after["until"]) == ("extension.taken", "险情解除", None)
    assert journal.verify_chain(f"cycle:{own.cycle_id}/unit:{own.unit_id}").ok


def test_the_board_and_the_phases_say_why(longer, page, own, administrator):
    longer(own)
    for name in ("rubrics:board", "rubrics:phases"):
        assert WHY in page(administrator, name, own.cycle_id)


def test_who_is_late_has_more_time_in_one_click(longer, page, own, administrator, auditor):
    link = f"{reverse('rubrics:phases', args=[own.cycle_id])}?unit={own.pk}&amp;phase=self_assessment#extend-h"
    assert link in page(administrator, "evidence:late", own.cycle_id)
    assert link not in page(auditor, "evidence:late", own.cycle_id)
    form = page(administrator, "rubrics:phases", own.cycle_id, query=f"?unit={own.pk}&phase=self_assessment")
    assert f'<option value="{own.pk}" selected>' in form
    longer(own)
    assert f"已延期：{WHY}" in page(administrator, "evidence:late", own.cycle_id)


def test_its_own_end_is_what_it_is_late_by(longer, own):
    longer(own)
    ends = {line.enrolment.pk: line.phase.closes_at for line in open_work(own.cycle, timezone.now()).sheets}
    assert ends.pop(own.pk) > max(ends.values())
