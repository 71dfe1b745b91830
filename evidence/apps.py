"""What happened: submissions, facts, proof and rulings."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from evidence.triggers import VERSIONS_GUARD


class EvidenceConfig(AppConfig):
    """The second room from the top: it knows rubrics and units, never scoring."""

    name = "evidence"
    verbose_name = _("Evidence")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(VERSIONS_GUARD.after_migrate, sender=self, dispatch_uid="evidence.guard_versions")
