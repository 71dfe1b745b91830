from django.db import migrations

from units.triggers import JOURNAL_GUARD


def forwards(apps, schema_editor):
    JOURNAL_GUARD.install(schema_editor.connection)


def backwards(apps, schema_editor):
    JOURNAL_GUARD.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
