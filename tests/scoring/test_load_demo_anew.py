"""Loading the demonstration into an empty house, beside real data, halfway, and in another year."""

from __future__ import annotations

import datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from evidence.models import Fact
from rubrics.models import Cycle, CyclePhase, Rubric
from rubrics.services import rubrics as rubric_services
from scoring import demo
from scoring.demo import table
from scoring.demo.plan import dated, folder, year_for
from units.models import Unit, User


@pytest.mark.django_db
def test_without_the_setting_nothing_is_loaded() -> None:
    with pytest.raises(CommandError, match="KAOPING_DEMO"):
        call_command("load_demo", stdout=StringIO())
    assert not Cycle.objects.exists()


@pytest.mark.django_db
def test_beside_accounts_of_a_real_house_nothing_is_loaded(administrator: User) -> None:
    with override_settings(KAOPING_DEMO=True), pytest.raises(CommandError):
        call_command("load_demo", stdout=StringIO())
    assert list(User.objects.all()) == [administrator]
    assert not Cycle.objects.exists()


@pytest.mark.django_db
def test_what_breaks_on_the_way_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    done = []

    def publish(**options: object) -> Rubric:
        if done:
            raise RuntimeError("the power is gone")
        done.append(1)
        return rubric_services.publish_rubric(**options)  # type: ignore[arg-type]

    monkeypatch.setattr("scoring.demo.loading.rubrics_services.publish_rubric", publish)
    with override_settings(KAOPING_DEMO=True), pytest.raises(RuntimeError):
        call_command("load_demo", stdout=StringIO())
    assert done
    assert (Cycle.objects.count(), User.objects.count(), Unit.objects.count()) == (0, 0, 0)


# ------------------------------------------------------------------ another year


@pytest.mark.parametrize(
    ("today", "year"),
    [("2026-11-22", 2026), ("2027-03-01", 2026), ("2027-11-17", 2026), ("2027-12-31", 2027), ("2028-01-01", 2027)],
)
def test_the_appraised_year_is_the_last_one_that_the_facts_fit_into(today: str, year: int) -> None:
    assert year_for(demo.read_plan(), datetime.date.fromisoformat(today)) == year


def test_facts_move_to_the_appraised_year_whole() -> None:
    moved = dated({"units": [{"facts": [{"date": datetime.date(2026, 3, 9), "count": 1}]}]}, 2031)
    assert moved == {"units": [{"facts": [{"date": "2031-03-09", "count": 1}]}]}


@pytest.mark.django_db
def test_the_whole_demonstration_can_be_loaded_in_another_year() -> None:
    now = timezone.make_aware(datetime.datetime(2028, 3, 1, 9, 30))
    with time_machine.travel(now, tick=False):
        demo.load(demo.read_plan(), now=now, say=lambda line: None)
    assert set(Cycle.objects.values_list("year", "rubric__year")) == {(2027, 2027)}
    assert {row.date.year for row in Fact.objects.exclude(date=None)} == {2027}
    review = CyclePhase.objects.get(cycle__code="municipal", code="approval")
    assert review.opens_at < now < review.closes_at


def test_the_files_of_the_demonstration_are_small() -> None:
    files = [path for path in (folder() / "files").iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 500_000


def test_a_table_keeps_its_columns_under_chinese_words() -> None:
    found = table.lines(["A", "乙"], [["考评", "x"], ["b", "y"]])
    assert found == ["A     乙", "────  ──", "考评  x", "b     y"]
