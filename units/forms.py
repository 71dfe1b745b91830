"""The shape of what people type. Forms never save."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from units import roles, selectors, wording
from units.models import Unit, User
from units.tables import MAX_BYTES


class _Field(forms.CharField):
    """A text field in the house's look."""

    def __init__(self, *, filled_by: str = "", **options: Any) -> None:
        widget = forms.PasswordInput if filled_by else forms.TextInput
        attrs = {"class": "form-control"} | ({"autocomplete": filled_by} if filled_by else {})
        super().__init__(widget=widget(attrs=attrs | options.pop("attrs", {})), strip=not filled_by, **options)


class SignInForm(forms.Form):
    """User name and password."""

    username = _Field(label=_("User name"), max_length=150, attrs={"autocomplete": "username", "autofocus": True})
    password = _Field(label=_("Password"), max_length=4096, filled_by="current-password")

    def clean_username(self) -> str:
        """The one spelling of the name."""
        return User.normalize_username(self.cleaned_data["username"])


class PasswordForm(forms.Form):
    """The present password and the new one, twice."""

    old = _Field(label=_("Present password"), max_length=4096, filled_by="current-password")
    new = _Field(label=_("New password"), max_length=4096, filled_by="new-password")
    again = _Field(label=_("New password again"), max_length=4096, filled_by="new-password")

    def clean(self) -> dict[str, Any]:
        """Both new ones are the same."""
        said = super().clean() or {}
        if said.get("new") and said.get("again") and said["new"] != said["again"]:
            self.add_error("again", _("The two new passwords differ."))
        return said


class AddressForm(forms.Form):
    """One's own address for mail, twice; both blank: no mail."""

    email = forms.EmailField(
        label=_("Address for mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "form-control", "autocomplete": "email"}),
    )
    email_again = forms.EmailField(
        label=_("Address for mail again"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both are the same: nobody would notice a mail that goes astray."""
        said = super().clean() or {}
        if not self.errors and said["email"] != said["email_again"]:
            self.add_error("email_again", _("The two addresses differ."))
        return said


class PersonForm(forms.Form):
    """A new account and its first role."""

    username = _Field(label=_("User name"), max_length=150, attrs={"autocomplete": "off"})
    display_name = _Field(label=_("Shown as"), max_length=80, attrs={"autocomplete": "off"})
    role = forms.ChoiceField(label=_("Role"), required=False, widget=forms.Select(attrs={"class": "form-select"}))
    unit = forms.ModelChoiceField(
        label=_("Unit"),
        required=False,
        queryset=Unit.objects.none(),
        empty_label=_("No unit"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        names = (*roles.UNIT_ROLES, *roles.HOUSE_ROLES)
        self.fields["role"].choices = [("", _("No role yet")), *((name, selectors.role_name(name)) for name in names)]
        self.fields["unit"].queryset = selectors.all_units()

    def clean(self) -> dict[str, Any]:
        """A role of a unit has a unit, a role of the house has none."""
        said = super().clean() or {}
        role, unit = said.get("role"), said.get("unit")
        if role in roles.UNIT_ROLES and unit is None:
            self.add_error("unit", _("This role needs a unit."))
        if role not in roles.UNIT_ROLES and unit is not None:
            self.add_error("unit", _("Only clerks, heads, colleagues and data providers belong to a unit."))
        return said


class RoleForm(PersonForm):
    """One more role for somebody who has an account."""

    username = None  # type: ignore[assignment]
    display_name = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].required = True
        self.fields["role"].choices = self.fields["role"].choices[1:]


class UnitForm(forms.ModelForm):
    """A unit by hand."""

    class Meta:
        model = Unit
        fields = ("code", "title", "short_title", "level")
        widgets = {
            "code": forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
            "title": forms.TextInput(attrs={"class": "form-control"}),
            "short_title": forms.TextInput(attrs={"class": "form-control"}),
            "level": forms.Select(attrs={"class": "form-select"}),
        }


class ListForm(forms.Form):
    """A workbook or a text file with a list."""

    file = forms.FileField(
        label=_("List (.xlsx or .csv)"),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".xlsx,.csv"}),
        error_messages={"required": _("Choose a workbook first."), "empty": _("This file is empty.")},
    )

    def clean_file(self) -> Any:
        """Too large a file is not read into memory at all."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than {size} MB.").format(size=MAX_BYTES // 1024 // 1024))
        return file


class JournalFilter(forms.Form):
    """What to look for in the journal."""

    actor = forms.ChoiceField(label=_("Who"), required=False, widget=forms.Select(attrs={"class": "form-select"}))
    verb = forms.ChoiceField(label=_("Did what"), required=False, widget=forms.Select(attrs={"class": "form-select"}))
    words = _Field(label=pgettext_lazy("journal", "About"), required=False, max_length=80)
    since = forms.DateField(
        label=pgettext_lazy("journal", "From"),
        required=False,
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=pgettext_lazy("journal", "To"),
        required=False,
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = selectors.journal_actors()
        verbs = sorted((wording.verb_name(verb), verb) for verb in selectors.journal_verbs())
        everybody = ngettext("All of {count} account", "All {count} accounts", len(people)).format(count=len(people))
        kinds = ngettext("The {count} kind of action", "All {count} kinds of action", len(verbs)).format(
            count=len(verbs)
        )
        self.fields["actor"].choices = [("", everybody), ("house", _("The house itself")), *people]
        self.fields["verb"].choices = [("", kinds), *((verb, name) for name, verb in verbs)]
        self.fields["words"].widget.attrs["placeholder"] = _("A word from a unit, clause, file or reason")
