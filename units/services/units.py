"""Units: adding and changing them, one or many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from units import policies
from units.models import Unit
from units.pinyin import sort_key
from units.services import journal

if TYPE_CHECKING:
    from units.models import User

FIELDS = ("code", "title", "short_title", "level")


def _require(actor: User | None) -> None:
    if actor is not None and not policies.may_manage_units(actor):
        raise PermissionDenied


def said(unit: Unit) -> dict[str, Any]:
    """What the journal keeps of a unit."""
    return {name: getattr(unit, name) for name in FIELDS} | {"is_active": unit.is_active}


@transaction.atomic
def create_unit(*, actor: User | None, code: str, title: str, short_title: str = "", level: str = "") -> Unit:
    """Add one unit. Raises PermissionDenied, ValidationError."""
    _require(actor)
    unit = Unit(code=code, title=title, short_title=short_title, level=level, sort_key=sort_key(title))
    unit.full_clean()
    unit.save()
    journal.append(actor=actor, scope=journal.HOUSE, verb="unit.created", obj=unit, after=said(unit))
    return unit


@transaction.atomic
def change_unit(*, actor: User | None, unit: Unit, **changes: Any) -> Unit:
    """Change title, short title, level or `is_active` of a unit; its code stays, records name it."""
    _require(actor)
    unknown = set(changes) - {"title", "short_title", "level", "is_active"}
    if unknown:
        raise ValueError(f"a unit's {', '.join(sorted(unknown))} cannot be changed")
    stored = Unit.objects.select_for_update().get(pk=unit.pk)
    before = said(stored)
    for name, value in changes.items():
        setattr(stored, name, value)
    stored.sort_key = sort_key(stored.title)
    stored.full_clean()
    if said(stored) == before:
        return stored
    stored.save()
    journal.append(actor=actor, scope=journal.HOUSE, verb="unit.changed", obj=stored, before=before, after=said(stored))
    return stored


@transaction.atomic
def save_units(*, actor: User | None, units: list[dict[str, str]], source: str = "") -> tuple[int, int]:
    """Add or change many units by code in a constant number of queries; returns how many were added and changed.

    Each record has `code`, `title` and perhaps `short_title` and `level`; the records were checked by the caller (an
    import's dry run, a shipped file), the database's constraints are the last line. One row in the journal.
    """
    _require(actor)
    stored = {unit.code: unit for unit in Unit.objects.filter(code__in=[record["code"] for record in units])}
    added, changed, before = [], [], {}
    for record in units:
        unit = stored.get(record["code"])
        if unit is None:
            unit = Unit(**record, sort_key=sort_key(record["title"]))
            added.append(unit)
            continue
        old = said(unit)
        for name, value in record.items():
            setattr(unit, name, value)
        unit.sort_key = sort_key(unit.title)
        if said(unit) != old:
            changed.append(unit)
            before[unit.code] = old
    Unit.objects.bulk_create(added)
    Unit.objects.bulk_update(changed, [*FIELDS[1:], "sort_key"])
    if added or changed:
        after = {"created": len(added), "updated": len(changed), "units": [said(unit) for unit in added + changed]}
        journal.append(
            actor=actor,
            scope=journal.HOUSE,
            verb="units.imported",
            obj=source or _("Units"),
            before=before or None,
            after=after,
        )
    return len(added), len(changed)
