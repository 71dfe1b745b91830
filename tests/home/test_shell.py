"""The frame around every page: switcher, rail, language, roles of the demonstration, errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import reverse

from appraisal_site.home.shell import Shell
from appraisal_site.toolkit.shell import RailEntry
from rubrics.services import assign_reviewer
from tests.small_cycle import RUBRIC
from units.models import JournalEntry, User
from units.services import give_role

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def home(client: Any, query: str = "") -> str:
    answer = client.get(reverse("home") + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


class TestCycles:
    @pytest.fixture
    def two(self, start_cycle: Any) -> Any:
        first = start_cycle()
        return first, start_cycle(rubric=RUBRIC.replace("code: small", "code: second"))

    def test_the_chosen_cycle_is_remembered(self, two: Any, as_user: Any, clerk: Any) -> None:
        browser = as_user(clerk)
        for chosen in two:
            assert browser.post(reverse("choose_cycle"), {"cycle": chosen.pk}).status_code == 302
            assert f'name="cycle" value="{chosen.pk}" aria-current="true"' in home(browser)

    def test_the_address_goes_before_what_was_chosen(self, two: Any, as_user: Any, clerk: Any) -> None:
        browser = as_user(clerk)
        browser.post(reverse("choose_cycle"), {"cycle": two[0].pk})
        assert f'value="{two[1].pk}" aria-current="true"' in home(browser, f"?cycle={two[1].pk}")

    def test_a_cycle_without_a_part_in_it_cannot_be_chosen(self, cycle: Any, as_user: Any, stranger: Any) -> None:
        browser = as_user(stranger)
        assert browser.post(reverse("choose_cycle"), {"cycle": cycle.pk}).status_code == 404
        assert cycle.title not in home(browser, f"?cycle={cycle.pk}")

    def test_a_page_about_a_cycle_shows_that_cycle(self, two: Any, as_user: Any, administrator: Any) -> None:
        browser = as_user(administrator)
        browser.post(reverse("choose_cycle"), {"cycle": two[0].pk})
        page = browser.get(reverse("scoring:results", args=[two[1].pk])).content.decode()
        assert f'value="{two[1].pk}" aria-current="true"' in page


class TestRail:
    def test_it_leads_each_person_where_their_role_works(
        self, filled: Any, as_user: Any, clerk: Any, leader: Any, administrator: Any
    ) -> None:
        results, why = reverse("scoring:results", args=[filled.pk]), "/results/"
        assert results not in home(as_user(clerk))
        assert why in home(as_user(clerk))
        assert results in home(as_user(leader))
        assert reverse("units:journal") in home(as_user(administrator))
        assert reverse("units:journal") not in home(as_user(leader))

    def test_the_entry_that_leads_closest_to_the_page_is_the_current_one(self, administrator: Any) -> None:
        request = RequestFactory().get("/cycles/3/results/")
        request.user, request.session = administrator, {}
        shell = Shell(request)
        urls = ["/", "/cycles/", "/cycles/3/results/", "/cycles/30/"]
        assert shell._nearest(urls) == "/cycles/3/results/"
        assert shell._nearest(["/", "/rubrics/"]) == ""

    @pytest.mark.parametrize(
        ("page", "entry"),
        [
            ("/review/7/", "/cycles/3/review/"),
            ("/sheets/7/check/", "/cycles/3/sheet/"),
            ("/results/7/", "/cycles/3/results/"),
            ("/cycles/new/", "/cycles/3/"),
            ("/units/", ""),
        ],
    )
    def test_a_page_about_one_unit_lights_the_entry_one_came_by(self, page: str, entry: str) -> None:
        shell = Shell(RequestFactory().get(page))
        urls = ["/?cycle=3", "/cycles/3/", "/cycles/3/sheet/", "/cycles/3/review/", "/cycles/3/results/"]
        assert shell._nearest(urls) == entry

    def test_a_second_unit_of_the_same_clerk_lights_the_way_to_the_score(self) -> None:
        shell = Shell(RequestFactory().get("/results/8/"))
        assert shell._nearest(["/", "/sheets/7/", "/results/7/"]) == "/results/7/"

    def test_the_review_of_a_unit_lights_its_entry_in_the_rail(
        self, filled: Any, enrolled: Any, as_user: Any, reviewer: Any
    ) -> None:
        assign_reviewer(actor=None, cycle=filled, user=reviewer)
        page = as_user(reviewer).get(reverse("evidence:review_unit", args=[enrolled(filled).pk])).content.decode()
        rail = page[page.index("kp-rail") :]
        lit = rail[: rail.index('aria-current="page"')].rpartition("<a")[2]
        assert reverse("evidence:review_list", args=[filled.pk]) in lit

    def test_entries_stand_by_their_place(self) -> None:
        entries = [RailEntry("b", "/b", "list", place=20), RailEntry("a", "/a", "list", place=10)]
        assert [entry.label for entry in sorted(entries, key=lambda entry: entry.place)] == ["a", "b"]


class TestLanguage:
    def test_chinese_comes_first_and_english_on_demand(self, as_user: Any, clerk: Any) -> None:
        browser = as_user(clerk)
        assert '<html lang="zh-Hans">' in home(browser)
        answer = browser.post(reverse("set_language"), {"language": "en", "next": "/"})
        assert answer.headers["Location"] == "/"
        assert '<html lang="en">' in home(browser)
        assert User.objects.get(pk=clerk.pk).language == "en"

    def test_it_never_leads_out_of_the_site(self, as_user: Any, clerk: Any) -> None:
        answer = as_user(clerk).post(reverse("set_language"), {"language": "en", "next": "https://example.org/"})
        assert "example.org" not in answer.headers["Location"]

    def test_an_unknown_language_changes_nothing(self, as_user: Any, clerk: Any) -> None:
        as_user(clerk).post(reverse("set_language"), {"language": "xx"})
        assert User.objects.get(pk=clerk.pk).language == ""


class TestDemonstration:
    @pytest.fixture
    def demo_person(self, person: Any) -> User:
        made = person("demo-reviewer", "演示考评员")
        User.objects.filter(pk=made.pk).update(is_demo=True)
        return made

    def test_one_press_makes_another_person(
        self, as_user: Any, administrator: Any, demo_person: User, settings: Any
    ) -> None:
        settings.KAOPING_DEMO = True
        browser = as_user(administrator)
        assert "演示考评员" in home(browser)
        browser.post(reverse("demo_switch"), {"user": demo_person.pk})
        assert int(browser.session["_auth_user_id"]) == demo_person.pk
        assert JournalEntry.objects.filter(verb="demo.switched", actor=administrator).count() == 1

    def test_only_people_of_the_demonstration_can_be_chosen(
        self, as_user: Any, clerk: Any, administrator: Any, settings: Any
    ) -> None:
        settings.KAOPING_DEMO = True
        browser = as_user(clerk)
        assert browser.post(reverse("demo_switch"), {"user": administrator.pk}).status_code == 404
        assert int(browser.session["_auth_user_id"]) == clerk.pk

    def test_elsewhere_there_is_no_such_thing(self, as_user: Any, administrator: Any, demo_person: User) -> None:
        browser = as_user(administrator)
        assert "demo/switch" not in home(browser)
        assert browser.post(reverse("demo_switch"), {"user": demo_person.pk}).status_code == 404
        assert int(browser.session["_auth_user_id"]) == administrator.pk

    def test_reading_the_address_switches_nobody(self, as_user: Any, clerk: Any, settings: Any) -> None:
        settings.KAOPING_DEMO = True
        assert as_user(clerk).get(reverse("demo_switch")).status_code == 405


class TestPagesAsSuch:
    def test_an_address_that_leads_nowhere_says_what_to_do(self, as_user: Any, clerk: Any) -> None:
        answer = as_user(clerk).get("/nowhere/")
        assert answer.status_code == 404
        assert reverse("home") in answer.content.decode()

    @pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "409", "500"])
    def test_every_error_page_can_do_without_a_request(self, name: str, db: None) -> None:
        from django.template.loader import render_to_string

        page = render_to_string(f"{name}.html")
        assert "<h1>" in page
        assert reverse("home") in page

    def test_no_template_holds_script_style_or_handlers(self) -> None:
        import re

        inline = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
        found = {
            str(path.relative_to(TEMPLATES)): inline.search(path.read_text(encoding="utf-8"))
            for path in TEMPLATES.rglob("*.html")
        }
        assert [name for name, match in found.items() if match] == []

    def test_every_icon_that_is_asked_for_is_drawn(self) -> None:
        import re

        drawn = set(re.findall(r'<symbol id="i-([a-z-]+)"', (TEMPLATES / "_icons.html").read_text(encoding="utf-8")))
        texts = [path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")]
        asked = {name for text in texts for name in re.findall(r'{% icon "([a-z-]+)"', text)}
        assert "bell" in asked
        assert asked <= drawn

    def test_a_page_keeps_to_a_strict_policy_and_is_not_kept_by_others(self, as_user: Any, clerk: Any) -> None:
        answer = as_user(clerk).get(reverse("home"))
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy

    def test_home_asks_for_a_sign_in(self, client: Any, db: None) -> None:
        assert client.get(reverse("home")).status_code == 302

    def test_roles_given_later_show_on_the_next_page(self, cycle: Any, as_user: Any, leader: Any) -> None:
        browser = as_user(leader)
        assert cycle.title not in home(browser)
        give_role(actor=None, user=leader, role="leader", cycle=cycle)
        assert cycle.title in home(browser)
