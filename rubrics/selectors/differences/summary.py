"""Which version a rubric is compared with, and the difference in one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rubrics.differences import ADDED, REMOVED, Difference
from rubrics.models import Rubric
from rubrics.selectors.differences.reading import definition_shown, differences_of
from rubrics.selectors.differences.words import Teller, entry_difference
from rubrics.selectors.rubrics import rubrics_for

if TYPE_CHECKING:
    from units.models import User

NAMES = frozenset({"code", "year", "title"})
"""What every copy changes at the top of the file; no difference worth counting."""


@dataclass(frozen=True)
class Summary:
    """The difference to the version before in one sentence, and where it is told in full."""

    text: str
    url: str
    other: Rubric
    added: int
    changed: int
    removed: int

    @property
    def words(self) -> str:
        return self.text


def versions_for(user: User, rubric: Rubric) -> list[Rubric]:
    """What it can be compared with: every other rubric the person may see, those of the same code first."""
    others = rubrics_for(user).exclude(pk=rubric.pk).order_by("-year", "code", "-edition")
    return sorted(others, key=lambda other: other.code != rubric.code)


def predecessor_of(rubric: Rubric, user: User | None = None) -> Rubric | None:
    """The one it was copied from, else the edition or the year before of the same code; only what `user` may see."""
    rows = Rubric.objects.all() if user is None else rubrics_for(user)
    if rubric.cloned_from_id is not None:
        found = rows.filter(pk=rubric.cloned_from_id).first()
        if found is not None:
            return found
    earlier = Q(year__lt=rubric.year) | Q(year=rubric.year, edition__lt=rubric.edition)
    return rows.filter(earlier, code=rubric.code).order_by("-year", "-edition").first()


def summary_of(rubric: Rubric, user: User | None = None) -> Summary | None:
    """The sentence for the head of a page; None where there is no version before it."""
    other = predecessor_of(rubric, user)
    if other is None:
        return None
    added, changed, removed = counted(differences_of(other, rubric))
    url = f"{reverse('rubrics:differences', args=[rubric.pk])}?with={other.pk}"
    copied = rubric.cloned_from_id == other.pk and other.code == rubric.code
    text = _sentence(rubric, other, _counts(added, changed, removed), copied=copied)
    return Summary(text, url, other, added, changed, removed)


def counted(differences: Iterable[Difference]) -> tuple[int, int, int]:
    """How many entries came, are otherwise, and went; the name of the rubric itself is not counted."""
    kept = [one for one in differences if not _only_names(one)]
    added = sum(one.manner == ADDED for one in kept)
    removed = sum(one.manner == REMOVED for one in kept)
    return added, len(kept) - added - removed, removed


def name_of(rubric: Rubric) -> str:
    """How a version is called among others of the same code."""
    if rubric.edition > 1:
        return _("%(year)s, edition %(n)s") % {"year": rubric.year, "n": rubric.edition}
    return _("the year %(year)s") % {"year": rubric.year}


def beside(rubric: Rubric, code: str) -> list[str]:
    """What is otherwise than in the version before about one entry, by its full code: a line for each field.

    Only the two entries are compared, since this is asked for with every change of a draft.
    """
    other = predecessor_of(rubric)
    old = definition_shown(other) if other is not None else None
    new = definition_shown(rubric) if old is not None else None
    if old is None or new is None:
        return []
    difference = entry_difference(old, new, code)
    if difference is None:
        return []
    if difference.manner == ADDED:
        return [_("new")]
    return [
        _("%(field)s: %(old)s → %(new)s") % {"field": told.label, "old": told.was, "new": told.now}
        for told in Teller(old, new).told(difference)
    ]


def _counts(added: int, changed: int, removed: int) -> str:
    parts = [
        ngettext("%(n)d entry added", "%(n)d entries added", added) % {"n": added} if added else "",
        ngettext("%(n)d changed", "%(n)d changed", changed) % {"n": changed} if changed else "",
        ngettext("%(n)d removed", "%(n)d removed", removed) % {"n": removed} if removed else "",
    ]
    return _(", ").join(part for part in parts if part) or _("no difference")


def _sentence(rubric: Rubric, other: Rubric, counts: str, *, copied: bool) -> str:
    said = {"name": name_of(other), "what": counts}
    last_year = other.year == rubric.year - 1 and other.code == rubric.code
    if copied and last_year:
        return _("Copied from %(name)s. Against last year: %(what)s.") % said
    if copied:
        return _("Copied from %(name)s. Since then: %(what)s.") % said
    return (_("Against last year: %(what)s.") if last_year else _("Against %(name)s: %(what)s.")) % said


def _only_names(difference: Difference) -> bool:
    return difference.code == "general" and all(change.path[0] in NAMES for change in difference.changes)
