"""A cycle: one run of a published rubric over a set of units, with a schedule."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from appraisal_site.toolkit.models import Versioned
from rubrics.lifecycle import Phase, Schedule, effective_end
from rubrics.models.rubric import CODE_LENGTH, TITLE_LENGTH, Rubric


class Cycle(Versioned):
    """One run of a rubric.

    Always: the rubric was published when the cycle began; `code` is unique, since another rubric's `linked` clause
    may name it.
    `records_version` grows with every change to a record that counts, in any unit. `unit_proof_limit` and `proof_limit`
    are megabytes (of 1,048,576 bytes) of files that are taken as proof. A sealed cycle never changes again.
    Written by `rubrics.services` only.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Running")
        SEALED = "sealed", _("Sealed")

    code = models.SlugField(_("code"), max_length=CODE_LENGTH, unique=True)
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="cycles")
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    head_may_delegate_submit = models.BooleanField(_("a clerk may submit for the head"), default=True)
    unit_proof_limit = models.PositiveIntegerField(_("proof of one unit, MB"), default=1024)
    proof_limit = models.PositiveIntegerField(_("proof of all units, MB"), default=102_400)
    records_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-year", "title", "pk"]
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        permissions = [("lead_cycle", _("Leads the cycle")), ("review_cycle", _("Reviews in the cycle"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="cycle_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def sealed(self) -> bool:
        return self.state == self.State.SEALED

    def schedule(self) -> Schedule:
        """The phases with the dates that hold for every unit without an extension; one query unless prefetched."""
        return Schedule(tuple(phase.interval() for phase in self.phases.all()), self.sealed)


class CycleUserObjectPermission(UserObjectPermissionBase):
    """A person's grant on one cycle. Given and taken in `units.services` only."""

    content_object = models.ForeignKey(Cycle, models.CASCADE)


class CycleGroupObjectPermission(GroupObjectPermissionBase):
    """A group's grant on one cycle. Given and taken in `units.services` only."""

    content_object = models.ForeignKey(Cycle, models.CASCADE)


class CyclePhase(models.Model):
    """One phase as an interval [opens_at, closes_at); phases may overlap. `closed_early_at` ends it sooner, by hand."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="phases")
    code = models.CharField(_("phase"), max_length=20)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    closed_early_at = models.DateTimeField(_("closed early"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "code"], name="phase_code_in_cycle"),
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="phase_closes_after_open"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def interval(self, extension: datetime | None = None) -> Phase:
        """The phase with the end that holds, for a unit with this extension."""
        return Phase(self.code, self.opens_at, effective_end(self.closes_at, self.closed_early_at, extension))


class Enrolment(Versioned):
    """A unit's part in a cycle, with what the facts file says of a unit besides its facts.

    Always: one row for each unit and cycle; `member_of` is an enrolment of the same cycle. `records_version` grows
    with every
    change to a record of this unit that counts. `extensions` maps a phase's code to an ISO moment later than the
    phase's end, `extension_reasons` says why the unit was given that time.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="enrolments")
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="enrolments")
    series_code = models.CharField(_("series"), max_length=CODE_LENGTH)
    tags = models.JSONField(default=list, blank=True)
    member_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="members")
    holds = models.JSONField(default=list, blank=True)
    targets = models.JSONField(default=dict, blank=True)
    not_applicable = models.JSONField(default=list, blank=True)
    extensions = models.JSONField(default=dict, blank=True)
    extension_reasons = models.JSONField(default=dict, blank=True)
    records_version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["cycle", "series_code", "unit__sort_key", "pk"]
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [models.UniqueConstraint(fields=["cycle", "unit"], name="enrolment_unit_in_cycle")]

    def __str__(self) -> str:
        return str(self.unit)

    def extension(self, phase_code: str) -> datetime | None:
        """Until when this unit's own time for the phase runs, where it was given more."""
        moment = self.extensions.get(phase_code)
        return datetime.fromisoformat(moment) if moment else None

    def extension_reason(self, phase_code: str) -> str:
        """Why the unit has its own time for the phase; blank without one, or if given before reasons were kept."""
        return str(self.extension_reasons.get(phase_code, "")) if phase_code in self.extensions else ""

    def schedule(self) -> Schedule:
        """The cycle's phases with this unit's own ends; one query unless the cycle's phases are prefetched."""
        phases = self.cycle.phases.all()
        return Schedule(tuple(phase.interval(self.extension(phase.code)) for phase in phases), self.cycle.sealed)


class Assignment(models.Model):
    """What part of a cycle a reviewer judges: a series, a top category, a unit, or any of them together; blank
    means all.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments")
    series_code = models.CharField(_("series"), max_length=CODE_LENGTH, blank=True)
    category_code = models.CharField(_("category"), max_length=CODE_LENGTH, blank=True)
    unit = models.ForeignKey("units.Unit", models.CASCADE, null=True, blank=True, related_name="assignments")

    class Meta:
        ordering = ["cycle", "user", "series_code", "category_code", "pk"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "user", "series_code", "category_code", "unit"], name="assignment_once_a_unit"
            ),
            models.UniqueConstraint(
                fields=["cycle", "user", "series_code", "category_code"],
                condition=models.Q(unit=None),
                name="assignment_once_all_units",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.series_code or '*'} / {self.category_code or '*'}"


class ProviderUnit(models.Model):
    """Which unit answers for a provider code of the rubric in this cycle; one unit may answer for several codes."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="provider_units")
    provider_code = models.CharField(_("provider"), max_length=CODE_LENGTH)
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="provided")

    class Meta:
        ordering = ["cycle", "provider_code", "pk"]
        verbose_name = _("provider's unit")
        verbose_name_plural = _("providers' units")
        constraints = [models.UniqueConstraint(fields=["cycle", "provider_code", "unit"], name="provider_unit_once")]

    def __str__(self) -> str:
        return f"{self.provider_code}: {self.unit}"
