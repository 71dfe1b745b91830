from decimal import Decimal

import pytest
from django.http import QueryDict

from evidence.forms import as_decimal, read_entry, whole
from rubrics.checks import read_definition
from tests.evidence.conftest import ESSAY, LATE, NEWS, PLACE, RATE, RUBRIC

DEFINITION, _problems = read_definition(RUBRIC)


def entry(code: str, typed: str):
    clause = DEFINITION.clauses[code]
    return read_entry(QueryDict(typed), clause, clause.kind)


def test_a_count_is_read_as_a_whole_number():
    assert entry(LATE, "count=3").said == {"count": 3}


def test_full_width_figures_and_thousands_are_read():
    assert entry(RATE, "value=%EF%BC%91%2C%EF%BC%90%EF%BC%90%EF%BC%90.5").said == {"value": Decimal("1000.5")}


@pytest.mark.parametrize("typed", ["", "count=", "count=0", "count=%20"])
def test_nothing_and_zero_occurrences_say_nothing(typed):
    assert entry(LATE, typed).blank


@pytest.mark.parametrize("typed", ["count=abc", "count=-1", "count=1.5", "count=1e99", "count=NaN"])
def test_what_is_no_count_is_named_at_its_field(typed):
    found = entry(LATE, typed)
    assert list(found.problems) == ["count"]
    assert not found.blank


def test_a_stepper_beside_a_level_that_was_not_chosen_says_nothing():
    assert entry(NEWS, "count=2").blank


def test_a_tick_is_enough_where_a_fact_says_nothing_else():
    assert entry(ESSAY, "present=1").present
    assert entry(ESSAY, "").blank


def test_only_fields_of_the_basis_are_read():
    assert entry(PLACE, "rank=2&of=9&count=4&points=99").said == {"rank": 2, "of": 9}


def test_a_date_that_is_none_is_named():
    assert list(entry(LATE, "count=1&date=2026-02-30").problems) == ["date"]


@pytest.mark.parametrize("typed", ["inf", "1e400", "0x10", "１２a", "1.0000000000001"])
def test_numbers_beyond_sense_are_no_numbers(typed):
    assert as_decimal(typed) is None


@pytest.mark.parametrize(("typed", "number"), [("12", 12), ("", None), ("-1", None), ("９", None), ("1" * 40, None)])
def test_keys_out_of_a_form_are_plain_digits(typed, number):
    assert whole(typed) == number
