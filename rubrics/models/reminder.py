"""Who was reminded of what, so that each reminder goes out once and its mail is tried again until it is away."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rubrics.models.cycle import Cycle, Enrolment


class Reminder(models.Model):
    """One person reminded once: of a unit's sheet, or (without a unit) of the claims they still have to decide.

    `days` is the step it belongs to (7, 3, 1 or 0 days before the end), null where somebody sent it by hand. A step
    counts once for each end: who gets more time is reminded anew. The notice in the house goes out in the same
    transaction; `mail` says how far the message to the person's address is, blank where none is to be sent.
    """

    class Kind(models.TextChoices):
        SHEET = "sheet", _("Self-assessment to hand in")
        RETURNED = "returned", _("Returned sheet to amend")
        REVIEW = "review", _("Claims to decide")

    class Mail(models.TextChoices):
        NONE = "", _("None")
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("No longer needed")
        FAILED = "failed", _("Failed")

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="reminders")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, null=True, blank=True, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    phase = models.CharField(max_length=20)
    closes_at = models.DateTimeField()
    ends_on = models.DateField()
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    count = models.PositiveIntegerField(default=0)
    url = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    mail = models.CharField(max_length=10, choices=Mail.choices, blank=True, default=Mail.NONE)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mail_after = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "user", "kind", "phase", "ends_on", "days"],
                condition=models.Q(days__isnull=False, enrolment__isnull=False),
                name="reminder_of_a_unit_once",
            ),
            models.UniqueConstraint(
                fields=["cycle", "user", "kind", "phase", "ends_on", "days"],
                condition=models.Q(days__isnull=False, enrolment__isnull=True),
                name="reminder_of_a_person_once",
            ),
        ]
        indexes = [models.Index(fields=["mail", "mail_after"], name="reminder_mail_waiting")]

    def __str__(self) -> str:
        return f"{self.user} · {self.kind} · {self.ends_on:%Y-%m-%d}"
