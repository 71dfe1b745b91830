"""Every shipped rubric can be built from nothing in the workbench: entries added, and their forms filled in and posted."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rubrics.checks import read_definition
from rubrics.definition import canonical, fingerprint
from rubrics.definition.entries import HEAD_FIELDS
from rubrics.files import read_yaml
from rubrics.forms.entry import read_post
from rubrics.models import Rubric
from rubrics.selectors.choices import options_for
from rubrics.selectors.definitions import definition_of
from rubrics.selectors.drafts import draft_of
from rubrics.selectors.entries import entry_of
from rubrics.services.drafts import start_draft
from rubrics.services.editing import add_entry, change_entry
from tests.rubrics.test_entry_form import own, post_of

RUBRICS = sorted(Path("fixtures/rubrics").glob("*.yaml"))
LISTS = (("series", "series"), ("panel", "panels"), ("grading", "gradings"))


def fill(draft: Rubric, kind: str, key: str, shape: dict[str, Any], options: Any) -> None:
    """Post the form of an entry with what it shall hold."""
    section = key if kind == "head" else ""
    typed, problems = read_post(kind, section, post_of(kind, shape, section, options))
    assert problems == []
    stored = entry_of(draft, kind, key)
    change_entry(actor=None, rubric=draft, kind=kind, key=key, version=str(stored.version), shape=typed)


def add(draft: Rubric, kind: str, shape: dict[str, Any], options: Any, parent: str | None = None) -> str:
    key = add_entry(actor=None, rubric=draft, kind=kind, parent=parent).key
    fill(draft, kind, key, shape, options)
    return key


def build(draft: Rubric, categories: list[dict[str, Any]], options: Any, parent: str | None = None) -> None:
    for category in categories:
        key = add(draft, "category", own(category), options, parent)
        for item in category.get("items", ()):
            under = add(draft, "item", own(item), options, key)
            for clause in item.get("clauses", ()):
                add(draft, "clause", clause, options, under)
        build(draft, category.get("categories", []), options, key)


@pytest.mark.django_db
@pytest.mark.parametrize("path", RUBRICS, ids=lambda path: path.stem)
def test_a_rubric_built_entry_by_entry_is_the_same_to_the_last_digit(path: Path) -> None:
    wanted, _ = read_definition(read_yaml(path.read_bytes()))
    assert wanted is not None
    shape = canonical(wanted)
    draft = start_draft(actor=None, code=wanted.code, year=wanted.year, title="空白", total=Decimal(1))
    for section, names in HEAD_FIELDS.items():
        fill(draft, "head", section, {name: shape[name] for name in names if name in shape}, {})
    for kind, name in LISTS:
        for part in shape.get(name, ()):
            add(draft, kind, part, options_for(draft, {"series"}))
    build(draft, shape["categories"], options_for(draft, {"series", "provider", "panel", "grade", "grading"}))
    assert draft_of(draft).errors == ()
    assert fingerprint(definition_of(draft)) == fingerprint(wanted)
