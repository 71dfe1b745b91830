"""The table of who acts for which unit in what role, now and formerly."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from unfold.decorators import display

from units import selectors, services
from units.admin.base import BackstageAdmin
from units.admin.lists import ListMixin, list_of
from units.admin.site import site
from units.exports import MembershipExport
from units.models import Membership
from units.services import imports


class PresentFilter(admin.SimpleListFilter):
    """Those of today, or those that ended; both when nothing is chosen."""

    title = pgettext_lazy("membership", "state")
    parameter_name = "present"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What can be chosen."""
        return [("yes", pgettext_lazy("membership", "present")), ("no", pgettext_lazy("membership", "ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> QuerySet[Membership]:
        """A membership without an end is of today."""
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(until__isnull=self.value() == "yes")


class MembershipForm(forms.ModelForm):
    """Who acts for which unit in what role; from today on."""

    class Meta:
        model = Membership
        fields = ("user", "unit", "role")
        labels = {"user": _("Account"), "unit": _("Unit"), "role": _("Role")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in {"user", "unit"} & set(self.fields):  # accounts and units are opened on their own pages
            widget = self.fields[name].widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False

    def clean(self) -> dict[str, Any]:
        """Both are in use, and nobody has the same role twice."""
        said = super().clean() or {}
        user, unit, role = said.get("user"), said.get("unit"), said.get("role")
        if user and not user.is_active:
            self.add_error("user", _("The account {name} is closed; open it again first.").format(name=user.username))
        if unit and not unit.is_active:
            self.add_error("unit", _("This unit is out of use; put it in use again first."))
        if user and unit and role and selectors.present_membership(user, unit, role):
            self.add_error(None, _("{name} has this role there already.").format(name=user))
        return said


@admin.register(Membership, site=site)
class MembershipAdmin(ListMixin, BackstageAdmin):
    """Memberships begin and end; a row is never changed, and an ended one stays as the record of it."""

    icon = "badge"
    form = MembershipForm
    incoming = list_of("memberships", imports.plan_memberships, imports.import_memberships, chooses=False)
    resource_classes = [MembershipExport]
    list_display = ("account", "name", "unit_title", "role_name", "begun", "ended")
    list_display_links = ("account",)
    list_filter = (PresentFilter, ("role", admin.ChoicesFieldListFilter), "unit__level")
    list_select_related = ("user", "unit")
    search_fields = ("user__username", "user__display_name", "unit__title", "unit__short_title", "unit__code")
    ordering = ("unit__sort_key", "role", "user__sort_key", "pk")
    autocomplete_fields = ("user", "unit")
    actions = ("end_today",)
    change_form_before_template = None

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """One person's and one unit's memberships are led to from their pages."""
        return lookup in ("user__id__exact", "unit__id__exact") or super().lookup_allowed(lookup, value, request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A membership is ended, not changed."""
        return False

    def get_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        """Days are set by the house."""
        return ["account", "name", "unit_title", "role_name", "begun", "ended"] if obj else ["user", "unit", "role"]

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        """All of a standing one."""
        return ["account", "name", "unit_title", "role_name", "begun", "ended"] if obj else []

    @display(description=_("User name"), ordering="user__username")
    def account(self, row: Membership) -> str:
        """Who, as they sign in."""
        return row.user.username

    @display(description=_("Shown as"), ordering="user__sort_key")
    def name(self, row: Membership) -> str:
        """Who, as everybody sees them."""
        return str(row.user)

    @display(description=_("Unit"), ordering="unit__sort_key")
    def unit_title(self, row: Membership) -> str:
        """For which unit."""
        return str(row.unit)

    @display(description=_("Role"), ordering="role")
    def role_name(self, row: Membership) -> str:
        """In what role."""
        return selectors.role_name(row.role)

    @display(description=_("Since"), ordering="since")
    def begun(self, row: Membership) -> Any:
        """From which day on."""
        return row.since

    @display(description=pgettext_lazy("membership", "Until"), ordering="until", empty_value="—")
    def ended(self, row: Membership) -> Any:
        """Until which day; nothing while it goes on."""
        return row.until

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        """Through the services, which give the grant along with it."""
        said = form.cleaned_data
        services.give_role(actor=request.user, user=said["user"], role=said["role"], unit=said["unit"])
        obj.__dict__.update(selectors.present_membership(said["user"], said["unit"], said["role"]).__dict__)

    @admin.action(description=_("End today"))
    def end_today(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """Several at once, each with its row in the journal; those that ended already stay as they are."""
        rows = list(queryset.filter(until=None))
        with transaction.atomic():
            for row in rows:
                services.take_role(actor=request.user, user=row.user, role=row.role, unit=row.unit)
        text = ngettext("{count} membership ended.", "{count} memberships ended.", len(rows))
        messages.success(request, text.format(count=len(rows)))
