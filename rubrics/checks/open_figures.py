"""What a regulation leaves open: every entry that says so, for the linter and for the gate before publishing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from rubrics.checks.places import placed_clauses, placed_nodes
from rubrics.checks.titles import field_title
from rubrics.definition.records import CommonClause, Definition
from rubrics.kinds.base import FIRING
from rubrics.kinds.problems import OPEN, Path, Problem, Words

_MOST_NAMED = 4


class _Open(NamedTuple):
    code: str
    path: Path
    entry: Any


def open_entries(definition: Definition) -> list[tuple[str, Path]]:
    """Full code and path of every entry that says `open: true`, in reading order."""
    return [(code, path) for code, path, _ in _entries(definition)]


def open_problems(definition: Definition) -> list[Problem]:
    """The same as problems of severity `open`: which figures are still missing, or that none is."""
    problems = []
    for code, path, entry in _entries(definition):
        missing = list(missing_figures(entry))
        if missing:
            fields: list[Words | str] = [_title_of(entry, name) for name in missing[:_MOST_NAMED]]
            found = {"code": code, "fields": fields + ["…"] * (len(missing) > _MOST_NAMED), "missing": missing}
            problems.append(Problem(path, "open_figures", found, OPEN))
        else:
            problems.append(Problem(path, "open_without_gap", {"code": code}, OPEN))
    return problems


def _title_of(entry: Any, name: str) -> Words:
    """`levels.county` as people read it: the titles of the field and of the level."""
    head, _, code = name.partition(".")
    field, _, place = head.partition("[")
    words = field_title(type(entry).__name__, field)
    if not code:
        number = f" {place.rstrip(']')}" if place else ""
        return Words(words.chinese + number, words.english + number)
    part = next((each for each in getattr(entry, field, ()) if each.code == code), None)
    title = getattr(part, "title", "") or code
    return Words(f"{words.chinese}“{title}”", f"{words.english} “{title}”")


def missing_figures(entry: Any) -> Iterator[str]:
    """The names of the figures that an open entry leaves out: `points`, `levels.county`, `modifiers.media`."""
    if isinstance(entry, CommonClause):
        yield from _of_clause(entry)
        return
    for name in _FIGURES.get(type(entry).__name__, ()):
        if getattr(entry, name) is None:
            yield name
    for share in getattr(entry, "shares", ()):
        if share.value is None:
            yield f"shares.{share.code}"


# What an entry may be open for; other fields may simply be left out. A node's points may not be missing.
_FIGURES = {
    "Group": ("limit",),
    "GradeConsequence": ("value",),
    "Procedure": ("publicity_days",),
    "Certificate": ("valid_years",),
    "Convert": ("to",),
    "Deadline": ("by",),
    "Reviewers": ("min", "max"),
}


def _of_clause(clause: Any) -> Iterator[str]:
    if clause.effect not in (*FIRING, "record") or clause.kind.mode != "occurrences":
        yield from (name for name in clause.kind.parameters.figures if getattr(clause, name) is None)
    yield from clause.kind.open_figures(clause)
    for modifier in clause.modifiers:
        if modifier.times is None and modifier.plus is None:
            yield f"modifiers.{modifier.code}"
    for place, consequence in enumerate(clause.consequences, start=1):
        said = (consequence.deduct, consequence.zero, consequence.cap_grade, consequence.downgrade)
        if not consequence.bar_grades and all(each is None for each in said):
            yield f"consequences[{place}]"


def _entries(definition: Definition) -> Iterator[_Open]:
    yield from _tree(definition)
    yield from _gradings(definition)
    yield from _procedure(definition)


def _tree(definition: Definition) -> Iterator[_Open]:
    for path, code, node, _ in placed_nodes(definition):
        if node.open:
            yield _Open(code, path, node)
        for place, group in enumerate(getattr(node, "groups", ())):
            if group.open:
                yield _Open(f"{code}.{group.code}", (*path, "groups", place), group)
    for path, code, clause, _ in placed_clauses(definition):
        if clause.open:
            yield _Open(code, path, clause)


def _gradings(definition: Definition) -> Iterator[_Open]:
    for grading_place, grading in enumerate(definition.gradings):
        for rule_place, rule in enumerate(grading.rules):
            for place, consequence in enumerate(rule.consequences):
                if consequence.open:
                    path = ("gradings", grading_place, "rules", rule_place, "consequences", place)
                    code = f"gradings.{grading.code}.{rule.code}.{consequence.code}"
                    yield _Open(code, path, consequence)


def _procedure(definition: Definition) -> Iterator[_Open]:
    procedure = definition.procedure
    if procedure.open:
        yield _Open("procedure", ("procedure",), procedure)
    for name in ("certificate", "convert"):
        entry = getattr(procedure, name)
        if entry is not None and entry.open:
            yield _Open(f"procedure.{name}", ("procedure", name), entry)
    for name in ("reviewers", "prerequisites", "authorities", "demands", "deadlines"):
        for place, entry in enumerate(getattr(procedure, name)):
            if entry.open:
                yield _Open(f"procedure.{name}.{entry.code}", ("procedure", name, place), entry)
