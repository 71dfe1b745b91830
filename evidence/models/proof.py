"""Files given as proof, what they serve, and what pictures among them look like."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from appraisal_site.toolkit.models import Versioned
from evidence.models.fact import Fact
from evidence.models.sheet import Submission


class Attachment(Versioned):
    """A file given as proof. ``file`` is a random name inside the store, ``name`` what the person called it.

    The bytes and what is known of them never change; ``sha256`` is of the bytes in the store. What the unit says of
    the file (``title``, ``happened_on``, ``note``) may, while the sheet is open. A file that took the place of another
    names it in ``replaces``; the earlier one stays. Only ``Attachment`` rows know a file: one without a row is left
    over from a crash and may be swept.
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
    title = models.CharField(max_length=200, blank=True)
    happened_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["enrolment", "sha256"], name="evidence_file_hash"),
            models.Index(fields=["sha256"], name="evidence_hash_anywhere"),
        ]

    def __str__(self) -> str:
        return self.name


class ItemAttachment(models.Model):
    """One file serving one item of a sheet; a file may serve several. ``clause_code``: the one clause that it proves,
    blank where it proves what is claimed under the item as a whole.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="item_attachments")
    item_code = models.CharField(max_length=200)
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="item_links")
    clause_code = models.CharField(max_length=200, blank=True)

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


class PictureLook(models.Model):
    """What a picture looks like: its size in pixels, a thumbnail in the store, and a difference hash of 64 bits.

    Worked out by a job after the upload, so a picture may have none yet. The four bands are the hash in pieces of 16
    bits: two hashes that differ in at most three bits share at least one of them. ``thumb`` and the hash are blank
    where the picture could not be read.
    """

    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="look")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    thumb = models.CharField(max_length=120, blank=True)
    dhash = models.CharField(max_length=16, blank=True)
    band_a = models.PositiveIntegerField(null=True, blank=True, db_index=True)
    band_b = models.PositiveIntegerField(null=True, blank=True, db_index=True)
    band_c = models.PositiveIntegerField(null=True, blank=True, db_index=True)
    band_d = models.PositiveIntegerField(null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("look of a picture")
        verbose_name_plural = _("looks of pictures")

    def __str__(self) -> str:
        return f"{self.attachment_id} {self.dhash}"


class Likeness(models.Model):
    """A picture that looks like an earlier one: ``distance`` is the number of bits in which their hashes differ."""

    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="likenesses")
    other = models.ForeignKey(Attachment, models.PROTECT, related_name="+")
    distance = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("likeness of pictures")
        verbose_name_plural = _("likenesses of pictures")
        ordering = ["attachment_id", "distance", "other_id"]
        constraints = [models.UniqueConstraint(fields=["attachment", "other"], name="evidence_likeness_once")]

    def __str__(self) -> str:
        return f"{self.attachment_id} ~ {self.other_id}"
