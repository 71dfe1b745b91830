"""The units of a running cycle: looked over, added to, and what the cycle says of one changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from rubrics import selectors, services
from rubrics.definition import fingerprint
from rubrics.models import Cycle, Enrolment, Rubric
from rubrics.selectors import participants as lists
from rubrics.services import Participant
from units import selectors as units_selectors
from units import services as units_services
from units.models import JournalEntry, Unit, User

HEADS = ("单位代码", "单位名称", "系列", "标签", "所属单位代码")


@pytest.fixture
def admin_client(as_user: Callable[[User], Client], administrator: User) -> Client:
    client = as_user(administrator)
    client.cookies["kaoping_language"] = "en"
    return client


@pytest.fixture
def small(small: dict[str, Any]) -> dict[str, Any]:
    """An item for offices only, with one for stations in its place, so that a change of series moves items."""
    second = small["categories"][1]
    item = second["items"][0]
    second["items"] = [
        item | {"applies_to": {"series": ["offices"]}},
        item | {"code": "yield", "title": "产量", "applies_to": {"series": ["stations"]}},
    ]
    return small


def workbook(*rows: tuple[Any, ...]) -> SimpleUploadedFile:
    book, content = Workbook(), BytesIO()
    for row in (HEADS, *rows):
        book.worksheets[0].append(list(row))
    book.save(content)
    return SimpleUploadedFile("units.xlsx", content.getvalue())


def fresh(enrolment: Enrolment) -> Enrolment:
    return selectors.enrolments_in(enrolment.cycle).get(pk=enrolment.pk)


def refused(code: str, action: Callable[..., Any], **options: Any) -> services.Refused:
    with pytest.raises(services.Refused) as caught:
        action(actor=None, **options)
    assert caught.value.code == code
    return caught.value


# --- the list -------------------------------------------------------------------------------------------------------


def test_the_list_names_series_tags_member_and_own_dates(
    admin_client: Client, cycle: Cycle, own: Enrolment, other: Enrolment, now: datetime
) -> None:
    services.change_enrolment(actor=None, enrolment=other, version=other.version, reason="x", member_of=own)
    services.extend_enrolment(
        actor=None, enrolment=own, version=own.version, code="review", until=now + timedelta(days=30), reason="x"
    )
    page = admin_client.get(reverse("rubrics:units", args=[cycle.pk]))
    found = {line.code: (each.code, line) for each in page.context["series"] for line in each.units}
    assert {code: series for code, (series, _line) in found.items()} == {"own": "offices", "other": "stations"}
    mine, its = found["own"][1], found["other"][1]
    assert (mine.members, mine.member_of, mine.tags) == (1, "", ())
    assert [phase for phase, _until in mine.longer] == ["Review"]
    assert (its.members, its.member_of, its.tags) == (0, own.unit.label, ("key",))
    assert reverse("rubrics:unit_change", args=[cycle.pk, own.pk]) in page.content.decode()
    assert (
        reverse("rubrics:units", args=[cycle.pk])
        in admin_client.get(reverse("rubrics:board", args=[cycle.pk])).content.decode()
    )


def test_the_list_takes_as_many_queries_for_two_units_as_for_thirty(
    admin_client: Client, start: Callable[..., Cycle], cycle: Cycle
) -> None:
    many = [Participant(f"unit-{number}", "offices", title=f"科室{number}") for number in range(30)]
    large = start(code="large", participants=many, provider_units={})

    def queries(each: Cycle, name: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert admin_client.get(reverse(f"rubrics:{name}", args=[each.pk])).status_code == 200
        return len(seen)

    for name in ("units", "units_add"):
        queries(cycle, name)
        assert queries(cycle, name) == queries(large, name)


def test_who_only_reads_the_list_is_offered_no_change(
    as_user: Callable[[User], Client], auditor: User, cycle: Cycle, own: Enrolment
) -> None:
    page = as_user(auditor).get(reverse("rubrics:units", args=[cycle.pk])).content.decode()
    assert own.unit.title in page
    assert reverse("rubrics:unit_change", args=[cycle.pk, own.pk]) not in page
    assert reverse("rubrics:units_add", args=[cycle.pk]) not in page


# --- adding ---------------------------------------------------------------------------------------------------------


def test_units_of_a_workbook_are_shown_first_and_come_in_with_the_second_press(
    admin_client: Client, cycle: Cycle
) -> None:
    url = reverse("rubrics:units_add", args=[cycle.pk])
    rows = (("fin", "财务科", "科室", "key、large", ""), ("stn", "一站", "stations", "", "own"))
    shown = admin_client.post(url, {"step": "file", "units_file": workbook(*rows)})
    assert shown.status_code == 200
    assert (shown.context["plan"].count, shown.context["plan"].new, shown.context["plan"].members) == (2, 2, 1)
    assert "results of all 2 units that take part are worked out anew" in shown.content.decode()
    assert selectors.enrolments_in(cycle).count() == 2
    answer = admin_client.post(url, {"step": "add", "units_read": shown.context["units_read"]})
    assert answer.headers["Location"] == reverse("rubrics:units", args=[cycle.pk])
    found = {row.unit.code: row for row in selectors.enrolments_in(cycle)}
    assert (found["fin"].unit.title, found["fin"].series_code, found["fin"].tags) == (
        "财务科",
        "offices",
        ["key", "large"],
    )
    assert found["stn"].member_of == found["own"]
    again = admin_client.post(url, {"step": "add", "units_read": shown.context["units_read"]})
    assert again.status_code == 422
    assert selectors.enrolments_in(cycle).count() == 4


def test_the_mistakes_of_a_workbook_are_named_by_their_cells_and_nothing_comes_in(
    admin_client: Client, cycle: Cycle
) -> None:
    url = reverse("rubrics:units_add", args=[cycle.pk])
    rows = (("own", "", "offices", "", ""), ("new", "", "nowhere", "", "ghost"))
    shown = admin_client.post(url, {"step": "file", "units_file": workbook(*rows)})
    assert shown.status_code == 422
    assert {problem.cell for problem in shown.context["plan"].problems} == {"A2", "B3", "C3", "E3"}
    assert shown.context["units_read"] == ""
    assert admin_client.post(url, {"step": "file"}).status_code == 422
    assert admin_client.post(url, {"step": "add", "units_read": "nonsense"}).status_code == 302
    assert selectors.enrolments_in(cycle).count() == 2
    assert not Unit.objects.filter(code="new").exists()


def test_one_unit_of_the_house_or_a_new_one_is_added_by_name(
    admin_client: Client, cycle: Cycle, person: Callable[..., User]
) -> None:
    units_services.create_unit(actor=None, code="third", title="第三局", short_title="三局", level="city")
    url = reverse("rubrics:units_add", args=[cycle.pk])
    assert [code for code, _label in admin_client.get(url).context["one_form"].fields["unit"].choices] == ["", "third"]
    one = {"step": "one", "series": "offices", "tags": "key,key large", "member_of": "own"}
    for wrong in ({}, {"unit": "third", "code": "fourth"}, {"code": "四"}, {"code": "fourth"}):
        assert admin_client.post(url, {**one, **wrong}).status_code == 422
    for said in ({"unit": "third"}, {"code": "fourth", "title": "第四局"}):
        shown = admin_client.post(url, {**one, **said})
        assert shown.status_code == 200, shown.context["one_form"].errors
        admin_client.post(url, {"step": "add", "units_read": shown.context["units_read"]})
    found = {row.unit.code: row for row in selectors.enrolments_in(cycle)}
    assert set(found) == {"own", "other", "third", "fourth"}
    for code in ("third", "fourth"):
        assert (found[code].series_code, found[code].tags) == ("offices", ["key", "large"])
        assert found[code].member_of == found["own"]
    assert found["fourth"].unit.title == "第四局"


def test_the_empty_list_of_a_cycle_is_there_even_when_its_rubric_is_retired(admin_client: Client, cycle: Cycle) -> None:
    services.retire_rubric(actor=None, rubric=cycle.rubric, version=cycle.rubric.version)
    answer = admin_client.get(reverse("rubrics:units_template", args=[cycle.pk]))
    assert f"units-{cycle.code}.xlsx" in answer.headers["Content-Disposition"]


def test_a_list_of_nobody_and_a_list_of_units_in_a_circle_are_refused(cycle: Cycle) -> None:
    refused("no_units", services.enrol_units, cycle=cycle, participants=[])
    circle = [
        Participant("one", "offices", title="甲", member_of="two"),
        Participant("two", "offices", title="乙", member_of="one"),
    ]
    problems = refused("units", services.enrol_units, cycle=cycle, participants=circle).problems
    assert problems == [("one", "member_of", "two"), ("two", "member_of", "one")]
    assert selectors.enrolments_in(cycle).count() == 2


# --- changing -------------------------------------------------------------------------------------------------------


def change(**said: Any) -> dict[str, Any]:
    return {"version": 1, "series": "offices", "tags": "", "member_of": "", "reason": "机构改革", **said}


def test_a_change_shows_first_what_it_touches_and_is_done_with_the_second_press(
    admin_client: Client, cycle: Cycle, own: Enrolment, clerk: User, reviewer: User
) -> None:
    services.assign_reviewer(actor=None, cycle=cycle, user=reviewer, series_code="offices")
    services.touch_records(own)
    url = reverse("rubrics:unit_change", args=[cycle.pk, own.pk])
    wish = change(series="stations", tags="key", member_of="other")
    shown = admin_client.post(url, {**wish, "step": "check"})
    assert shown.status_code == 200
    effects = shown.context["effects"]
    assert (effects.series, effects.ranked, effects.left) == (("科室", "站所"), (1, 2), 0)
    assert (effects.gone, effects.come) == (("年度计划",), ("产量",))
    assert (effects.marks, effects.total) == (("100", "100"), "100")
    assert (effects.reviewers, effects.losing) == ((1, 0), (str(reviewer),))
    assert (effects.records, effects.results) == (1, 2)
    page = shown.content.decode()
    assert "1 item falls away: 年度计划" in page
    assert "The results of all 2 units of the cycle are worked out anew." in page
    assert fresh(own).series_code == "offices"
    admin_client.post(url, {**wish, "step": "change", "seen": shown.context["form"]["seen"].value()})
    row = fresh(own)
    assert (row.series_code, row.tags, row.member_of.unit.code) == ("stations", ["key"], "other")
    entry = JournalEntry.objects.get(verb="enrolment.changed")
    assert entry.scope == f"cycle:{cycle.pk}/unit:{own.unit_id}"
    assert entry.before == {"series_code": "offices", "tags": [], "member_of": None}
    assert entry.after == {"series_code": "stations", "tags": ["key"], "member_of": "other", "reason": "机构改革"}
    assert [notice.text_code for notice in units_selectors.notices_for(clerk)] == ["enrolment.changed"]


def test_what_was_not_shown_is_not_done(admin_client: Client, cycle: Cycle, own: Enrolment) -> None:
    url = reverse("rubrics:unit_change", args=[cycle.pk, own.pk])
    shown = admin_client.post(url, {**change(tags="key"), "step": "check"})
    seen = shown.context["form"]["seen"].value()
    other_wish = admin_client.post(url, {**change(tags="large"), "step": "change", "seen": seen})
    assert other_wish.status_code == 200
    assert other_wish.context["effects"] is not None
    assert fresh(own).tags == []


def test_a_change_without_a_reason_or_that_changes_nothing_is_refused(
    admin_client: Client, cycle: Cycle, own: Enrolment
) -> None:
    url = reverse("rubrics:unit_change", args=[cycle.pk, own.pk])
    assert admin_client.post(url, {**change(tags="key", reason=" "), "step": "check"}).status_code == 422
    same = admin_client.post(url, {**change(), "step": "check"})
    assert same.status_code == 422
    assert "Nothing would be changed." in same.content.decode()
    refused("reason", services.change_enrolment, enrolment=own, version=own.version, reason=" ", tags=["key"])
    refused("same", services.change_enrolment, enrolment=own, version=own.version, reason="x", tags=[])
    assert (fresh(own).version, fresh(own).records_version) == (1, 0)


def test_a_change_from_an_outdated_page_is_a_conflict(admin_client: Client, cycle: Cycle, own: Enrolment) -> None:
    services.change_enrolment(actor=None, enrolment=own, version=own.version, reason="x", tags=["large"])
    url = reverse("rubrics:unit_change", args=[cycle.pk, own.pk])
    shown = admin_client.post(url, {**change(tags="key"), "step": "check"})
    seen = shown.context["form"]["seen"].value()
    answer = admin_client.post(url, {**change(tags="key"), "step": "change", "seen": seen})
    assert answer.status_code == 409
    assert fresh(own).tags == ["large"]


def test_a_unit_is_never_a_member_of_itself_of_its_own_member_or_of_another_cycle(
    start: Callable[..., Cycle], cycle: Cycle, own: Enrolment, other: Enrolment
) -> None:
    services.change_enrolment(actor=None, enrolment=other, version=other.version, reason="x", member_of=own)
    foreign = selectors.enrolments_in(start(code="second")).get(unit__code="other")
    for head in (fresh(own), fresh(other), foreign):
        refused("member_of", services.change_enrolment, enrolment=own, version=own.version, reason="x", member_of=head)
    assert fresh(own).member_of is None
    assert fresh(own).version == own.version


def test_a_series_whose_full_marks_the_unit_cannot_reach_is_refused_in_words(
    admin_client: Client, small: dict[str, Any], start: Callable[..., Cycle], rubric: Any
) -> None:
    short = {**small, "code": "short", "categories": [small["categories"][0], dict(small["categories"][1])]}
    short["categories"][1]["applies_to"] = {"series": ["offices"]}
    # Such a rubric is not published any more; one that was published before the marks were checked still runs.
    draft = services.load_rubric(actor=None, data=short)
    digest = fingerprint(selectors.definition_of(draft))
    Rubric.objects.filter(pk=draft.pk).update(state=Rubric.State.PUBLISHED, fingerprint=digest)
    published = Rubric.objects.get(pk=draft.pk)
    cycle = start(rubric=published, code="short", participants=[Participant("own", "offices")])
    own = selectors.enrolments_in(cycle).get()
    url = reverse("rubrics:unit_change", args=[cycle.pk, own.pk])
    shown = admin_client.post(url, {**change(series="stations"), "step": "check"})
    assert shown.context["effects"].marks == ("100", "40")
    seen = shown.context["form"]["seen"].value()
    answer = admin_client.post(url, {**change(series="stations"), "step": "change", "seen": seen})
    assert answer.status_code == 422
    assert "Its full marks do not reach the total: 40 / 100." in answer.content.decode()
    assert (fresh(own).series_code, fresh(own).version) == ("offices", 1)


def test_a_series_the_rubric_does_not_have_is_refused(admin_client: Client, cycle: Cycle, own: Enrolment) -> None:
    url = reverse("rubrics:unit_change", args=[cycle.pk, own.pk])
    assert admin_client.post(url, {**change(series="nowhere"), "step": "check"}).status_code == 422
    found = refused(
        "units", services.change_enrolment, enrolment=own, version=own.version, reason="x", series_code="nowhere"
    )
    assert found.problems == [("own", "series", "nowhere")]
    assert fresh(own).series_code == "offices"


def test_a_unit_of_another_cycle_is_not_changed_through_this_one(
    admin_client: Client, start: Callable[..., Cycle], cycle: Cycle
) -> None:
    foreign = selectors.enrolments_in(start(code="second")).get(unit__code="own")
    url = reverse("rubrics:unit_change", args=[cycle.pk, foreign.pk])
    assert admin_client.get(url).status_code == 404
    assert admin_client.post(url, {**change(tags="key"), "step": "check"}).status_code == 404


def test_effects_of_a_tag_alone_say_that_the_same_items_apply(cycle: Cycle, own: Enrolment, other: Enrolment) -> None:
    definition = selectors.definition_of(cycle.rubric)
    wanted = lists.Wanted("offices", ("key",), None)
    effects = lists.effects_of(definition, own, wanted, [own, other], [])
    assert (effects.gone, effects.come, effects.moves, effects.moves_up) == ((), (), False, False)
    assert (effects.ranked, effects.left) == ((1, 1), 1)
    assert lists.known_tags(definition, [own, other]) == ["key"]
