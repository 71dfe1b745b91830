"""What a regulation leaves open: every entry that says so, for the linter and for the gate before publishing."""

from __future__ import annotations

from collections.abc import Iterator

from rubrics.checks.places import placed_clauses, placed_nodes
from rubrics.definition.records import Definition
from rubrics.kinds.problems import Path


def open_entries(definition: Definition) -> list[tuple[str, Path]]:
    """Full code and path of every entry that says `open: true`, in reading order."""
    return [*_tree(definition), *_gradings(definition), *_procedure(definition)]


def _tree(definition: Definition) -> Iterator[tuple[str, Path]]:
    for path, code, node, _ in placed_nodes(definition):
        if node.open:
            yield code, path
        for place, group in enumerate(getattr(node, "groups", ())):
            if group.open:
                yield f"{code}.{group.code}", (*path, "groups", place)
    for path, code, clause, _ in placed_clauses(definition):
        if clause.open:
            yield code, path


def _gradings(definition: Definition) -> Iterator[tuple[str, Path]]:
    for grading_place, grading in enumerate(definition.gradings):
        for rule_place, rule in enumerate(grading.rules):
            for place, consequence in enumerate(rule.consequences):
                if consequence.open:
                    path = ("gradings", grading_place, "rules", rule_place, "consequences", place)
                    yield f"gradings.{grading.code}.{rule.code}.{consequence.code}", path


def _procedure(definition: Definition) -> Iterator[tuple[str, Path]]:
    procedure = definition.procedure
    if procedure.open:
        yield "procedure", ("procedure",)
    for name in ("certificate", "convert"):
        entry = getattr(procedure, name)
        if entry is not None and entry.open:
            yield f"procedure.{name}", ("procedure", name)
    for name in ("reviewers", "prerequisites", "authorities", "demands", "deadlines"):
        for place, entry in enumerate(getattr(procedure, name)):
            if entry.open:
                yield f"procedure.{name}.{entry.code}", ("procedure", name, place)
