"""What happened: the sheet of a unit, the facts recorded about it, the proof, and what was decided.

Written by ``evidence.services`` only. Rows that count are never deleted: a fact is withdrawn, a ruling is
followed by another, an attachment is taken off an item but stays in the store.
"""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from appraisal_site.toolkit.models import Versioned


class Submission(Versioned):
    """The self-assessment sheet of one enrolment.

    Made by the first thing that is saved, so a sheet nobody touched has no row. ``submitted_*``, the receipt
    and the fingerprint belong to the latest submission; ``times`` counts them and ends the receipt number.
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
    ``granted`` answers a claim that the item is not the unit's duty: null while open.
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


class Fact(Versioned):
    """One occurrence, measurement or judgement about one unit under one clause.

    ``clause_code`` is the full code, so that a fact outlives a new version of the rubric. ``said`` holds what
    the clause's basis asks for, canonical: numbers as shortest decimal strings. A draft is a claim of a sheet
    not yet submitted; a recorded fact counts; a withdrawn one stays on file and never counts again. ``misfit`` says
    why it does not count although nobody decided so: the cycle got another version of its rubric since. Whoever
    writes what a fact says has it checked and clears it.
    """

    class Origin(models.TextChoices):
        UNIT = "unit", _("Claimed by the unit")
        PROVIDER = "provider", _("Recorded by a provider")
        REVIEWER = "reviewer", _("Recorded by a reviewer")
        IMPORT = "import", _("Imported")

    class State(models.TextChoices):
        DRAFT = "draft", _("Not handed in yet")
        RECORDED = "recorded", _("Recorded")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Misfit(models.TextChoices):
        GONE = "gone", _("The rubric has no such clause any more")
        ELSEWHERE = "elsewhere", _("The clause does not concern the unit any more")
        SAID = "said", _("What it says does not fit the clause any more")

    enrolment = models.ForeignKey("rubrics.Enrolment", models.PROTECT, related_name="facts")
    clause_code = models.CharField(max_length=200)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    said = models.JSONField(default=dict, blank=True)
    date = models.DateField(null=True, blank=True)
    matter = models.CharField(max_length=200, blank=True)
    share = models.CharField(max_length=60, blank=True)
    modifiers = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)
    misfit = models.CharField(max_length=10, choices=Misfit.choices, blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["enrolment", "clause_code"], name="evidence_fact_clause"),
            models.Index(fields=["created_by", "-updated_at"], name="evidence_fact_by"),
        ]

    def __str__(self) -> str:
        return f"{self.clause_code} #{self.pk}"


class Attachment(models.Model):
    """A file given as proof. ``file`` is a random name inside the store, ``name`` what the person called it.

    Immutable once written; ``sha256`` is of the bytes in the store. Only ``Attachment`` rows know a file: one
    without a row is left over from a crash and may be swept.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", _("PDF")
        IMAGE = "image", _("Picture")
        TEXT = "text", _("Text")
        OFFICE = "office", _("Office document")
        OFD = "ofd", _("OFD")
        ARCHIVE = "archive", _("Archive")

    enrolment = models.ForeignKey("rubrics.Enrolment", models.PROTECT, related_name="attachments")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    file = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(validators=[MinValueValidator(1)])
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]
        indexes = [models.Index(fields=["enrolment", "sha256"], name="evidence_file_hash")]

    def __str__(self) -> str:
        return self.name


class ItemAttachment(models.Model):
    """One file serving one item of a sheet; a file may serve several."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="item_attachments")
    item_code = models.CharField(max_length=200)
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="item_links")

    class Meta:
        verbose_name = _("proof of an item")
        verbose_name_plural = _("proof of items")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "item_code", "attachment"], name="evidence_item_file_once")
        ]

    def __str__(self) -> str:
        return f"{self.item_code} ← {self.attachment_id}"


class FactAttachment(models.Model):
    """One file proving one fact."""

    fact = models.ForeignKey(Fact, models.PROTECT, related_name="fact_attachments")
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="fact_links")

    class Meta:
        verbose_name = _("proof of a fact")
        verbose_name_plural = _("proof of facts")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["fact", "attachment"], name="evidence_fact_file_once")]

    def __str__(self) -> str:
        return f"{self.fact_id} ← {self.attachment_id}"


class Ruling(models.Model):
    """What was decided about a fact. Append-only: the highest number counts, the others stay on record.

    ``fact_version`` is the version of the fact that the decision is about; a claim amended afterwards (after a
    return) has a newer version and waits for a new decision. ``reopened`` decides nothing: it takes the decision
    before it back, so that the fact waits again, whoever recorded it. Nobody chooses it; another version of the
    rubric brings it.
    """

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        CHANGED = "changed", _("Changed")
        REJECTED = "rejected", _("Rejected")
        EXEMPT = "exempt", _("Exempt")
        REOPENED = "reopened", _("Reopened")

    fact = models.ForeignKey(Fact, models.PROTECT, related_name="rulings")
    number = models.PositiveSmallIntegerField()
    fact_version = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    said = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("ruling")
        verbose_name_plural = _("rulings")
        ordering = ["fact_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["fact", "number"], name="evidence_ruling_number_once"),
            models.CheckConstraint(
                condition=models.Q(verdict="accepted") | ~models.Q(reason=""), name="evidence_ruling_has_reason"
            ),
            models.CheckConstraint(
                condition=~models.Q(verdict="changed") | models.Q(said__isnull=False), name="evidence_change_says_what"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact_id}.{self.number} {self.verdict}"


class PanelRating(models.Model):
    """The valid ballots of one group of a panel about one unit, as numbers or option codes; null abstains."""

    cycle = models.ForeignKey("rubrics.Cycle", models.PROTECT, related_name="panel_ratings")
    panel_code = models.CharField(max_length=80)
    group_code = models.CharField(max_length=80)
    enrolment = models.ForeignKey("rubrics.Enrolment", models.PROTECT, related_name="panel_ratings")
    values = models.JSONField(default=list)

    class Meta:
        verbose_name = _("panel rating")
        verbose_name_plural = _("panel ratings")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "panel_code", "group_code", "enrolment"], name="evidence_rating_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.panel_code}/{self.group_code} {self.enrolment_id}"
