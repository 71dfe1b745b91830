"""Clauses in words: what the basis says, and everything that stands around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from rubrics.kinds.numbers import plain
from rubrics.selectors.sayings.names import Names
from rubrics.wording import bracketed, listed

if TYPE_CHECKING:
    from decimal import Decimal

    from rubrics.definition import CommonClause, Definition, Item


def language() -> str:
    return get_language() or "zh-hans"


def rule_of(clause: CommonClause) -> str:
    """The sentence of the clause's basis."""
    return clause.kind.sentence(clause, language())


def clause_says(names: Names, clause: CommonClause) -> list[str]:
    """What stands around the sentence of the basis: limits, where it acts, modifiers, consequences, proof, for whom."""
    says = [*_named(names, clause), *_limits(clause), *_acting(clause)]
    says += [modifier_words(modifier) for modifier in clause.modifiers]
    if clause.escalate:
        says.append(_escalation(clause))
    says += [words for consequence in clause.consequences for words in consequence_words(names, consequence)]
    if clause.evidence == "required":
        says.append(_("proof required"))
    return [*says, *names.only_for(clause.applies_to)]


def _limits(clause: CommonClause) -> list[str]:
    says = []
    if clause.limit is not None:
        says.append(_("at most %(n)s points in all") % {"n": plain(clause.limit)})
    if clause.limit_per is not None and clause.limit_per.month is not None:
        says.append(_("at most %(n)s points a month") % {"n": plain(clause.limit_per.month)})
    if clause.limit_per is not None and clause.limit_per.quarter is not None:
        says.append(_("at most %(n)s points a quarter") % {"n": plain(clause.limit_per.quarter)})
    return says


def _acting(clause: CommonClause) -> list[str]:
    if clause.effect == "award" and clause.acts_on != "item":
        return [_("added to the category") if clause.acts_on == "category" else _("added to the total")]
    if clause.effect in ("deduct", "veto") and clause.acts_on != "item":
        return [_("taken from the category") if clause.acts_on == "category" else _("taken from the total")]
    return []


def modifier_words(modifier: Any) -> str:
    """A circumstance and what it does to the points."""
    title = modifier.title or modifier.code
    if modifier.times is not None:
        return f"{title} × {plain(modifier.times)}"
    if modifier.plus is None:
        return _("%(words)s: not yet set") % {"words": title}
    return f"{title} {'−' if modifier.plus < 0 else '+'} {plain(abs(modifier.plus))}"


def _escalation(clause: CommonClause) -> str:
    steps = [
        _("occurrence %(n)s × %(times)s") % {"n": place, "times": plain(times)}
        for place, times in enumerate(clause.escalate[:-1], 1)
    ]
    last = {"n": len(clause.escalate), "times": plain(clause.escalate[-1])}
    return listed([*steps, _("from occurrence %(n)s on × %(times)s") % last])


def consequence_words(names: Names, consequence: Any) -> list[str]:
    """What a veto does beside firing, in words."""
    says = []
    if consequence.deduct is not None:
        says.append(_("takes %(n)s points each time") % {"n": plain(consequence.deduct)})
    if consequence.zero == "total":
        says.append(_("the total becomes 0"))
    elif consequence.zero == "category":
        says.append(_("the category becomes 0"))
    if consequence.bar_grades:
        says.append(_("bars %(list)s") % {"list": listed(names.grade(code) for code in consequence.bar_grades)})
    if consequence.cap_grade:
        says.append(_("at best %(grade)s") % {"grade": names.grade(consequence.cap_grade)})
    if consequence.downgrade:
        n = int(consequence.downgrade)
        words = ngettext("%(n)d grade lower", "%(n)d grades lower", n) % {"n": n}
        says.append(words + bracketed(names.grading(consequence.grading)) if consequence.grading else words)
    return says or [_("takes points, how many is not yet set")]


def _named(names: Names, clause: Any) -> list[str]:
    """What the sentence of the basis cannot know: titles of what its codes name, and of its inputs."""
    says = []
    inputs = [one for one in getattr(clause, "inputs", ()) if one.title]
    if inputs:
        told = (one.code + bracketed(" ".join(part for part in (one.title, one.unit) if part)) for one in inputs)
        says.append(_("where %(list)s") % {"list": listed(told)})
    if getattr(clause, "panel", ""):
        says.append(_("panel: %(title)s") % {"title": names.panel(clause.panel)})
    if getattr(clause, "source", ()) and "members" not in clause.source:
        says.append(_("from %(list)s") % {"list": listed(clause.source)})
    return says


# --- for the person who edits it ----------------------------------------------------------------------------------


def clause_sayings(names: Names, clause: CommonClause, item: Item | None, provider: Any) -> list[str]:
    """Everything about a clause: its rule, what stands around it, what follows from the item it stands in."""
    says = [rule_of(clause), *clause_says(names, clause), *_in_its_item(clause, item)]
    if clause.evidence == "none":
        says.append(_("no proof is asked for"))
    says += names.supplied_says(provider)
    if clause.open:
        says.append(_("a figure is left open"))
    return says


def _in_its_item(clause: CommonClause, item: Item | None) -> list[str]:
    """Where what it takes or gives ends."""
    if item is None or clause.acts_on != "item":
        return []
    groups = [group for group in item.groups if clause.code in group.clauses and group.limit is not None]
    says = [
        _("together with others at most %(n)s points%(group)s")
        % {"n": plain(group.limit), "group": bracketed(group.title) if group.title else ""}
        for group in groups
        if group.limit is not None
    ]
    bound = _bound(clause)
    beyond = item.points is not None and item.points > 0 and (bound is None or bound > item.points)
    if clause.effect == "deduct" and beyond and item.floor in (None, 0):
        says.append(_("until nothing is left"))
    if clause.effect == "award" and beyond and item.ceiling is None:
        says.append(_("until full marks are reached"))
    return says


def _bound(clause: CommonClause) -> Decimal | None:
    """The most points that the clause can move by its own rule; None where it knows no bound."""
    bounds = [bound for bound in (clause.kind.most(clause), clause.limit) if bound is not None]
    return min(bounds, default=None)


def providers_of(definition: Definition, code: str, clause: CommonClause) -> Any:
    """The provider that serves a clause: its own, or that of the nearest node above; None where there is none."""
    if clause.provider is not None:
        return clause.provider
    parts = code.split(".")[:-1]
    for length in range(len(parts), 0, -1):
        node = definition.nodes.get(".".join(parts[:length]))
        if node is not None and node.provider is not None:
            return node.provider
    return None
