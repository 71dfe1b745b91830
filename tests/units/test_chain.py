"""The pure hash chain: what it covers, and that every kind of tampering is named."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.utils.functional import lazy

from units import chain

BEGIN = datetime(2026, 3, 1, 8, 12, tzinfo=UTC)


def make_chain(length: int) -> list[dict[str, object]]:
    """Rows as they are stored, with their hash beside them."""
    rows: list[dict[str, object]] = []
    previous = chain.GENESIS
    for number in range(1, length + 1):
        row: dict[str, object] = {
            "scope": "cycle:1/unit:2",
            "number": number,
            "at": BEGIN + timedelta(seconds=number),
            "actor": number % 3 or None,
            "actor_name": "财务处经办人",
            "verb": "fact.changed",
            "object_type": "evidence.fact",
            "object_id": str(number),
            "object_label": "会议缺席",
            "before": {"points": "7.00"},
            "after": {"points": "5.60", "number": number},
            "algorithm": chain.ALGORITHM,
            "previous_hash": previous,
        }
        row["hash"] = previous = chain.entry_hash(row)
        rows.append(row)
    return rows


def check(rows: list[dict[str, object]], head: tuple[int, str] | None) -> chain.Break | None:
    links = (chain.Link({name: row[name] for name in chain.FIELDS}, str(row["hash"])) for row in rows)
    return chain.first_break(links, head=head)


def head_of(rows: list[dict[str, object]]) -> tuple[int, str]:
    return len(rows), str(rows[-1]["hash"])


def test_an_untouched_chain_fits() -> None:
    rows = make_chain(20)
    assert check(rows, head_of(rows)) is None


def test_an_empty_chain_fits() -> None:
    assert check([], None) is None
    assert check([], (0, chain.GENESIS)) is None


@pytest.mark.parametrize(
    "field", [name for name in chain.FIELDS if name not in ("number", "previous_hash", "algorithm")]
)
def test_every_field_is_under_the_hash(field: str) -> None:
    rows = make_chain(5)
    head = head_of(rows)
    rows[2][field] = BEGIN if field == "at" else {"points": "9"} if field in ("before", "after") else "x"
    assert check(rows, head) == chain.Break(3, "altered")


def test_a_foreign_algorithm_is_named() -> None:
    rows = make_chain(3)
    rows[1]["algorithm"] = "md5"
    assert check(rows, head_of(rows)) == chain.Break(2, "algorithm")


def test_a_row_taken_out_is_named() -> None:
    rows = make_chain(5)
    assert check(rows[:2] + rows[3:], head_of(rows)) == chain.Break(3, "missing")


def test_a_row_rewritten_with_a_fitting_hash_breaks_the_next() -> None:
    rows = make_chain(5)
    head = head_of(rows)
    rows[2]["after"] = {"points": "9"}
    rows[2]["hash"] = chain.entry_hash(rows[2])
    assert check(rows, head) == chain.Break(4, "unlinked")


def test_a_tail_cut_off_is_named_by_its_first_row() -> None:
    rows = make_chain(5)
    assert check(rows[:3], head_of(rows)) == chain.Break(4, "cut")


def test_rows_without_any_noted_head_do_not_fit() -> None:
    assert check(make_chain(2), None) == chain.Break(1, "head")


def test_a_chain_rewritten_from_the_start_has_another_head() -> None:
    rows, other = make_chain(5), make_chain(5)
    for row in other:
        row["actor_name"] = "别人"
    previous = chain.GENESIS
    for row in other:
        row["previous_hash"] = previous
        row["hash"] = previous = chain.entry_hash(row)
    assert check(other, head_of(other)) is None
    assert check(other, head_of(rows)) == chain.Break(5, "head")


def test_a_thousand_random_tamperings_are_all_found() -> None:
    random_ = random.Random(20261122)
    for _round in range(1_000):
        rows = make_chain(random_.randint(2, 9))
        head = head_of(rows)
        place = random_.randrange(len(rows))
        kind = random_.choice(["edit", "delete", "insert", "swap", "cut", "rewrite"])
        if kind == "edit":
            rows[place]["after"] = {"points": str(random_.random())}
        elif kind == "delete":
            del rows[place]
        elif kind == "insert":
            rows.insert(place, {**rows[place], "verb": "x"})
        elif kind == "swap":
            other = (place + 1) % len(rows)
            rows[place], rows[other] = rows[other], rows[place]
        elif kind == "cut":
            rows = rows[:place]
        else:
            rows[place]["verb"] = "x"
            previous = chain.GENESIS
            for row in rows:
                row["previous_hash"] = previous
                row["hash"] = previous = chain.entry_hash(row)
        assert check(rows, head) is not None, kind


def test_the_same_moment_hashes_alike_in_every_time_zone() -> None:
    east = timezone(timedelta(hours=8))
    assert chain.stamp(BEGIN) == chain.stamp(BEGIN.astimezone(east)) == "2026-03-01T08:12:00.000000Z"


def test_the_order_of_keys_does_not_matter() -> None:
    assert (
        chain.canonical_json({"b": 1, "a": "分"})
        == chain.canonical_json({"a": "分", "b": 1})
        == '{"a":"分","b":1}'.encode()
    )


def test_records_are_kept_exactly() -> None:
    said = chain.plain({"points": Decimal("0.50"), "on": date(2026, 1, 2), 3: (None, True), "codes": {"b", "a"}})
    assert said == {"points": "0.50", "on": "2026-01-02", "3": [None, True], "codes": ["a", "b"]}


@pytest.mark.parametrize("value", [0.1, {"points": 0.1}, [1.0], object()])
def test_what_cannot_be_kept_exactly_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        chain.plain(value)


def test_the_combined_head_does_not_depend_on_order_but_on_every_head() -> None:
    one = chain.combined_head({"cycle:1": "aa", "cycle:1/unit:2": "bb"})
    assert one == chain.combined_head({"cycle:1/unit:2": "bb", "cycle:1": "aa"})
    assert one != chain.combined_head({"cycle:1": "aa", "cycle:1/unit:2": "bc"})


def test_a_moment_and_a_lazy_text_are_kept_as_text() -> None:
    assert chain.plain(BEGIN) == "2026-03-01T08:12:00.000000Z"
    assert chain.plain(lazy(lambda: "分", str)()) == "分"


def test_a_moment_may_be_given_as_its_text() -> None:
    row = make_chain(1)[0]
    assert chain.entry_hash({**row, "at": chain.stamp(BEGIN + timedelta(seconds=1))}) == row["hash"]
