"""The history of a draft: what was done to it, change by change."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rubrics.models.fields import OrderedJSONField
from rubrics.models.rubric import Rubric


class DraftChange(models.Model):
    """One change of a draft, with all that undoing it takes.

    Always: append-only (triggers refuse an UPDATE; rows go only with the draft when it is thrown away). `number` is
    the version of the rubric that the change made. `before` and `after` are lists of rows as they stood, the changed
    entry first: what stands only in `after` was made, what stands only in `before` was removed. `undoes` is the number
    of the change that this one takes back. Written by `rubrics.services.editing` only.
    """

    class Verb(models.TextChoices):
        CHANGED = "changed", _("Changed")
        ADDED = "added", _("Added")
        MOVED = "moved", _("Moved")
        DUPLICATED = "duplicated", _("Duplicated")
        DELETED = "deleted", _("Deleted")
        REPLACED = "replaced", _("Replaced as a whole")
        UNDONE = "undone", _("Undone")

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=120, blank=True)
    verb = models.CharField(max_length=12, choices=Verb.choices)
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=40)
    place = models.TextField(blank=True)
    title = models.TextField(blank=True)
    before = OrderedJSONField(default=list)
    after = OrderedJSONField(default=list)
    undoes = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("change of a draft")
        verbose_name_plural = _("changes of drafts")
        constraints = [
            models.UniqueConstraint(fields=["rubric", "number"], name="draft_change_one_number"),
            models.UniqueConstraint(fields=["rubric", "undoes"], name="draft_change_undone_once"),
        ]
        indexes = [models.Index(fields=["rubric", "actor", "at"], name="draft_change_by_actor")]

    def __str__(self) -> str:
        return f"{self.rubric_id} #{self.number} {self.verb} {self.place}"
