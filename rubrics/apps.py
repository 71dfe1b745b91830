from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from rubrics import triggers, wording


def _guard_history(sender: AppConfig, using: str = "default", **kwargs: object) -> None:
    """SQLite rebuilds a table to alter it and loses its triggers on the way: put them back after every migrate."""
    connection = connections[using]
    if triggers.CHANGES in connection.introspection.table_names():
        triggers.install(connection)


class RubricsConfig(AppConfig):
    """The second room from the bottom: it knows units, never evidence or scoring."""

    name = "rubrics"
    verbose_name = _("Rubrics and cycles")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        wording.declare()
        post_migrate.connect(_guard_history, sender=self, dispatch_uid="rubrics.guard_history")
