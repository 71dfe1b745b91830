"""A rubric file loaded and written out again is the same definition, read in the same number of queries."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rubrics import selectors, services
from rubrics.checks import read_definition
from rubrics.definition import file_data, fingerprint
from rubrics.files import read_yaml, write_yaml
from rubrics.models import Clause, Rubric

FILES = sorted((Path(settings.BASE_DIR) / "fixtures" / "rubrics").glob("*.yaml"))


def loaded(path: Path) -> Rubric:
    return services.load_rubric(actor=None, data=read_yaml(path.read_bytes()), filename=path.name)


def queries(rubric: Rubric) -> int:
    with CaptureQueriesContext(connection) as seen:
        selectors.definition_of(rubric)
    return len(seen)


def test_the_shipped_rubrics_are_found() -> None:
    assert {"archives", "land-bureau", "municipal", "sunshine-action", "township"} <= {path.stem for path in FILES}


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_rubric_comes_back_out_of_the_database_unchanged(path: Path) -> None:
    definition, _problems = read_definition(read_yaml(path.read_bytes()))
    assert definition is not None
    stored = selectors.definition_of(loaded(path))
    assert stored == definition
    assert fingerprint(stored) == fingerprint(definition)


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_rubric_written_out_of_the_database_as_a_file_is_the_same_rubric(path: Path) -> None:
    stored = selectors.definition_of(loaded(path))
    again, problems = read_definition(read_yaml(write_yaml(file_data(stored)).encode()))
    assert again is not None, problems
    assert fingerprint(again) == fingerprint(stored)


def test_a_definition_is_read_in_as_many_queries_for_a_small_rubric_as_for_a_large_one(
    db: None, small: dict[str, Any]
) -> None:
    little = services.load_rubric(actor=None, data=small)
    large = loaded(next(path for path in FILES if path.stem == "land-bureau"))
    assert Clause.objects.filter(item__category__rubric=large).count() > 100
    assert queries(little) == queries(large) == 6


def test_a_published_definition_is_read_once_and_a_draft_every_time(rubric: Rubric, small: dict[str, Any]) -> None:
    selectors.definition_of(rubric)
    assert queries(Rubric.objects.get(pk=rubric.pk)) == 0
    draft = services.load_rubric(actor=None, data=small)
    selectors.definition_of(draft)
    assert queries(draft) == 6


def test_figures_keep_every_digit(db: None, small: dict[str, Any]) -> None:
    clause = small["categories"][0]["items"][0]["clauses"][0]
    clause["points"] = Decimal("0.123456789012")
    small["categories"][0]["points"] = small["categories"][0]["items"][0]["points"] = Decimal("40.000000000001")
    small["categories"][1]["points"] = small["categories"][1]["items"][0]["points"] = Decimal("59.999999999999")
    small["categories"][1]["items"][0]["clauses"][0]["max"] = 50
    stored = selectors.definition_of(services.load_rubric(actor=None, data=small))
    assert stored.clauses["conduct.meetings.late"].points == Decimal("0.123456789012")
    assert stored.nodes["work.plan"].points == Decimal("59.999999999999")


def test_a_clause_keeps_its_basis_parameters_apart_from_the_rest(rubric: Rubric) -> None:
    clause = Clause.objects.get(item__category__rubric=rubric, code="late")
    assert clause.parameters == {"points": "0.5", "per": "人次"}
    assert clause.body == {"provider": "court"}
    assert (clause.effect, clause.basis) == ("deduct", "count")
