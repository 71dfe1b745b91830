"""Units of the archive assessment, worked out by hand from fixtures/demo/archives.facts.yaml."""

from tests.engine.golden.shipped import clause_lines, exact, plain, scored, units, values


def test_an_organ_with_level_two_that_reaches_ninety_gets_level_one() -> None:
    organ = units("archives")["civil-affairs"]
    assert values(organ) == exact(
        {
            "organization": "19.5",
            "organization.sheet": "19.5",
            "facilities": "18.5",
            "facilities.sheet": "18.5",
            # 28.5 + 9
            "business": "37.5",
            "business.sheet": "28.5",
            "business.informatization": "9",
            "services": "18.5",
            "services.sheet": "18.5",
        }
    )
    # 19.5 + 18.5 + 37.5 + 18.5
    assert plain(organ.total) == "94"
    # applies for level one, 94 ≥ 90, has held level two for three years; only the land office has more (95)
    assert (organ.rank, organ.out_of_rank, organ.vetoes, organ.grades) == (2, False, (), {"level": "first"})


def test_a_centre_is_judged_by_itself_and_by_its_members() -> None:
    centre = units("archives")["judicial-centre"]
    assert values(centre) == exact(
        {
            # 41.5 + 43.75
            "centre": "85.25",
            "centre.own": "41.5",
            # members: court 18 + 18 + 27 + 8 + 17.5 = 88.5; procuratorate 18.5 + 18.5 + 27.5 + 8.5 + 18 = 91;
            # justice 16.5 + 16.5 + 26 + 7.5 + 16.5 = 83; (0.885 + 0.91 + 0.83) ÷ 3 = 0.875; 50 × 0.875 = 43.75
            "centre.members": "43.75",
        }
    )
    assert plain(centre.total) == "85.25"
    # applies for level two, 85.25 ≥ 80; second of three centres: 47.25 + 47.5 = 94.75 is better, 73.92 is worse
    assert (centre.rank, centre.vetoes, centre.grades) == (2, (), {"level": "second"})
    for member, total in (("court", "88.5"), ("procuratorate", "91"), ("justice", "83")):
        assert plain(units("archives")[member].total) == total
        assert units("archives")[member].grades == {"level": "with-centre"}


def test_results_given_for_members_go_before_members_in_the_cycle() -> None:
    centre = units("archives")["county-centre"]
    # (0.765 + 0.81 + 0.70) ÷ 3 = 2.275 ÷ 3; 50 × 2.275 ÷ 3 = 37.91666…, rounded 37.92; + 36
    assert values(centre) == exact({"centre": "73.92", "centre.own": "36", "centre.members": "37.92"})
    assert (plain(centre.total), centre.rank, centre.grades) == ("73.92", 3, {"level": "none"})


def test_the_special_level_is_a_matter_of_findings_not_of_marks() -> None:
    organ = units("archives")["finance"]
    assert values(organ) == exact({"special": "0", "special.onsite": "0"})
    assert clause_lines(organ, "special.onsite.conclusion") == [("0", "0", None)]
    # two subordinate units sampled: recorded, moves nothing
    assert clause_lines(organ, "special.onsite.system-sample") == [("0", "0", None)]
    # out of rank, nothing to convert; applies for special, both findings, has held level one for four years
    assert (plain(organ.total), organ.rank, organ.out_of_rank) == ("0", None, True)
    assert organ.grades == {"level": "special"}


def test_every_body_gets_the_level_its_marks_and_its_history_allow() -> None:
    assert {unit.code: unit.grades["level"] for unit in scored("archives").units} == {
        "civil-affairs": "first",
        # 18 + 17.5 + 26 + 7.5 + 17.5 = 86.5 < 90
        "water": "none",
        # re-review: 19 + 19 + 28 + 8.5 + 17 = 91.5, holds level one
        "audit": "first",
        # 19 + 18 + 28 + 9.5 + 18.5 = 93, but no level held yet
        "health": "none",
        # 17.5 + 16 + 26 + 7 + 17 = 83.5 ≥ 80
        "education": "second",
        # 16.5 + 16.5 + 25 + 6.5 + 15.5 = 80, just enough
        "riverside-town": "second",
        # 15.5 + 14 + 24.5 + 5.5 + 15 = 74.5 < 80
        "forest-station": "none",
        "court": "with-centre",
        "procuratorate": "with-centre",
        "justice": "with-centre",
        "housing": "with-centre",
        "land": "with-centre",
        "judicial-centre": "second",
        # members 94 and 95: 50 × 0.945 = 47.25, + 47.5 = 94.75 ≥ 90, holds level two for one year
        "service-centre": "first",
        "county-centre": "none",
        "finance": "special",
        # the sample of its units failed
        "transport": "none",
        # re-review: holds the special level
        "county-tax": "special",
        # both findings, but holds level two only
        "county-police": "none",
    }
