"""What a cycle was worth: stored results. A run is never edited; a correction is a new fact and a new run."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Run(models.Model):
    """One working-out of a whole cycle from one definition and one set of facts.

    Always: at most one run of a cycle and stand is `current`, and it is `complete`. The fingerprint, the digest and
    the engine's version say what it was made from, so that anyone can make it again.
    Written by `scoring.services` only.
    """

    class Stand(models.TextChoices):
        SELF = "self", _("Self-assessed")
        PROVISIONAL = "provisional", _("Provisional")
        FINAL = "final", _("Final")

    cycle = models.ForeignKey("rubrics.Cycle", models.PROTECT, related_name="runs")
    stand = models.CharField(_("stand"), max_length=12, choices=Stand.choices)
    definition_fingerprint = models.CharField(max_length=64)
    facts_digest = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=20)
    records_version = models.PositiveBigIntegerField()
    units = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    complete = models.BooleanField(default=False)
    current = models.BooleanField(default=False)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "stand"], condition=models.Q(current=True), name="scoring_one_current_run"
            ),
            models.CheckConstraint(
                condition=models.Q(current=False) | models.Q(complete=True), name="scoring_current_is_complete"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stand_display()} {timezone.localtime(self.made_at):%Y-%m-%d %H:%M}"


class UnitResult(models.Model):
    """One unit's result in a run: narrow columns to sort and list by, the whole as compressed canonical JSON.

    `records_version` is the enrolment's when the facts were read: where it has grown since, the result is stale.
    `rank` is null for a unit out of rank.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="results")
    enrolment = models.ForeignKey("rubrics.Enrolment", models.PROTECT, related_name="results")
    records_version = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=24, decimal_places=8)
    marks = models.DecimalField(max_digits=24, decimal_places=8)
    rank = models.PositiveIntegerField(null=True, blank=True)
    out_of_rank = models.BooleanField(default=False)
    grades = models.JSONField(default=dict)
    vetoes = models.JSONField(default=list)
    body = models.BinaryField()

    class Meta:
        ordering = ["run", "rank", "pk"]
        verbose_name = _("unit's result")
        verbose_name_plural = _("units' results")
        constraints = [models.UniqueConstraint(fields=["run", "enrolment"], name="scoring_result_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.total}"
