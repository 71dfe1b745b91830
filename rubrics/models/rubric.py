"""A rubric as rows. What the columns do not hold of the canonical form lies in the JSON fields, so that rows →
file loses nothing.

A draft's rows may be incomplete (figures and texts still missing), a code never is. They are written by
`rubrics.services.editing`, each with a `version` of its own, so that two editors of different entries do not meet.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from appraisal_site.toolkit.models import Versioned
from rubrics.models.fields import OrderedJSONField

CODE_LENGTH = 100
TITLE_LENGTH = 500


def points_field() -> models.CharField:
    """Points as the canonical form writes them (`0.5`), exact on both engines; blank where the rubric leaves them
    out.
    """
    return models.CharField(_("points"), max_length=40, blank=True)


class Rubric(Versioned):
    """One edition of one year's rules.

    Always: `code`, `year` and `edition` name it. A published rubric has a fingerprint, and neither it nor any row
    below it
    changes any more. Written by `rubrics.services.rubrics` only.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    code = models.SlugField(_("code"), max_length=CODE_LENGTH)
    year = models.PositiveSmallIntegerField(_("year"))
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True)
    head = OrderedJSONField(default=dict)
    source_text = models.TextField(_("source text"), blank=True)
    cloned_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="clones")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-year", "code", "-edition"]
        verbose_name = _("rubric")
        verbose_name_plural = _("rubrics")
        constraints = [
            models.UniqueConstraint(fields=["code", "year", "edition"], name="rubric_code_year_edition"),
            models.CheckConstraint(
                condition=models.Q(state="draft") | ~models.Q(fingerprint=""), name="rubric_published_has_fingerprint"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class KeptFile(models.Model):
    """The file that a rubric was loaded from, as it came: comments and order of what has not changed since are laid
    over on the way out. By itself, so that no page reads it in passing.
    """

    rubric = models.OneToOneField(Rubric, models.CASCADE, primary_key=True, related_name="kept_file")
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("kept file")
        verbose_name_plural = _("kept files")

    def __str__(self) -> str:
        return str(self.rubric)


class RubricPart(Versioned):
    """What a series, panel and grading have in common: a place in one of the rubric's lists."""

    code = models.CharField(_("code"), max_length=CODE_LENGTH)
    title = models.TextField(_("title"), blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta(Versioned.Meta):
        abstract = True
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title or self.code


class Series(RubricPart):
    """A group of units ranked among themselves; `total` where its units can reach only part of the marks."""

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="series")
    total = points_field()
    body = OrderedJSONField(default=dict)

    class Meta(RubricPart.Meta):
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [models.UniqueConstraint(fields=["rubric", "code"], name="series_code_in_rubric")]


class Panel(RubricPart):
    """People who rate units; `body` is the canonical panel without code and title."""

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="panels")
    body = OrderedJSONField(default=dict)

    class Meta(RubricPart.Meta):
        verbose_name = _("panel")
        verbose_name_plural = _("panels")
        constraints = [models.UniqueConstraint(fields=["rubric", "code"], name="panel_code_in_rubric")]


class Grading(RubricPart):
    """An ordered list of rules that gives each unit one grade; `body` is the canonical grading without code and
    title.
    """

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="gradings")
    body = OrderedJSONField(default=dict)

    class Meta(RubricPart.Meta):
        verbose_name = _("grading")
        verbose_name_plural = _("gradings")
        constraints = [models.UniqueConstraint(fields=["rubric", "code"], name="grading_code_in_rubric")]


class Category(Versioned):
    """An inner node of the tree. A child belongs to the same rubric as its parent."""

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="categories")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    code = models.CharField(_("code"), max_length=CODE_LENGTH)
    title = models.TextField(_("title"), blank=True)
    points = points_field()
    position = models.PositiveIntegerField(default=0)
    body = OrderedJSONField(default=dict)

    class Meta:
        ordering = ["position"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.UniqueConstraint(
                fields=["rubric", "code"], condition=models.Q(parent=None), name="category_code_at_top"
            ),
            models.UniqueConstraint(fields=["parent", "code"], name="category_code_in_parent"),
        ]

    def __str__(self) -> str:
        return self.title or self.code


class Item(Versioned):
    """A leaf of the tree that carries full marks and clauses."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="items")
    code = models.CharField(_("code"), max_length=CODE_LENGTH)
    title = models.TextField(_("title"), blank=True)
    points = points_field()
    start = models.CharField(_("start"), max_length=8, blank=True)
    position = models.PositiveIntegerField(default=0)
    body = OrderedJSONField(default=dict)

    class Meta:
        ordering = ["position"]
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints = [models.UniqueConstraint(fields=["category", "code"], name="item_code_in_category")]

    def __str__(self) -> str:
        return self.title or self.code


class Clause(Versioned):
    """One rule under an item; `parameters` are its basis's own, checked against the basis's declaration before
    they are stored.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="clauses")
    code = models.CharField(_("code"), max_length=CODE_LENGTH)
    text = models.TextField(_("text"), blank=True)
    effect = models.CharField(_("effect"), max_length=12)
    basis = models.CharField(_("basis"), max_length=12, blank=True)
    parameters = OrderedJSONField(default=dict)
    position = models.PositiveIntegerField(default=0)
    body = OrderedJSONField(default=dict)

    class Meta:
        ordering = ["position"]
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        constraints = [models.UniqueConstraint(fields=["item", "code"], name="clause_code_in_item")]

    def __str__(self) -> str:
        return self.text or self.code
