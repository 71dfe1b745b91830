"""What changes a rubric's state: publishing (with the password again), copying, retiring, throwing a draft away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from rubrics import policies, selectors, services
from rubrics.files import FileProblems, read_yaml
from rubrics.forms import CloneForm, PasswordForm, VersionForm
from rubrics.lifecycle import NotPossible
from rubrics.models import Rubric
from rubrics.selectors import differences, outlines
from rubrics.selectors.drafts import draft_of
from rubrics.selectors.readiness import in_fours, readiness_of, workbench_url
from rubrics.views.files import lines
from rubrics.views.guards import only_if, say_refused, words_of


@sensitive_post_parameters("password")
@only_if(policies.may_write_rubrics)
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what publishing does and what stops it, ask for the password, then freeze the rubric."""
    rubric = _allowed(request, pk, policies.may_publish_rubric)
    form = PasswordForm(request.POST or None, initial={"version": rubric.version})
    if request.method == "POST" and form.is_valid():
        if (
            authenticate(request, username=request.user.get_username(), password=form.cleaned_data["password"])
            != request.user
        ):
            form.add_error("password", _("This is not your password."))
        else:
            return _publish(request, rubric, form.cleaned_data["version"])
    ready = readiness_of(rubric)
    page = {
        "rubric": rubric,
        "form": form,
        "summary": ready.summary,
        "ready": ready,
        "fingerprint": in_fours(ready.fingerprint),
        "since": differences.summary_of(rubric, request.user),
        "bench_url": workbench_url(rubric),
    }
    return render(request, "rubrics/publish.html", page, status=422 if form.errors else 200)


def _publish(request: HttpRequest, rubric: Rubric, version: int) -> HttpResponse:
    try:
        services.publish_rubric(actor=request.user, rubric=rubric, version=version)
    except services.Refused as refused:
        say_refused(request, refused)
        return redirect("rubrics:publish", rubric.pk)
    messages.success(request, _("Published and frozen. Cycles can now be started from it."))
    return redirect("rubrics:rubric", rubric.pk)


@only_if(policies.may_write_rubrics)
@require_http_methods(["GET", "POST"])
def clone(request: HttpRequest, pk: int) -> HttpResponse:
    """A copy as a new draft: next year's, or this year's with the open figures filled in."""
    rubric = _allowed(request, pk, policies.may_clone_rubric)
    form = CloneForm(request.POST or None, request.FILES or None, initial=_next_year(rubric))
    problems: list[Any] = []
    if request.method == "POST" and form.is_valid():
        answer, problems = _clone(request, rubric, form)
        if answer is not None:
            return answer
    definition = differences.definition_shown(rubric)
    page = {
        "rubric": rubric,
        "form": form,
        "summary": outlines.summary_of(definition) if definition is not None else None,
        "errors": len(draft_of(rubric).errors) if rubric.state == Rubric.State.DRAFT else 0,
        "problems": problems,
    }
    return render(request, "rubrics/clone.html", page, status=422 if form.errors or problems else 200)


def _next_year(rubric: Rubric) -> dict[str, Any]:
    """What next year's copy is called: the year in title and code is the next one too."""
    year = rubric.year + 1
    title, code = (text.replace(str(rubric.year), str(year)) for text in (rubric.title, rubric.code))
    return {"title": title, "code": code, "year": year}


def _clone(request: HttpRequest, rubric: Rubric, form: CloneForm) -> tuple[HttpResponse | None, list[Any]]:
    data = dict(form.cleaned_data)
    file = data.pop("figures")
    try:
        figures = read_yaml(file.read()) if file else None
        made = services.clone_rubric(actor=request.user, rubric=rubric, figures=figures, **data)
    except FileProblems as error:
        form.add_error("figures", _("The file cannot be read."))
        return None, lines(error.problems)
    except services.Refused as refused:
        form.add_error("figures" if refused.code == "figures" else None, words_of(refused))
        return None, lines(refused.problems)
    messages.success(request, _("“%(title)s” is here as a draft.") % {"title": made.title})
    return redirect(workbench_url(made)), []


@only_if(policies.may_write_rubrics)
@require_http_methods(["GET", "POST"])
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing new is started from it any more."""
    rubric = _allowed(request, pk, policies.may_retire_rubric)
    page = {
        "title": _("Retire the rubric"),
        "text": _("Nothing new can be started from it. Its %(n)s cycles go on as they are.")
        % {"n": rubric.cycles.count()},
        "button": _("Retire"),
    }
    return _confirm(request, rubric, page, services.retire_rubric, "rubrics:rubric")


@only_if(policies.may_write_rubrics)
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    rubric = _allowed(request, pk, policies.may_publish_rubric)
    clauses = selectors.clause_count(rubric)
    page = {
        "title": _("Throw the draft away"),
        "text": _(
            "The draft with its %(n)s clauses is removed. This cannot be undone; download the file first if in doubt."
        )
        % {"n": clauses},
        "button": _("Throw away"),
    }
    return _confirm(request, rubric, page, services.delete_draft, "rubrics:rubrics")


def _allowed(request: HttpRequest, pk: int, policy: Any) -> Rubric:
    rubric = selectors.rubric_for(request.user, pk)
    if not policy(request.user, rubric):
        raise PermissionDenied
    return rubric


def _confirm(request: HttpRequest, rubric: Rubric, page: dict[str, Any], service: Any, then: str) -> HttpResponse:
    """One page that says what will happen, then the service."""
    form = VersionForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return render(request, "rubrics/confirm.html", {"rubric": rubric, **page})
    try:
        service(actor=request.user, rubric=rubric, version=form.cleaned_data["version"])
    except (services.Refused, NotPossible):
        messages.error(request, _("This is not possible any more."))
        return redirect("rubrics:rubrics")
    return redirect(then, rubric.pk) if then == "rubrics:rubric" else redirect(then)
