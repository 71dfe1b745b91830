"""Two rubrics as definitions that can be compared, whatever state they are in; remembered while neither changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from rubrics.differences import Difference, between_shapes
from rubrics.models import Rubric
from rubrics.selectors.definitions import definition_of, file_shape_of
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
    """What changed between two versions; of drafts whatever is stored, right or wrong."""
    key = (_key(old), _key(new))
    with _lock:
        known = _known.get(key)
        if known is not None:
            _known.move_to_end(key)
            return known
    found = between_shapes(_shape(old), _shape(new))
    with _lock:
        _known[key] = found
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return found


def _shape(rubric: Rubric) -> Mapping[str, Any]:
    return draft_of(rubric).shape if rubric.state == Rubric.State.DRAFT else file_shape_of(rubric)


def _key(rubric: Rubric) -> Key:
    """What the content of a rubric follows from; the moment of its birth tells rubrics of two databases apart."""
    return (rubric.fingerprint,) if rubric.fingerprint else (rubric.pk, rubric.created_at, rubric.version)
