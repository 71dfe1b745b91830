"""The sheet of a unit: its state, its items, who fills them in, and every version that was handed in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from appraisal_site.toolkit.models import Versioned


class Submission(Versioned):
    """The self-assessment sheet of one enrolment.

    Made by the first thing that is saved, so a sheet nobody touched has no row. ``submitted_*``, the receipt
    and the fingerprint belong to the latest submission; ``times`` counts them and ends the receipt number.
    ``returned_until`` is the date that a reviewer set for handing a returned sheet in again; without one the phase
    decides. ``ready_*``: a clerk laid the sheet before the head to be signed.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being filled in")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")
        RULED = "ruled", _("Decided")

    class Scope(models.TextChoices):
        ITEMS = "items", _("Single items")
        SHEET = "sheet", _("The whole sheet")

    enrolment = models.OneToOneField("rubrics.Enrolment", models.PROTECT, related_name="submission")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    times = models.PositiveSmallIntegerField(default=0)
    receipt_number = models.CharField(max_length=80, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    returned_scope = models.CharField(max_length=8, choices=Scope.choices, blank=True)
    returned_reason = models.TextField(blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    returned_until = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    ready_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            models.UniqueConstraint(
                fields=["receipt_number"], condition=~models.Q(receipt_number=""), name="evidence_receipt_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "returned"]) | models.Q(submitted_at__isnull=False),
                name="evidence_submitted_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.receipt_number or f"sheet {self.enrolment_id}"


class SheetItem(Versioned):
    """What the unit says about one item as a whole; absent while the item is untouched.

    ``reason`` is the unit's (why the item is not its duty), ``returned_reason`` the reviewer's. ``reopened``
    is true from the return of this item until the sheet is submitted again: such an item may be amended.
    ``granted`` answers a claim that the item is not the unit's duty: null while open. ``changed_*`` is of what the unit
    says, ``save_key`` that of the request that said it.
    """

    class State(models.TextChoices):
        UNTOUCHED = "untouched", _("Not filled in")
        NOTHING = "nothing", _("Nothing to report")
        CLAIMED = "claimed", _("Filled in")
        NOT_DUTY = "not_duty", _("Not our duty")
        RETURNED = "returned", _("Returned")

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="items")
    item_code = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNTOUCHED)
    reason = models.TextField(blank=True)
    returned_reason = models.TextField(blank=True)
    reopened = models.BooleanField(default=False)
    granted = models.BooleanField(null=True, blank=True)
    granted_reason = models.TextField(blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    save_key = models.CharField(max_length=40, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("item of a sheet")
        verbose_name_plural = _("items of a sheet")
        constraints = [
            models.UniqueConstraint(fields=["submission", "item_code"], name="evidence_item_once"),
            models.CheckConstraint(
                condition=~models.Q(state="not_duty") | ~models.Q(reason=""), name="evidence_not_duty_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.item_code


class SheetVersion(models.Model):
    """The sheet as it was handed in once. Append-only; numbers run from 1 without a gap.

    ``content`` is what the sheet says, canonical, and what ``fingerprint`` is the SHA-256 of; ``shown`` is what the
    paper shows besides and no reader may work out anew later: titles, names of files, and the points as claimed.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    receipt_number = models.CharField(max_length=80, unique=True)
    fingerprint = models.CharField(max_length=64)
    content = models.JSONField()
    shown = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("version of a sheet")
        verbose_name_plural = _("versions of sheets")
        ordering = ["submission_id", "number"]
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="evidence_version_once")]

    def __str__(self) -> str:
        return self.receipt_number


class ItemShare(models.Model):
    """An item of a unit's sheet that was given to a person of the unit to fill in; several may share one."""

    enrolment = models.ForeignKey("rubrics.Enrolment", models.PROTECT, related_name="item_shares")
    item_code = models.CharField(max_length=200)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="item_shares")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("given item")
        verbose_name_plural = _("given items")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "item_code", "user"], name="evidence_item_given_once")
        ]

    def __str__(self) -> str:
        return f"{self.item_code} → {self.user_id}"
