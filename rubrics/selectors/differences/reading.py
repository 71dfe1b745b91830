"""Two rubrics as definitions that can be compared, whatever state they are in; remembered while neither changes."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from rubrics.differences import Difference, between
from rubrics.models import Rubric
from rubrics.selectors.definitions import definition_of
from rubrics.selectors.drafts import draft_of

if TYPE_CHECKING:
    from rubrics.definition import Definition

KEPT = 32
Key = tuple[object, ...]
_known: OrderedDict[tuple[Key, Key], tuple[Difference, ...]] = OrderedDict()
_lock = Lock()


def definition_shown(rubric: Rubric) -> Definition | None:
    """The rubric as it can be shown: a draft with errors is mended by leaving out what is wrong.

    None where nothing of it could be read.
    """
    return draft_of(rubric).definition if rubric.state == Rubric.State.DRAFT else definition_of(rubric)


def differences_of(old: Rubric, new: Rubric) -> tuple[Difference, ...]:
    """What changed between two versions; nothing where one of them cannot be read at all."""
    key = (_key(old), _key(new))
    with _lock:
        known = _known.get(key)
        if known is not None:
            _known.move_to_end(key)
            return known
    before, after = definition_shown(old), definition_shown(new)
    found = between(before, after) if before is not None and after is not None else ()
    with _lock:
        _known[key] = found
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return found


def _key(rubric: Rubric) -> Key:
    """What the content of a rubric follows from; the moment of its birth tells rubrics of two databases apart."""
    return (rubric.fingerprint,) if rubric.fingerprint else (rubric.pk, rubric.created_at, rubric.version)
