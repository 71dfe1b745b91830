"""Accounts: list, one, opening, resetting, closing, roles."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from units import policies, roles, selectors, services
from units.forms import PersonForm, RoleForm
from units.models import User
from units.views.guards import only_if
from units.views.slips import Batch

PER_PAGE = 100


@only_if(policies.may_manage_people)
@require_GET
def person_list(request: HttpRequest) -> HttpResponse:
    """All accounts, what each is, and which still have their first password."""
    words, role = request.GET.get("q", "").strip()[:80], request.GET.get("role", "")
    found = selectors.search_people(request.user, words, role)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    query = urlencode({key: value for key, value in {"q": words, "role": role}.items() if value})
    shown = {
        "page": page,
        "rows": [_row(person) for person in page],
        "words": words,
        "role": role,
        "query": f"{query}&" if query else "",
        "roles": [(name, selectors.role_name(name)) for name in roles.ROLES],
    }
    return render(request, "units/person_list.html", shown)


def _row(person: User) -> dict[str, object]:
    return {
        "person": person,
        "roles": selectors.role_words(person),
        "units": selectors.unit_words(person),
    }


@only_if(policies.may_manage_people)
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    """Open an account with its first role; the slip is printed from the next page."""
    initial = {"unit": request.GET.get("unit"), "role": "clerk" if request.GET.get("unit") else ""}
    form = PersonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        batch = Batch()
        try:
            person = _open(request, form, batch)
        except ValidationError as problem:
            for field, texts in problem.message_dict.items():
                form.add_error(field if field in form.fields else None, texts)
        else:
            return batch.answer(request, [person])
    return render(request, "units/person_form.html", {"form": form}, status=422 if form.errors else 200)


@transaction.atomic
def _open(request: HttpRequest, form: PersonForm, batch: Batch) -> User:
    said = form.cleaned_data
    name = User.normalize_username(said["username"])
    person = services.create_user(
        actor=request.user, username=name, display_name=said["display_name"], password=batch.password(name)
    )
    if said["role"]:
        services.give_role(actor=request.user, user=person, role=said["role"], unit=said["unit"])
    return person


@only_if(policies.may_manage_people)
@require_http_methods(["GET", "POST"])
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One account; what it is shown as and where it is mailed to can be changed here."""
    person = selectors.person_for(request.user, pk)
    if request.method == "POST" and _changed(request, person):
        return redirect("units:person", person.pk)
    return render(request, "units/person.html", _page(request, person, RoleForm()))


def _changed(request: HttpRequest, person: User) -> bool:
    """Store what was typed, or say what is wrong with it."""
    name, email = request.POST.get("display_name", "").strip(), request.POST.get("email")
    if not name or len(name) > 80:
        messages.error(request, _("A shown name has 1 to 80 characters."))
        return False
    try:
        services.change_person(
            actor=request.user, person=person, display_name=name, email=None if email is None else email.strip()
        )
    except ValidationError:
        messages.error(request, _("This is not an address for mail."))
        return False
    return True


def _page(request: HttpRequest, person: User, form: RoleForm) -> dict[str, object]:
    shown = selectors.people_in([person.pk])[0]
    house = [group.name for group in shown.groups.all() if group.name in roles.HOUSE_ROLES]
    in_cycles = [group.name for group in shown.groups.all() if group.name in roles.CYCLE_ROLES]
    return {
        "person": shown,
        "house": [(name, selectors.role_name(name)) for name in house],
        "in_cycles": [selectors.role_name(name) for name in in_cycles],
        "acting": [(row.role, selectors.role_name(row.role), row.unit, row.since) for row in shown.acting],
        "form": form,
        "may_reset": policies.may_reset_password(request.user, person),
        "may_retire": policies.may_retire(request.user, person),
        "is_self": request.user.pk == person.pk,
    }


@only_if(policies.may_manage_people)
@require_POST
def person_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a new first password and open its slip."""
    person = selectors.person_for(request.user, pk)
    batch = Batch()
    services.reset_password(actor=request.user, person=person, password=batch.password(person.username))
    return batch.answer(request, [person])


@only_if(policies.may_manage_people)
@require_POST
def person_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account or open it again."""
    person = selectors.person_for(request.user, pk)
    if request.POST.get("active") == "yes":
        services.reinstate_person(actor=request.user, person=person)
        messages.success(request, _("{name} can sign in again.").format(name=person))
    else:
        services.retire_person(actor=request.user, person=person)
        messages.success(request, _("{name} can no longer sign in. What the account did stays.").format(name=person))
    return redirect("units:person", person.pk)


@only_if(policies.may_manage_people)
@require_POST
def person_roles(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one more role, or take one away (`take`)."""
    person = selectors.person_for(request.user, pk)
    if "take" in request.POST:
        return _take(request, person)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return render(request, "units/person.html", _page(request, person, form), status=422)
    services.give_role(actor=request.user, user=person, role=form.cleaned_data["role"], unit=form.cleaned_data["unit"])
    return redirect("units:person", person.pk)


def _take(request: HttpRequest, person: User) -> HttpResponse:
    """An administrator does not take their own administration away: somebody has to be left."""
    role, _colon, unit = request.POST["take"].partition(":")
    if role == "administrator" and person.pk == request.user.pk:
        raise PermissionDenied
    held = next((row.unit for row in selectors.people_in([person.pk])[0].acting if str(row.unit_id) == unit), None)
    if role in roles.HOUSE_ROLES or (role in roles.UNIT_ROLES and held is not None):
        services.take_role(actor=request.user, user=person, role=role, unit=held)
    return redirect("units:person", person.pk)
