"""The base of every row that several people may change."""

from typing import Any, TypeVar

from django.db import models
from django.db.models import F

from appraisal_site.toolkit.conflicts import Conflict


class Versioned(models.Model):
    """A row with a version number, raised by every write; write through `compare_and_set` only.

    `select_for_update` does nothing on SQLite, so a write that depends on what was read names the version it read.
    """

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=Versioned)


def compare_and_set(row: Row, *, version: int, **changes: Any) -> Row:
    """Write `changes` into `row` if its stored version is still `version`; otherwise raise Conflict.

    The comparison is part of the UPDATE, so of two writers with the same version exactly one succeeds. `row` then
    carries the new values and the new version.
    """
    model = type(row)
    changed = model._base_manager.filter(pk=row.pk, version=version).update(version=F("version") + 1, **changes)
    if not changed:
        current = model._base_manager.filter(pk=row.pk).values_list("version", flat=True).first()
        raise Conflict(row, sent=version, current=current)
    for name, value in changes.items():
        setattr(row, name, value)
    row.version = version + 1
    return row
