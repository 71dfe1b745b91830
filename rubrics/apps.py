from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from rubrics import wording


class RubricsConfig(AppConfig):
    """The second room from the bottom: it knows units, never evidence or scoring."""

    name = "rubrics"
    verbose_name = _("Rubrics and cycles")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        wording.declare()
