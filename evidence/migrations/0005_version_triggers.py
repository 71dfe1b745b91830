from django.db import migrations

from evidence.triggers import install, remove


def forwards(apps, schema_editor):
    install(schema_editor.connection)


def backwards(apps, schema_editor):
    remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("evidence", "0004_kept_typing")]

    operations = [migrations.RunPython(forwards, backwards)]
