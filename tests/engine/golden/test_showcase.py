"""The showcase's demonstration, worked out by hand: four bodies node by node, all nine totals, places and grades.

The comparisons, over all nine bodies (economy: dev, ind, com; social: edu, civ, hea, hall; windows: reg, tax):

growth   Σ value ÷ Σ baseline: dev 105/100, ind 112, com 95, edu 100, civ 110, hea none, hall 102.5, reg 107.5, tax 90
days     dev 5, ind 4, com 8 · edu 6, civ 3, hea 4, hall 2 · reg 1, tax 2: the least of each series is the best
finish   dev (88 + 92) ÷ 2 = 90, ind 95, com 85, edu 90, civ 92, hea 96, hall 93, reg 100 (best), tax 80 (worst)
quality  dev 80, ind 90, com 70 · edu 85, civ 95, hea 75, hall 80 · reg 90, tax 90
awareness  hall 90 | ind 82, civ 82 | reg 78 | edu 75 | dev 70, tax 70 | com 65 | hea 60: places 1 | 2 | 4 | 5 | 6 | 8 | 9
above    dev 84, ind 80, com 76: mean 80 · edu 70, civ 74, hea 68, hall 76: mean 72 · reg 90, tax 87: mean 88.5
lag      110 + 100 + 85 + 100 + 120 + 90 + 105 + 95 + 95 = 900: mean 100
oversight  from the bottom: hea 55, com 60, tax 70; all others keep their points
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from .shipped import added_up, clause_lines, exact, node_lines, units, values

# The development bureau: every way of counting, in the economy series.
DEV = {
    # 105 ÷ 100 is + 5 %, half-way between 0 % (6) and 10 % (10).
    "development.growth": "8",
    # days 4 × 4 ÷ 5 = 3.2; finish 4 × (90 − 80) ÷ (100 − 80) = 2; quality 4 × (0.6 + 0.4 × 10 ÷ 20) = 3.2
    "development.benchmark": "8.4",
    # Sixth of nine is beyond 50 % (6 × 100 > 50 × 9): 1. Petitions 2 are the fewest of the series: 3.
    "development.standing": "4",
    # 84 is 4 above the mean: 3 + 1 × 4 ÷ 2 = 5. 10 % above the mean of all: nothing is deducted.
    "development.average": "5",
    # 8 + 8.4 + 4 + 5 = 25.4 of 35, scaled to 40: 25.4 × 40 ÷ 35 = 29.0285714…
    "development": "29.03",
    # 3 × 15 ÷ 20 = 2.25, and 1.5 given
    "duties.targets": "3.75",
    # 10 × 6 ÷ 8 = 7.5; one of two late ones is overlooked: − 0.5
    "duties.projects": "7",
    "duties.innovation": "4",
    # Absent 4 times, the first free: 0.5 × (1 + 2 + 3) = 3; with the failed test 4, held to 3 by the group.
    "duties.training": "2",
    # 2 × 3.75 + 7 + 4 + 2
    "duties": "20.5",
    # Delegates without the best and the worst: (100 + 100 + 60) ÷ 3 = 260/3. Two enterprises, nothing trimmed: 80.
    # (3 × 260/3 + 2 × 80) ÷ 5 = 84 of 100: 8 × 0.84
    "opinion.citizens": "6.72",
    # (9 + 8 + 7 + 8 + 8) ÷ 5 = 8 of 10
    "opinion.peers": "3.2",
    # (90/100 + 48/60) ÷ 2 = 0.85: 3 × 0.85
    "opinion.party": "2.55",
    # 6.72 + 3.2 + 2.55 = 12.47 of 15, scaled to 20: 12.47 × 20 ÷ 15 = 16.6266…
    "opinion": "16.63",
    # What children of the pool deduct is carried into it.
    "conduct.discipline": "0",
    "conduct.oversight": "0",
    "conduct.safety": "0",
    # March 0.4 + 0.4 held to 0.5; April 0.2 × 2 = 0.4. Notices 2 + 0.5 and 2 × 0.5 in one quarter, held to 3.
    # Summoned: 1. 10 − 0.5 − 0.4 − 3 − 1
    "conduct": "5.1",
    # 4 × 0.8
    "extra.honours": "3.2",
    # 3 + 2 × 1 + 0.2 × 0.2 = 5.04: five whole stories of 0.5
    "extra.press": "2.5",
    # 100 is not above 100. 600 would be worth 1.5, but the honour moves more for the same matter.
    # 300 − 200 = 100 more: 1 × 100 ÷ 200
    "extra.funds": "0.5",
    "extra.corrections": "0",
    # 3.2 + 2.5 + 0.5 = 6.2, held to 6
    "extra": "6",
}

# The registration window: the best of the windows, and what is full or the mean for it.
REG = {
    # + 7.5 %: 6 + 4 × 7.5 ÷ 10
    "development.growth": "9",
    # Best of its series, best of all; in quality both windows are equal, so both get all.
    "development.benchmark": "12",
    # Fourth of nine (4 × 100 ≤ 50 × 9): 3; no petition: 3.
    "development.standing": "6",
    # 90 is 1.5 above the mean: 3 + 1.5 ÷ 2 = 3.75. 5 % below the mean of all, a started tenth: − 0.5.
    "development.average": "3.25",
    # The best among those with the tag.
    "development.instant": "5",
    "development": "35.25",
    # 5 × 2400 ÷ 2000, held to 5
    "duties.targets": "5",
    # 10 × 2 ÷ 2 − 0.5 × 2
    "duties.projects": "9",
    # No window is judged: the mean of all who are: (4 + 3.5 + 2 + 5 + 4 + 3) ÷ 6 = 21.5 ÷ 6 = 3.58333…
    "duties.innovation": "3.58",
    "duties.training": "5",
    # 10 + 9 + 3.58333… + 5
    "duties": "27.58",
    "opinion.citizens": "8",
    "opinion.peers": "4",
    "opinion.party": "3",
    # 15 × 20 ÷ 15
    "opinion": "20",
    "conduct.discipline": "0",
    "conduct.oversight": "0",
    "conduct.safety": "0",
    "conduct": "10",
    "extra.honours": "0",
    "extra.press": "0",
    # 150 is above 100
    "extra.funds": "0.5",
    "extra.corrections": "0",
    "extra": "0.5",
}

# The tax window: worst in several comparisons, an accident that its pool cannot bear.
TAX = {
    # − 10 % is the lowest edge.
    "development.growth": "0",
    # days 4 × 1 ÷ 2 = 2; the worst of all in finish; equal in quality: 4.
    "development.benchmark": "6",
    # Sixth of nine: 1; second of the windows: 3 − 1.
    "development.standing": "3",
    # 87 lies below the mean of 88.5: nothing. 95 is 5 % below the mean of all: − 0.5, held at 0.
    "development.average": "0",
    # 5 × 50 ÷ 80
    "development.instant": "3.12",
    # 6 + 3 + 3.125; halves are shown to the even digit
    "development": "12.12",
    # 3 × 30 ÷ 20 is held to 3; nothing is said of the other target.
    "duties.targets": "3",
    # 10 × 1 ÷ 3
    "duties.projects": "3.33",
    "duties.innovation": "3.58",
    "duties.training": "5",
    # 6 + 3.33333… + 3.58333… + 5 = 17.91666…
    "duties": "17.92",
    # Delegates 60, the abstention left out; enterprises without 100 and 0: 60.
    "opinion.citizens": "4.8",
    # (7 + 8) ÷ 2 = 7.5 of 10
    "opinion.peers": "3",
    # No score is on file.
    "opinion.party": "0",
    # 7.8 × 20 ÷ 15
    "opinion": "10.4",
    "conduct.discipline": "0",
    "conduct.oversight": "0",
    "conduct.safety": "0",
    # 10 − 0.5 (third from the bottom) − 12 = − 2.5, carried into the total
    "conduct": "0",
    "extra.honours": "0",
    "extra.press": "0",
    "extra.funds": "0",
    "extra.corrections": "0",
    # 0 − 2, held at 0
    "extra": "0",
}

# The service hall: its own figures and those of its two windows.
HALL = {
    # + 2.5 %: 6 + 4 × 2.5 ÷ 10
    "development.growth": "7",
    # Best in days: 4; finish 4 × 13 ÷ 20 = 2.6; quality 4 × (0.6 + 0.4 × 5 ÷ 20) = 2.8
    "development.benchmark": "9.4",
    # First of all: 5; last of four in petitions: 3 − 3.
    "development.standing": "5",
    # 4 above the mean of 72: 3 + 2.
    "development.average": "5",
    # 5 × 60 ÷ 80
    "development.instant": "3.75",
    "development": "30.15",
    # 5 × 8 ÷ 10
    "duties.targets": "4",
    # 10 × 4 ÷ 5
    "duties.projects": "8",
    "duties.innovation": "3",
    # 3 absent, one free: 0.5 × (1 + 2) = 1.5
    "duties.training": "3.5",
    # 8 + 8 + 3 + 3.5
    "duties": "22.5",
    # (100 + 60 + 60) ÷ 3 = 73.33…; no enterprise voted, so the delegates stand alone: 8 × 0.7333… = 5.86666…
    "opinion.citizens": "5.87",
    # (10 + 9 + 8) ÷ 3 = 9 of 10
    "opinion.peers": "3.6",
    # 3 × 45 ÷ 50
    "opinion.party": "2.7",
    # The windows' totals, rounded: (0.9333 + 0.3794) ÷ 2 = 0.65635, × 5 = 3.28175
    "opinion.members": "3.28",
    # 5.86666… + 3.6 + 2.7 + 3.28175 = 15.4484166…
    "opinion": "15.45",
    "conduct.discipline": "0",
    "conduct.oversight": "0",
    "conduct.safety": "0",
    # One late person 0.2; the other four are exempt.
    "conduct": "9.8",
    "extra.honours": "1",
    "extra.press": "0",
    # 60 − 0 of its own target of 100
    "extra.funds": "0.6",
    "extra.corrections": "0",
    "extra": "1.6",
}

# total, converted, place, grade, prize, pay
OUTCOMES = {
    # 29.0285714… + 20.5 + 16.6266… + 5.1 + 6 = 77.2552…. Good, then one grade lower for having been summoned.
    "dev": ("77.26", "15.45", 2, "pass", "no-prize", "standard"),
    # growth 10; 4 + 3 + 4 = 11; 5 + 2; 3: 31 × 40/35 = 35.428571…. 2 × 5 + 10 + 3.5 + 5 = 28.5.
    # 8 + 3.6 + 3 = 14.6 × 4/3 = 19.4666…. 10. 6 + 3 = 9, held to 6. Together 99.395238…. The only excellent one.
    "ind": ("99.4", "19.88", 1, "excellent", "pioneer", "standard"),
    # False figures: the total is zero.
    "com": ("0", "0", 3, "fail", "no-prize", "lowered"),
    # 6; 4/3 + 2 + 3.2 = 6.5333…; 1 + 3; 0: 16.5333… × 40/35 = 18.895238…. 8 + 10 + 5 + 5 = 28.
    # 4.8 + 3.2 + 2.7 = 10.7 × 4/3 = 14.2666…. Zeroed. 1.5. Together 62.661904….
    "edu": ("62.66", "12.53", 3, "pass", "no-prize", "standard"),
    # 10; 8/3 + 2.4 + 4 = 9.0666…; 5 + 3; 3 + 1 = 4: 31.0666… × 40/35 = 35.504761…. 9 + 9 + 4 + 5 = 27.
    # 8 + 3.6 + 2.7 = 14.3 × 4/3 = 19.0666…. 10 − 0.1. 2. Together 93.471428…. Capped at good; takes its one place.
    "civ": ("93.47", "18.69", 1, "good", "pioneer", "standard"),
    # No growth; 2 + 3.2 + 2.4 = 7.6; 1 + 1; − 0.5 held at 0: 9.6 × 40/35 = 10.971428….
    # 0 + 0 (2.5 − 3.5) + 4 (mean of 5, 4 and 3) + 5 = 9. 0 + 2.4 + 2.4 = 4.8 × 4/3 = 6.4. Forfeited. 0.
    # Together 26.371428…. Out of rank.
    "hea": ("26.37", "5.27", None, "fail", "no-prize", "standard"),
    # 30.15 + 22.5 + 15.4484… + 9.8 + 1.6 = 79.4984…. The one place for good is taken; it has held good for two years.
    # At 60 or more with an honour it would be a pioneer, but civ is better.
    "hall": ("79.5", "15.9", 2, "pass", "rising", "standard"),
    # 35.25 + 27.58333… + 20 + 10 + 0.5 = 93.33333…; 34 % of 2, a started place counts: 1. Honours: none.
    "reg": ("93.33", "18.67", 1, "excellent", "rising", "standard"),
    # 12.125 + 17.91666… + 10.4 + 0 − 2.5 + 0 = 37.941666…
    "tax": ("37.94", "7.59", 2, "fail", "no-prize", "standard"),
}


@pytest.mark.parametrize(
    ("code", "expected"), [("dev", DEV), ("reg", REG), ("tax", TAX), ("hall", HALL)], ids=["dev", "reg", "tax", "hall"]
)
def test_every_node_of_a_unit_has_the_value_worked_out_by_hand(code: str, expected: dict[str, str]) -> None:
    assert values(units("showcase")[code]) == exact(expected)


@pytest.mark.parametrize("code", OUTCOMES)
def test_total_place_and_grades_of_every_unit(code: str) -> None:
    unit = units("showcase")[code]
    total, converted, rank, grade, prize, pay = OUTCOMES[code]
    assert (unit.total, unit.converted, unit.rank) == (Decimal(total), Decimal(converted), rank)
    assert unit.grades == {"grade": grade, "prize": prize, "pay": pay}
    assert unit.out_of_rank == (rank is None)


def test_vetoes_stand_with_those_who_fired_them() -> None:
    vetoes = {code: list(unit.vetoes) for code, unit in units("showcase").items() if unit.vetoes}
    assert vetoes == {
        "dev": ["conduct.safety.delay"],
        "com": ["conduct.safety.fraud"],
        "edu": ["conduct.safety.spill"],
        "civ": ["conduct.safety.leak"],
    }


def test_lines_say_what_was_held_back() -> None:
    dev = units("showcase")["dev"]
    assert clause_lines(dev, "conduct.discipline.late") == [
        ("-0.4", "-0.4", None), ("-0.4", "-0.1", "limit_per"), ("-0.4", "-0.4", None),
    ]  # fmt: skip
    assert clause_lines(dev, "conduct.discipline.notice") == [("-2.5", "-2.5", None), ("-1", "-0.5", "limit_per")]
    assert clause_lines(dev, "duties.training.absent") == [("-1.5", "-1.5", None), ("-1.5", "-1.5", None)]
    assert clause_lines(dev, "duties.training.exam") == [("-1", "0", "group_limit")]
    assert clause_lines(dev, "extra.funds.projects") == [("0", "0", None), ("1.5", "0", "set_aside")]
    assert clause_lines(dev, "extra.honours.bonus") == [("0", "0", None)]
    assert node_lines(dev, "extra") == [("-0.2", "ceiling")]
    hall = units("showcase")["hall"]
    assert clause_lines(hall, "conduct.discipline.late") == [("-0.2", "-0.2", None), ("0", "0", "exempt")]
    tax = units("showcase")["tax"]
    assert node_lines(tax, "conduct") == [("-12.5", "carried"), ("2.5", "carried")]
    assert node_lines(tax, "rubric")[0] == ("-2.5", "carried")
    # 10.4 × 40/35 + 12.5 + 9.2 × 4/3 + 9 = 45.652380…, all of it taken away
    ((taken, reason),) = node_lines(units("showcase")["com"], "rubric")
    assert (taken[:10], reason) == ("-45.652380", "zero")


def test_what_is_missing_is_said() -> None:
    def notices(code: str) -> set[tuple[str, str]]:
        return {(notice.code, notice.about) for notice in units("showcase")[code].notices}

    assert ("no_baseline", "development.growth.rate") in notices("hea")
    assert ("pending", "duties.targets.own") in notices("hea")
    assert ("no_ballots", "opinion.citizens.rating") in notices("hea")
    assert ("below_quorum", "opinion.citizens.rating") in notices("hall")
    assert ("no_linked_score", "opinion.party.score") in notices("tax")


@pytest.mark.parametrize("code", OUTCOMES)
def test_lines_add_up_to_the_exact_total(code: str) -> None:
    unit: Any = units("showcase")[code]
    assert Fraction(unit.whole.start) + added_up(unit, "rubric") == Fraction(unit.total)
