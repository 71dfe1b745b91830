"""The demonstration: what is in it, that its finished results are the engine's own, and that loading twice is safe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from evidence import store
from evidence.models import Attachment, Fact, Ruling, Submission
from evidence.policies import unmet_prerequisites
from evidence.selectors.undecided import undecided_claims
from evidence.services.rulings import VERDICTS
from rubrics.definition.figures import complete
from rubrics.files import write_yaml
from rubrics.lifecycle import open_phases
from rubrics.models import Cycle, Enrolment, Rubric
from scoring import demo
from scoring.demo.plan import folder
from scoring.models import Run, UnitResult
from scoring.packing import unpack
from scoring.selectors import outcome_of
from units import selectors as units_selectors
from units.models import JournalEntry, Unit, User
from units.roles import ROLES
from units.services import journal

SIZES = {"municipal": 81, "land-bureau": 14, "township": 15, "sunshine-action": 12, "archives": 19}
PREFIXES = {"municipal": "city-", "township": "town-", "land-bureau": ""}


def load_demo() -> str:
    out = StringIO()
    with override_settings(KAOPING_DEMO=True):
        call_command("load_demo", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def said(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """What the command printed; the demonstration lies in a transaction that ends with this file."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        yield load_demo()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, dict]]:
    """Rubric → unit → what `manage.py score` says of it, from the completed rubric and the facts file."""
    found = {}
    for cycle in demo.read_plan().cycles:
        if cycle.rubric in PREFIXES:
            path = tmp_path_factory.mktemp("score") / "rubric.yaml"
            path.write_text(write_yaml(complete(cycle.rubric_data, cycle.figures_data)), encoding="utf-8")
            out = StringIO()
            facts = folder() / f"{cycle.rubric}.facts.yaml"
            call_command("score", str(path), str(facts), "--format", "json", stdout=out)
            found[cycle.rubric] = {unit["code"]: unit for unit in json.loads(out.getvalue())["units"]}
    return found


def cycle_of(code: str) -> Cycle:
    return Cycle.objects.get(code=code)


# ------------------------------------------------------------------ what is there


@pytest.mark.django_db
def test_five_cycles_hold_the_units_of_their_facts_files(said: str) -> None:
    counts = {cycle.code: cycle.enrolments.count() for cycle in Cycle.objects.all()}
    assert counts == SIZES


@pytest.mark.django_db
def test_the_cycles_are_in_different_phases_today(said: str) -> None:
    now = timezone.now()
    found = {cycle.code: open_phases(cycle.schedule().phases, now) for cycle in Cycle.objects.all()}
    assert found == {
        "land-bureau": ("self_assessment", "review"),
        "municipal": ("approval",),
        "township": (),
        "sunshine-action": ("verification",),
        "archives": ("self_assessment",),
    }


@pytest.mark.django_db
def test_every_appraised_unit_has_a_clerk_and_every_role_is_in_the_switcher(said: str) -> None:
    units = Unit.objects.filter(enrolments__isnull=False)
    assert set(units) == set(units.filter(memberships__role="clerk"))
    words = {word for person in units_selectors.demo_people() for word in person["group"].split(", ")}
    assert len(words) == len(ROLES)


@pytest.mark.django_db
def test_nobody_has_to_change_the_password_and_all_share_one_hash(said: str) -> None:
    assert not User.objects.filter(must_change_password=True).exists()
    assert User.objects.values("password").distinct().count() == 1


@pytest.mark.django_db
def test_shipped_rubrics_stay_drafts_and_completed_clones_are_published(said: str) -> None:
    states = Rubric.objects.order_by("code", "edition").values_list("code", "state", "cloned_from__state")
    pairs = [((code, "draft", None), (code, "published", "draft")) for code in sorted(SIZES)]
    assert list(states) == [row for pair in pairs for row in pair]


@pytest.mark.django_db
def test_archives_has_sheets_handed_in_begun_and_untouched(said: str) -> None:
    enrolments = Enrolment.objects.filter(cycle__code="archives")
    begun = enrolments.filter(submission__state="draft")
    assert {row.unit.code for row in begun} == {"archives-water", "archives-health", "archives-land"}
    assert all(fact.state == Fact.State.DRAFT for fact in Fact.objects.filter(enrolment__in=begun, origin="unit"))
    assert enrolments.filter(submission=None).count() == 7
    assert enrolments.filter(submission__state="submitted").count() == 9


@pytest.mark.django_db
def test_proof_lies_in_the_store_and_belongs_to_items_or_prerequisites(said: str) -> None:
    rows = list(Attachment.objects.all())
    assert len(rows) >= 12
    for row in rows:
        with store.open_file(row.file) as content:
            assert len(content.read()) == row.size
        assert row.item_links.exists() or row.prerequisite_links.exists()


@pytest.mark.django_db
def test_archives_opens_the_sheets_of_those_whose_prerequisites_are_confirmed(said: str) -> None:
    """One unit among those who have accounts of their own in the list stands before them still."""
    enrolments = Enrolment.objects.filter(cycle__code="archives").select_related("cycle__rubric", "unit")
    begun = set(Submission.objects.filter(enrolment__in=enrolments).values_list("enrolment_id", flat=True))
    unmet = {row.unit.code: len(unmet_prerequisites(row)) for row in enrolments}
    assert {unmet[row.unit.code] for row in enrolments if row.pk in begun} == {0}
    assert unmet["archives-education"] == 5
    assert "archives-education" in said


@pytest.mark.django_db
def test_no_fact_lies_in_the_future_or_outside_the_appraised_year(said: str) -> None:
    today = timezone.localdate()
    dates = Fact.objects.exclude(date=None).values_list("date", "enrolment__cycle__year")
    assert len(dates) > 500
    assert {date.year == year and date <= today for date, year in dates} == {True}


@pytest.mark.django_db
def test_the_journal_of_the_loaded_house_fits(said: str) -> None:
    verdicts, fits = journal.verify()
    assert fits
    assert sum(verdict.count for verdict in verdicts) == JournalEntry.objects.count() > 150


@pytest.mark.django_db
def test_providers_find_in_their_ledgers_what_they_recorded(said: str) -> None:
    rows = Fact.objects.filter(origin="provider").values_list("created_by__username", flat=True)
    names = {"city-discipline-data", "city-court-data", "city-efficacy-office-data", "county-inspection-data"}
    assert set(rows) >= names


# ------------------------------------------------------------------ land-bureau


@pytest.mark.django_db
def test_thirteen_units_of_the_land_bureau_are_decided_and_one_is_left_to_the_newcomer(said: str) -> None:
    enrolments = Enrolment.objects.filter(cycle__code="land-bureau").select_related("unit", "cycle")
    left = [row for row in enrolments if not Submission.objects.filter(enrolment=row).exists()]
    assert [row.unit.code for row in left] == ["service"]
    assert not Fact.objects.filter(enrolment=left[0]).exists()
    others = [row for row in enrolments if row not in left]
    assert {row.submission.state for row in others} == {"submitted"}
    assert [list(undecided_claims(row, "")) for row in others] == [[]] * 13


@pytest.mark.django_db
def test_in_the_land_bureau_every_verdict_and_origin_occurs(said: str) -> None:
    facts = Fact.objects.filter(enrolment__cycle__code="land-bureau")
    assert set(facts.values_list("origin", flat=True)) == {"unit", "reviewer"}
    assert set(Ruling.objects.filter(fact__in=facts).values_list("verdict", flat=True)) == set(VERDICTS)
    reasons = Ruling.objects.filter(fact__in=facts).exclude(verdict="accepted").values_list("reason", flat=True)
    assert all(reasons)


# ------------------------------------------------------------------ scores


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["municipal", "township"])
def test_the_stored_result_of_a_finished_cycle_is_what_the_command_line_says(
    code: str, said: str, scored: dict[str, dict[str, dict]]
) -> None:
    run = Run.objects.get(cycle__code=code, stand="final", current=True)
    rows = UnitResult.objects.filter(run=run).select_related("enrolment__unit")
    assert len(rows) == len(scored[code]) == SIZES[code]
    for row in rows:
        wanted = scored[code][row.enrolment.unit.code.removeprefix(PREFIXES[code])]
        stored = unpack(row.body, code="", title="", series="", total=row.total, marks=row.marks, vetoes=())
        assert row.total == Decimal(wanted["total"])
        assert {name: node.value for name, node in stored.nodes.items()} == {
            name: Decimal(value) for name, value in wanted["nodes"].items()
        }
        found = (row.rank, row.out_of_rank, row.grades, row.vetoes)
        assert found == (wanted["rank"], wanted["out_of_rank"], wanted["grades"], wanted["vetoes"])
        assert stored.converted == (None if wanted["converted"] is None else Decimal(wanted["converted"]))
        moved = sorted((line.clause or "", line.node, line.points, line.reason or "") for line in stored.lines)
        assert moved == sorted(
            (line["clause"] or "", line["node"], Decimal(line["points"]), line["reason"] or "")
            for line in wanted["lines"]
        )


@pytest.mark.django_db
def test_the_thirteen_decided_units_score_what_the_facts_file_says(
    said: str, scored: dict[str, dict[str, dict]]
) -> None:
    units = outcome_of(cycle_of("land-bureau"), "final").result.units
    found = {unit.code: unit for unit in units if unit.code != "service"}
    wanted = {code: unit for code, unit in scored["land-bureau"].items() if code != "service"}
    assert {code: unit.total for code, unit in found.items()} == {
        code: Decimal(unit["total"]) for code, unit in wanted.items()
    }
    for code, unit in found.items():
        nodes = {name: Decimal(value) for name, value in wanted[code]["nodes"].items()}
        assert {name: node.value for name, node in unit.nodes.items()} == nodes


@pytest.mark.django_db
def test_self_assessed_and_final_scores_differ_where_claims_were_changed(said: str) -> None:
    claimed = {unit.code: unit.total for unit in outcome_of(cycle_of("land-bureau"), "self").result.units}
    final = {unit.code: unit.total for unit in outcome_of(cycle_of("land-bureau"), "final").result.units}
    assert {code for code in final if final[code] != claimed[code]} >= {"office", "personnel", "legal", "cadastre"}


# ------------------------------------------------------------------ the table


@pytest.mark.django_db
def test_the_table_names_who_can_sign_in_and_they_can(said: str) -> None:
    plan = demo.read_plan()
    names = [row[0] for row in demo.who(plan)]
    assert set(names) == set(User.objects.filter(is_demo=True).values_list("username", flat=True))
    lines = said.splitlines()
    for name in names:
        person = User.objects.get(username=name)
        assert person.is_active and person.check_password(plan.password)
        assert any(line.startswith(f"{name} ") and str(person) in line for line in lines)
    assert plan.password in lines[-1]


# ------------------------------------------------------------------ once


def _counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_keeps_what_people_entered(said: str) -> None:
    fact = Fact.objects.filter(enrolment__cycle__code="archives", state="draft").first()
    assert fact is not None
    Fact.objects.filter(pk=fact.pk).update(said={"points": "1"}, note="由经办人改过")
    before = _counts()
    again = load_demo()
    assert _counts() == before
    fact.refresh_from_db()
    assert (fact.said, fact.note) == ({"points": "1"}, "由经办人改过")
    assert [line for line in again.splitlines() if line[:1].isalpha()] == [
        line for line in said.splitlines() if line[:1].isalpha()
    ]
