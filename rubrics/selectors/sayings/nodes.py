"""Categories, items and series in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rubrics.definition import Category, marks_of
from rubrics.kinds.numbers import plain
from rubrics.selectors.sayings.names import Names, figure
from rubrics.wording import listed

if TYPE_CHECKING:
    from rubrics.definition import Item, Series


def node_says(names: Names, node: Category | Item) -> list[str]:
    """What is special about a node's arithmetic, for a printed form."""
    says = [_pool(node)] if isinstance(node, Category) else [_start(node)]
    if node.weight != 1:
        says.append(_("weight %(n)s") % {"n": plain(node.weight)})
    says += _bounds(node)
    if node.exclusive == "matter":
        says.append(_("one matter counts once"))
    says += names.only_for(node.applies_to, node.code)
    says += _elsewhere(node)
    says += [_group(group) for group in getattr(node, "groups", ())]
    if node.shares:
        named = listed(f"{share.title or share.code} {figure(share.value)}" for share in node.shares)
        says.append(_("shares: %(list)s") % {"list": named})
    return [part for part in says if part]


def _start(item: Item) -> str:
    if item.start == "full":
        return _("from full marks downwards")
    return _("from nothing upwards") if marks_of(item) else ""


def _pool(category: Category) -> str:
    if category.start == "full":
        return _("one pool, from full marks downwards")
    return _("one pool, from nothing upwards") if category.start == "zero" else ""


def _bounds(node: Category | Item) -> list[str]:
    says = []
    if node.floor == "none":
        says.append(_("what goes below 0 is carried on"))
    elif node.floor is not None and node.floor != 0:
        says.append(_("not below %(n)s") % {"n": plain(node.floor)})
    if node.ceiling == "none":
        says.append(_("no upper bound"))
    elif node.ceiling is not None and node.ceiling != marks_of(node):
        says.append(_("at most %(n)s points in all") % {"n": plain(node.ceiling)})
    return says


def _elsewhere(node: Category | Item) -> list[str]:
    """What units get that the node does not concern."""
    if node.when_not_applicable == "full":
        return [_("all others get full marks")]
    if node.when_not_applicable == "mean":
        return [_("all others get the mean")]
    if node.when_not_applicable == "scale":
        return [_("for all others the rest is scaled up")]
    return []


def _group(group: Any) -> str:
    title = group.title or group.code
    if group.limit is None:
        return _("%(words)s: not yet set") % {"words": title}
    return _("%(title)s: at most %(n)s together") % {"title": title, "n": plain(group.limit)}


def category_sayings(names: Names, category: Category) -> list[str]:
    """Everything about a category, for the person who edits it."""
    says = []
    if category.points == 0:
        says.append(_("no full marks of its own"))
    elif category.start is None and category.points is None:
        says.append(_("full marks are what its parts add up to: %(n)s") % {"n": plain(marks_of(category))})
    elif category.start is None:
        says.append(_("out of %(n)s points, the sum of its parts") % {"n": plain(marks_of(category))})
    else:
        says.append(_("out of %(n)s points") % {"n": plain(marks_of(category))})
    return [*says, *node_says(names, category), *_for_editors(names, category)]


def item_sayings(names: Names, item: Item) -> list[str]:
    """Everything about an item, for the person who edits it."""
    if item.points is None:
        marks = _("full marks not yet set")
    elif item.points == 0:
        marks = _("no full marks of its own")
    else:
        marks = _("out of %(n)s points") % {"n": plain(item.points)}
    says = [marks, *node_says(names, item)]
    if item.start == "full" and item.points and item.floor in (None, 0):
        says.append(_("never below 0"))
    return [*says, *_for_editors(names, item)]


def _for_editors(names: Names, node: Category | Item) -> list[str]:
    says = []
    if node.applies_to and node.when_not_applicable == "skip":
        says.append(_("for all others it is left out"))
    says += names.supplied_says(node.provider)
    if node.open:
        says.append(_("a figure is left open"))
    return says


def series_sayings(names: Names, series: Series) -> list[str]:
    """What being in a series means."""
    definition = names.definition
    out = definition is not None and series.code in definition.ranking.out_of_rank.series
    says = [_("scored and shown, without a place") if out else _("places are given within this series")]
    if series.total is not None:
        says.append(_("its units can reach %(n)s points") % {"n": plain(series.total)})
    elif definition is not None:
        says.append(_("its units can reach the whole of %(n)s points") % {"n": plain(definition.total)})
    return says
