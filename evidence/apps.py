"""What happened: submissions, facts, proof and rulings."""

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from evidence import triggers


def _guard_versions(sender: AppConfig, using: str = "default", **kwargs: object) -> None:
    """SQLite rebuilds a table to alter it and loses its triggers on the way: put them back after every migrate."""
    connection = connections[using]
    if triggers.VERSIONS in connection.introspection.table_names():
        triggers.install(connection)


class EvidenceConfig(AppConfig):
    """The second room from the top: it knows rubrics and units, never scoring."""

    name = "evidence"
    verbose_name = _("Evidence")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_guard_versions, sender=self, dispatch_uid="evidence.guard_versions")
