"""The pure sheets: numbers, tables, grade edges, sentences, rulers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.facts import Fact, Facts, Rating, UnitFacts
from rubrics.checks import read_definition
from rubrics.definition import Definition
from rubrics.files import read_yaml
from scoring.engine import Result, evaluate
from scoring.sheets import charts, grades, page, rulers, running, sentences, tables, why
from scoring.sheets.numbers import fixed, short, signed
from tests.small_cycle import RUBRIC

ZH = "zh-hans"


def definition_of(text: str = RUBRIC) -> Definition:
    definition, problems = read_definition(read_yaml(text.encode()))
    assert definition is not None, problems
    return definition


def unit(code: str, *facts: Fact, series: str = "bureaus") -> UnitFacts:
    return UnitFacts(code=code, title=f"{code}局", series=series, facts=facts)


def done(count: int, **more: Any) -> Fact:
    return Fact(clause="work.tasks.done", count=count, **more)


def scored(*units: UnitFacts, ratings: tuple[Rating, ...] = ()) -> tuple[Definition, Facts, Result]:
    definition = definition_of()
    facts = Facts(rubric="small", units=units, ratings=ratings)
    return definition, facts, evaluate(definition, facts)


def table_of(*units: UnitFacts) -> tables.SeriesTable:
    definition, facts, result = scored(*units)
    return tables.series_tables(result, definition, tables.unit_titles(facts), ZH)[0]


class TestNumbers:
    @pytest.mark.parametrize(
        ("number", "text"),
        [
            (Decimal("436.5"), "436.50"),
            (Decimal("-0.5"), "−0.50"),
            (Decimal("-0.001"), "0.00"),
            (Fraction(1, 3), "0.33"),
            (None, ""),
        ],
    )
    def test_a_value_has_its_digits_and_a_true_minus_sign(self, number: Any, text: str) -> None:
        assert fixed(number, 2) == text

    @pytest.mark.parametrize(("number", "text"), [(8, "+8.00"), (-2, "−2.00"), (0, "0.00"), (None, "")])
    def test_what_moves_has_a_sign_but_nothing_has_none(self, number: Any, text: str) -> None:
        assert signed(number) == text

    @pytest.mark.parametrize(("number", "text"), [("450.00", "450"), ("0.50", "0.5"), ("-20", "−20"), ("0", "0")])
    def test_full_marks_are_written_as_short_as_they_are(self, number: str, text: str) -> None:
        assert short(Decimal(number)) == text


class TestTables:
    def test_units_stand_by_place_and_values_by_column(self) -> None:
        table = table_of(unit("a", done(1)), unit("b", done(4)))
        assert [(row.unit, row.place) for row in table.rows] == [("b", 1), ("a", 2)]
        assert [column.title for column in table.columns] == ["工作实绩", "作风", "评议"]
        assert table.rows[0].values == (Decimal(40), Decimal(20), Decimal(0))
        assert table.rows[0].total == Decimal(60)

    def test_only_series_with_units_have_a_table(self) -> None:
        definition, facts, result = scored(unit("a"), unit("t", series="towns"))
        found = tables.series_tables(result, definition, tables.unit_titles(facts), ZH)
        assert [table.title for table in found] == ["职能部门", "乡镇"]
        definition, facts, result = scored(unit("a"))
        assert len(tables.series_tables(result, definition, {}, ZH)) == 1

    def test_a_quota_draws_its_edge_below_the_last_unit_it_took(self) -> None:
        table = table_of(unit("a", done(5)), unit("b", done(3)), unit("c", done(2)))
        (edge,) = table.edges
        assert (edge.above, edge.is_floor, edge.total) == (1, False, Decimal(70))
        assert edge.text == "以上优秀 · 取前 1 名"

    def test_a_floor_draws_its_edge_above_the_first_unit_it_caught(self) -> None:
        late = Fact(clause="conduct.meetings.late", count=10)
        table = table_of(unit("a", done(5)), unit("b", done(3)), unit("c", late))
        floor = table.edges[-1]
        assert (floor.above, floor.is_floor, floor.total) == (2, True, Decimal(40))
        assert "40 分" in floor.text

    def test_a_grade_given_by_a_tag_neither_draws_an_edge_nor_is_the_best(self) -> None:
        tagged = "      - {code: special, title: 另行定级, when: {has_tag: [apart]}}\n"
        text = RUBRIC.replace("      - {code: fail,", tagged + "      - {code: fail,")
        definition = definition_of(text)
        apart = UnitFacts(code="z", title="z局", series="bureaus", tags=frozenset({"apart"}))
        facts = Facts(rubric="small", units=(unit("a", done(5)), unit("b", done(3)), apart))
        (table,) = tables.series_tables(evaluate(definition, facts), definition, {}, ZH)
        assert [row.grade for row in table.rows] == ["优秀", "合格", "另行定级"]
        assert [edge.above for edge in table.edges] == [1]
        grading = definition.gradings[0]
        assert [rule.code for rule in grading.rules if grades.is_best(grading, rule.code, "bureaus")] == ["excellent"]

    def test_without_units_beyond_an_edge_there_is_none(self) -> None:
        assert table_of(unit("a", done(5))).edges == ()

    def test_parts_that_every_unit_has_its_own_of_share_one_column(self) -> None:
        text = RUBRIC.replace("code: conduct\n", "code: conduct\n    applies_to: {units: [a]}\n")
        twin = text[text.index("  - code: conduct") : text.index("  - code: ballots")]
        twin = (
            twin.replace("code: conduct", "code: other").replace("[a]", "[b]").replace("title: 作风", "title: 窗口作风")
        )
        definition = definition_of(text.replace("  - code: ballots", twin + "  - code: ballots"))
        facts = Facts(rubric="small", units=(unit("a", done(1)), unit("b", done(2))))
        (table,) = tables.series_tables(evaluate(definition, facts), definition, {}, ZH)
        assert [column.title for column in table.columns] == ["工作实绩", "作风", "评议"]
        assert table.columns[1].codes == ("conduct", "other")
        assert [row.values[1] for row in table.rows] == [Decimal(20), Decimal(20)]

    def test_the_matrix_has_every_item_under_its_category(self) -> None:
        definition, facts, result = scored(unit("a", done(1)), unit("b"))
        matrix = tables.matrix(result, definition, tables.unit_titles(facts), ZH)
        assert matrix.groups == (("工作实绩", 1), ("作风", 1), ("评议", 1))
        assert [row.unit for row in matrix.rows] == ["a", "b"]


class TestGrades:
    def test_the_grade_that_catches_failures_is_the_worst_though_it_stands_first(self) -> None:
        grading = definition_of().gradings[0]
        assert [rule.code for rule in grades.by_merit(grading)] == ["excellent", "pass", "fail"]

    def test_each_grade_says_who_has_it_and_what_it_brings(self) -> None:
        definition, facts, result = scored(unit("a", done(5)), unit("b", done(3)))
        lines = grades.lines(definition.gradings[0], result.units, tables.unit_titles(facts), ZH)
        assert [(line.title, line.units) for line in lines] == [
            ("优秀", ("a局",)),
            ("合格", ("b局",)),
            ("不合格", ()),
        ]
        assert lines[0].consequences == ("奖金：10%",)
        assert lines[2].consequences == ("奖金：−10%",)

    @pytest.mark.parametrize(
        ("least", "chinese", "english"), [("-0.1", "奖金：不增减", "奖金: no change"), ("0.05", "奖金：0%", "奖金: 0%")]
    )
    def test_a_nought_among_shares_is_said_as_a_share(self, least: str, chinese: str, english: str) -> None:
        text = RUBRIC.replace("value: -0.1", f"value: {least}").replace(
            "title: 合格}", "title: 合格, consequences: [{code: bonus, title: 奖金, value: 0}]}"
        )
        grading = definition_of(text).gradings[0]
        for lang, expected in ((ZH, chinese), ("en", english)):
            assert grades.lines(grading, (), {}, lang)[1].consequences == (expected,)

    def test_a_nought_among_amounts_stays_a_nought(self) -> None:
        text = RUBRIC.replace("value: -0.1", "value: -200").replace("value: 0.1", "value: 0")
        said = [line.consequences for line in grades.lines(definition_of(text).gradings[0], (), {}, ZH)]
        assert said == [("奖金：0",), (), ("奖金：−200",)]

    def test_the_page_sets_off_the_best_grade_and_reddens_the_floor(self) -> None:
        late = Fact(clause="conduct.meetings.late", count=10)
        definition, facts, result = scored(unit("a", done(5)), unit("b", done(3)), unit("c", late))
        (table,) = tables.series_tables(result, definition, tables.unit_titles(facts), ZH)
        entries = [entry for entry in page.table(table, definition, ZH).entries if entry.unit]
        assert [entry.grades[0] for entry in entries] == [
            ("优秀", "fw-semibold"),
            ("合格", "kp-2nd"),
            ("不合格", "kp-lost fw-semibold"),
        ]

    def test_a_page_for_some_units_has_neither_the_others_nor_the_edges(self) -> None:
        definition, facts, result = scored(unit("a", done(5)), unit("b", done(3)))
        (table,) = tables.series_tables(result, definition, tables.unit_titles(facts), ZH)
        made = page.table(table, definition, ZH, only={"b"})
        assert [(entry.unit, entry.place, entry.edge) for entry in made.entries] == [("b", "2", "")]


class TestSentences:
    def line(self, *facts: Fact, number: int = 0) -> tuple[Definition, Any, list[Fact]]:
        definition, _facts, result = scored(unit("a", *facts))
        return definition, result.units[0].lines[number], list(facts)

    def test_a_line_says_what_happened_and_by_what_rule(self) -> None:
        definition, line, facts = self.line(Fact(clause="conduct.meetings.late", count=3))
        text = sentences.of_line(definition, line, facts, ZH)
        assert text == "迟到早退：3 人次。每人次扣 0.5 分。"
        assert "Each 人次 deducts 0.5 points." in sentences.of_line(definition, line, facts, "en")

    def test_what_a_limit_cuts_off_is_said(self) -> None:
        definition, line, facts = self.line(done(6))
        text = sentences.of_line(definition, line, facts, ZH)
        assert "本可计 60 分" in text
        assert "超出本条限额" in text

    def test_an_exempt_fact_gives_its_reason(self) -> None:
        definition, line, facts = self.line(
            Fact(clause="conduct.meetings.late", count=3, exempt=True, reason="自查自报")
        )
        assert "免予计分：自查自报" in sentences.of_line(definition, line, facts, ZH)

    def test_a_bound_of_a_node_is_said_without_a_clause(self) -> None:
        definition, _facts, result = scored(unit("a", Fact(clause="conduct.meetings.late", count=50)))
        own = [line for line in result.units[0].lines if line.clause is None and line.reason == "floor"]
        assert [sentences.of_line(definition, line, [], ZH) for line in own] == ["扣到下限为止。"]

    def test_commas_become_chinese_ones_but_not_inside_numbers(self) -> None:
        assert sentences._end("满分 1,000,每次扣 1:2", ZH) == "满分 1,000，每次扣 1:2。"


class TestWhy:
    def explained(self, *facts: Fact, claimed: tuple[Fact, ...] = ()) -> why.Why:
        definition, recorded, result = scored(unit("a", *facts))
        own = scored(unit("a", *claimed))
        records = {"claimed": own[1].units[0], "decided": recorded.units[0]}
        return why.explain(definition, own[2].units[0], result.units[0], records, ZH)

    def test_claimed_and_decided_lines_of_one_fact_stand_in_one_row(self) -> None:
        tree = self.explained(done(2, id="7"), claimed=(done(4, id="7"),))
        (item,) = tree.nodes[0].children
        (line,) = item.lines
        assert (line.claimed, line.decided, line.difference, line.is_lower) == ("+40.00", "+20.00", "−20.00", True)

    def test_a_pool_starts_from_full_marks_and_its_children_add_up_to_it(self) -> None:
        tree = self.explained(Fact(clause="conduct.meetings.late", count=3))
        pool = tree.nodes[1]
        assert [line.decided for line in pool.lines] == ["+20.00"]
        assert [child.decided for child in pool.children] == ["−1.50"]
        assert pool.decided == "18.50"

    def test_ballots_are_not_claimed_and_do_not_count_as_a_difference(self) -> None:
        definition = definition_of()
        ratings = (Rating(panel="public", group="all", unit="a", values=(Decimal(80),)),)
        facts = Facts(rubric="small", units=(unit("a"),), ratings=ratings)
        bare = Facts(rubric="small", units=(unit("a"),))
        tree = why.explain(
            definition,
            evaluate(definition, bare).units[0],
            evaluate(definition, facts).units[0],
            {"claimed": bare.units[0], "decided": facts.units[0]},
            ZH,
        )
        ballots = tree.nodes[2]
        assert (ballots.claimed, ballots.decided, ballots.difference) == ("不自评", "16.00", "")
        assert tree.difference == ""

    def test_a_fact_that_was_set_aside_or_exempted_is_shown_as_off(self) -> None:
        tree = self.explained(Fact(clause="conduct.meetings.late", count=3, exempt=True, reason="自查自报"))
        (line,) = tree.nodes[1].children[0].lines
        assert line.is_off
        assert line.decided == "0.00"

    def test_facts_without_an_id_are_found_by_their_place(self) -> None:
        records = unit("a", done(1), done(2, id="x"))
        assert list(why.facts_by_id(records)) == ["facts[0]", "x"]


class TestRunning:
    def test_the_sheet_counts_what_the_unit_can_bring_about(self) -> None:
        definition, _facts, result = scored(unit("a", done(2), Fact(clause="conduct.meetings.late", count=1)))
        summary = running.summary(definition, result.units[0], ZH)
        assert (summary.value, summary.full) == ("39.50", "80")
        assert "20 分" in summary.note
        assert dict(summary.nodes)["conduct"] == "19.50"
        moved = {entry.code: (entry.text, entry.is_lost) for entry in summary.clauses}
        assert moved["conduct.meetings.late"] == ("−0.50", True)
        assert [category.value for category in summary.categories] == ["20.00", "19.50", "评议后产生"]


class TestRulers:
    numbers = st.decimals(min_value=0, max_value=1000, places=2)

    @given(st.lists(numbers, min_size=1, max_size=60), st.lists(numbers, max_size=3, unique=True))
    def test_no_column_of_a_distribution_straddles_an_edge(self, totals: list[Decimal], edges: list[Decimal]) -> None:
        values = totals + edges
        step = charts.nice_step(max(values) - min(values), charts.COLUMNS)
        for total in totals:
            middle = charts.column_of(total, edges, step)
            for edge in edges:
                assert (middle > edge) == (total >= edge)

    @given(st.lists(numbers, min_size=1, max_size=60), st.lists(numbers, max_size=3, unique=True))
    def test_every_unit_is_one_dot_within_the_ruler(self, totals: list[Decimal], edges: list[Decimal]) -> None:
        points = [charts.Point(total, f"unit {number}") for number, total in enumerate(totals)]
        scale = charts.distribution(points, [charts.Line(edge, "edge") for edge in edges], "label")
        dots = [mark for mark in scale.marks if mark.kind == "dot"]
        assert len(dots) == len(totals)
        assert all(0 <= float(mark.x.rstrip("%")) <= 100 for mark in dots)
        assert all(0 <= float(mark.y) <= scale.height for mark in dots)

    @given(st.decimals(min_value="0.01", max_value=5000, places=2), st.integers(min_value=2, max_value=40))
    def test_steps_are_round_and_few(self, width: Decimal, parts: int) -> None:
        step = charts.nice_step(width, parts)
        assert step * parts >= width
        assert step.normalize().as_tuple().digits in ((1,), (2,), (5,))

    def test_words_below_a_ruler_do_not_meet(self) -> None:
        words = [(50.0, "本单位 80.00", "strong"), (51.0, "优秀线 81.00", ""), (49.0, "合格线 79.00", "")]
        marks = rulers._words_below(words)
        assert marks[0].css.startswith("strong")
        assert len({(mark.x, mark.css) for mark in marks}) == len(marks)
