"""Trying a rubric out: the same records under two rubrics, on the page and in the workbook, and nothing kept of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.urls import reverse

from rubrics import services as rubrics_services
from rubrics.files import read_yaml
from rubrics.models import Clause, Grading, Item, Rubric, Series
from scoring import selectors, services
from scoring.selectors import tryout
from scoring.selectors.runs import result_of_run
from tests.cast import OTHER_WORD, OWN_WORD
from tests.small_cycle import RUBRIC
from units.models import Job

LATE, DONE, BREACH = "conduct.meetings.late", "work.tasks.done", "conduct.meetings.breach"


def address(rubric: Rubric, query: str = "") -> str:
    return reverse("scoring:try_out", args=[rubric.pk]) + query


def of_cycle(rubric: Rubric, cycle: Any, query: str = "&stand=final") -> str:
    return address(rubric, f"?cycle={cycle.pk}{query}")


@pytest.fixture(autouse=True)
def empty_cache() -> Any:
    """What one test worked out is not another's."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def copied(db: None) -> Callable[..., Rubric]:
    """A copy of a cycle's rubric for the next year, as a draft."""

    def copy(cycle: Any, code: str = "small", year: int = 2027) -> Rubric:
        return rubrics_services.clone_rubric(
            actor=None, rubric=cycle.rubric, title="明年办法", code=code, year=year, figures=None
        )

    return copy


def changed(rubric: Rubric) -> Rubric:
    """As after a change in the workbench: the version grows with it."""
    Rubric.objects.filter(pk=rubric.pk).update(version=F("version") + 1)
    rubric.refresh_from_db()
    return rubric


def with_points(rubric: Rubric, code: str, points: str) -> Rubric:
    clause = Clause.objects.get(item__category__rubric=rubric, code=code)
    clause.parameters = {**clause.parameters, "points": points}
    clause.save()
    return changed(rubric)


def without_clause(rubric: Rubric, code: str) -> Rubric:
    Clause.objects.get(item__category__rubric=rubric, code=code).delete()
    return changed(rubric)


def tried(rubric: Rubric, cycle: Any, user: Any, stand: str = "final") -> tryout.Trial:
    return tryout.trial_of(tryout.Source(rubric, user, cycle, stand))


def moved(trial: tryout.Trial) -> dict[str, Decimal | None]:
    assert trial.comparison is not None
    return {one.unit: one.difference for one in trial.comparison.movements if one.moves}


class TestCycle:
    @pytest.mark.parametrize("stand", ["self", "provisional", "final"])
    def test_an_unchanged_copy_moves_nothing(self, filled: Any, copied: Any, administrator: Any, stand: str) -> None:
        trial = tried(copied(filled), filled, administrator, stand)
        assert moved(trial) == {}
        assert trial.comparison.clauses == ()
        assert (trial.aside, trial.left, trial.comparison.notices) == ((), (), ())

    def test_what_it_says_of_before_is_what_is_stored(self, filled: Any, copied: Any, administrator: Any) -> None:
        stored = result_of_run(services.store_run(actor=administrator, cycle=filled, stand="final"))
        trial = tried(with_points(copied(filled), "late", "1"), filled, administrator)
        before = {one.unit: one.before for one in trial.comparison.movements}
        assert {unit.code: (unit.total, unit.rank, unit.grades) for unit in stored.units} == {
            code: (side.total, side.rank, side.grades) for code, side in before.items()
        }

    def test_a_changed_figure_moves_the_units_with_facts_under_it_by_the_difference(
        self, filled: Any, copied: Any, administrator: Any
    ) -> None:
        # own was late 3 times: −1.50 at 0.5, −3.00 at 1; the other one never was
        trial = tried(with_points(copied(filled), "late", "1"), filled, administrator)
        assert moved(trial) == {"own": Decimal("-1.50")}
        (own,) = [one for one in trial.comparison.movements if one.unit == "own"]
        assert [(cause.kind, cause.code, cause.before, cause.after) for cause in own.causes] == [
            ("clause", LATE, Decimal("-1.5"), Decimal("-3"))
        ]
        (move,) = trial.comparison.clauses
        assert (move.code, move.lifted, move.lowered, move.down) == (LATE, 0, 1, Decimal("-1.5"))

    def test_what_moves_a_unit_adds_up_to_how_far_it_moves(self, filled: Any, copied: Any, administrator: Any) -> None:
        rubric = with_points(copied(filled), "done", "7.125")
        Item.objects.filter(category__rubric=rubric, code="tasks").update(start="full")
        Clause.objects.filter(item__category__rubric=rubric, code="judged").delete()
        trial = tried(changed(rubric), filled, administrator)
        assert len(moved(trial)) == 2
        for movement in trial.comparison.movements:
            assert sum(cause.difference for cause in movement.causes) == movement.difference

    def test_a_removed_clause_sets_its_facts_aside_with_the_reason(
        self, filled: Any, copied: Any, as_user: Any, administrator: Any
    ) -> None:
        rubric = without_clause(copied(filled), "late")
        trial = tried(rubric, filled, administrator)
        assert [(one.unit, one.what, one.code, one.problem) for one in trial.aside] == [("own", "fact", LATE, None)]
        assert moved(trial) == {"own": Decimal("1.50")}
        page = as_user(administrator).get(of_cycle(rubric, filled, "&stand=final&tab=aside")).content.decode()
        assert "迟到早退" in page
        assert "办法里没有这一条" in page
        assert OWN_WORD in page

    def test_a_fact_that_says_something_else_than_the_clause_asks_now_is_set_aside(
        self, filled: Any, copied: Any, administrator: Any
    ) -> None:
        rubric = copied(filled)
        levels = [{"code": "light", "points": "1"}]
        Clause.objects.filter(item__category__rubric=rubric, code="late").update(
            basis="level", parameters={"levels": levels}
        )
        trial = tried(changed(rubric), filled, administrator)
        ((unit, code, problem),) = [(one.unit, one.code, one.problem) for one in trial.aside]
        assert (unit, code) == ("own", LATE)
        assert problem is not None
        assert problem.path == ("level",)

    def test_a_unit_whose_series_is_gone_is_left_out_and_named(
        self, start_cycle: Any, copied: Any, as_user: Any, administrator: Any
    ) -> None:
        cycle = start_cycle(more=1)
        rubric = copied(cycle)
        Series.objects.filter(rubric=rubric, code="bureaus").delete()
        trial = tried(changed(rubric), cycle, administrator)
        assert sorted(one.unit for one in trial.left) == ["more-0", "other", "own"]
        page = as_user(administrator).get(of_cycle(rubric, cycle, "&tab=aside")).content.decode()
        assert "办法里没有“职能部门”系列" in page

    def test_who_rises_and_who_falls_is_counted_by_grade(
        self, filled: Any, copied: Any, as_user: Any, administrator: Any
    ) -> None:
        rubric = without_clause(copied(filled), "breach")
        trial = tried(rubric, filled, administrator)
        (grading,) = trial.comparison.gradings
        assert {change.unit: (change.before, change.after, change.direction) for change in grading.changes} == {
            "other": ("pass", "excellent", 1),
            "own": ("excellent", "pass", -1),
        }
        page = as_user(administrator).get(of_cycle(rubric, filled, "&stand=final&tab=grades")).content.decode()
        assert page.index("上升") < page.index("合格 → 优秀") < page.index("下降") < page.index("优秀 → 合格")

    def test_a_grade_that_the_old_order_does_not_know_neither_rises_nor_falls(
        self, filled: Any, copied: Any, administrator: Any
    ) -> None:
        rubric = copied(filled)
        grading = Grading.objects.get(rubric=rubric)
        grading.body = {"rules": [{"code": "first", "title": "甲等"}]}
        grading.save()
        (move,) = tried(changed(rubric), filled, administrator).comparison.gradings
        assert {change.direction for change in move.changes} == {0}
        assert move.after == {"first": 2}

    def test_ballots_of_a_panel_that_is_gone_are_set_aside(
        self, start_cycle: Any, enrolled: Any, rate: Any, administrator: Any
    ) -> None:
        cycle = start_cycle()
        rate(enrolled(cycle), 80, 90)
        text = RUBRIC.replace("groups: [{code: all", "groups: [{code: delegates")
        rubric = rubrics_services.load_rubric(actor=None, data=read_yaml(text.encode()))
        trial = tried(rubric, cycle, administrator)
        assert [(one.unit, one.what, one.code, one.name) for one in trial.aside] == [
            ("own", "ballots", "public", "all")
        ]

    def test_next_years_period_does_not_shut_out_last_years_dates(
        self, filled: Any, enrolled: Any, say: Any, copied: Any, administrator: Any
    ) -> None:
        say(enrolled(filled), LATE, origin="provider", by=administrator, count=1, date="2026-03-01")
        rubric = copied(filled)
        rubric.head = {**rubric.head, "period": {"from": "01-01", "to": "06-30"}}
        rubric.save()
        assert tried(changed(rubric), filled, administrator).aside == ()
        rubric.head = {**rubric.head, "period": {"from": "07-01", "to": "12-31"}}
        rubric.save()
        (one,) = tried(changed(rubric), filled, administrator).aside
        assert one.problem.code == "date_outside"

    def test_scores_of_other_cycles_are_found_anew_for_the_new_links(
        self, filled: Any, start_cycle: Any, copied: Any, administrator: Any
    ) -> None:
        from tests.scoring.test_outcomes import TestOtherCycles

        services.store_run(actor=administrator, cycle=filled, stand="final")
        linking = start_cycle(rubric=TestOtherCycles.LINKED.replace("SOURCE", filled.code))
        rubric = copied(linking, code="linking-next")
        assert moved(tried(rubric, linking, administrator)) == {}
        Clause.objects.filter(item__category__rubric=rubric).update(
            parameters={"points": "10", "source": ["no-such-cycle"]}
        )
        trial = tried(changed(rubric), linking, administrator)
        assert moved(trial) == {"own": Decimal("-7.55"), "other": Decimal("-8.60")}
        assert trial.aside == ()


class TestKeepingNothing:
    def test_no_row_is_written(self, filled: Any, copied: Any, as_user: Any, administrator: Any) -> None:
        rubric = with_points(copied(filled), "late", "1")
        browser = as_user(administrator)
        browser.get(reverse("rubrics:rubrics"))

        def rows() -> dict[str, int]:
            return {model._meta.label: model._default_manager.count() for model in apps.get_models()}

        before = rows()
        for tab in ("moves", "units", "grades", "aside"):
            assert browser.get(of_cycle(rubric, filled, f"&stand=final&tab={tab}")).status_code == 200
        book = reverse("scoring:try_out_workbook", args=[rubric.pk]) + f"?cycle={filled.pk}&stand=final"
        assert browser.get(book).status_code == 200
        assert send(browser, rubric, facts_file()).status_code == 200
        assert rows() == before

    def test_a_change_of_the_draft_or_of_the_records_is_seen_at_once(
        self, filled: Any, enrolled: Any, say: Any, copied: Any, administrator: Any
    ) -> None:
        rubric = with_points(copied(filled), "late", "1")
        assert moved(tried(rubric, filled, administrator)) == {"own": Decimal("-1.50")}
        assert moved(tried(with_points(rubric, "late", "2"), filled, administrator)) == {"own": Decimal("-4.50")}
        say(enrolled(filled, "other"), LATE, origin="provider", by=administrator, count=1)
        assert moved(tried(rubric, filled, administrator)) == {"own": Decimal("-4.50"), "other": Decimal("-1.50")}

    def test_what_was_worked_out_is_found_again_by_its_asker_alone(
        self, filled: Any, copied: Any, administrator: Any, auditor: Any
    ) -> None:
        rubric = copied(filled)
        tried(rubric, filled, administrator)
        assert tryout.known_trial(tryout.Source(rubric, administrator, filled, "final")) is not None
        assert tryout.known_trial(tryout.Source(rubric, auditor, filled, "final")) is None


class TestPage:
    def test_it_shows_totals_places_and_reasons(
        self, filled: Any, copied: Any, as_user: Any, administrator: Any
    ) -> None:
        rubric = with_points(copied(filled), "late", "1")
        page = as_user(administrator).get(of_cycle(rubric, filled)).content.decode()
        for said in ("75.50", "74.00", "−1.50", "“迟到早退”：原 −1.50，现 −3.00（−1.50）", "kp-moved"):
            assert said in page
        units = as_user(administrator).get(of_cycle(rubric, filled, "&stand=final&tab=units")).content.decode()
        assert units.index(OTHER_WORD) < units.index(OWN_WORD)

    def test_without_a_choice_it_offers_the_cycles_nearest_first(
        self, filled: Any, start_cycle: Any, copied: Any, as_user: Any, administrator: Any
    ) -> None:
        other = start_cycle(rubric=RUBRIC.replace("code: small", "code: large"), code="elsewhere")
        page = as_user(administrator).get(address(copied(filled))).content.decode().partition('id="id_cycle"')[2]
        assert page.index(f'value="{filled.pk}"') < page.index(f'value="{other.pk}"')
        assert "还没有试算" in page

    @pytest.mark.parametrize("name", ["auditor", "leader", "reviewer", "clerk", "head", "provider", "stranger"])
    def test_it_is_for_those_who_write_rubrics(
        self, filled: Any, copied: Any, as_user: Any, name: str, request: Any
    ) -> None:
        rubric, browser = copied(filled), as_user(request.getfixturevalue(name))
        book = reverse("scoring:try_out_workbook", args=[rubric.pk]) + f"?cycle={filled.pk}"
        for answer in (browser.get(of_cycle(rubric, filled)), browser.get(book), send(browser, rubric, facts_file())):
            assert answer.status_code in (403, 404)
            assert OTHER_WORD not in answer.content.decode()

    @pytest.mark.parametrize("query", ["?cycle=0", "?cycle=x", "?cycle=²", "?cycle=99999999999999"])
    def test_a_cycle_that_is_not_there(
        self, filled: Any, copied: Any, as_user: Any, administrator: Any, query: str
    ) -> None:
        assert as_user(administrator).get(address(copied(filled), query)).status_code == 404

    def test_an_unknown_stand_is_not_there(self, filled: Any, copied: Any, as_user: Any, administrator: Any) -> None:
        assert as_user(administrator).get(of_cycle(copied(filled), filled, "&stand=guessed")).status_code == 404

    def test_a_draft_with_an_error_is_tried_without_what_is_wrong(
        self, filled: Any, copied: Any, as_user: Any, administrator: Any
    ) -> None:
        rubric = with_points(copied(filled), "late", "many")
        page = as_user(administrator).get(of_cycle(rubric, filled, "&stand=final&tab=aside")).content.decode()
        assert "草案还有错误" in page
        clause = Clause.objects.get(item__category__rubric=rubric, code="late")
        bench = reverse("rubrics:workbench", args=[rubric.pk])
        assert f'href="{bench}?at=clause-{clause.pk}"' in page
        assert "迟到早退" in page

    def test_the_number_of_queries_does_not_grow_with_the_units(
        self, start_cycle: Any, copied: Any, as_user: Any, administrator: Any, django_assert_max_num_queries: Any
    ) -> None:
        small = start_cycle(more=3)
        large = start_cycle(more=140, rubric=RUBRIC.replace("code: small", "code: large"), code="large")
        browser = as_user(administrator)
        browser.get(of_cycle(copied(small), small))
        asked = [(copied(small, year=2028), small), (copied(large, year=2028, code="large"), large)]
        pages = []
        for rubric, cycle in asked:
            with django_assert_max_num_queries(45):
                pages.append(browser.get(of_cycle(rubric, cycle, "&stand=final&tab=units")).content.decode())
        assert pages[0].count('<th scope="row">') == 5
        assert pages[1].count('<th scope="row">') == 100
        assert "page=2" in pages[1]

    def test_english_is_english(self, filled: Any, copied: Any, as_user: Any, administrator: Any) -> None:
        browser = as_user(administrator)
        browser.cookies["kaoping_language"] = "en"
        page = browser.get(of_cycle(with_points(copied(filled), "late", "1"), filled)).content.decode()
        assert "“迟到早退”: was −1.50, now −3.00 (−1.50)" in page
        assert "1 stands differently." in page


class TestWorkbook:
    def test_it_says_what_the_pages_say(self, filled: Any, copied: Any, as_user: Any, administrator: Any) -> None:
        rubric = without_clause(with_points(copied(filled), "done", "5"), "late")
        url = reverse("scoring:try_out_workbook", args=[rubric.pk]) + f"?cycle={filled.pk}&stand=final"
        answer = as_user(administrator).get(url)
        book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
        assert book.sheetnames == ["前后对比", "各单位变动原因", "条款影响", "等次变化", "未计入"]
        values = {name: [[cell.value for cell in row] for row in book[name].iter_rows()] for name in book.sheetnames}
        own = next(row for row in values["前后对比"] if row[1] == f"{OWN_WORD}局")
        assert (own[2], own[5], own[8]) == (75.5, 57, -18.5)
        assert [row[4:] for row in values["各单位变动原因"] if row[2] == DONE] == [[50, 30, -20], [40, 20, -20]]
        assert next(row for row in values["未计入"] if row[2] == LATE)[5] == "办法里没有这一条"

    def test_without_records_there_is_none(self, filled: Any, copied: Any, as_user: Any, administrator: Any) -> None:
        url = reverse("scoring:try_out_workbook", args=[copied(filled).pk])
        assert as_user(administrator).get(url).status_code == 404
        assert as_user(administrator).get(f"{url}?file=nothing").status_code == 404


def facts_file(rubric: str = "small", **changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "format": "appraisal-facts/1",
        "rubric": rubric,
        "units": [
            {
                "code": "a",
                "title": "甲局",
                "series": "bureaus",
                "facts": [{"clause": DONE, "count": 2}, {"clause": LATE, "count": 2}],
            },
            {"code": "b", "title": "乙局", "series": "bureaus", "facts": [{"clause": DONE, "count": 1}]},
        ],
    }
    return {**data, **changes}


def send(browser: Any, rubric: Rubric, data: Any, follow: bool = True) -> Any:
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return browser.post(address(rubric), {"file": SimpleUploadedFile("facts.json", content)}, follow=follow)


class TestFile:
    def test_it_is_compared_with_the_rubric_that_was_copied(
        self, cycle: Any, copied: Any, as_user: Any, administrator: Any
    ) -> None:
        rubric = with_points(copied(cycle), "late", "2")
        page = send(as_user(administrator), rubric, facts_file()).content.decode()
        assert "facts.json" in page
        assert "“迟到早退”：原 −1.00，现 −4.00（−3.00）" in page
        assert "试算 2 家单位。1 家有变动。" in page

    def test_without_an_original_there_is_only_the_new_result(
        self, cycle: Any, as_user: Any, administrator: Any
    ) -> None:
        text = RUBRIC.replace("code: small", "code: fresh")
        rubric = rubrics_services.load_rubric(actor=None, data=read_yaml(text.encode()))
        browser = as_user(administrator)
        answer = send(browser, rubric, facts_file("fresh"))
        assert "只有试算结果" in answer.content.decode()
        units = browser.get(answer.redirect_chain[-1][0] + "&tab=units").content.decode()
        assert "甲局" in units
        assert "39.00" in units

    def test_facts_made_for_the_draft_are_set_aside_under_the_former_rubric(
        self, cycle: Any, copied: Any, as_user: Any, administrator: Any
    ) -> None:
        rubric = copied(cycle, code="newer")
        Clause.objects.filter(item__category__rubric=rubric, code="late").update(code="tardy")
        data = facts_file("newer")
        data["units"][0]["facts"][1]["clause"] = "conduct.meetings.tardy"
        answer = send(as_user(administrator), changed(rubric), data)
        page = as_user(administrator).get(answer.redirect_chain[-1][0] + "&tab=aside").content.decode()
        assert "原办法里无处可归的记录" in page
        assert "conduct.meetings.tardy" in page

    def test_every_problem_is_shown_with_its_place(
        self, cycle: Any, copied: Any, as_user: Any, administrator: Any
    ) -> None:
        data = facts_file()
        data["units"][0]["facts"] += [{"clause": "no.such.clause", "count": 1}, {"clause": DONE, "level": "x"}]
        data["units"][1]["series"] = "villages"
        data["ratings"] = [{"panel": "nobody", "group": "all", "unit": "a", "values": [1]}]
        page = send(as_user(administrator), copied(cycle), data).content.decode()
        for place in (
            "units[0].facts[2].clause",
            "units[0].facts[3].level",
            "units[1].series",
            "ratings[0].panel",
        ):
            assert place in page
        assert "kp-moved" not in page

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"[1, 2", b"format: [", b"- 1"])
    def test_what_is_no_facts_file_is_said_so(
        self, cycle: Any, copied: Any, as_user: Any, administrator: Any, content: bytes
    ) -> None:
        answer = send(as_user(administrator), copied(cycle), content)
        assert answer.status_code in (200, 422)
        page = answer.content.decode()
        assert "kp-prob" in page or "is-bad" in page

    def test_too_large_a_file_is_refused(
        self, cycle: Any, copied: Any, as_user: Any, administrator: Any, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr("scoring.forms.FACTS_BYTES", 10)
        answer = send(as_user(administrator), copied(cycle), facts_file())
        assert answer.status_code == 422
        assert "文件超过" in answer.content.decode()

    def test_a_file_is_at_hand_for_its_sender_only_and_not_for_ever(
        self, cycle: Any, copied: Any, as_user: Any, administrator: Any
    ) -> None:
        rubric = copied(cycle)
        token = tryout.keep_file(administrator, "facts.json", b"{}")
        assert tryout.kept_file(administrator, token) == ("facts.json", b"{}")
        cache.clear()
        page = as_user(administrator).get(address(rubric, f"?file={token}")).content.decode()
        assert "文件已不在手边" in page


class TestLongWork:
    def test_many_units_are_tried_by_a_job_and_shown_when_it_is_done(
        self,
        filled: Any,
        copied: Any,
        as_user: Any,
        administrator: Any,
        monkeypatch: Any,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        monkeypatch.setattr(tryout, "LONG_UNITS", 1)
        rubric, browser = with_points(copied(filled), "late", "1"), as_user(administrator)
        url = of_cycle(rubric, filled)
        page = browser.get(url).content.decode()
        assert "在后台进行" in page
        assert "kp-moved" not in page
        with django_capture_on_commit_callbacks(execute=True):
            answer = browser.post(url, {"run": "1"}, headers={"HX-Request": "true"})
        assert "kp-job" in answer.content.decode()
        job = Job.objects.get()
        assert (job.state, job.done, job.total) == ("done", 4, 4)
        assert "kp-moved" in browser.get(url).content.decode()

    def test_a_job_whose_file_is_gone_says_so(
        self, cycle: Any, copied: Any, administrator: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        source = tryout.Source(copied(cycle), administrator, token="gone")
        with django_capture_on_commit_callbacks(execute=True):
            job = services.ask_to_try_out(actor=administrator, ids=source.ids)
        job.refresh_from_db()
        assert job.state == "done"
        assert "重新选择" in job.message

    def test_nobody_else_may_ask_for_it(self, cycle: Any, copied: Any, auditor: Any) -> None:
        from django.core.exceptions import PermissionDenied

        with pytest.raises(PermissionDenied):
            services.ask_to_try_out(actor=auditor, ids=tryout.Source(copied(cycle), auditor, cycle, "final").ids)


def test_a_comparison_of_a_cycle_with_itself_agrees_with_its_results(filled: Any, administrator: Any) -> None:
    trial = tried(filled.rubric, filled, administrator)
    totals = {unit.code: unit.total for unit in selectors.results_of(filled, "final").units}
    assert {one.unit: one.after.total for one in trial.comparison.movements} == totals
    assert moved(trial) == {}
