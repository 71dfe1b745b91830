"""Panels in words: on which scale they rate, how ballots are combined, who belongs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rubrics.kinds.numbers import plain
from rubrics.selectors.sayings.names import Names, known
from rubrics.wording import joined, listed

if TYPE_CHECKING:
    from rubrics.definition import Panel


def panel_says(panel: Panel) -> list[str]:
    """How a panel rates."""
    if panel.options:
        options = listed(f"{known(option.code)} {plain(option.value)}" for option in panel.options)
        says = [_("choices: %(list)s") % {"list": options}]
        if panel.scale is not None:
            says.append(_("out of %(n)s") % {"n": plain(panel.scale)})
    else:
        says = [_("marks from 0 to %(n)s") % {"n": plain(panel.full)}]
    says += [
        _("on one ballot %(option)s for at most %(part)s%% of the units")
        % {"option": known(quota.code), "part": plain(quota.part * 100)}
        for quota in panel.ballot_quota
    ]
    if panel.combine == "trimmed":
        says.append(_("without the %(n)s highest and lowest") % {"n": panel.trim})
    if panel.weigh_by == "ballots":
        says.append(_("all ballots count alike"))
    return says


def group_words(panel: Panel) -> tuple[tuple[str, str], ...]:
    """Each group's title, and its weight and quorum; weights say nothing where all ballots count alike."""
    rows = []
    for group in panel.groups:
        weight = "" if panel.weigh_by == "ballots" else _("weight %(n)s") % {"n": plain(group.weight)}
        quorum = _("quorum %(n)s") % {"n": group.quorum} if group.quorum else ""
        rows.append((group.title or group.code, joined([weight, quorum])))
    return tuple(rows)


def panel_sayings(names: Names, panel: Panel) -> list[str]:
    """Everything about a panel, and which clauses read it."""
    says = panel_says(panel)
    if panel.combine == "mean":
        says.append(_("the mean of the ballots counts"))
    says += [joined([title, words]) for title, words in group_words(panel)]
    definition = names.definition
    used = [
        names.node(code.rpartition(".")[0])
        for code, clause in (definition.clauses.items() if definition else ())
        if getattr(clause, "panel", "") == panel.code
    ]
    counts = _("counts for: %(list)s") % {"list": listed(used)}
    return [*says, counts if used else _("no clause reads its ratings")]
