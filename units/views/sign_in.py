"""Signing in and out, and changing one's own password."""

from __future__ import annotations

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_failure_limit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from units import services
from units.forms import AddressForm, PasswordForm, SignInForm


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; a wrong answer says how many tries are left, a locked name says for how long."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(_next(request))
    form = SignInForm(request.POST or None)
    trouble: dict[str, str] = {}
    if request.method == "POST" and form.is_valid():
        person = authenticate(request, **form.cleaned_data)
        if person is not None:
            login(request, person)
            services.record_sign_in(actor=person)
            return _with_language(redirect(_next(request)), person.language)
        trouble = _trouble(request, form.cleaned_data["username"])
    page = {"form": form, "trouble": trouble, "next": _next(request), "left": bool(request.GET.get("next"))}
    status = 429 if trouble.get("locked") else 422 if request.method == "POST" else 200
    return render(request, "units/sign_in.html", page, status=status)


def _trouble(request: HttpRequest, username: str) -> dict[str, str]:
    """Why signing in failed and what is left to try; the same words whether the name exists or not."""
    credentials = {"username": username}
    limit = get_failure_limit(request, credentials)
    failures = AxesProxyHandler.get_failures(request, credentials)
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    if failures >= limit:
        if failures == limit:
            services.record_lockout(username=username, failures=failures)
        text = _("Wait {minutes} minutes, then try again, or have your password reset.").format(minutes=minutes)
        return {"title": _("Too many failures: this name is locked here."), "text": text, "locked": "yes"}
    text = _("{count} more tries, then it is locked for {minutes} minutes.").format(
        count=limit - failures, minutes=minutes
    )
    return {"title": _("User name or password is wrong."), "text": text}


def locked_out(request: HttpRequest, response: HttpResponse, credentials: object) -> HttpResponse:
    """For axes (AXES_LOCKOUT_CALLABLE): our own page has said already that the name is locked, and for how long."""
    return response


def _next(request: HttpRequest) -> str:
    """Where to go after signing in: the page that was asked for, if it is ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse("home")


def _with_language(response: HttpResponseRedirect, language: str) -> HttpResponseRedirect:
    """The answer with the cookie of the language the person chose before, on whatever machine that was."""
    if language in dict(settings.LANGUAGES):
        set_language_cookie(response, language)
    return response


def set_language_cookie(response: HttpResponse, language: str) -> None:
    """Keep the language in the browser, as Django's own view does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave."""
    logout(request)
    messages.info(request, _("You are signed out."))
    return redirect("units:sign_in")


@never_cache
@sensitive_post_parameters("old", "new", "again")
@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; the first one has to be changed before anything else."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_password(actor=request.user, old=form.cleaned_data["old"], new=form.cleaned_data["new"])
        except ValidationError as problem:
            for field, texts in problem.message_dict.items():
                form.add_error(field, texts)
        else:
            update_session_auth_hash(request, request.user)
            messages.success(
                request, _("Your password is changed. Other places where you were signed in are signed out.")
            )
            return redirect("home")
    return _account(request, form, AddressForm(initial={"email": request.user.email}))


def _account(request: HttpRequest, form: PasswordForm, address_form: AddressForm) -> HttpResponse:
    """One's own account: the password, and where mail goes to."""
    page = {"form": form, "address_form": address_form, "first": request.user.must_change_password}
    wrong = form.errors or address_form.errors
    return render(request, "units/password.html", page, status=422 if wrong else 200)


@never_cache
@login_required
@require_POST
def address(request: HttpRequest) -> HttpResponse:
    """Say where one's own reminders are mailed to."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _account(request, PasswordForm(), form)
    if services.change_own_address(actor=request.user, email=form.cleaned_data["email"]):
        text = (
            _("Reminders are mailed to {address} from now on.").format(address=request.user.email)
            if request.user.email
            else _("No more mail is sent to you; notices stay on your page.")
        )
        messages.success(request, text)
    return redirect("units:password")
