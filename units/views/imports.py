"""Lists from Excel: upload, see everything that is wrong or what would happen, confirm.

Between the steps the rows (not the file) are kept in the session of whoever uploaded them.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from appraisal_site.toolkit.xlsx import answer
from units import policies, selectors
from units.forms import ListForm
from units.services import imports
from units.tables import Row, Table, read_table
from units.views.guards import only_if
from units.views.slips import Batch
from units.workbooks import account_template, unit_template

SHOWN = 300  # rows and problems on the page; the counts are of all
_PLANS = {"units": imports.plan_units, "accounts": imports.plan_accounts}
_LISTS = {"units": "units:unit_list", "accounts": "units:person_list"}


def _may_import(user: Any) -> bool:
    return policies.may_manage_units(user) and policies.may_manage_people(user)


def _key(kind: str) -> str:
    return f"import_{kind}"


@only_if(_may_import)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose a workbook; it is read and checked, nothing is written."""
    key = _key(kind)
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        table, problems = read_table(file, heads=imports.HEADS[kind], required=imports.REQUIRED[kind])
        if problems:
            plan = imports.whole_plan(problems, lambda: _PLANS[kind](actor=request.user, table=table))
            return _report(request, kind, plan, file.name, 422)
        rows = [list(row) for row in table.rows]
        request.session[key] = {"name": file.name[:200], "rows": rows, "columns": table.columns}
        return redirect("units:import_check", kind=kind)
    page = {"form": form, "kind": kind, "columns": _columns(kind), "list_url": _LISTS[kind]}
    return render(request, "units/import_upload.html", page, status=422 if form.errors else 200)


@only_if(_may_import)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, kind: str) -> HttpResponse:
    """What the list would do, row by row; confirming does it."""
    kept = request.session.get(_key(kind))
    if not kept:
        return redirect("units:import", kind=kind)
    table = Table([Row(*row) for row in kept["rows"]], kept["columns"])
    if request.method == "GET":
        plan = _PLANS[kind](actor=request.user, table=table)
        return _report(request, kind, plan, kept["name"], 422 if plan.problems else 200)
    try:
        response = _carry_out(request, kind, table, kept["name"])
    except imports.Outdated as outdated:
        messages.error(request, _("Meanwhile something else was changed: look at what the list would do now."))
        return _report(request, kind, outdated.plan, kept["name"], 409)
    del request.session[_key(kind)]
    return response


def _carry_out(request: HttpRequest, kind: str, table: Table, source: str) -> HttpResponse:
    shown = request.POST.get("plan", "")
    if kind == "units":
        plan = imports.import_units(actor=request.user, table=table, shown=shown, source=source)
        text = _("{new} units added, {changed} changed.")
        messages.success(request, text.format(new=plan.count(imports.NEW), changed=plan.count(imports.CHANGED)))
        return redirect("units:unit_list")
    batch = Batch()
    people = imports.import_accounts(
        actor=request.user, table=table, shown=shown, source=source, first_password=batch.password
    )
    if people:
        return batch.answer(request, people)
    messages.success(request, _("The list brought no new account; the changes are done."))
    return redirect("units:person_list")


def _report(request: HttpRequest, kind: str, plan: imports.Plan, source: str, status: int) -> HttpResponse:
    problems = plan.problems
    new, changed = plan.count(imports.NEW), plan.count(imports.CHANGED)
    page = {
        "kind": kind,
        "source": source,
        "problems": problems[:SHOWN],
        "problem_count": len(problems),
        "steps": plan.steps[:SHOWN],
        "row_count": len(plan.steps),
        "new": new,
        "changed": changed,
        "same": plan.count(imports.SAME),
        "several_sheets": len({step.sheet for step in plan.steps} | {problem.sheet for problem in problems}) > 1,
        "plan": plan.fingerprint,
        "nothing_to_do": not new and not changed,
        "confirm": _confirm(kind, new, changed),
        "list_url": _LISTS[kind],
    }
    return render(request, "units/import_check.html", page, status=status)


def _confirm(kind: str, new: int, changed: int) -> str:
    """What the button says it will do."""
    if kind == "units":
        parts = [(new, ngettext("add {count} unit", "add {count} units", new))]
        parts.append((changed, ngettext("change {count} unit", "change {count} units", changed)))
    else:
        parts = [(new, ngettext("open {count} account", "open {count} accounts", new))]
        parts.append((changed, ngettext("change {count} account", "change {count} accounts", changed)))
    said = pgettext("list", ", ").join(text.format(count=count) for count, text in parts if count)
    return said[:1].upper() + said[1:]


def _columns(kind: str) -> list[dict[str, str]]:
    """What the columns of the list are for."""
    texts = {
        "units": {
            "code": _("Small Latin letters, digits and dashes; never changes, rubric and records name the unit by it."),
            "title": _("The full name."),
            "short_title": _("For tables; may be left blank."),
            "level": _("Province, city, county, township, or blank."),
        },
        "accounts": {
            "username": _("What the person types to sign in."),
            "display_name": _("What everybody sees: name the post rather than the person, such as 财务处经办人."),
            "role": _(
                "经办人, 单位负责人, 协办人, 数据员, 管理员, 监督员, or blank. One row for each role of a person."
            ),
            "unit": _("The code of the unit, for the first four roles."),
            "email": _("Where reminders are mailed to; blank leaves it as it is. The column may be missing."),
        },
    }
    required = imports.REQUIRED[kind]
    return [
        {
            "head": heads[0],
            "code": field.replace("_", " "),
            "text": texts[kind][field],
            "required": "yes" if field in required else "",
        }
        for field, heads in imports.HEADS[kind].items()
    ]


@only_if(_may_import)
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty list to fill in."""
    if kind == "units":
        return answer(unit_template(), "units.xlsx")
    return answer(account_template(selectors.all_units().values_list("code", "title")), "accounts.xlsx")
