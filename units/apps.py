"""The lowest app of the house: who there is, who did what, who asked for what."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from units.triggers import JOURNAL_GUARD


class UnitsConfig(AppConfig):
    """Registers the handlers of every app's background jobs and keeps the journal's triggers in place."""

    name = "units"
    verbose_name = _("Units and people")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import each app's `tasks` module, where the handlers of `units.jobs` are declared."""
        autodiscover_modules("tasks")
        post_migrate.connect(JOURNAL_GUARD.after_migrate, sender=self, dispatch_uid="units.guard_journal")
