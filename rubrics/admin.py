"""The backstage's table of series: what is published is shown only, drafts change as in the workbench."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from rubrics import policies
from rubrics.definition.entries import read_entry
from rubrics.models import Rubric, Series
from rubrics.services import series_list
from rubrics.services.editing import add_entry, change_entry
from units.admin.base import BackstageAdmin, StandForm
from units.admin.lists import ListKind, ListMixin
from units.admin.site import site
from units.exports import ListExport


class SeriesExport(ListExport):
    """Series of all rubrics, or of those that were filtered."""

    title = "系列"
    heads = (*(accepted[0] for accepted in series_list.HEADS.values()), "办法", "状态")

    class Meta:
        model = Series

    def rows(self, queryset: Any) -> Iterable[tuple[Any, ...]]:
        """One line a series."""
        for row in queryset.select_related("rubric"):
            rubric = row.rubric
            yield (
                *(rubric.code, str(rubric.year), str(rubric.edition)),
                *(row.code, row.title, row.total),
                *(rubric.title, rubric.get_state_display()),
            )


class SeriesForm(StandForm):
    """A series: its code among those of the rubric, its title, and the marks its units can reach if not all."""

    class Meta:
        model = Series
        fields = ("rubric", "code", "title", "total")
        labels = {"rubric": _("Rubric"), "total": _("Full marks")}
        help_texts = {"total": _("Only where its units can reach no more than this part of the marks.")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "rubric" in self.fields:
            self.fields["rubric"].queryset = self.fields["rubric"].queryset.filter(state=Rubric.State.DRAFT)
            widget = self.fields["rubric"].widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False
        if "title" in self.fields:
            self.fields["title"].widget.attrs["rows"] = 2

    shape: dict[str, Any]
    """The canonical form of what was typed, with what the form does not show."""

    def clean(self) -> dict[str, Any]:
        """What the workbench would accept."""
        said = super().clean() or {}
        rubric = said.get("rubric") or getattr(self.instance, "rubric", None)
        typed = {name: said.get(name, "") for name in ("code", "title", "total")}
        self.shape, problems = read_entry("series", {**self.instance.body, **typed}, stored=True)
        for problem in problems:
            field = problem.path[0] if problem.path and problem.path[0] in self.fields else None
            self.add_error(field, problem.text(get_language()))
        others = rubric.series.exclude(pk=self.instance.pk) if rubric else None
        if others is not None and others.filter(code=typed["code"]).exists():
            self.add_error("code", _("Another series of this rubric has this code."))
        return said


@admin.register(Series, site=site)
class SeriesAdmin(ListMixin, BackstageAdmin):
    """Series of every rubric; those of drafts can be changed here, each change in the draft's history."""

    icon = "stacks"
    form = SeriesForm
    incoming = ListKind(
        "series", series_list.HEADS, series_list.REQUIRED, series_list.plan_series, series_list.import_series
    )
    resource_classes = [SeriesExport]
    list_display = ("code", "name", "total", "rubric_title", "year", "edition", "state")
    list_display_links = ("code", "name")
    list_filter = ("rubric__state", ("rubric", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("rubric",)
    search_fields = ("code", "title", "rubric__title", "rubric__code")
    ordering = ("-rubric__year", "rubric__code", "-rubric__edition", "position")

    def has_change_permission(self, request: HttpRequest, obj: Series | None = None) -> bool:
        """Only what is still a draft."""
        if obj is None:
            return super().has_change_permission(request)
        return policies.may_edit_rubric(request.user, obj.rubric)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Series]:
        """With their rubrics."""
        return super().get_queryset(request).select_related("rubric")

    def get_readonly_fields(self, request: HttpRequest, obj: Series | None = None) -> list[str]:
        """A series stays in its rubric."""
        return ["rubric_title"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Series | None = None) -> list[str]:
        """A new one is put into one of the drafts."""
        return ["rubric_title" if obj else "rubric", "code", "title", "total"]

    @display(description=_("title"), ordering="title")
    def name(self, row: Series) -> str:
        """The title, or the code where it has none."""
        return str(row)

    @display(description=_("rubric"), ordering="rubric__title")
    def rubric_title(self, row: Series) -> str:
        """What it belongs to."""
        return row.rubric.title

    @display(description=_("year"), ordering="rubric__year")
    def year(self, row: Series) -> str:
        """Of which year; a year is no number to be grouped."""
        return str(row.rubric.year)

    @display(description=_("edition"), ordering="rubric__edition")
    def edition(self, row: Series) -> int:
        """Which edition of that year."""
        return row.rubric.edition

    @display(description=_("state"), ordering="rubric__state")
    def state(self, row: Series) -> str:
        """Whether it can still be changed."""
        return row.rubric.get_state_display()

    def save_model(self, request: HttpRequest, obj: Series, form: Any, change: bool) -> None:
        """Through the workbench's services: a change of the draft that can be undone there."""
        if change:
            change_entry(
                actor=request.user,
                rubric=obj.rubric,
                kind="series",
                key=obj.pk,
                version=obj.version,
                shape=form.shape,
            )
        else:
            made = add_entry(actor=request.user, rubric=obj.rubric, kind="series", shape=form.shape)
            obj.pk = int(made.key)
