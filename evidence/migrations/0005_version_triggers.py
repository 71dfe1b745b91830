from django.db import migrations

from evidence.triggers import VERSIONS_GUARD


def forwards(apps, schema_editor):
    VERSIONS_GUARD.install(schema_editor.connection)


def backwards(apps, schema_editor):
    VERSIONS_GUARD.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("evidence", "0004_kept_typing")]

    operations = [migrations.RunPython(forwards, backwards)]
