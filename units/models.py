"""Who there is (users, units, memberships, grants), who did what (journal), who asked for what (jobs), who was told
what.

Written only by `units.services` and `units.jobs`. Rows of the journal are never changed or removed: `units.triggers`.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

CODE = RegexValidator(r"\A[a-z0-9][a-z0-9_.-]*\Z", _("Small Latin letters, digits, - _ and . only."))


class ReadableEncoder(DjangoJSONEncoder):
    """JSON with its Chinese unescaped, so that a word in a journal entry can be searched on both engines."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})


class PeopleManager(UserManager["User"]):
    """Finds a user by name whatever the case it was typed in; names are stored in small letters."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The user of that name; raises DoesNotExist."""
        return self.get(username=self.model.normalize_username(username or ""))


class User(AbstractUser):
    """A person who signs in, shown by role and never by personal name. Never deleted, only made inactive."""

    display_name = models.CharField(_("display name"), max_length=80, blank=True)
    sort_key = models.CharField(max_length=255, blank=True, editable=False)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = PeopleManager()

    class Meta:
        ordering = ["sort_key", "username"]
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [models.UniqueConstraint(Lower("username"), name="units_user_name_any_case")]
        permissions = [
            ("administer_house", "May administer units, people, rubrics and cycles"),
            ("audit_house", "May read everything and verify the journal"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """The one spelling of a name: NFKC, no blanks around it, small letters."""
        return super().normalize_username(username.strip()).lower()


class Unit(models.Model):
    """A unit that is appraised, or that supplies facts. Never deleted: a unit that is gone is made inactive."""

    LEVELS = [
        ("", _("no level")),
        ("province", _("province")),
        ("city", _("city")),
        ("county", _("county")),
        ("township", _("township")),
    ]

    code = models.CharField(pgettext_lazy("unit", "code"), max_length=64, unique=True, validators=[CODE])
    title = models.CharField(pgettext_lazy("unit", "title"), max_length=120)
    short_title = models.CharField(pgettext_lazy("unit", "short title"), max_length=40, blank=True)
    level = models.CharField(pgettext_lazy("unit", "level"), max_length=10, choices=LEVELS, blank=True)
    sort_key = models.CharField(max_length=255, blank=True, editable=False, db_index=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["sort_key", "code"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        permissions = [
            ("fill_unit", "May fill in the unit's sheet"),
            ("sign_unit", "May sign for the unit"),
            ("help_unit", "May fill in the items of the unit's sheet that were given to them"),
            ("provide_unit", "May record facts as this unit"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        """The short title where there is one: for tables and crumbs."""
        return self.short_title or self.title


class UnitUserObjectPermission(UserObjectPermissionBase):
    """Guardian's grants of users on units, by a real foreign key.

    Another app does the same for its model: two classes like these two beside the model, `content_object` naming it,
    and guardian finds them by the foreign key. `units.grants.held(user, ThatClass)` then reads them in one query.
    """

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)


class UnitGroupObjectPermission(GroupObjectPermissionBase):
    """Guardian's grants of groups on units, by a real foreign key; no group holds one so far."""

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)


class Membership(models.Model):
    """That a person acts for a unit in a role, from a day and until one; an ended row stays as the record of it."""

    ROLES = [
        ("clerk", _("clerk")),
        ("head", _("unit head")),
        ("colleague", _("colleague")),
        ("provider", _("data provider")),
    ]

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=ROLES)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["unit", "role", "user"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"], condition=models.Q(until=None), name="units_membership_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.unit} · {self.role}"


class JournalEntry(models.Model):
    """One thing that was done: who, when, what, on which object, before and after; linked to the row before it."""

    scope = models.CharField(max_length=64)
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=120)
    verb = models.CharField(max_length=64, db_index=True)
    object_type = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64)
    object_label = models.CharField(max_length=200)
    before = models.JSONField(null=True, encoder=ReadableEncoder)
    after = models.JSONField(null=True, encoder=ReadableEncoder)
    algorithm = models.CharField(max_length=20)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["scope", "number"], name="units_journal_one_number")]
        indexes = [models.Index(fields=["object_type", "object_id"], name="units_journal_object")]

    def __str__(self) -> str:
        return f"{self.scope} #{self.number} {self.verb}"


class JournalHead(models.Model):
    """Number and hash of a scope's last row: what appending locks, and what shows that the tail was cut off."""

    scope = models.CharField(max_length=64, unique=True)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.scope} #{self.number}"


class Job(models.Model):
    """Long work that somebody asked for. The row commits with the change that asks; `units.jobs` runs it afterwards."""

    QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
    STATES = [(QUEUED, "queued"), (RUNNING, "running"), (DONE, "done"), (FAILED, "failed")]

    name = models.CharField(max_length=80)
    ids = models.JSONField(encoder=ReadableEncoder)
    state = models.CharField(max_length=10, choices=STATES, default=QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["state", "asked_at"], name="units_job_queue")]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk} {self.state}"


class Notice(models.Model):
    """Something a person was told: a code whose sentence `units.wording` has, its parameters, and where to go."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    text_code = models.CharField(max_length=80)
    params = models.JSONField(default=dict, encoder=ReadableEncoder)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at"], name="units_notice_unread")]

    def __str__(self) -> str:
        return f"{self.user} · {self.text_code}"
