"""Codes: each once among its own, and every reference to one that exists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from rubrics.checks.places import placed_clauses, placed_nodes
from rubrics.definition.records import RESERVED_CODES, AppliesTo, Category, Definition, Item, Provider
from rubrics.kinds.problems import HINT, Path, Problem


def check_references(definition: Definition) -> list[Problem]:
    return [
        *_top_level_codes(definition),
        *_node_codes(definition),
        *_applies_to(definition),
        *_providers(definition),
        *_panels(definition),
        *_groups(definition),
    ]


def repeated(entries: Sequence[Any], path: Path) -> list[Problem]:
    """A problem for every code that stands a second time in one list."""
    seen: set[str] = set()
    problems = []
    for place, entry in enumerate(entries):
        if entry.code in seen:
            problems.append(Problem((*path, place, "code"), "duplicate_code", {"code": entry.code}))
        seen.add(entry.code)
    return problems


def unknown(codes: Iterable[str], known: Collection[str], path: Path, what: str) -> list[Problem]:
    """A problem for every code that is not among the known ones. `what` names them in the sentence's table."""
    return [
        Problem(path, f"unknown_{what}", {"code": code, "known": sorted(known)}) for code in codes if code not in known
    ]


def _top_level_codes(definition: Definition) -> list[Problem]:
    procedure = definition.procedure
    lists: tuple[tuple[str, Sequence[Any]], ...] = (
        ("series", definition.series),
        ("providers", definition.providers),
        ("panels", definition.panels),
        ("gradings", definition.gradings),
    )
    problems = [problem for name, entries in lists for problem in repeated(entries, (name,))]
    for name in ("prerequisites", "authorities", "demands", "deadlines"):
        problems += repeated(getattr(procedure, name), ("procedure", name))
    for place, panel in enumerate(definition.panels):
        problems += repeated(panel.groups, ("panels", place, "groups"))
    for place, grading in enumerate(definition.gradings):
        problems += repeated(grading.rules, ("gradings", place, "rules"))
    return problems


def _node_codes(definition: Definition) -> list[Problem]:
    problems = []
    siblings: set[str] = set()
    for path, code, node, _ in placed_nodes(definition):
        if code in siblings:
            problems.append(Problem((*path, "code"), "duplicate_code", {"code": code}))
        siblings.add(code)
        if isinstance(node, Category) and node.code in RESERVED_CODES:
            problems.append(Problem((*path, "code"), "reserved_code", {"code": node.code}))
        problems += repeated(node.shares, (*path, "shares"))
        if isinstance(node, Item):
            problems += repeated(node.clauses, (*path, "clauses"))
            problems += repeated(node.groups, (*path, "groups"))
            for place, clause in enumerate(node.clauses):
                problems += repeated(clause.modifiers, (*path, "clauses", place, "modifiers"))
    return problems


def _applies_to(definition: Definition) -> list[Problem]:
    known = {series.code for series in definition.series}
    places: list[tuple[Path, AppliesTo]] = [(path, node.applies_to) for path, _, node, _ in placed_nodes(definition)]
    places += [(path, clause.applies_to) for path, _, clause, _ in placed_clauses(definition)]
    for name in ("reviewers", "prerequisites"):
        entries = getattr(definition.procedure, name)
        places += [(("procedure", name, place), entry.applies_to) for place, entry in enumerate(entries)]
    for grading_place, grading in enumerate(definition.gradings):
        for rule_place, rule in enumerate(grading.rules):
            here = ("gradings", grading_place, "rules", rule_place, "consequences")
            places += [((*here, place), entry.applies_to) for place, entry in enumerate(rule.consequences)]
    return [
        problem
        for path, applies_to in places
        for problem in unknown(applies_to.series, known, (*path, "applies_to", "series"), "series")
    ]


def _providers(definition: Definition) -> list[Problem]:
    known = {entry.code for entry in definition.providers}
    series = {entry.code for entry in definition.series}
    places: list[tuple[Path, Provider | None]] = [(p, node.provider) for p, _, node, _ in placed_nodes(definition)]
    places += [(path, clause.provider) for path, _, clause, _ in placed_clauses(definition)]
    problems = []
    for path, provider in places:
        if provider is not None:
            here = (*path, "provider")
            problems += unknown(provider.all_codes, known, here, "provider")
            problems += unknown([code for code, _ in provider.by_series], series, here, "series")
    return problems


def _panels(definition: Definition) -> list[Problem]:
    known = {panel.code for panel in definition.panels}
    problems = []
    for path, _, clause, _ in placed_clauses(definition):
        panel = getattr(clause, "panel", None)
        if panel is not None:
            problems += unknown([panel], known, (*path, "panel"), "panel")
        if clause.basis == "linked" and not clause.source and not clause.open:  # type: ignore[attr-defined]
            problems.append(Problem((*path, "source"), "missing", {"field": "source"}))
    for place, entry in enumerate(definition.panels):
        problems += _panel(entry, ("panels", place))
    return problems


def _panel(panel: Any, path: Path) -> list[Problem]:
    problems = unknown(
        [quota.code for quota in panel.ballot_quota], {o.code for o in panel.options}, (*path, "ballot_quota"), "option"
    )
    problems += repeated(panel.options, (*path, "options"))
    if not panel.groups:
        problems.append(Problem((*path, "groups"), "panel_without_groups", {}, HINT))
    elif panel.weigh_by == "group" and not any(group.weight for group in panel.groups):
        problems.append(Problem((*path, "groups"), "panel_without_weight"))
    if panel.options and not panel.full:
        problems.append(Problem((*path, "options"), "zero"))
    for option in panel.options:
        if panel.scale is not None and option.value > panel.scale:
            problems.append(
                Problem((*path, "options", option.code), "beyond_scale", {"value": option.value, "scale": panel.scale})
            )
    return problems


def _groups(definition: Definition) -> list[Problem]:
    problems = []
    for path, _, node, _ in placed_nodes(definition):
        if not isinstance(node, Item):
            continue
        own = {clause.code: clause for clause in node.clauses}
        for place, group in enumerate(node.groups):
            here = (*path, "groups", place)
            problems += unknown(group.clauses, own, (*here, "clauses"), "clause")
            members = [own[code] for code in group.clauses if code in own]
            if len({(clause.effect, clause.acts_on) for clause in members}) > 1:
                problems.append(Problem((*here, "clauses"), "mixed_group"))
            if group.limit is None and not group.open:
                problems.append(Problem((*here, "limit"), "missing_figure", {"field": "limit"}))
            if not group.clauses:
                problems.append(Problem((*here, "clauses"), "empty", {"field": "clauses"}))
    return problems
