"""Titles of what the codes of a rubric name, for sentences; of what has no title the code itself."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rubrics.kinds.numbers import plain
from rubrics.wording import COMMON_CODES, joined, listed, parted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from rubrics.definition import Definition


class Names:
    """Looks titles up in a definition; without one (a draft that cannot be read at all) a code stands for itself."""

    def __init__(self, definition: Definition | None) -> None:
        self.definition = definition

    def series(self, code: str) -> str:
        return self._series.get(code, code)

    def provider(self, code: str) -> str:
        return self._providers.get(code, code)

    def panel(self, code: str) -> str:
        return self._panels.get(code, code)

    def grade(self, code: str) -> str:
        return self._grades.get(code, code)

    def grading(self, code: str) -> str:
        return self._gradings.get(code, code)

    def node(self, code: str) -> str:
        node = self.definition.nodes.get(code) if self.definition else None
        return (node.title or code) if node else code

    def clause(self, code: str) -> str:
        clause = self.definition.clauses.get(code) if self.definition else None
        return clause.text if clause else code

    def unit(self, code: str) -> str:
        """Units stand in no rubric; where each has a category of its own, that category is called like it."""
        return self.node(code)

    def applies(self, applies_to: Any) -> str:
        """Whom something concerns, as one phrase; blank where it concerns everyone."""
        parts = [listed(self.series(code) for code in applies_to.series)]
        if applies_to.tags:
            parts.append(_("marked %(list)s") % {"list": listed(applies_to.tags)})
        parts.append(listed(self.unit(code) for code in applies_to.units))
        return joined(parts)

    def only_for(self, applies_to: Any, own: str = "") -> list[str]:
        """The same as a sentence, or none; `own` is the code of the entry that says it."""
        if own and applies_to.units == (own,) and not (applies_to.series or applies_to.tags):
            return [_("only for the unit that it is called by")]
        who = self.applies(applies_to)
        return [_("only for %(list)s") % {"list": who}] if who else []

    def supplied(self, provider: Any) -> str:
        """Who supplies facts: names, or names by series; blank where nobody is named."""
        if provider is None:
            return ""
        if not provider.by_series:
            return listed(dict.fromkeys(self.provider(code) for code in provider.codes))
        return parted(
            _("%(series)s: %(list)s")
            % {"series": self.series(series), "list": listed(self.provider(code) for code in codes)}
            for series, codes in provider.by_series
        )

    def supplied_says(self, provider: Any) -> list[str]:
        """The same as a sentence, or none."""
        who = self.supplied(provider)
        if not who:
            return []
        if provider.by_series:
            return [_("facts are supplied for %(list)s") % {"list": who}]
        return [_("supplied by %(list)s") % {"list": who}]

    @cached_property
    def _series(self) -> dict[str, str]:
        return _titles(self.definition.series) if self.definition else {}

    @cached_property
    def _providers(self) -> dict[str, str]:
        return _titles(self.definition.providers) if self.definition else {}

    @cached_property
    def _panels(self) -> dict[str, str]:
        return _titles(self.definition.panels) if self.definition else {}

    @cached_property
    def _gradings(self) -> dict[str, str]:
        return _titles(self.definition.gradings) if self.definition else {}

    @cached_property
    def _grades(self) -> dict[str, str]:
        gradings = self.definition.gradings if self.definition else ()
        return _titles(rule for grading in gradings for rule in grading.rules)


def _titles(entries: Iterable[Any]) -> dict[str, str]:
    return {entry.code: entry.title or entry.code for entry in entries}


def figure(number: Decimal | int | None) -> str:
    """A number, or that it is still to be set."""
    return _("not yet set") if number is None else plain(number)  # type: ignore[arg-type]


def known(code: str) -> str:
    """The word for a code that rubrics commonly write where the format has no title for it; else the code."""
    return str(COMMON_CODES.get(code, code))
