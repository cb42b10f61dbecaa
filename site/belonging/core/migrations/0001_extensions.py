from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations


def create_cache_table(apps, schema_editor):
    """The table that stands in for Redis (settings.CACHES); made here so that `migrate` is all an operator runs."""
    schema_editor.execute(
        'CREATE TABLE IF NOT EXISTS "cache_fallback" ('
        '"cache_key" varchar(255) NOT NULL PRIMARY KEY, "value" text NOT NULL, "expires" timestamptz NOT NULL)'
    )
    schema_editor.execute('CREATE INDEX IF NOT EXISTS "cache_fallback_expires" ON "cache_fallback" ("expires")')


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunPython(create_cache_table, migrations.RunPython.noop),
    ]
