"""The shape of what people type on the pages of rubrics and cycles. Forms check, services write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rubrics.codes import UNIT_CODE, split_tags
from rubrics.lifecycle import Days, Phase
from rubrics.models.rubric import CODE_LENGTH, TITLE_LENGTH
from rubrics.wording import phase_title

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from rubrics.models import Rubric

RUBRIC_BYTES = 2_000_000
"""Shipped rubrics have some ten thousand bytes; the text is carried once through a form."""
WORKBOOK_BYTES = 10_000_000
CLOSING_TIME = time(17, 30)
MOMENT = "%Y-%m-%dT%H:%M"
MOST_MEGABYTES = 100_000_000


class KpForm(forms.Form):
    """Fields look as the theme wants them, and a field with an error says so to everybody."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            look = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            if not isinstance(field.widget, forms.CheckboxInput | forms.HiddenInput):
                field.widget.attrs.setdefault("class", look)
            if isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs.setdefault("class", "form-check-input")


def moment_field(label: Any, **options: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(label=label, input_formats=[MOMENT, f"{MOMENT}:%S"], widget=widget, **options)


def day_field(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, input_formats=["%Y-%m-%d"], widget=widget, **options)


def reason_field() -> forms.CharField:
    return forms.CharField(label=gettext_lazy("Reason, for the journal"), max_length=500, widget=forms.TextInput())


class RubricFileForm(KpForm):
    """A rubric file to look at before it is taken in."""

    file = forms.FileField(
        label=gettext_lazy("Rubric file (workbook .xlsx, YAML or JSON)"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.yaml,.yml,.json"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > (WORKBOOK_BYTES if file.name.lower().endswith(".xlsx") else RUBRIC_BYTES):
            raise forms.ValidationError(
                _("The file is larger than 2 MB (a workbook: 10 MB); a rubric has some ten thousand bytes.")
            )
        return file


class RubricTextForm(forms.Form):
    """The text that was looked at, coming back to be taken in. `of_workbook`: it says what a workbook said."""

    text = forms.CharField(max_length=RUBRIC_BYTES, strip=False)
    name = forms.CharField(max_length=200, required=False)
    of_workbook = forms.BooleanField(required=False)


class BringInForm(RubricTextForm):
    """The same over a draft, with the version of the draft that it was compared with."""

    version = forms.IntegerField()


class PasswordForm(KpForm):
    """The password once more, before something final."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    password = forms.CharField(
        label=gettext_lazy("Your password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class VersionForm(forms.Form):
    version = forms.IntegerField()


class CloneForm(KpForm):
    """What a copy is called, and the figures that the original leaves open."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=TITLE_LENGTH)
    code = forms.SlugField(label=gettext_lazy("Code"), max_length=CODE_LENGTH)
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=1900, max_value=2200)
    figures = forms.FileField(label=gettext_lazy("Figures for what is open (YAML), if any"), required=False)

    def clean_figures(self) -> Any:
        file = self.cleaned_data["figures"]
        if file and file.size > RUBRIC_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB."))
        return file


class ChooseRubricForm(KpForm):
    """Which published rubric a cycle is started from."""

    rubric = forms.ChoiceField(label=gettext_lazy("Rubric"))

    def __init__(self, *args: Any, rubrics: Iterable[Rubric], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["rubric"].choices = [(str(rubric.pk), f"{rubric.title} · {rubric.year}") for rubric in rubrics]


class CycleForm(KpForm):
    """A new cycle: its name and year, its phases, its list of units (a file, or the list that was read before)."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=TITLE_LENGTH)
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=1900, max_value=2200)
    code = forms.SlugField(label=gettext_lazy("Code"), max_length=CODE_LENGTH)
    head_may_delegate_submit = forms.BooleanField(label=gettext_lazy("A clerk may submit for the head"), required=False)
    units_file = forms.FileField(label=gettext_lazy("List of units (.xlsx)"), required=False)
    units_read = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, days: Sequence[Days], **options: Any) -> None:
        self.codes = [each.code for each in days]
        initial = {**options.pop("initial", {}), **_initial_phases(days)}
        super().__init__(*args, initial=initial, **options)
        for code in self.codes:
            title = phase_title(code)
            self.fields[f"{code}_opens"] = day_field(_("%(phase)s: first day") % {"phase": title})
            self.fields[f"{code}_closes"] = moment_field(_("%(phase)s: ends") % {"phase": title})
            for name in (f"{code}_opens", f"{code}_closes"):
                self.fields[name].widget.attrs["class"] = "form-control"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for code in self.codes:
            first, ends = data.get(f"{code}_opens"), data.get(f"{code}_closes")
            if first and ends and ends <= midnight(first):
                self.add_error(f"{code}_closes", _("The end has to lie after the first day."))
        if not data.get("units_file") and not data.get("units_read") and not self.errors.get("units_file"):
            self.add_error("units_file", _("Choose the workbook with the units that take part."))
        return data

    def phase_rows(self) -> list[tuple[str, Any, Any]]:
        """Title, first day and end of each phase, for the page."""
        return [(phase_title(code), self[f"{code}_opens"], self[f"{code}_closes"]) for code in self.codes]

    def phases(self) -> list[Phase]:
        """What was typed, as moments; only of a valid form."""
        data = self.cleaned_data
        return [Phase(code, midnight(data[f"{code}_opens"]), data[f"{code}_closes"]) for code in self.codes]


def midnight(day: date) -> datetime:
    """The first moment of a day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _initial_phases(days: Sequence[Days]) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    for each in days:
        initial[f"{each.code}_opens"] = each.first
        initial[f"{each.code}_closes"] = timezone.make_aware(datetime.combine(each.last, CLOSING_TIME))
    return initial


class SettingsForm(KpForm):
    """What is settled about a running cycle; the limits are megabytes."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=TITLE_LENGTH)
    unit_proof_limit = forms.IntegerField(
        label=gettext_lazy("Proof that one unit may give, MB"), min_value=1, max_value=MOST_MEGABYTES
    )
    proof_limit = forms.IntegerField(
        label=gettext_lazy("Proof of all units together, MB"), min_value=1, max_value=MOST_MEGABYTES
    )
    head_may_delegate_submit = forms.BooleanField(label=gettext_lazy("A clerk may submit for the head"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        unit, every = data.get("unit_proof_limit"), data.get("proof_limit")
        if unit and every and unit > every:
            self.add_error("unit_proof_limit", _("One unit cannot be given more than all units together."))
        return data


class PhaseForm(KpForm):
    """New dates for one phase."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    opens_at = moment_field(gettext_lazy("Opens"))
    closes_at = moment_field(gettext_lazy("Ends"))
    reason = reason_field()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("opens_at") and data.get("closes_at") and data["closes_at"] <= data["opens_at"]:
            self.add_error("closes_at", _("The end has to lie after the beginning."))
        return data


class ReasonForm(KpForm):
    version = forms.IntegerField(widget=forms.HiddenInput())
    reason = reason_field()


class ReopenForm(ReasonForm):
    closes_at = moment_field(gettext_lazy("Open again until"))
    field_order = ["version", "closes_at", "reason"]


class ExtensionForm(KpForm):
    """More time for one unit in one phase."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    phase = forms.ChoiceField(label=gettext_lazy("Phase"))
    until = moment_field(gettext_lazy("New end"), required=False)
    reason = reason_field()

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], phases: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = units
        self.fields["phase"].choices = [(code, phase_title(code)) for code in phases]


class AssignmentForm(KpForm):
    """Who judges what: everything that is left open is taken in."""

    user = forms.ChoiceField(label=gettext_lazy("Person"))
    series = forms.ChoiceField(label=gettext_lazy("Series"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)

    def __init__(
        self,
        *args: Any,
        definition: Definition,
        people: Sequence[tuple[str, str]],
        units: Sequence[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["user"].choices = [("", _("Choose a person")), *people]
        self.fields["series"].choices = [("", _("All series")), *_coded(definition.series)]
        self.fields["category"].choices = [("", _("All categories")), *_coded(definition.categories)]
        self.fields["unit"].choices = [("", _("All units")), *units]


class LeaderForm(KpForm):
    """Who is to belong to the leading group."""

    leader = forms.ChoiceField(label=gettext_lazy("Person"))

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["leader"].choices = [("", _("Choose a person")), *people]


class ProviderForm(KpForm):
    """Which unit stands behind a provider code."""

    provider = forms.ChoiceField(label=gettext_lazy("Provider in the rubric"))
    unit = forms.ChoiceField(label=gettext_lazy("Unit"))

    def __init__(self, *args: Any, definition: Definition, units: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["provider"].choices = _coded(definition.providers)
        self.fields["unit"].choices = [("", _("Choose a unit")), *units]


class UnitsFileForm(KpForm):
    """More units for a running cycle, out of a workbook."""

    units_file = forms.FileField(label=gettext_lazy("List of units (.xlsx)"), max_length=200)


class EnrolmentForm(KpForm):
    """What a cycle says of a unit."""

    series = forms.ChoiceField(label=gettext_lazy("Series"))
    tags = forms.CharField(label=gettext_lazy("Tags"), required=False, max_length=300)
    member_of = forms.ChoiceField(label=gettext_lazy("Member of"), required=False)

    def __init__(self, *args: Any, definition: Definition, heads: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["series"].choices = _coded(definition.series)
        self.fields["member_of"].choices = [("", _("No other unit")), *heads]

    def clean_tags(self) -> list[str]:
        return split_tags(self.cleaned_data["tags"])


class ChangeEnrolmentForm(EnrolmentForm):
    """The same of a unit that takes part, with the reason; `seen` is what the effects were shown for."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    seen = forms.CharField(required=False, widget=forms.HiddenInput())
    reason = reason_field()
    field_order = ["version", "seen", "series", "tags", "member_of", "reason"]

    def wish(self) -> str:
        """What is wanted, as one text; only of a valid form."""
        data = self.cleaned_data
        return "|".join([data["series"], " ".join(data["tags"]), data["member_of"]])


class OneUnitForm(EnrolmentForm):
    """One more unit for a running cycle: one of the house, or a new one by code and name."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit of the house"), required=False)
    code = forms.RegexField(UNIT_CODE, label=gettext_lazy("or the code of a new unit"), required=False, max_length=64)
    title = forms.CharField(label=gettext_lazy("Name of the new unit"), required=False, max_length=120)
    field_order = ["unit", "code", "title", "series", "tags", "member_of"]

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = [("", _("Choose a unit")), *units]
        self.fields["code"].error_messages["invalid"] = _(
            "A unit code has small Latin letters, digits, - _ and . only."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("unit")) == bool(data.get("code")) and not self.errors.get("code"):
            self.add_error("unit", _("Choose a unit of the house, or name a new one: one of the two."))
        return data


def _coded(entries: Iterable[Any]) -> list[tuple[str, str]]:
    return [(entry.code, entry.title or entry.code) for entry in entries]
