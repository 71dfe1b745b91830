"""What the app says of rubrics, dates and journal entries; and what it hangs into the rail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from rubrics import dates, rail, selectors, services, wording
from rubrics.definition import Definition
from rubrics.files import read_yaml
from rubrics.lifecycle import PHASES
from rubrics.models import Cycle, Rubric
from rubrics.selectors import outlines, process
from units import services as units_services
from units.models import JournalEntry, User
from units.wording import verb_text

FILES = sorted((Path(settings.BASE_DIR) / "fixtures" / "rubrics").glob("*.yaml"))
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 12, 28, 12, 0, tzinfo=SHANGHAI)
DAY = timedelta(days=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_shipped_rubric_can_be_read_on_its_page(
    path: Path, language: str, as_user: Callable[[User], Client], administrator: User
) -> None:
    rubric = services.load_rubric(actor=None, data=read_yaml(path.read_bytes()))
    client = as_user(administrator)
    client.cookies["kaoping_language"] = language
    page = client.get(reverse("rubrics:rubric", args=[rubric.pk]))
    assert page.status_code == 200
    definition = selectors.definition_of(rubric)
    assert [row.code for row in page.context["rows"] if row.kind == "clause"] == list(definition.clauses)
    assert all(row.says[0] for row in page.context["rows"] if row.kind == "clause")
    assert len(page.context["summary"].open) == len(outlines.open_of(definition))


def small_definition(small: dict[str, Any]) -> Definition:
    return selectors.definition_of(services.load_rubric(actor=None, data=small))


def test_a_clause_says_its_limits_modifiers_and_consequences(db: None, small: dict[str, Any]) -> None:
    clause = small["categories"][0]["items"][0]["clauses"][0]
    clause |= {
        "limit": 5,
        "limit_per": {"month": 2},
        "acts_on": "total",
        "modifiers": [{"code": "public", "title": "造成影响", "times": 2}],
        "escalate": [1, 2],
        "evidence": "required",
        "applies_to": {"series": ["offices"]},
    }
    veto = {
        "code": "grave",
        "text": "重大事故",
        "effect": "veto",
        "consequences": [{"bar_grades": ["excellent"]}, {"zero": "total"}],
    }
    small["categories"][0]["items"][0]["clauses"].append(veto)
    with override("en"):
        rows = {row.code: row for row in outlines.rows_of(small_definition(small))}
    assert rows["conduct.meetings.late"].says[1:] == (
        "at most 5 points in all",
        "at most 2 points a month",
        "taken from the total",
        "造成影响 × 2",
        "occurrence 1 × 1, from occurrence 2 on × 2",
        "proof required",
        "only for 科室",
        "supplied by 法院",
    )
    assert rows["conduct.meetings.grave"].says[1:] == ("bars 优秀", "the total becomes 0")


def test_the_summary_says_what_each_series_can_reach(db: None, small: dict[str, Any]) -> None:
    small["categories"][0]["applies_to"] = {"series": ["stations"]}
    marks = outlines.summary_of(small_definition(small)).marks
    assert [(each.code, each.reached, each.total, each.fits) for each in marks] == [
        ("offices", "60", "100", False),
        ("stations", "100", "100", True),
    ]


def test_a_grading_says_when_how_many_and_what_follows(db: None, small: dict[str, Any]) -> None:
    rule = small["gradings"][0]["rules"][0]
    rule["when"] |= {"no_veto": True, "rank_at_most": 3, "has_tag": ["key"], "in_series": ["offices"]}
    rule["quota"] = {"percent": 20}
    rule["consequences"] = [{"code": "prize", "text": "发奖金", "value": 1000}]
    with override("en"):
        (table,) = process.gradings_of(small_definition(small))
    assert table.rules[0].when == ("total at least 90", "among the first 3", "no veto", "marked key", "in 科室")
    assert (table.rules[0].takes, table.rules[0].brings) == ("20% of each series, rounded down", ("发奖金 (1000)",))
    assert table.rules[1].when == ()


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (at(31, 17, 30), "3 days left"),
        (at(29, 0), "ends today"),
        (at(28, 17), "ends today"),
        (at(28, 9), "over since today"),
        (at(26, 9), "over for 2 days"),
    ],
)
def test_how_long_a_phase_still_runs(end: datetime, words: str) -> None:
    with override("en"):
        assert dates.left(NOON, end) == words


def test_midnight_belongs_to_the_day_that_ends_and_opens_the_day_that_begins() -> None:
    with override("zh-hans"):
        assert dates.minute(at(29, 0)) == "12月28日 24:00"
        assert dates.minute(at(29, 17, 30)) == "12月29日 17:30"
        assert dates.beginning(at(29, 0)) == "12月29日"
        assert dates.beginning(at(29, 8, 30)) == "12月29日 08:30"
        assert dates.span(at(15, 0), at(31, 0)) == "12月15日–12月30日"
    with override("en"):
        assert dates.until(NOON, at(30, 8)) == "in 2 days"
        assert dates.until(NOON, at(28, 18)) == "today"


@pytest.mark.parametrize("phase", PHASES)
def test_every_phase_has_a_name_and_a_short_one_in_both_languages(phase: str) -> None:
    for language in ("zh-hans", "en"):
        with override(language):
            assert wording.phase_title(phase) not in ("", phase)
            assert wording.phase_short(phase) not in ("", phase)


def test_every_journal_row_of_the_app_is_a_sentence(
    start: Callable[..., Cycle], administrator: User, reviewer: User, small: dict[str, Any], now: datetime
) -> None:
    cycle = start()
    assignment = services.assign_reviewer(actor=administrator, cycle=cycle, user=reviewer)
    services.unassign_reviewer(actor=administrator, assignment=assignment)
    services.close_phase(actor=None, cycle=cycle, code="review", version=cycle.version, reason="都看完了")
    rows = JournalEntry.objects.exclude(verb__startswith="user").exclude(verb__startswith="unit")
    said = {row.verb: verb_text(row.verb, row.before, row.after) for row in rows}
    assert {"rubric.loaded", "rubric.published", "cycle.started", "assignment.given", "phase.closed"} <= set(said)
    assert all(text != verb for verb, text in said.items())
    assert "都看完了" in said["phase.closed"]
    assert reviewer.username in said["assignment.taken"]


@pytest.mark.parametrize(
    ("who", "icons"),
    [
        ("administrator", ["board", "book"]),
        ("auditor", ["board", "book"]),
        ("leader", ["board", "book"]),
        ("clerk", ["book"]),
        ("reviewer", ["book"]),
        ("stranger", []),
    ],
)
def test_the_rail_leads_to_what_one_may_open(
    who: str,
    icons: list[str],
    request: pytest.FixtureRequest,
    as_user: Callable[[User], Client],
    cycle: Cycle,
) -> None:
    person = request.getfixturevalue(who)
    if who == "leader":
        units_services.give_role(actor=None, user=person, role="leader", cycle=cycle)
    if who == "reviewer":
        services.assign_reviewer(actor=None, cycle=cycle, user=person)
    entries = rail.entries(User.objects.get(pk=person.pk), cycle)
    assert [entry.icon for entry in entries] == icons
    client = as_user(person)
    assert [client.get(entry.url).status_code for entry in entries] == [200] * len(icons)


def test_without_a_cycle_the_rail_leads_administrators_to_the_lists(administrator: User, clerk: User) -> None:
    assert [entry.url for entry in rail.entries(administrator, None)] == ["/cycles/", "/rubrics/"]
    assert rail.entries(clerk, None) == []


def test_a_rubric_is_called_by_its_title(rubric: Rubric) -> None:
    assert str(rubric) == "小型考评办法"
