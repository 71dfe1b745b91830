"""The two small forms beside the workbench: a new empty draft, and the text of the regulation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rubrics.forms import KpForm
from rubrics.models.rubric import CODE_LENGTH, TITLE_LENGTH

SOURCE_BYTES = 2_000_000


class NewDraftForm(KpForm):
    """What an empty draft is called, and the marks that every unit has to reach."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=TITLE_LENGTH)
    code = forms.SlugField(label=gettext_lazy("Code"), max_length=CODE_LENGTH)
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=1900, max_value=2200)
    total = forms.DecimalField(label=gettext_lazy("Total"), min_value=0, max_value=1_000_000, decimal_places=4)


class SourceForm(KpForm):
    """The regulation's text, pasted or as a text file; a file goes before what is pasted."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    text = forms.CharField(
        label=gettext_lazy("Text of the regulation"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24}),
    )
    file = forms.FileField(label=gettext_lazy("Or a text file (.txt, UTF-8 or GB18030)"), required=False)

    def clean_file(self) -> str | None:
        file = self.cleaned_data["file"]
        if not file:
            return None
        if file.size > SOURCE_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB."))
        return _decoded(file.read())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("file") is not None:
            data["text"] = data["file"]
        if "\x00" in (data.get("text") or ""):
            raise forms.ValidationError(_("This is no text."))
        return data


def _decoded(content: bytes) -> str:
    """UTF-8 (with or without a mark), UTF-16 with a mark, or GB18030; a ValidationError for anything else."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise forms.ValidationError(_("This is no text file. Open it, copy its text and paste it here."))
    marked = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    for encoding in (marked, "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise forms.ValidationError(_("The text is neither UTF-8 nor GB18030."))
