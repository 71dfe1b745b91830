"""Gradings, their rules and the ranking in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rubrics.kinds.numbers import plain
from rubrics.selectors.sayings.names import Names
from rubrics.wording import bracketed, joined, listed, parted

if TYPE_CHECKING:
    from rubrics.definition.records import Grading, Ranking, Rule


def when_words(names: Names, when: Any) -> list[str]:
    """The conditions of a rule in words; all of them must hold."""
    says = []
    if when.total_at_least is not None:
        says.append(_("total at least %(n)s") % {"n": plain(when.total_at_least)})
    if when.total_below is not None:
        says.append(_("total below %(n)s") % {"n": plain(when.total_below)})
    for code, points in when.node_at_least:
        says.append(_("%(title)s at least %(n)s") % {"title": names.node(code), "n": plain(points)})
    says += _places(when)
    if when.no_veto:
        says.append(_("no veto"))
    if when.has_fact:
        says.append(_("on record: %(list)s") % {"list": parted(names.clause(code) for code in when.has_fact)})
    if when.has_tag:
        says.append(_("marked %(list)s") % {"list": listed(when.has_tag)})
    if when.in_series:
        says.append(_("in %(list)s") % {"list": listed(names.series(code) for code in when.in_series)})
    if when.holds_grade is not None:
        held = {"grade": names.grade(when.holds_grade.code), "n": plain(when.holds_grade.years)}
        says.append(_("holds %(grade)s, years: %(n)s") % held)
    if when.any:
        says.append(_("one of: %(list)s") % {"list": parted(joined(when_words(names, part)) for part in when.any)})
    return says


def _places(when: Any) -> list[str]:
    says, everyone = [], when.within == "all"
    if when.rank_at_most is not None:
        words = _("among the first %(n)s of all units") if everyone else _("among the first %(n)s")
        says.append(words % {"n": when.rank_at_most})
    if when.rank_from_bottom_at_most is not None:
        words = _("among the last %(n)s of all units") if everyone else _("among the last %(n)s")
        says.append(words % {"n": when.rank_from_bottom_at_most})
    return says


def quota_words(names: Names, rule: Rule) -> str:
    """How many units a rule takes; blank where it takes all."""
    quota = rule.quota
    if quota is None:
        return ""
    if quota.percent is not None:
        up = quota.partial == "up"
        n = {"n": plain(quota.percent)}
        return _("%(n)s%% of each series, rounded up") % n if up else _("%(n)s%% of each series, rounded down") % n
    if quota.every is not None:
        return _("%(n)s in each series") % {"n": quota.every}
    return listed(f"{names.series(code)} {places}" for code, places in quota.by_series)


def tie_words(rule: Rule) -> str:
    """What happens where the quota's edge cuts through equals; blank without a quota."""
    if rule.quota is None:
        return ""
    words = {
        "extend": _("equals at the edge are all taken"),
        "stop": _("equals at the edge are all left out"),
        "tiebreak": _("equals at the edge are separated as in the ranking"),
    }
    return words[rule.tie]


def brings(names: Names, rule: Rule) -> list[str]:
    """What a grade brings, each as the rubric words it, with its value where the words do not hold it."""
    says = []
    for consequence in rule.consequences:
        words = consequence.text or consequence.title or consequence.code
        if consequence.value is not None and plain(consequence.value) not in words:
            words = f"{words}{bracketed(plain(consequence.value))}"
        who = names.only_for(consequence.applies_to)
        words += bracketed(who[0]) if who else ""
        says.append(_("%(words)s: not yet set") % {"words": words} if consequence.open else words)
    return says


def rule_sayings(names: Names, rule: Rule, last: bool) -> list[str]:
    """One rule as sentences: whom it takes, how many, what follows."""
    grade = rule.title or rule.code
    conditions = when_words(names, rule.when)
    if conditions:
        first = _("%(grade)s: %(when)s") % {"grade": grade, "when": joined(conditions)}
    elif last:
        first = _("%(grade)s: whom no rule above took") % {"grade": grade}
    else:
        first = _("%(grade)s: everyone whom no rule above took") % {"grade": grade}
    takes = quota_words(names, rule)
    parts = [first, _("quota: %(list)s") % {"list": takes} if takes else "", tie_words(rule)]
    if rule.merit is not None:
        parts.append(_("as a grade it stands in place %(n)s") % {"n": rule.merit})
    says = [joined(parts)]
    return [*says, *(_("%(grade)s brings: %(list)s") % {"grade": grade, "list": one} for one in brings(names, rule))]


def grading_sayings(names: Names, grading: Grading) -> list[str]:
    """All rules of a grading from the top; the first that takes a unit gives it its grade."""
    says = [_("from the top; the first rule that takes a unit gives the grade")]
    for place, rule in enumerate(grading.rules, 1):
        says += rule_sayings(names, rule, place == len(grading.rules))
    if grading.rules and (grading.rules[-1].quota or when_words(names, grading.rules[-1].when)):
        says.append(_("who is taken by no rule has no grade"))
    return says


def ranking_says(names: Names, ranking: Ranking) -> list[str]:
    """How places are given: ties, what separates equals, who takes none."""
    dense = ranking.ties == "dense"
    says = [
        _("equal totals share a place, and the next place follows at once (1, 1, 2)")
        if dense
        else _("equal totals share a place, and as many places after it stay empty (1, 1, 3)")
    ]
    if ranking.tie_breakers:
        titles = listed(names.node(code) for code in ranking.tie_breakers)
        says.append(_("equal totals are separated by, one after the other: %(list)s") % {"list": titles})
    out = ranking.out_of_rank
    who = listed(names.series(code) for code in out.series)
    marked = _("marked %(list)s") % {"list": listed(out.tags)} if out.tags else ""
    if who or marked:
        says.append(_("scored and shown, without a place: %(list)s") % {"list": parted([who, marked])})
    return says
