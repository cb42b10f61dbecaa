from django.db import migrations, models

# Published data never change: a new version stands beside the old one. What is here without a version is loaded again.
EMPTY = "DELETE FROM audit_measuredefinition; DELETE FROM audit_benchmark;"
CREATE = """
CREATE FUNCTION audit_published_read_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Published measures and benchmarks are read-only: % refused', TG_OP;
END $$;
CREATE TRIGGER read_only BEFORE UPDATE OR DELETE ON audit_measuredefinition
    FOR EACH ROW EXECUTE FUNCTION audit_published_read_only();
CREATE TRIGGER read_only BEFORE UPDATE OR DELETE ON audit_benchmark
    FOR EACH ROW EXECUTE FUNCTION audit_published_read_only();
"""
DROP = "DROP FUNCTION audit_published_read_only() CASCADE;"


def column(model: str, name: str, field: models.Field) -> migrations.AddField:
    return migrations.AddField(model, name, field, preserve_default=False)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(EMPTY, migrations.RunSQL.noop),
        migrations.AlterField("measuredefinition", "code", models.CharField(max_length=60)),
        migrations.AlterField("benchmark", "key", models.CharField(max_length=160)),
        column("measuredefinition", "version", models.CharField(max_length=7, default="")),
        column("measuredefinition", "major", models.PositiveSmallIntegerField(default=0)),
        column("measuredefinition", "minor", models.PositiveSmallIntegerField(default=0)),
        column("measuredefinition", "sha256", models.CharField(max_length=64, default="")),
        column("benchmark", "version", models.CharField(max_length=7, default="")),
        column("benchmark", "sha256", models.CharField(max_length=64, default="")),
        migrations.AddConstraint(
            "measuredefinition", models.UniqueConstraint(fields=["code", "version"], name="measure_version_once")
        ),
        migrations.AddConstraint(
            "benchmark", models.UniqueConstraint(fields=["key", "version"], name="benchmark_version_once")
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
