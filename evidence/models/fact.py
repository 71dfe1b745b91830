"""What happened, and what was decided about it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from appraisal_site.toolkit.models import Versioned


class Fact(Versioned):
    """One occurrence, measurement or judgement about one unit under one clause.

    ``clause_code`` is the full code, so that a fact outlives a new version of the rubric. ``said`` holds what
    the clause's basis asks for, canonical: numbers as shortest decimal strings. A draft is a claim of a sheet
    not yet submitted; a recorded fact counts; a withdrawn one stays on file and never counts again. ``misfit`` says
    why it does not count although nobody decided so: the cycle got another version of its rubric since. Whoever
    writes what a fact says has it checked and clears it. With an ``exempt_reason`` the unit states
    the occurrence and asks that it move no points. ``client_key`` is that of the form it was first typed in and
    ``save_key`` that of the request that wrote it last: a request that is sent again because its answer was lost
    finds what it did before.
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
    exempt_reason = models.TextField(blank=True)
    misfit = models.CharField(max_length=10, choices=Misfit.choices, blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)
    client_key = models.CharField(max_length=40, blank=True, default="", editable=False)
    save_key = models.CharField(max_length=40, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["enrolment", "clause_code"], name="evidence_fact_clause"),
            models.Index(fields=["created_by", "-updated_at"], name="evidence_fact_by"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "client_key"], condition=~models.Q(client_key=""), name="evidence_form_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.clause_code} #{self.pk}"


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
