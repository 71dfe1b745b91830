"""Three units of the township appraisal, worked out by hand from fixtures/demo/township.facts.yaml."""

import pytest

from tests.engine.golden.shipped import clause_lines, exact, node_lines, plain, scored, units, values

# What is the same for all: performance is the sum of three judged marks; a panel's item is its points × the mean of
# the ballots ÷ 100; compliance and efficacy start from 10 and lose what is recorded; special reviews move the total.


def test_the_central_school_stands_first() -> None:
    school = units("township")["central-school"]
    assert values(school) == exact(
        {
            # 16 + 17 + 4.5
            "performance": "37.5",
            "performance.plan": "16",
            "performance.tasks": "17",
            "performance.process": "4.5",
            # 95 + 92 + 94 + 90 + 96 + 93 + 91 + 94 + 92 + 93 = 930, ÷ 10 = 93; 12 × 0.93 = 11.16
            "conduct.leaders": "11.16",
            # 20 ballots from the first ten (90 92 88 94 91 89 93 90 92 91) = 910 and the last ten
            # (88 90 95 89 91 90 92 93 87 95) = 910; 1820 ÷ 20 = 91; 18 × 0.91 = 16.38
            "conduct.delegates": "16.38",
            # 92 + 90 + 94 + 88 + 91 + 93 + 89 + 91 = 728, ÷ 8 = 91; 10 × 0.91 = 9.1
            "conduct.supervisors": "9.1",
            # 11.16 + 16.38 + 9.1
            "conduct": "36.64",
            # 10 − 0.5 for the report that came a day late
            "compliance": "9.5",
            "compliance.record": "9.5",
            # 10 − 1 for one complaint
            "efficacy": "9",
            "efficacy.record": "9",
            "special": "0",
            "special.reviews": "0",
        }
    )
    # second of fifteen is the fourteenth from the end: nothing lost
    assert clause_lines(school, "special.reviews.bottom-five") == [("0", "0", None)]
    # 37.5 + 36.64 + 9.5 + 9
    assert plain(school.total) == "92.64"
    assert (school.rank, school.out_of_rank, school.vetoes, school.grades) == (1, False, (), {"result": "advanced"})


def test_the_power_station_is_ordinary_and_one_fact_is_exempt() -> None:
    station = units("township")["power-station"]
    assert values(station) == exact(
        {
            # 15 + 15 + 4
            "performance": "34",
            "performance.plan": "15",
            "performance.tasks": "15",
            "performance.process": "4",
            # 82 + 85 + 80 + 84 + 83 + 81 + 86 + 84 + 82 + 83 = 830, ÷ 10 = 83; 12 × 0.83 = 9.96
            "conduct.leaders": "9.96",
            # 80 83 78 85 81 79 84 82 80 83 = 815 and 77 82 86 81 80 84 79 82 83 81 = 815; 1630 ÷ 20 = 81.5;
            # 18 × 0.815 = 14.67
            "conduct.delegates": "14.67",
            # 84 + 80 + 82 + 86 + 79 + 83 + 85 + 81 = 660, ÷ 8 = 82.5; 10 × 0.825 = 8.25
            "conduct.supervisors": "8.25",
            # 9.96 + 14.67 + 8.25
            "conduct": "32.88",
            # 10 − 1.5; the late written report is exempt
            "compliance": "8.5",
            "compliance.record": "8.5",
            # 10 − 1 − 2.5
            "efficacy": "6.5",
            "efficacy.record": "6.5",
            "special": "0",
            "special.reviews": "0",
        }
    )
    assert clause_lines(station, "compliance.record.reporting") == [("0", "0", "exempt")]
    # 34 + 32.88 + 8.5 + 6.5
    assert plain(station.total) == "81.88"
    assert (station.rank, station.vetoes, station.grades) == (10, (), {"result": "ordinary"})


def test_the_credit_union_is_last_and_pays_for_veto_and_bottom_places_alike() -> None:
    union = units("township")["credit-union"]
    assert values(union) == exact(
        {
            # 12.5 + 13 + 3
            "performance": "28.5",
            "performance.plan": "12.5",
            "performance.tasks": "13",
            "performance.process": "3",
            # 70 + 68 + 72 + 75 + 66 + 71 + 69 + 73 + 70 + 66 = 700, ÷ 10 = 70; 12 × 0.7 = 8.4
            "conduct.leaders": "8.4",
            # 72 70 68 75 66 71 74 69 73 72 = 710 and 70 67 71 76 68 72 70 73 69 74 = 710; 1420 ÷ 20 = 71;
            # 18 × 0.71 = 12.78
            "conduct.delegates": "12.78",
            # 70 + 72 + 68 + 74 + 66 + 71 + 73 + 70 = 564, ÷ 8 = 70.5; 10 × 0.705 = 7.05
            "conduct.supervisors": "7.05",
            # 8.4 + 12.78 + 7.05
            "conduct": "28.23",
            # 10 − 3 − 4 − 5 = −2, held at 0
            "compliance": "0",
            "compliance.record": "0",
            # 10 − 2.5 − 1.5
            "efficacy": "6",
            "efficacy.record": "6",
            "special": "0",
            "special.reviews": "0",
        }
    )
    assert node_lines(union, "compliance.record") == [("2", "floor")]
    # a veto costs 2; fifteenth of fifteen and twelfth of thirteen (the second from the end) cost 1 each
    assert clause_lines(union, "special.reviews.vetoed") == [("-2", "-2", None)]
    assert clause_lines(union, "special.reviews.bottom-five") == [("-1", "-1", None), ("-1", "-1", None)]
    # 28.5 + 28.23 + 0 + 6 = 62.73, − 2 − 1 − 1
    assert plain(union.total) == "58.73"
    assert (union.rank, union.vetoes, union.grades) == (15, ("special.reviews.vetoed",), {"result": "last"})


# All fifteen totals: performance + 12 × leaders' mean + 18 × delegates' mean + 10 × supervisors' mean (means as parts
# of 100) + compliance + efficacy − special reviews.
TOTALS = [
    ("central-school", "92.64"),  # 37.5 + 11.16 + 16.38 + 9.1 + 9.5 + 9
    ("finance-tax", "91.58"),  # 37 + 12 × .90 + 18 × .86 + 10 × .88 = 35.08, + 9.5 + 10
    ("police-station", "90.32"),  # 37 + 12 × .89 + 18 × .83 + 10 × .87 = 34.32, + 10 + 9
    ("clinic", "88.64"),  # 35.5 + 12 × .85 + 18 × .88 + 10 × .86 = 34.64, + 10 + 8.5
    ("justice", "87.22"),  # 35 + 12 × .85 + 18 × .84 + 10 × .84 = 33.72, + 9 + 9.5
    ("birth-office", "87.02"),  # 35.5 + 12 × .86 + 18 × .80 + 10 × .83 = 33.02, + 10 (one exempt) + 8.5
    ("planning-centre", "84.36"),  # 34 + 12 × .84 + 18 × .81 + 10 × .82 = 32.86, + 9 + 8.5; sixth from the end: − 0
    ("culture-centre", "83.74"),  # 32.5 + 12 × .82 + 18 × .85 + 10 × .81 = 33.24, + 9 + 10, − 1
    ("post", "82.48"),  # 32.5 + 12 × .81 + 18 × .82 + 10 × .80 = 32.48, + 9.5 + 9, − 1
    ("power-station", "81.88"),  # 34 + 32.88 + 8.5 + 6.5
    ("forestry", "79.62"),  # 32.5 + 12 × .80 + 18 × .79 + 10 × .78 = 31.62, + 8.5 + 8, − 1
    ("grain-station", "76.02"),  # 30 + 12 × .76 + 18 × .75 + 10 × .74 = 30.02, + 8 + 9, − 1
    ("telecom", "74.72"),  # 30.5 + 12 × .79 + 18 × .78 + 10 × .77 = 31.22, + 9 + 8, − 2 − 1 − 1
    ("road-station", "73.66"),  # 30.5 + 12 × .77 + 18 × .74 + 10 × .76 = 30.16, + 8 + 7, − 1 − 1
    ("credit-union", "58.73"),
]


def test_the_order_follows_the_totals() -> None:
    in_order = sorted(scored("township").units, key=lambda unit: unit.rank)
    assert [(unit.code, plain(unit.total)) for unit in in_order] == TOTALS
    assert [unit.rank for unit in in_order] == list(range(1, 16))


@pytest.mark.parametrize(
    ("grade", "codes"),
    [
        ("advanced", {"central-school", "finance-tax", "police-station"}),
        ("second-last", {"road-station"}),
        ("last", {"credit-union"}),
    ],
)
def test_first_three_and_last_two_are_singled_out(grade: str, codes: set[str]) -> None:
    assert {unit.code for unit in scored("township").units if unit.grades["result"] == grade} == codes
