"""The list of series that comes in from the backstage: checked whole, then written as changes of the drafts.

Only drafts take changes; each row is one change in its draft's history, so that it can be undone in the workbench.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rubrics import policies
from rubrics.definition.entries import read_entry
from rubrics.models import Rubric, Series
from rubrics.models.rubric import CODE_LENGTH
from rubrics.selectors.definitions import own_shape
from rubrics.services.common import demand
from rubrics.services.editing import add_entry, change_entry
from units.services.imports import CHANGED, KEPT, NEW, SAME, Outdated, Plan, Step
from units.tables import Problem, Row, Table

if TYPE_CHECKING:
    from units.models import User

HEADS = {
    "rubric": ("办法代码", "rubric code"),
    "year": ("年度",),
    "edition": ("版次",),
    "code": ("代码", "系列代码"),
    "title": ("名称", "系列名称", "name"),
    "total": ("满分", "总分"),
}
REQUIRED = ("rubric", "year", "code")
_OWN = ("code", "title", "total")


class _Change(NamedTuple):
    """One row that does something: the draft, the series if it is there, and the shape it gets."""

    rubric: Rubric
    series: Series | None
    shape: dict[str, Any]


class _Known(NamedTuple):
    """What is stored of all that the list names."""

    rubrics: dict[tuple[str, str], list[Rubric]]
    series: dict[tuple[int, str], Series]


def plan_series(*, actor: User | None, table: Table, keep_known: bool = False) -> Plan:
    """What a list of series would do; writes nothing."""
    demand(actor, policies.may_write_rubrics(actor) if actor else True)
    known = _known(table)
    steps: list[Step] = []
    problems: list[Problem] = []
    changes: list[_Change] = []
    seen: dict[tuple[int, str], int] = {}
    for row in table.rows:
        rubric, wrong = _rubric_of(row, known)
        code = row.values.get("code", "")
        series = known.series.get((rubric.pk, code)) if rubric else None
        shape, more = _shape_of(row, series)
        wrong |= more
        if rubric and code and seen.setdefault((rubric.pk, code), row.number) != row.number:
            wrong["code"] = _("The code {code} stands already in {place}.").format(
                code=code, place=_("row {row}").format(row=seen[rubric.pk, code])
            )
        problems += [Problem(row.sheet, table.cell(row, field), text, HEADS[field][0]) for field, text in wrong.items()]
        if rubric and not wrong:
            state, said = _difference(series, shape, keep_known)
            key = f"{rubric.code} {rubric.year}-{rubric.edition} · {code}"
            steps.append(Step(row.sheet, row.number, key, shape.get("title", code), state, said))
            if state in (NEW, CHANGED):
                changes.append(_Change(rubric, series, shape))
    return Plan([], problems) if problems else Plan(steps, [], changes)


@transaction.atomic
def import_series(*, actor: User | None, table: Table, shown: str, source: str, keep_known: bool = False) -> Plan:
    """Do what the plan with the fingerprint `shown` said. Raises Outdated, PermissionDenied, Conflict."""
    plan = plan_series(actor=actor, table=table, keep_known=keep_known)
    if plan.problems or plan.fingerprint != shown:
        raise Outdated(plan)
    for rubric, series, shape in plan.found:
        if series is None:
            add_entry(actor=actor, rubric=rubric, kind="series", shape=shape)
        else:
            change_entry(actor=actor, rubric=rubric, kind="series", key=series.pk, version=series.version, shape=shape)
    return plan


def _known(table: Table) -> _Known:
    """Two queries, however long the list is."""
    codes = {row.values.get("rubric", "") for row in table.rows}
    rubrics: dict[tuple[str, str], list[Rubric]] = {}
    for rubric in Rubric.objects.filter(code__in=codes).order_by("edition"):
        rubrics.setdefault((rubric.code, str(rubric.year)), []).append(rubric)
    keys = [rubric.pk for found in rubrics.values() for rubric in found]
    return _Known(rubrics, {(row.rubric_id, row.code): row for row in Series.objects.filter(rubric__in=keys)})


def _rubric_of(row: Row, known: _Known) -> tuple[Rubric | None, dict[str, str]]:
    """The draft that a row is about: of the edition it names, or the one draft of that code and year."""
    code, year, edition = (row.values.get(name, "") for name in ("rubric", "year", "edition"))
    found = known.rubrics.get((code, year), [])
    if edition:
        found = [rubric for rubric in found if str(rubric.edition) == edition]
    if not found:
        return None, {"rubric": _("There is no rubric “{code}” of that year and edition.").format(code=code)}
    drafts = [rubric for rubric in found if rubric.state == Rubric.State.DRAFT]
    if not drafts:
        return None, {"rubric": _("This rubric is published: its series no longer change.")}
    if len(drafts) > 1:
        numbers = "、".join(str(rubric.edition) for rubric in drafts)
        return None, {
            "edition" if "edition" in row.values else "rubric": _(
                "There are several drafts: name the edition ({numbers})."
            ).format(numbers=numbers)
        }
    return drafts[0], {}


def _shape_of(row: Row, series: Series | None) -> tuple[dict[str, Any], dict[str, str]]:
    """The series as it would be, and what is wrong, by column. A column that is not in the list changes nothing."""
    said = {name: row.values[name] for name in _OWN if name in row.values}
    stored = own_shape(series) if series else {}
    shape, problems = read_entry("series", {**stored, **said}, stored=True)
    wrong = {
        str(problem.path[0]) if problem.path and problem.path[0] in HEADS else "code": problem.text(get_language())
        for problem in problems
    }
    if not said.get("code"):
        wrong["code"] = _("The code is missing.")
    elif len(said["code"]) > CODE_LENGTH:
        wrong["code"] = _("At most {count} characters.").format(count=CODE_LENGTH)
    return shape, wrong


def _difference(series: Series | None, shape: dict[str, Any], keep_known: bool) -> tuple[str, tuple[str, ...]]:
    if series is None:
        return NEW, ()
    if keep_known:
        return KEPT, ()
    old = own_shape(series)
    said = tuple(
        _("{what}: {old} → {new}").format(what=HEADS[name][0], old=old.get(name) or "—", new=shape.get(name) or "—")
        for name in _OWN
        if old.get(name) != shape.get(name)
    )
    return (CHANGED if said else SAME), said
