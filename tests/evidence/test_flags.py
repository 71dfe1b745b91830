"""Remarks for reviewers about proof: what is said, to whom, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evidence.models import Attachment, ItemAttachment, Likeness
from evidence.selectors.flags import flags_of
from evidence.selectors.review import review_of
from evidence.services import looks as look_services
from rubrics import selectors as rubrics_selectors
from rubrics import services as rubrics_services
from rubrics.models import Cycle, Enrolment, Rubric
from rubrics.services import Participant, PhaseDates
from tests.cast import OTHER_WORD
from tests.evidence.conftest import PDF
from tests.evidence.test_looks import NEWS_ITEM, PLAN_ITEM, give, photo, saved
from units.models import User

FAR_WORD = "远方年度考评"


def codes(user: User, enrolment: Enrolment, row: Attachment) -> list[str]:
    return [flag.code for flag in flags_of(user, review_of(user, enrolment)).get(row.pk, [])]


def flag(user: User, enrolment: Enrolment, row: Attachment, code: str) -> Any:
    return next(one for one in flags_of(user, review_of(user, enrolment))[row.pk] if one.code == code)


@pytest.fixture
def judge_of_own(cycle: Cycle, reviewer: User, own: Enrolment) -> User:
    """A reviewer of the own unit only."""
    rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=reviewer, unit=own.unit)
    return reviewer


@pytest.fixture
def last_year(cycle: Cycle) -> Callable[[str], Enrolment]:
    """A unit's part in another cycle of the same rubric."""

    def begin(unit: str) -> Enrolment:
        now = timezone.now()
        days = PhaseDates("self_assessment", now - timedelta(5), now + timedelta(5))
        rubric = Rubric.objects.get(pk=cycle.rubric_id)
        far = rubrics_services.start_cycle(
            actor=None, rubric=rubric, title=FAR_WORD, code="far", phases=[days], participants=[Participant(unit, "offices")]
        )  # fmt: skip
        return rubrics_selectors.enrolments_in(far).get()

    return begin


def test_a_file_of_another_unit_is_named_to_who_may_see_it(own, other, clerk, clerk_of_other, judge):
    row = give(clerk, own, PDF, "a.pdf")
    assert codes(judge, own, row) == []
    theirs = give(clerk_of_other, other, PDF, "b.pdf")
    found = flag(judge, own, row, "same")
    assert [one.text for one in found.others] == [other.unit.title]
    assert found.others[0].url == f"/attachments/{theirs.pk}/view/"
    assert found.more == ""
    assert codes(judge, other, theirs) == ["same"]


def test_who_may_not_see_the_other_unit_hears_no_word_of_it(
    own, other, clerk, clerk_of_other, judge_of_own, as_user, administrator
):
    row = give(clerk, own, saved(photo()), "a.jpg")
    give(clerk_of_other, other, saved(photo()), f"{OTHER_WORD}现场.jpg")
    alike = give(clerk_of_other, other, saved(photo(5)), f"{OTHER_WORD}外景.jpg")
    mine = give(clerk, own, saved(photo(5).resize((640, 480)), quality=50), "b.jpg")
    for one in (alike, mine):
        look_services.look_at(one.pk)
    assert codes(judge_of_own, own, row) == ["same"]
    assert codes(judge_of_own, own, mine) == ["alike-elsewhere"]
    for one, code in ((row, "same"), (mine, "alike-elsewhere")):
        assert flag(judge_of_own, own, one, code).others == []
        assert flag(judge_of_own, own, one, code).more
    page = as_user(judge_of_own).get(f"/review/{own.pk}/?item={NEWS_ITEM}&file={mine.pk}")
    assert page.status_code == 200
    assert "kp-flags" in page.content.decode()
    assert OTHER_WORD not in page.content.decode()
    assert f"/attachments/{alike.pk}/" not in page.content.decode()
    seen = as_user(administrator).get(f"/review/{own.pk}/?item={NEWS_ITEM}&file={mine.pk}").content.decode()
    assert other.unit.title in seen
    assert f"/attachments/{alike.pk}/view/" in seen


def test_a_unit_sees_no_flags(own, other, clerk, clerk_of_other, as_user):
    give(clerk, own, PDF, "a.pdf")
    give(clerk_of_other, other, PDF, "b.pdf")
    page = as_user(clerk).get(f"/sheets/{own.pk}/").content.decode()
    assert "kp-flags" not in page
    assert "kp-flagged" not in page
    assert as_user(clerk).get(f"/review/{own.pk}/").status_code == 404


def test_an_alike_picture_of_another_unit_is_shown_beside_it(own, other, clerk, clerk_of_other, judge):
    theirs = give(clerk_of_other, other, saved(photo()), "a.jpg")
    row = give(clerk, own, saved(photo().resize((640, 480)), quality=50), "b.jpg")
    for one in (theirs, row):
        look_services.look_at(one.pk)
    found = flag(judge, own, row, "alike-elsewhere")
    assert [(one.text, one.thumb) for one in found.others] == [(other.unit.title, theirs.pk)]
    assert codes(judge, other, theirs) == []  # the earlier one is nobody's copy


def test_pictures_alike_under_two_items_are_flagged_and_two_takes_under_one_are_not(own, clerk, judge):
    first = give(clerk, own, saved(photo()), "a.jpg", NEWS_ITEM)
    take = give(clerk, own, saved(photo(), quality=60), "b.jpg", NEWS_ITEM)
    again = give(clerk, own, saved(photo().resize((640, 480))), "c.jpg", PLAN_ITEM)
    for one in (first, take, again):
        look_services.look_at(one.pk)
    assert Likeness.objects.count() == 3
    assert codes(judge, own, take) == []
    assert codes(judge, own, again) == ["alike"]
    assert {one.text for one in flag(judge, own, again, "alike").others} == {"a.jpg", "b.jpg"}


def test_a_picture_is_not_alike_to_the_version_that_it_replaced(own, clerk, judge):
    first = give(clerk, own, saved(photo()), "a.jpg", NEWS_ITEM)
    again = give(clerk, own, saved(photo().resize((640, 480))), "c.jpg", PLAN_ITEM)
    for one in (first, again):
        look_services.look_at(one.pk)
    Attachment.objects.filter(pk=again.pk).update(replaces=first)
    assert codes(judge, own, again) == []


def test_the_units_own_file_of_another_cycle_is_said_to_be_so(own, clerk, judge, last_year):
    before = last_year("own")
    give(clerk, before, PDF, "a.pdf")
    row = give(clerk, own, PDF, "b.pdf")
    assert codes(judge, own, row) == ["again"]
    found = flag(judge, own, row, "again")
    assert found.others == []  # the reviewer has no part in that cycle


def test_a_file_of_another_unit_in_a_cycle_one_has_no_part_in_is_not_named(
    own, clerk_of_other, clerk, judge, last_year
):
    give(clerk_of_other, last_year("other"), PDF, "a.pdf")
    row = give(clerk, own, PDF, "b.pdf")
    found = flag(judge, own, row, "same")
    assert found.others == []
    assert OTHER_WORD not in f"{found}"
    assert FAR_WORD not in f"{found}"


def test_a_file_that_was_taken_off_everywhere_flags_nothing(own, other, clerk, clerk_of_other, judge):
    row = give(clerk, own, PDF, "a.pdf")
    theirs = give(clerk_of_other, other, PDF, "b.pdf")
    ItemAttachment.objects.filter(attachment=theirs).delete()
    assert codes(judge, own, row) == []


def test_a_file_that_serves_several_items_is_good_to_know_and_no_warning(own, clerk, judge, as_user):
    row = give(clerk, own, PDF, "a.pdf", NEWS_ITEM)
    give(clerk, own, PDF, "a.pdf", PLAN_ITEM)
    found = flag(judge, own, row, "reused")
    assert "2" in found.text
    assert not found.warns
    assert "kp-flagged" not in as_user(judge).get(f"/review/{own.pk}/?item={NEWS_ITEM}").content.decode()


@pytest.mark.parametrize("period", [{}, {"period": {"from": "01-01", "to": "12-31"}}])
@pytest.mark.parametrize(("day", "flagged"), [((2026, 5, 1), False), ((2025, 12, 31), True), ((2027, 1, 1), True)])
def test_an_event_outside_the_period_or_the_year_is_flagged(start, administrator, clerk, day, flagged, period):
    cycle = start(year=2026, **period)
    own = rubrics_selectors.enrolments_in(cycle).get(unit__code="own")
    row = give(clerk, own, PDF, "a.pdf")
    assert codes(administrator, own, row) == []
    Attachment.objects.filter(pk=row.pk).update(happened_on=date(*day))
    assert codes(administrator, own, row) == (["outside"] if flagged else [])


def test_what_is_out_of_reach_is_not_looked_at(cycle, own, other, clerk, clerk_of_other, reviewer):
    rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=reviewer, category_code="conduct")
    row = give(clerk, own, PDF, "a.pdf", NEWS_ITEM)
    give(clerk_of_other, other, PDF, "b.pdf", NEWS_ITEM)
    assert row.pk not in flags_of(reviewer, review_of(reviewer, own))


def test_flags_agree_with_the_policy_for_everybody(own, other, clerk, clerk_of_other, cycle, request):
    from evidence import policies

    row = give(clerk, own, PDF, "a.pdf")
    theirs = give(clerk_of_other, other, PDF, "b.pdf")
    for name in ("judge", "administrator", "auditor", "leader", "judge_of_own"):
        person = User.objects.get(pk=request.getfixturevalue(name).pk)
        named = bool(flag(person, own, row, "same").others) if review_of(person, own).attachments else False
        allowed = policies.may_open_attachment(person, Attachment.objects.get(pk=theirs.pk))
        assert named == (allowed and bool(review_of(person, own).attachments)), name


def test_the_outline_counts_the_files_to_look_at_twice(own, other, clerk, clerk_of_other, judge, as_user):
    for number in range(2):
        give(clerk, own, PDF + b"%d" % number, f"{number}.pdf")
        give(clerk_of_other, other, PDF + b"%d" % number, f"{number}.pdf")
    page = as_user(judge).get(f"/review/{own.pk}/?item={NEWS_ITEM}")
    flagged = {line.code: line.flagged for group in page.context["groups"] for line in group.entries}
    assert flagged[NEWS_ITEM] == 2
    assert not any(count for code, count in flagged.items() if code != NEWS_ITEM)


def test_flags_need_as_many_queries_for_thirty_files_as_for_three(own, other, clerk, clerk_of_other, judge):
    def queries(numbers: range) -> int:
        for number in numbers:
            give(clerk, own, PDF + b"%d" % number, f"{number}.pdf")
            give(clerk_of_other, other, PDF + b"%d" % number, f"{number}.pdf")
        person = User.objects.get(pk=judge.pk)
        data = review_of(person, own)
        with CaptureQueriesContext(connection) as captured:
            found = flags_of(person, data)
        assert sum(len(one) for one in found.values()) == numbers.stop
        return len(captured)

    assert queries(range(3)) == queries(range(3, 30)) <= 5


# --- the viewer -------------------------------------------------------------------------------------------------------


def test_the_viewer_steps_through_the_files_and_shows_what_is_said_of_each(own, clerk, judge, as_user):
    rows = [give(clerk, own, PDF + b"%d" % number, f"{number}.pdf") for number in range(3)]
    Attachment.objects.filter(pk=rows[1].pk).update(title="上级通报", note="第二页", happened_on=date(2026, 3, 5))
    address = f"/review/{own.pk}/?item={NEWS_ITEM}"
    page = as_user(judge).get(f"{address}&file={rows[1].pk}")
    viewer = page.context["viewer"]
    assert (viewer.place, viewer.shown.pk) == (2, rows[1].pk)
    assert viewer.previous_url == f"{address}&file={rows[0].pk}"
    assert viewer.next_url == f"{address}&file={rows[2].pk}"
    shown = page.content.decode()
    assert "上级通报" in shown
    assert "第二页" in shown
    assert 'data-key="z"' in shown
    assert 'data-key="x"' in shown
    first = as_user(judge).get(f"{address}&file={rows[0].pk}").context["viewer"]
    assert first.previous_url == ""


def test_earlier_versions_stand_with_the_file_that_took_their_place(own, clerk, judge, as_user):
    rows = [give(clerk, own, PDF + b"%d" % number, f"{number}.pdf") for number in range(3)]
    Attachment.objects.filter(pk=rows[1].pk).update(replaces=rows[0])
    Attachment.objects.filter(pk=rows[2].pk).update(replaces=rows[1])
    ItemAttachment.objects.filter(attachment__in=rows[:2]).delete()
    viewer = as_user(judge).get(f"/review/{own.pk}/?item={NEWS_ITEM}").context["viewer"]
    assert [one.pk for one in viewer.shown.earlier] == [rows[1].pk, rows[0].pk]


def test_the_first_file_that_a_page_can_show_is_shown(own, clerk, judge, as_user):
    give(clerk, own, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "旧.doc")
    picture = give(clerk, own, saved(photo()), "照片.jpg")
    viewer = as_user(judge).get(f"/review/{own.pk}/?item={NEWS_ITEM}").context["viewer"]
    assert viewer.shown.pk == picture.pk
    assert [tile.shown for tile in viewer.tiles] == ["", "image"]
