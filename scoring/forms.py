"""The shape of what people send to the pages of results. Forms check, services write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FACTS_BYTES = 8_000_000
"""About 10,000 units with some ten facts each."""


class FactsFileForm(forms.Form):
    """A facts file to try a rubric on."""

    file = forms.FileField(
        label=gettext_lazy("Facts file (YAML or JSON)"),
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"class": "form-control", "accept": ".yaml,.yml,.json"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > FACTS_BYTES:
            raise forms.ValidationError(_("The file is larger than 8 MB. Try the largest files with a cycle instead."))
        return file
