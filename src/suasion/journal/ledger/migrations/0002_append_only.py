"""Forecasts and resolutions only grow: the database refuses UPDATE and DELETE."""

from typing import Any

from django.db import migrations

from suasion.journal.ledger import append_only


def install(apps: Any, schema_editor: Any) -> None:
    append_only.install(schema_editor.connection)


def remove(apps: Any, schema_editor: Any) -> None:
    append_only.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
