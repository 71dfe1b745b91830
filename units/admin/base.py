"""What all tables of the backstage have in common: who may, what is kept, and that nothing is overwritten unseen."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from unfold.admin import ModelAdmin

from units import policies


class StandForm(forms.ModelForm):
    """A form that knows what the row said when it was opened, and refuses to overwrite what was changed since.

    The page carries `stand`, a digest of the row's fields as they were shown. The second of two editors gets the form
    back with what they typed, and is told what the other one wrote.
    """

    clashed = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.stand = self._stand()

    def shown(self) -> dict[str, str]:
        """The row's editable fields as they are stored, by field."""
        return {name: str(value) for name, value in self.initial.items() if name in self.fields and value is not None}

    def _stand(self) -> str:
        if self.instance.pk is None:
            return ""
        said = "\0".join(f"{name}\1{value}" for name, value in sorted(self.shown().items()))
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    def clean(self) -> dict[str, Any] | None:
        """The row still says what it said."""
        said = super().clean()
        if self.data.get("stand", "") != self.stand:
            self.clashed = True
            now = pgettext("list", ", ").join(
                _("{what}: {value}").format(what=self.fields[name].label, value=value or "—")
                for name, value in self.shown().items()
            )
            text = _("Somebody else changed this meanwhile. It now says: {now}. Save again to put yours in its place.")
            self.add_error(None, text.format(now=now))
        return said


class BackstageAdmin(ModelAdmin):
    """A table for administrators. Nothing is deleted; who did what is in the journal, not in a log of its own."""

    icon = "table"
    """The table's sign in the sidebar: a name of Material Symbols."""
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    change_form_before_template = "admin/backstage/_stand.html"
    actions_on_top = True

    def get_urls(self) -> list[URLPattern]:
        """Without the pages of what does not exist here: deleting, and a history of its own."""
        gone = tuple(f"_{self.opts.model_name}_{page}" for page in ("delete", "history"))
        return [entry for entry in super().get_urls() if not (entry.name or "").endswith(gone)]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the table is shown at all."""
        return policies.is_administrator(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether rows are shown."""
        return policies.is_administrator(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether rows are added here."""
        return policies.is_administrator(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether rows are changed here."""
        return policies.is_administrator(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing of the house is deleted: records name it."""
        return False

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """The services have written the journal."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """The services have written the journal."""

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        """A form that came back says so by its status: 422, or 409 where somebody else was faster."""
        response = super().render_change_form(request, context, *args, **options)
        form = context["adminform"].form
        if form.errors:
            response.status_code = 409 if getattr(form, "clashed", False) else 422
        return response
