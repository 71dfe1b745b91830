from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import i18n
from django.views.decorators.http import require_GET, require_POST

from appraisal_site.home import awaiting, demo, selectors, timeline
from appraisal_site.home.shell import CYCLE_KEY, Shell, contributed
from units.services import change_language, switch_demo_user

BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What awaits me in one cycle, by date; beside it, what goes on in the others and what I was told lately."""
    shell, now = Shell(request), timezone.now()
    cycle = shell.cycle
    board = awaiting.board(request.user, cycle, now)
    page = {
        "cycle": cycle,
        "who": selectors.unit_title(request.user) or shell.account,
        "today": now,
        "sentence": timeline.sentence(cycle, now) if cycle else "",
        "phases": timeline.phases(cycle, now) if cycle else [],
        "board": board,
        "first_task": next((task for task in board["now"] if task.url and task.can_start), None),
        "aside": contributed("beside_tasks", request.user, cycle),
        "others": [timeline.in_short(other, now) for other in shell.cycles if other.pk != cycle.pk],
        "notices": selectors.latest_notices(request.user, now),
    }
    return render(request, "home/home.html", page)


@login_required
@require_POST
def choose_cycle(request: HttpRequest) -> HttpResponse:
    """Remember which of their cycles a person works in."""
    chosen = request.POST.get("cycle", "")
    if not any(str(cycle.pk) == chosen for cycle in Shell(request).cycles):
        raise Http404
    request.session[CYCLE_KEY] = chosen
    return redirect("home")


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak the other language from now on; a person's choice is kept with the account."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        change_language(actor=request.user, language=language)
    return i18n.set_language(request)


@login_required
@require_POST
def demo_switch(request: HttpRequest) -> HttpResponse:
    """In the demonstration: go on as another of its people, in the same cycle where they have a part in it."""
    person = demo.person(request.POST.get("user", "")) if demo.is_on() else None
    if person is None:
        raise Http404
    chosen = request.session.get(CYCLE_KEY)
    login(request, switch_demo_user(actor=request.user, person=person), backend=BACKEND)
    if chosen:
        request.session[CYCLE_KEY] = chosen
    return redirect("home")
