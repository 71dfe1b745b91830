"""The table of accounts. Passwords are never seen or typed here: a reset gives a slip, as on the account's own page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from units import policies, roles, selectors, services
from units.admin.base import BackstageAdmin, StandForm
from units.admin.lists import ListMixin, list_of
from units.admin.site import site
from units.exports import AccountExport
from units.models import User
from units.services import imports
from units.views.slips import Batch

_RESET = "units_user_reset_password"


class PersonForm(StandForm):
    """An account: how it is shown, its roles for the whole house, whether it is open."""

    house = forms.MultipleChoiceField(
        label=_("Roles for the whole house"), required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget()
    )

    class Meta:
        model = User
        fields = ("username", "display_name", "email", "is_active")
        labels = {"display_name": _("Shown as"), "email": _("Address for mail"), "is_active": _("May sign in")}
        help_texts = {"username": _("What the person types to sign in."), "is_active": ""}

    def __init__(self, *args: Any, **options: Any) -> None:
        person = options.get("instance")
        if person is not None:
            held = [group.name for group in person.groups.all() if group.name in roles.HOUSE_ROLES]
            options["initial"] = {"house": sorted(held), **(options.get("initial") or {})}
        super().__init__(*args, **options)
        self.fields["house"].choices = [(name, selectors.role_name(name)) for name in roles.HOUSE_ROLES]
        self.fields["display_name"].required = True
        self.fields["display_name"].label = _("Shown as")
        if "username" in self.fields:
            self.fields["username"].label = _("User name")

    def clean_username(self) -> str:
        """The one spelling of the name, which nobody else has."""
        name = User.normalize_username(self.cleaned_data["username"])
        if name in selectors.users_by_name([name]):
            raise forms.ValidationError(_("There is an account of this name already."))
        return name

    def clean_house(self) -> list[str]:
        """Somebody has to be left: nobody takes their own administration away."""
        wanted = self.cleaned_data["house"]
        own = self.actor.pk == self.instance.pk if self.instance.pk else False
        if own and "administrator" in self.initial.get("house", ()) and "administrator" not in wanted:
            raise forms.ValidationError(_("You cannot take your own administration away."))
        return wanted

    actor: User
    """Who fills the form in; set for each request."""


class NewPersonForm(PersonForm):
    """A new account with its first role for a unit, if it has one."""

    role = forms.ChoiceField(label=_("Role for a unit"), required=False, widget=UnfoldAdminSelectWidget())
    unit = forms.ModelChoiceField(
        label=_("Unit"), required=False, queryset=None, empty_label=_("No unit"), widget=UnfoldAdminSelectWidget()
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(name, selectors.role_name(name)) for name in roles.UNIT_ROLES]
        self.fields["role"].choices = [("", _("No role yet")), *known]
        self.fields["role"].widget.choices = self.fields["role"].choices
        self.fields["unit"].queryset = selectors.all_units()

    def clean(self) -> dict[str, Any] | None:
        """A role of a unit has a unit, and the reverse."""
        said = super().clean() or {}
        if said.get("role") and not said.get("unit"):
            self.add_error("unit", _("This role needs a unit."))
        if said.get("unit") and not said.get("role"):
            self.add_error("role", _("With a unit there must be a role."))
        return said


@admin.register(User, site=site)
class PersonAdmin(ListMixin, BackstageAdmin):
    """Accounts: opened with a slip, shown otherwise, given roles of the house, closed and opened again."""

    icon = "person"
    incoming = list_of("accounts", imports.plan_accounts, imports.import_accounts)
    resource_classes = [AccountExport]
    list_display = ("username", "shown", "roles", "units", "mailed", "may_sign_in", "last_login")
    list_display_links = ("username", "shown")
    list_filter = ("is_active", "must_change_password")
    search_fields = ("username", "display_name", "email")
    ordering = ("-is_active", "sort_key", "username")
    actions_submit_line = ("reset_password",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With what everybody does, in two more queries for all of them."""
        return selectors.with_roles(super().get_queryset(request))

    @display(description=_("Shown as"), ordering="sort_key")
    def shown(self, person: User) -> str:
        """What everybody sees."""
        return str(person)

    @display(description=_("Roles"))
    def roles(self, person: User) -> str:
        """All roles, wherever they hold."""
        return selectors.role_words(person)

    @display(description=_("Units"))
    def units(self, person: User) -> str:
        """The units the person acts for."""
        return selectors.unit_words(person)

    @display(description=_("Mail"), boolean=True)
    def mailed(self, person: User) -> bool:
        """Whether reminders reach the person by mail; the address itself stands on the person's own page."""
        return bool(person.email)

    @display(description=_("May sign in"), ordering="is_active", boolean=True)
    def may_sign_in(self, person: User) -> bool:
        """Whether the account is open."""
        return person.is_active

    @display(description=_("First password still stands"))
    def first(self, person: User) -> str:
        """Whether the password of the slip was never changed."""
        return gettext("yes") if person.must_change_password else gettext("no")

    @display(description=_("Acts for"))
    def acting(self, person: User) -> str:
        """The present memberships, and where they are changed."""
        said = "、".join(f"{row.unit} · {selectors.role_name(row.role)}" for row in person.acting)  # type: ignore[attr-defined]
        url = f"{reverse('admin:units_membership_changelist')}?user__id__exact={person.pk}"
        return format_html('{} <a class="text-primary-600 underline" href="{}">{}</a>', said, url, _("Memberships"))

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **options: Any) -> Any:
        """The form for this request's administrator."""
        made = super().get_form(request, obj, change=change, form=PersonForm if obj else NewPersonForm, **options)
        made.actor = request.user
        return made

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """A new account says who and what; a known one also whether it is open and when it was used."""
        if obj is None:
            return ["username", "display_name", "email", "role", "unit", "house"]
        return ["username", "display_name", "email", "house", "is_active", "acting", "first", "last_login"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """The user name stays; one's own account is closed by somebody else."""
        if obj is None:
            return []
        fixed = ["username", "acting", "first", "last_login"]
        if obj.is_active and not policies.may_retire(request.user, obj):
            fixed.append("is_active")
        return fixed

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Through the services, which note it; a new account gets a first password on a slip."""
        said, actor = form.cleaned_data, request.user
        if not change:
            request.backstage_batch = batch = Batch()  # type: ignore[attr-defined]
            name = said["username"]
            password = batch.password(name)
            stored = services.create_user(
                actor=actor, username=name, display_name=said["display_name"], password=password, email=said["email"]
            )
            obj.__dict__.update(stored.__dict__)
            if said["role"]:
                services.give_role(actor=actor, user=stored, role=said["role"], unit=said["unit"])
        else:
            shown, address = said["display_name"], said["email"]
            stored = services.change_person(actor=actor, person=obj, display_name=shown, email=address)
            if "is_active" in form.changed_data:
                verb = services.reinstate_person if said["is_active"] else services.retire_person
                verb(actor=actor, person=stored)
        held = set(form.initial.get("house", ()))
        for role in roles.HOUSE_ROLES:
            if role in said["house"] and role not in held:
                services.give_role(actor=actor, user=stored, role=role)
            elif role in held and role not in said["house"]:
                services.take_role(actor=actor, user=stored, role=role)
        if change and _RESET in request.POST:
            request.backstage_batch = batch = Batch()  # type: ignore[attr-defined]
            services.reset_password(actor=actor, person=stored, password=batch.password(stored.username))

    @action(description=_("Save and reset the password"))
    def reset_password(self, request: HttpRequest, obj: User) -> None:
        """A button of the form; `save_model` does it and the slip opens."""

    def get_actions_submit_line(self, request: HttpRequest, object_id: int) -> list[Any]:
        """One's own password is changed, never reset."""
        person = self.get_object(request, str(object_id))
        allowed = person is not None and policies.may_reset_password(request.user, person)
        return super().get_actions_submit_line(request, object_id) if allowed else []

    def bring_in(self, request: HttpRequest, given: dict[str, Any]) -> HttpResponse | None:
        """New accounts get their slips."""
        batch = Batch()
        people = self.incoming.carry_out(first_password=batch.password, **given)
        if people:
            return batch.answer(request, people)
        messages.success(request, gettext("The list brought no new account; the changes are done."))
        return None

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        """The slip of the new account opens, to be printed."""
        return request.backstage_batch.answer(request, [obj])  # type: ignore[attr-defined]

    def response_change(self, request: HttpRequest, obj: User) -> HttpResponse:
        """After a reset the slip opens."""
        batch = getattr(request, "backstage_batch", None)
        if batch is None:
            return super().response_change(request, obj)
        return batch.answer(request, selectors.people_in([obj.pk]))
