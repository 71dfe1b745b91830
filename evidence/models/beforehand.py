"""What comes before a sheet is filled in: prerequisites that are confirmed, and targets that are agreed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from appraisal_site.toolkit.models import Versioned
from evidence.models.proof import Attachment


class PrerequisiteAnswer(Versioned):
    """What a unit says of one prerequisite of the procedure; absent while it said nothing. ``code`` is the rubric's."""

    enrolment = models.ForeignKey("rubrics.Enrolment", models.PROTECT, related_name="prerequisite_answers")
    code = models.CharField(max_length=80)
    confirmed = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("answer to a prerequisite")
        verbose_name_plural = _("answers to prerequisites")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "code"], name="evidence_prerequisite_once"),
            models.CheckConstraint(
                condition=models.Q(confirmed=False) | models.Q(confirmed_at__isnull=False),
                name="evidence_confirmed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PrerequisiteAttachment(models.Model):
    """One file proving one prerequisite."""

    answer = models.ForeignKey(PrerequisiteAnswer, models.PROTECT, related_name="files")
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="prerequisite_links")

    class Meta:
        verbose_name = _("proof of a prerequisite")
        verbose_name_plural = _("proof of prerequisites")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["answer", "attachment"], name="evidence_prerequisite_file_once")]

    def __str__(self) -> str:
        return f"{self.answer_id} ← {self.attachment_id}"


class TargetPlan(Versioned):
    """The targets that a unit proposes for one item, as a list of ``{code, title, points, value}``, numbers as strings.

    Once approved they are the unit's targets for the year (``Enrolment.targets``) and change no more.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being drawn up")
        PROPOSED = "proposed", _("Proposed")
        RETURNED = "returned", _("Returned")
        APPROVED = "approved", _("Approved")

    enrolment = models.ForeignKey("rubrics.Enrolment", models.PROTECT, related_name="target_plans")
    item_code = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    rows = models.JSONField(default=list, blank=True)
    reason = models.TextField(blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("plan of targets")
        verbose_name_plural = _("plans of targets")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "item_code"], name="evidence_target_plan_once"),
            models.CheckConstraint(
                condition=~models.Q(state="returned") | ~models.Q(reason=""), name="evidence_targets_returned_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_code} ({self.state})"
