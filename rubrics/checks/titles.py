"""Titles of fields and of their values, for sentences in two languages."""

from __future__ import annotations

from rubrics.definition.declared.words import CHOICES, TITLES
from rubrics.kinds.problems import Words


def field_title(record: str, name: str) -> Words:
    """The title of a field of a record; a field without a title is named as in the file."""
    return Words(*(TITLES.get(f"{record}.{name}") or TITLES.get(name) or (name, name)))


def choice_title(name: str, code: str) -> Words:
    """The title of one value of a field, e.g. of a phase."""
    return Words(*CHOICES.get(name, {}).get(code, (code, code)))
