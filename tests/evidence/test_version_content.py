"""What a sheet says as one canonical record, and what changed between two of them. No database."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.versions import (
    Content,
    FactState,
    FileState,
    ItemState,
    Keyed,
    PrerequisiteState,
    TargetState,
    content_data,
    content_from,
    differences,
    fingerprint,
    size_of,
    touched,
)

FACT = FactState(clause="a.b.late", said={"count": "2"}, date="2026-03-01", matter="例会", note="迟到")
FILE = FileState(item="a.b", sha256="1" * 64, name="证明.pdf")
CONTENT = Content(
    cycle="land-2026",
    unit="office",
    facts=(FACT,),
    items=(ItemState("a.b", "claimed"), ItemState("a.c", "nothing")),
    files=(FILE,),
    prerequisites=(PrerequisiteState("safe", confirmed=True, note="无事故", files=("2" * 64,)),),
    targets=(TargetState("a.d", "t1", "招商", "5", "3"),),
)


def changes(before: Content, after: Content, **keyed: Any) -> list[tuple[str, str, str]]:
    found = differences(Keyed(before), Keyed(after, **keyed))
    return [(one.what, one.kind, one.item) for one in found]


def test_the_fingerprint_is_the_sha_256_of_the_canonical_json() -> None:
    data = content_data(CONTENT)
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert fingerprint(data) == hashlib.sha256(text.encode()).hexdigest()
    assert fingerprint(json.loads(json.dumps(data))) == fingerprint(data)


def test_what_was_kept_reads_back_as_it_was() -> None:
    assert content_from(json.loads(json.dumps(content_data(CONTENT)))) == CONTENT


def test_blank_fields_are_left_out_so_that_a_new_field_leaves_old_fingerprints_alone() -> None:
    data = content_data(CONTENT)
    assert data["facts"] == [
        {"clause": "a.b.late", "said": {"count": "2"}, "date": "2026-03-01", "matter": "例会", "note": "迟到"}
    ]
    assert content_from({**data, "facts": [{**data["facts"][0], "of_a_later_edition": 1}]}) == CONTENT


def test_the_order_in_which_files_and_items_were_saved_is_not_content() -> None:
    other = replace(CONTENT, items=CONTENT.items[::-1], files=(FILE, replace(FILE, item="a.a")))
    same = replace(CONTENT, files=(replace(FILE, item="a.a"), FILE))
    assert fingerprint(content_data(other)) == fingerprint(content_data(same))


def test_equal_contents_have_no_difference() -> None:
    assert changes(CONTENT, content_from(content_data(CONTENT))) == []


FIELDS: list[tuple[str, Any]] = [
    ("said", {"count": "3"}), ("said", {"count": "2", "level": "city"}), ("date", "2026-03-02"), ("date", ""),
    ("matter", "别的会"), ("share", "0.5"), ("modifiers", ("twice",)), ("note", ""), ("exempt_reason", "因公出差"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), FIELDS)
def test_every_field_of_a_claim_that_differs_is_named(name: str, value: Any) -> None:
    after = replace(CONTENT, facts=(replace(FACT, **{name: value}),))
    (change,) = differences(Keyed(CONTENT, (7,)), Keyed(after, (7,)))
    assert (change.what, change.kind, change.item) == ("fact", "changed", "a.b")
    assert {field.name.partition(".")[0] for field in change.fields} == {name}
    assert fingerprint(content_data(after)) != fingerprint(content_data(CONTENT))


@pytest.mark.parametrize(
    ("after", "named"),
    [
        (replace(CONTENT, facts=()), ("fact", "removed", "a.b")),
        (replace(CONTENT, facts=(FACT, replace(FACT, clause="a.c.x"))), ("fact", "added", "a.c")),
        (replace(CONTENT, items=(ItemState("a.b", "claimed"),)), ("item", "removed", "a.c")),
        (replace(CONTENT, items=(ItemState("a.b", "claimed"), ItemState("a.c", "not_duty", "无此职责"))),
         ("item", "changed", "a.c")),
        (replace(CONTENT, files=()), ("file", "removed", "a.b")),
        (replace(CONTENT, files=(replace(FILE, title="通报"),)), ("file", "changed", "a.b")),
        (replace(CONTENT, files=(replace(FILE, clause="a.b.late"),)), ("file", "changed", "a.b")),
        (replace(CONTENT, files=(FILE, replace(FILE, item="a.c"))), ("file", "added", "a.c")),
        (replace(CONTENT, prerequisites=(PrerequisiteState("safe", note="无事故", files=("2" * 64,)),)),
         ("prerequisite", "changed", "")),
        (replace(CONTENT, prerequisites=()), ("prerequisite", "removed", "")),
        (replace(CONTENT, targets=(TargetState("a.d", "t1", "招商", "6", "3"),)), ("target", "changed", "a.d")),
    ],
)  # fmt: skip
def test_every_planted_change_is_named(after: Content, named: tuple[str, str, str]) -> None:
    assert changes(CONTENT, after) == [named]
    assert size_of(differences(Keyed(CONTENT), Keyed(after))).total == 1


def test_a_claim_keeps_its_identity_by_its_key() -> None:
    other = replace(FACT, note="第二条")
    before = Keyed(replace(CONTENT, facts=(FACT, other)), (1, 2))
    after = Keyed(replace(CONTENT, facts=(replace(other, note="改了"), FACT)), (2, 3))
    found = [(one.kind, one.before, one.after) for one in differences(before, after)]
    assert found == [("changed", other, replace(other, note="改了"))], "the first was taken back and made again"


def test_without_keys_claims_of_a_clause_are_paired_in_their_order() -> None:
    before = replace(CONTENT, facts=(FACT, replace(FACT, note="第二条")))
    after = replace(CONTENT, facts=(replace(FACT, note="甲"), replace(FACT, note="乙"), replace(FACT, note="丙")))
    assert sorted(kind for _what, kind, _item in changes(before, after)) == ["added", "changed", "changed"]


def test_a_file_that_took_the_place_of_another_is_one_change_also_over_several_steps() -> None:
    third = replace(FILE, sha256="3" * 64, name="新.pdf")
    after = replace(CONTENT, files=(third,))
    replaced = {"3" * 64: ("2" * 64, "1" * 64)}
    (change,) = differences(Keyed(CONTENT), Keyed(after, (), replaced))
    assert (change.kind, change.before, change.after) == ("changed", FILE, third)
    assert touched([change]) == {"a.b"}


# --- any two contents -------------------------------------------------------------------------------------------------

words = st.sampled_from(["", "甲", "乙", "丙，“丁”"])
codes = st.sampled_from(["a.b", "a.c", "x.y.z"])
facts = st.builds(
    FactState,
    clause=codes.map(lambda code: f"{code}.late"),
    said=st.dictionaries(st.sampled_from(["count", "level", "value"]), st.sampled_from(["1", "2.5"]), max_size=2),
    date=st.sampled_from(["", "2026-02-28"]), matter=words, share=words, note=words, exempt_reason=words,
    modifiers=st.lists(st.sampled_from(["m", "n"]), max_size=2, unique=True).map(tuple),
)  # fmt: skip
files = st.builds(
    FileState, item=codes, sha256=st.sampled_from(["1" * 64, "2" * 64, "3" * 64]), name=words.map(lambda text: f"{text}.pdf"),
    clause=st.sampled_from(["", "a.b.late"]), title=words, happened_on=st.sampled_from(["", "2026-01-01"]), note=words,
)  # fmt: skip


def unique(found: Any, key: Any) -> Any:
    return st.lists(found, max_size=4, unique_by=key).map(tuple)


contents = st.builds(
    Content,
    cycle=st.just("c"),
    unit=st.just("u"),
    facts=st.lists(facts, max_size=5).map(tuple),
    items=unique(
        st.builds(ItemState, code=codes, state=st.sampled_from(["nothing", "not_duty"]), reason=words),
        lambda one: one.code,
    ),
    files=unique(files, lambda one: (one.item, one.sha256)),
    prerequisites=unique(
        st.builds(PrerequisiteState, code=codes, confirmed=st.booleans(), note=words), lambda one: one.code
    ),
    targets=unique(
        st.builds(TargetState, item=codes, code=codes, title=words, points=st.sampled_from(["", "5"])),
        lambda one: (one.item, one.code),
    ),
)
ALL = ("facts", "items", "files", "prerequisites", "targets")


def states(content: Content) -> Counter[str]:
    return Counter(repr(one) for name in ALL for one in getattr(content, name))


@given(before=contents, after=contents, data=st.data())
def test_the_changes_lead_from_the_one_content_to_the_other(before: Content, after: Content, data: Any) -> None:
    keys = st.lists(st.integers(1, 9), unique=True)
    before_keys = data.draw(keys.filter(lambda found: len(found) >= len(before.facts)))[: len(before.facts)]
    after_keys = data.draw(keys.filter(lambda found: len(found) >= len(after.facts)))[: len(after.facts)]
    for sides in (
        (Keyed(before), Keyed(after)),
        (Keyed(before, tuple(before_keys)), Keyed(after, tuple(after_keys), {"3" * 64: ("2" * 64, "1" * 64)})),
    ):
        found = differences(*sides)
        rest = states(before)
        for change in found:
            if change.before is not None:
                assert rest[repr(change.before)] > 0
                rest[repr(change.before)] -= 1
            if change.after is not None:
                rest[repr(change.after)] += 1
            assert change.before != change.after
            assert bool(change.fields) == (change.kind == "changed")
        assert +rest == states(after)
        assert size_of(found).total == len(found)


@given(content=contents)
def test_every_content_reads_back_and_equals_itself(content: Content) -> None:
    data = json.loads(json.dumps(content_data(content)))
    again = content_from(data)
    assert fingerprint(content_data(again)) == fingerprint(data)
    assert differences(Keyed(content), Keyed(again)) == ()
