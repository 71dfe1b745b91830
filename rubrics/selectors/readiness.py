"""Whether a draft can be published: what stops it, each with the way to the workbench, and what would be frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from rubrics.definition import fingerprint
from rubrics.definition.declared import in_words
from rubrics.kinds.problems import HINT
from rubrics.selectors import outlines
from rubrics.selectors.drafts import draft_of

if TYPE_CHECKING:
    from rubrics.models import Rubric
    from rubrics.selectors.drafts import Place


@dataclass(frozen=True)
class Stop:
    """One thing to put right: what it lies in, what is wrong, and where it is done."""

    place: str
    text: str
    url: str


@dataclass(frozen=True)
class Readiness:
    """`summary` is None where the draft cannot be read at all; `fingerprint` is there where nothing stops it."""

    errors: tuple[Stop, ...]
    open: tuple[Stop, ...]
    hints: int
    fingerprint: str
    summary: outlines.Summary | None

    @property
    def ready(self) -> bool:
        return bool(self.fingerprint)

    @property
    def why_not(self) -> str:
        """What stops it, in a few words; empty where nothing does."""
        parts = []
        if self.errors:
            n = len(self.errors)
            parts.append(ngettext("%(n)d error", "%(n)d errors", n) % {"n": n})
        if self.open:
            n = len(self.open)
            parts.append(ngettext("%(n)d open figure", "%(n)d open figures", n) % {"n": n})
        return _("%(what)s to be put right first") % {"what": _(", ").join(parts)} if parts else ""


def readiness_of(rubric: Rubric) -> Readiness:
    """Everything the page before publishing says of a draft."""
    draft, lang = draft_of(rubric), get_language() or "zh-hans"
    errors = [Stop(_named(place), in_words(problem, lang), workbench_url(rubric, place.at))
              for problem in draft.errors for place in (draft.place_of(problem),)]  # fmt: skip
    left_open = [Stop(_named(place), code, workbench_url(rubric, place.at)) for code, place in draft.open]
    ready = draft.definition is not None and draft.publishable
    return Readiness(
        errors=tuple(errors),
        open=tuple(left_open),
        hints=sum(problem.severity == HINT for problem in draft.problems),
        fingerprint=fingerprint(draft.definition) if ready and draft.definition is not None else "",
        summary=outlines.summary_of(draft.definition) if draft.definition is not None else None,
    )


def workbench_url(rubric: Rubric, at: str = "") -> str:
    """Where a draft is edited, at one entry of it where that is named."""
    url = reverse("rubrics:workbench", args=[rubric.pk])
    return f"{url}?at={at}" if at else url


def in_fours(fingerprint: str) -> str:
    """A fingerprint as people compare it."""
    return " ".join(fingerprint[place : place + 4] for place in range(0, len(fingerprint), 4))


def _named(place: Place) -> str:
    return f"{place.ref} {place.title or place.full_code}".strip()
