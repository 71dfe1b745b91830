from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from rubrics import wording
from rubrics.triggers import HISTORY_GUARD


class RubricsConfig(AppConfig):
    """The second room from the bottom: it knows units, never evidence or scoring."""

    name = "rubrics"
    verbose_name = _("Rubrics and cycles")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        wording.declare()
        post_migrate.connect(HISTORY_GUARD.after_migrate, sender=self, dispatch_uid="rubrics.guard_history")
