"""Panels, providers and tags: what nobody uses, what cannot work, what is perhaps written wrongly. Hints."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from rubrics.checks.places import placed_clauses, placed_nodes
from rubrics.definition.records import AppliesTo, Definition, Panel, When
from rubrics.kinds.numbers import plain
from rubrics.kinds.problems import Path, Problem, hint

_ALIKE = 0.85


def check_people(definition: Definition) -> Iterator[Problem]:
    yield from _panels(definition)
    yield from _providers(definition)
    yield from _tags(definition)


def _panels(definition: Definition) -> Iterator[Problem]:
    asked = {getattr(clause, "panel", None) for clause in definition.clauses.values()}
    phases = definition.procedure.phases
    for place, panel in enumerate(definition.panels):
        path: Path = ("panels", place)
        if panel.code not in asked:
            yield hint(path, "panel_unused", {"panel": panel.title or panel.code})
        yield from _panel(panel, path)
    if definition.panels and phases and "panel" not in phases:
        yield hint(("procedure", "phases"), "panel_without_phase")
    if not definition.panels and "panel" in phases:
        yield hint(("procedure", "phases", phases.index("panel")), "phase_without_panel")


def _panel(panel: Panel, path: Path) -> Iterator[Problem]:
    asked = [group for group in panel.groups if group.quorum]
    for place, group in enumerate(panel.groups):
        here = (*path, "groups", place)
        title = group.title or group.code
        if asked and not group.quorum:
            yield hint((*here, "quorum"), "quorum_missing", {"group": title})
        if panel.weigh_by == "group" and not group.weight and any(other.weight for other in panel.groups):
            yield hint((*here, "weight"), "group_without_weight", {"group": title})
        if panel.combine == "trimmed" and 0 < group.quorum <= 2 * panel.trim:
            found = {"group": title, "quorum": group.quorum, "trim": 2 * panel.trim}
            yield hint((*here, "quorum"), "quorum_below_trim", found)
    if panel.combine == "trimmed" and not panel.trim:
        yield hint((*path, "trim"), "trim_of_nothing")
    parts = sum((quota.part for quota in panel.ballot_quota), Decimal(0))
    if panel.options and len(panel.ballot_quota) == len(panel.options) and parts < 1:
        yield hint((*path, "ballot_quota"), "ballot_cannot_be_filled", {"sum": plain(parts)})


def _providers(definition: Definition) -> Iterator[Problem]:
    """Only where others are used: a rubric may well list its providers before it names them."""
    named = [placed.node.provider for placed in placed_nodes(definition)]
    named += [placed.clause.provider for placed in placed_clauses(definition)]
    used = {code for provider in named if provider is not None for code in provider.all_codes}
    for place, entry in enumerate(definition.providers):
        if used and entry.code not in used:
            yield hint(("providers", place), "provider_unused", {"provider": entry.title or entry.code})


def _tags(definition: Definition) -> Iterator[Problem]:
    """A tag that stands in one place only and is written almost like another one."""
    named = list(_named_tags(definition))
    counts = Counter(tag for _, tag in named)
    for path, tag in named:
        if counts[tag] > 1:
            continue
        # Of two that stand once each, the later one is asked about.
        others = [other for other in counts if other != tag and (counts[other] > 1 or _earlier(named, other, tag))]
        alike = next((other for other in others if _written_alike(tag, other)), None)
        if alike is not None:
            yield hint(path, "tag_alike", {"tag": tag, "other": alike})


def _earlier(named: list[tuple[Path, str]], one: str, other: str) -> bool:
    return next(tag for _, tag in named if tag in (one, other)) == one


def _written_alike(one: str, other: str) -> bool:
    plain_one, plain_other = _letters(one), _letters(other)
    if plain_one == plain_other:
        return True
    if [sign for sign in one if sign.isdigit()] != [sign for sign in other if sign.isdigit()]:
        return False
    return difflib.SequenceMatcher(None, plain_one, plain_other).ratio() >= _ALIKE


def _letters(tag: str) -> str:
    return "".join(sign for sign in tag.casefold() if sign.isalnum())


def _named_tags(definition: Definition) -> Iterator[tuple[Path, str]]:
    places: list[tuple[Path, AppliesTo]] = [(path, node.applies_to) for path, _, node, _ in placed_nodes(definition)]
    places += [(path, clause.applies_to) for path, _, clause, _ in placed_clauses(definition)]
    for name in ("reviewers", "prerequisites"):
        entries = getattr(definition.procedure, name)
        places += [(("procedure", name, place), entry.applies_to) for place, entry in enumerate(entries)]
    for path, applies_to in places:
        yield from (((*path, "applies_to", "tags"), tag) for tag in applies_to.tags)
    for path, _, clause, _ in placed_clauses(definition):
        cohort = str(getattr(clause, "within", ""))
        if cohort.startswith("tag:"):
            yield (*path, "within"), cohort.removeprefix("tag:")
    for place, grading in enumerate(definition.gradings):
        for rule_place, rule in enumerate(grading.rules):
            here = ("gradings", place, "rules", rule_place)
            yield from _when_tags(rule.when, (*here, "when"))
            for last, entry in enumerate(rule.consequences):
                path = (*here, "consequences", last, "applies_to", "tags")
                yield from ((path, tag) for tag in entry.applies_to.tags)
    yield from ((("ranking", "out_of_rank", "tags"), tag) for tag in definition.ranking.out_of_rank.tags)


def _when_tags(when: When, path: Path) -> Iterator[tuple[Path, str]]:
    yield from (((*path, "has_tag"), tag) for tag in when.has_tag)
    for place, inner in enumerate(when.any):
        yield from _when_tags(inner, (*path, "any", place))
