"""Whole lists in the backstage: brought in after a dry run, taken out as a workbook.

The pages are import-export's, in Unfold's look. Reading, checking and writing are those of the lists on the site itself
(`units.tables`, `units.services.imports`), so that a workbook is understood alike in both places. Between the dry run
and the confirmation the rows (not the file) are kept in the session, which every process of the site reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminRadioSelectWidget

from units.exports import TextWorkbook
from units.forms import ListForm
from units.services import imports
from units.tables import MAX_BYTES, MAX_ROWS, Row, Table, read_table

SHOWN = 300  # rows and problems on the page; the counts are of all
_STATES = {
    imports.NEW: (pgettext_lazy("list", "New"), "success"),
    imports.CHANGED: (pgettext_lazy("list", "Changed"), "info"),
    imports.SAME: (gettext_lazy("As it is already"), "default"),
    imports.KEPT: (gettext_lazy("Passed over"), "warning"),
}


@dataclass(frozen=True)
class ListKind:
    """A list that comes in: its columns, what says what it would do, and what does it.

    `plan(actor=…, table=…, keep_known=…)` and `carry_out(actor=…, table=…, shown=…, source=…, keep_known=…)` are
    services; `chooses` where a row about what is there already can replace it or be skipped.
    """

    name: str
    heads: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    plan: Callable[..., imports.Plan]
    carry_out: Callable[..., Any]
    chooses: bool = True


def list_of(name: str, plan: Callable[..., imports.Plan], carry_out: Callable[..., Any], **options: Any) -> ListKind:
    """One of the lists of this app."""
    return ListKind(name, imports.HEADS[name], imports.REQUIRED[name], plan, carry_out, **options)


class FileForm(ListForm):
    """The list, and what becomes of rows about what is there already."""

    existing = forms.ChoiceField(
        label=gettext_lazy("What is there already"),
        choices=[
            ("replace", gettext_lazy("Replace: the list is right")),
            ("skip", gettext_lazy("Skip: take over new rows only")),
        ],
        initial="replace",
        widget=UnfoldAdminRadioSelectWidget(),
    )

    def __init__(self, *args: Any, chooses: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].widget = UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"})
        self.fields["file"].help_text = _("At most {rows} rows and {size} MB.").format(
            rows=MAX_ROWS, size=MAX_BYTES // 1024 // 1024
        )
        if not chooses:
            del self.fields["existing"]


class ListMixin(ImportExportMixin):
    """A table with a list that comes in (`incoming`) and one that goes out (`resource_classes`)."""

    incoming: ListKind
    import_template_name = "admin/backstage/import.html"
    skip_export_form = True

    def get_export_formats(self) -> list[type[TextWorkbook]]:
        """One: a workbook of text cells."""
        return [TextWorkbook]

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Any) -> str:
        """A plain name; what the list is stands in its sheet."""
        return f"{self.incoming.name}.xlsx"

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Whether a list can be brought in here."""
        return self.has_module_permission(request)

    @property
    def _key(self) -> str:
        return f"backstage_{self.incoming.name}"

    def import_action(self, request: HttpRequest, **options: Any) -> HttpResponse:
        """Choose a list; it is read and checked, and shown what it would do. Nothing is written."""
        sent = request.method == "POST"
        form = FileForm(request.POST if sent else None, request.FILES or None, chooses=self.incoming.chooses)
        if not sent or not form.is_valid():
            return self._page(request, form=form, status=422 if sent else 200)
        file = form.cleaned_data["file"]
        table, problems = read_table(file, heads=self.incoming.heads, required=self.incoming.required)
        keep = form.cleaned_data.get("existing") == "skip"
        plan = imports.whole_plan(
            problems, lambda: self.incoming.plan(actor=request.user, table=table, keep_known=keep)
        )
        if plan.problems:
            return self._page(request, form=form, plan=plan, source=file.name, status=422)
        request.session[self._key] = {
            "name": file.name[:200],
            "rows": [list(row) for row in table.rows],
            "columns": table.columns,
            "keep": keep,
        }
        return self._page(request, plan=plan, source=file.name)

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest, **options: Any) -> HttpResponse:
        """Do what the dry run showed, or show it again where it would now be something else."""
        kept = request.session.get(self._key)
        if not kept:
            messages.error(request, _("The list is no longer there: choose it again."))
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_import")
        table = Table([Row(*row) for row in kept["rows"]], kept["columns"])
        try:
            response = self._carry_out(request, table, kept)
        except imports.Outdated as outdated:
            messages.error(request, _("Meanwhile something else was changed: look at what the list would do now."))
            return self._page(request, plan=outdated.plan, source=kept["name"], status=409)
        del request.session[self._key]
        return response

    def _carry_out(self, request: HttpRequest, table: Table, kept: dict[str, Any]) -> HttpResponse:
        given = {
            "actor": request.user,
            "table": table,
            "shown": request.POST.get("plan", ""),
            "source": kept["name"],
            "keep_known": kept["keep"],
        }
        return self.bring_in(request, given) or redirect(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        )

    def bring_in(self, request: HttpRequest, given: dict[str, Any]) -> HttpResponse | None:
        """Do it, and say what was done; a page to go to, if not to the table."""
        plan = self.incoming.carry_out(**given)
        text = _("Brought in: {new} new, {changed} changed.")
        said = text.format(new=plan.count(imports.NEW), changed=plan.count(imports.CHANGED))
        messages.success(request, said)
        return None

    def _page(
        self,
        request: HttpRequest,
        *,
        form: FileForm | None = None,
        plan: imports.Plan | None = None,
        source: str = "",
        status: int = 200,
    ) -> HttpResponse:
        heads, required = self.incoming.heads, self.incoming.required
        request.current_app = self.admin_site.name  # type: ignore[attr-defined]
        page = {
            **self.admin_site.each_context(request),
            "title": _("Bring in a list"),
            "opts": self.opts,
            "media": self.media,
            "form": form,
            "heads": [(head[0], field.replace("_", " "), field in required) for field, head in heads.items()],
            "plan": plan,
            "source": source,
            "again": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_import"),
            "process": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_process_import"),
        }
        if plan is not None:
            page |= _report(plan)
        return TemplateResponse(request, [self.import_template_name], page, status=status)


def _report(plan: imports.Plan) -> dict[str, Any]:
    """What the page says of a plan."""
    counts = {state: plan.count(state) for state in _STATES}
    new, changed = counts[imports.NEW], counts[imports.CHANGED]
    said = [
        (new, ngettext("add {count}", "add {count}", new)),
        (changed, ngettext("change {count}", "change {count}", changed)),
    ]
    return {
        "problems": plan.problems[:SHOWN],
        "problem_count": len(plan.problems),
        "steps": [(step, *_STATES[step.state]) for step in plan.steps[:SHOWN]],
        "row_count": len(plan.steps),
        "counts": [(label, counts[state]) for state, (label, _look) in _STATES.items()],
        "confirm": _("Bring in: {what}").format(
            what=pgettext("list", ", ").join(text.format(count=count) for count, text in said if count)
        ),
        "nothing_to_do": not new and not changed,
        "several_sheets": len({step.sheet for step in plan.steps} | {problem.sheet for problem in plan.problems}) > 1,
        "shown": SHOWN,
    }
