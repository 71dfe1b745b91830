"""One entry with another content: a row, or a section of what stands at the top."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rubrics.definition.entries import HEAD_FIELDS
from rubrics.models import Grading
from rubrics.models.rubric import CODE_LENGTH, TITLE_LENGTH
from rubrics.selectors.definitions import own_shape
from rubrics.selectors.entries import HEAD, KIND_OF, Entry, entry_of_row, full_code_of, parent_of, section_of
from rubrics.services.common import Refused
from rubrics.services.editing.edit import (
    Clash,
    Edit,
    about_row,
    about_section,
    as_version,
    editing,
    head_snapshot,
    nothing_changed,
    same,
    snapshot,
)
from rubrics.services.editing.references import (
    Followed,
    follow_grades,
    follow_providers,
    follow_row,
    rename_in,
    renamed_codes,
)
from rubrics.services.editing.tree import demand_code

if TYPE_CHECKING:
    from rubrics.models import Rubric
    from units.models import User

NAMING = ("title", "code", "year")
"""What names a rubric is never blank; a form that leaves it out leaves it as it is."""


def change_entry(
    *, actor: User | None, rubric: Rubric, kind: str, key: str | int, version: int | str, shape: Mapping[str, Any]
) -> Entry:
    """Save the canonical shape of one entry (without what stands below it); the entry as it is then.

    `version` is the one the person had before them: Clash with the stored entry where another is stored and it says
    something else. Nothing is written where nothing differs. Refused("code_taken") with a problem at `code` where a
    sibling has the code; Refused("code_long" | "too_long"). A new code is followed by all that names the entry.
    """
    if kind == HEAD:
        return _change_section(actor, rubric, str(key), as_version(version) or 0, shape)
    with editing(actor=actor, rubric=rubric) as edit:
        row = edit.row(kind, key)
        was = own_shape(row)
        now = {**shape, "code": shape.get("code") or row.code}
        if same(was, now):
            nothing_changed()
        edit.demand_version(row, version)
        before, old = snapshot(row), full_code_of(row)
        if now["code"] != row.code:
            demand_code(edit.rubric, kind, parent_of(row), now["code"], but=row)
        codes = _grades(row, was, now)
        now = rename_in(kind, now, {"grade": lambda code: codes.get(code, code)}) if codes else now
        edit.write(row, now)
        befores, afters = _followed(edit, row, was["code"], old, codes)
        edit.note("changed", about_row(row), before=[before, *befores], after=[snapshot(row), *afters])
    return entry_of_row(row)


def _grades(row: Any, was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, str]:
    return renamed_codes(was.get("rules", ()), now.get("rules", ())) if isinstance(row, Grading) else {}


def _followed(edit: Edit, row: Any, code: str, old: str, grades: Mapping[str, str]) -> Followed:
    before, after = [], []
    if row.code != code:
        before, after = follow_row(edit, row, KIND_OF[type(row)], code, (old, full_code_of(row)))
    if grades:
        befores, afters = follow_grades(edit, row, grades)
        before, after = _joined(before, befores), _joined(after, afters, last=True)
    return before, after


def _joined(first: list[Any], then: list[Any], *, last: bool = False) -> list[Any]:
    """Snapshots of two rounds: of a row in both, the first one before and the last one after."""
    rounds = (first, then) if last else (then, first)
    return list({(each["kind"], each["key"]): each for found in rounds for each in found}.values())


def _change_section(
    actor: User | None, rubric: Rubric, section: str, version: int, shape: Mapping[str, Any]
) -> Entry:  # fmt: skip
    if section not in HEAD_FIELDS:
        raise Refused("wrong_place")
    with editing(actor=actor, rubric=rubric) as edit:
        stored = section_of(edit.rubric, section)
        kept = {name: stored.shape[name] for name in NAMING if name in stored.shape}
        now = {**kept, **shape} if section == "general" else dict(shape)
        if same(stored.shape, now):
            nothing_changed()
        if stored.version != version:
            raise Clash(edit.rubric, sent=version, stored=stored)
        if len(now.get("title", "")) > TITLE_LENGTH or len(now.get("code", "")) > CODE_LENGTH:
            raise Refused("too_long", code_length=CODE_LENGTH, title_length=TITLE_LENGTH)
        edit.write_section(section, now)
        codes = renamed_codes(stored.shape.get("providers", ()), now.get("providers", ()))
        befores, afters = follow_providers(edit, codes)
        edit.note(
            "changed",
            about_section(section),
            before=[head_snapshot(section, stored.shape), *befores],
            after=[head_snapshot(section, now), *afters],
        )
    return section_of(rubric, section)
