from django.db import migrations


class Migration(migrations.Migration):
    """The words of a decision stand in its own row now."""

    dependencies = [("moderation", "0003_what_was_decided")]
    operations = [
        migrations.RemoveField(model_name="case", name="note"),
        migrations.RemoveField(model_name="case", name="public_text"),
    ]
