"""The table of units."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from units import services
from units.admin.base import BackstageAdmin, StandForm
from units.admin.lists import ListMixin, list_of
from units.admin.site import site
from units.exports import UnitExport
from units.models import Unit
from units.services import imports


class UnitForm(StandForm):
    """A unit; its code is given once."""

    class Meta:
        model = Unit
        fields = ("code", "title", "short_title", "level", "is_active")


@admin.register(Unit, site=site)
class UnitAdmin(ListMixin, BackstageAdmin):
    """Units by code: added, renamed, taken out of use; never deleted."""

    icon = "account_balance"
    form = UnitForm
    incoming = list_of("units", imports.plan_units, imports.import_units)
    resource_classes = [UnitExport]
    list_display = ("code", "title", "short_title", "level", "people", "in_use")
    list_display_links = ("code", "title")
    list_filter = ("is_active", "level")
    search_fields = ("code", "title", "short_title")
    ordering = ("-is_active", "sort_key", "code")
    actions = ("put_in_use", "take_out_of_use")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        """With how many people act for each."""
        acting = Count("memberships__user", filter=Q(memberships__until=None), distinct=True)
        return super().get_queryset(request).annotate(acting=acting)

    @display(description=_("People"), ordering="acting")
    def people(self, unit: Unit) -> int:
        """How many people act for it now."""
        return unit.acting  # type: ignore[attr-defined]

    @display(description=_("in use"), ordering="is_active", boolean=True)
    def in_use(self, unit: Unit) -> bool:
        """Whether it can still take part."""
        return unit.is_active

    def get_fields(self, request: HttpRequest, obj: Unit | None = None) -> list[str]:
        """A new unit is in use."""
        return ["code", "title", "short_title", "level", *(["is_active"] if obj else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Unit | None = None) -> list[str]:
        """Records and rubrics name the unit by its code."""
        return ["code"] if obj else []

    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        """Through the services, which note it."""
        if change:
            changes = {name: form.cleaned_data[name] for name in form.changed_data}
            stored = services.change_unit(actor=request.user, unit=obj, **changes)
        else:
            stored = services.create_unit(actor=request.user, **form.cleaned_data)
        obj.__dict__.update(stored.__dict__)

    @admin.action(description=_("Put in use again"))
    def put_in_use(self, request: HttpRequest, queryset: QuerySet[Unit]) -> None:
        """Several at once, each with its row in the journal."""
        self._switch(request, queryset, True)

    @admin.action(description=_("Take out of use"))
    def take_out_of_use(self, request: HttpRequest, queryset: QuerySet[Unit]) -> None:
        """Several at once, each with its row in the journal."""
        self._switch(request, queryset, False)

    def _switch(self, request: HttpRequest, queryset: QuerySet[Unit], active: bool) -> None:
        units = list(queryset.filter(is_active=not active))
        with transaction.atomic():
            for unit in units:
                services.change_unit(actor=request.user, unit=unit, is_active=active)
        text = ngettext("{count} unit changed.", "{count} units changed.", len(units))
        messages.success(request, text.format(count=len(units)))
