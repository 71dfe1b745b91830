"""A rubric goes out over the file it came from: comments, order and style of what did not change stay."""

from __future__ import annotations

import random
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from rubrics import selectors, services
from rubrics.checks import read_definition
from rubrics.definition import canonical, file_data, fingerprint
from rubrics.files import as_file, read_yaml, write_over, write_yaml
from rubrics.files.drafted import draft_shape
from rubrics.models import KeptFile
from rubrics.selectors import exports
from rubrics.services import editing
from tests.rubrics.workbooks import SHIPPED, shipped, shipped_text

Json = dict[str, Any]
TITLES = ("新标题", "a: b # c", "it's", "  x", "多行\n文字\n", '"q"', "- x", "true", "12", "{a}", "&a", "!t", "x\x7fy")


def said(data: Json) -> Json:
    """What data say, in the form in which a download is made."""
    definition, _problems = read_definition(data)
    return as_file(canonical(definition) if definition is not None else draft_shape(data)[0])


# --- a file of its own ----------------------------------------------------------------------------------------------

FILE = """\
# The rules of one year.
format: appraisal-rubric/1
code: small
title: "A small one"      # in quotation marks
year: 2026
total: 10

# Two series.
series:
  - {code: a,   title: Bureaus}    # the first
  # the second has a comment above
  - {code: b, title: Stations}
categories:
- code: c
  title: Conduct
  items:
    - code: meetings
      title: Meetings
      points: 10
      start: full        # said although it is assumed

      clauses:
        # late comers
        - {code: late, text: Late, effect: deduct,
           basis: count, points: 0.50, per: person}
        - code: news   # how it is counted
          text: >-
            Articles
            published
          effect: award
          basis: level
          levels: {province: 3, city: 1}   # by level
# the end
"""


def laid(change: Any, text: str = FILE) -> str:
    data = said(read_yaml(text.encode()))
    change(data)
    wanted = said(data)
    out = write_over(text, wanted)
    assert said(read_yaml(out.encode())) == wanted
    return out


def differing(out: str, text: str = FILE) -> tuple[list[str], list[str]]:
    """The lines that went and those that came."""
    old, new = text.splitlines(), out.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def clauses_of(data: Json) -> list[Json]:
    return data["categories"][0]["items"][0]["clauses"]  # type: ignore[no-any-return]


def test_what_did_not_change_comes_out_letter_by_letter() -> None:
    assert laid(lambda data: None) == FILE


def test_a_changed_figure_replaces_only_itself() -> None:
    out = laid(lambda data: clauses_of(data)[0].update(points=Decimal("0.75")))
    assert out == FILE.replace("points: 0.50", "points: 0.75")


def test_the_comment_on_the_line_of_a_changed_value_stays() -> None:
    out = laid(lambda data: data.update(title="Another: one"))
    assert out == FILE.replace('"A small one"', "'Another: one'")


def test_entries_are_told_by_their_codes_and_keep_their_comments() -> None:
    out = laid(lambda data: data["series"].insert(0, data["series"].pop(1)))
    assert differing(out) == ([], [])
    assert out.index("code: b") < out.index("code: a")
    assert out.index("# the second") < out.index("code: b")
    assert "Bureaus}    # the first" in out


def test_a_removed_entry_takes_its_own_comments_along_and_no_others() -> None:
    """What stands above the first entry of a list is said of the list."""
    gone, came = differing(laid(lambda data: data["series"].pop(1)))
    assert came == []
    assert [line.strip()[:12] for line in gone] == ["# the second", "- {code: b, "]
    gone, came = differing(laid(lambda data: clauses_of(data).pop(0)))
    assert came == []
    assert [line.strip()[:12] for line in gone] == ["- {code: lat", "basis: count"]


def test_a_new_entry_and_a_new_key_stand_where_they_belong() -> None:
    def change(data: Json) -> None:
        clauses_of(data).insert(
            1, {"code": "away", "text": "Absent", "effect": "deduct", "basis": "count", "points": 1}
        )
        data["categories"][0]["items"][0]["ref"] = "三(一)"

    gone, came = differing(laid(change))
    assert gone == []
    assert came == [
        "      ref: 三(一)",
        "        - {code: away, text: Absent, effect: deduct, basis: count, points: 1}",
    ]


def test_a_value_that_is_said_although_it_is_assumed_stays_until_it_changes() -> None:
    assert "start: zero        # said" in laid(
        lambda data: data["categories"][0]["items"][0].update(start="zero", floor="none")
    )


def test_a_short_form_is_written_out_only_where_it_changes() -> None:
    assert "levels: {province: 3, city: 1}   # by level" in laid(lambda data: clauses_of(data)[1].update(per="项"))
    out = laid(lambda data: clauses_of(data)[1]["levels"][0].update(points=4))
    assert "levels: [{code: province, points: 4}, {code: city, points: 1}]   # by level" in out


@pytest.mark.parametrize("title", TITLES)
def test_any_text_can_take_the_place_of_another(title: str) -> None:
    out = laid(lambda data: (data["series"][0].update(title=title), data.update(title=title, note=f"{title} " * 30)))
    assert out.count("#") >= FILE.count("#")


@pytest.mark.parametrize("text", [FILE.replace("\n", "\r\n"), "\ufeff" + FILE])
def test_files_of_other_systems_are_laid_over_too(text: str) -> None:
    data = said(read_yaml(text.encode()))
    assert "# the second has a comment above" in write_over(text, data | {"title": "x"})


def test_a_text_that_cannot_be_read_any_more_is_written_anew() -> None:
    data = file_data(shipped("township"))
    assert write_over("a: [1", data) == write_yaml(data)


# --- the shipped ones -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_rubric_comes_out_as_it_was_written(name: str) -> None:
    assert write_over(shipped_text(name), file_data(shipped(name))) == shipped_text(name)


@pytest.mark.parametrize("name", SHIPPED)
def test_after_any_edits_the_file_says_what_is_stored_and_keeps_its_comments(name: str) -> None:
    text, start = shipped_text(name), file_data(shipped(name))
    for seed in range(6):
        rng, data = random.Random(seed), deepcopy(start)
        for _ in range(rng.randint(1, 5)):
            edit(rng, data)
        wanted = said(data)
        out = write_over(text, wanted)
        assert said(read_yaml(out.encode())) == wanted
        assert out.count("#") >= 0.8 * text.count("#")
        assert out.splitlines()[0] == text.splitlines()[0]  # not written anew


def edit(rng: random.Random, data: Json) -> None:
    """One of the things that are done to a rubric."""
    node = rng.choice(list(nodes(data["categories"])))
    clauses = node.get("clauses") or [{}]
    at = rng.randrange(len(clauses))
    what = rng.randrange(10)
    if what == 0:
        node["title"] = rng.choice(TITLES)
    elif what == 1:
        node["points"] = rng.choice([7, Decimal("2.5")])
    elif what == 2:
        node.pop("note", None) or node.update(note="补充说明")
    elif what == 3:
        node["applies_to"] = {"tags": ["甲", "乙"]}
    elif what == 4:
        data.update(year=2027, title="另一部办法")
    elif what == 5 and len(clauses) > 1:
        del clauses[at]
    elif what == 6 and clauses[at]:
        clauses.insert(at, {"code": f"new{rng.random()}"[:9].replace(".", "x"), "text": "新增", "effect": "record"})
    elif what == 7 and clauses[at]:
        clauses[at]["text"] = "改写的内容，" * rng.choice([1, 30])
    elif what == 8:
        rng.shuffle(clauses)
    elif what == 9 and len(node.get("items", ())) > 1:
        node["items"].pop()


def nodes(categories: list[Json]) -> Any:
    for category in categories:
        yield category
        yield from category.get("items", ())
        yield from nodes(category.get("categories", []))


# --- through the house ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_loaded_rubric_goes_out_with_its_comments_and_today_s_figures() -> None:
    text = shipped_text("township")
    rubric = services.load_rubric(actor=None, data=read_yaml(text.encode()), file_text=text)
    assert exports.yaml_of(rubric) == text
    item = rubric.categories.get(code="performance").items.get(code="process")
    editing.change_entry(
        actor=None, rubric=rubric, kind="item", key=item.pk, version=item.version, shape={"code": "process", "points": "6"}
    )  # fmt: skip
    out = exports.yaml_of(rubric)
    assert "points: 6" in out and "# Three classes are promised" in out
    assert as_file(selectors.file_shape_of(rubric)) == said(read_yaml(out.encode()))


@pytest.mark.django_db
def test_a_copy_keeps_the_comments_and_json_is_not_kept() -> None:
    text = shipped_text("township")
    rubric = services.load_rubric(actor=None, data=read_yaml(text.encode()), file_text=text)
    clone = services.clone_rubric(actor=None, rubric=rubric, year=2027)
    assert exports.yaml_of(clone) == text.replace("year: 2026", "year: 2027")
    services.load_rubric(actor=None, data=read_yaml(text.encode()), file_text=' {"format": 1}')
    assert set(KeptFile.objects.values_list("rubric", flat=True)) == {rubric.pk, clone.pk}


@pytest.mark.django_db
def test_without_a_file_it_goes_out_in_the_canonical_order(small: Json) -> None:
    rubric = services.load_rubric(actor=None, data=small)
    definition, _problems = read_definition(read_yaml(exports.yaml_of(rubric).encode()))
    assert definition is not None
    assert fingerprint(definition) == fingerprint(selectors.definition_of(rubric))
    assert exports.yaml_of(rubric) == write_yaml(file_data(definition))
