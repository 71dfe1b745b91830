from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from scoring import wording


class ScoringConfig(AppConfig):
    """The uppermost room: what it is worth. It knows all the others, none of them knows it."""

    name = "scoring"
    verbose_name = _("Results")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        wording.declare()
        import_module("scoring.claimed").declare()  # it reads models, which are there only now
