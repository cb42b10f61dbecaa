from django.db import migrations

GROUPS = ("Trainers", "Experts", "Moderators", "Safeguarding leads", "Editors")


def make_groups(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in GROUPS:
        group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    """The groups of the table of roles. What they may do in the Wagtail admin is given where the pages are."""

    dependencies = [("accounts", "0002_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
