from django.db import migrations
from django.db.models import F


def keep_decisions(apps, schema_editor):
    case, report = apps.get_model("moderation", "Case"), apps.get_model("moderation", "Report")
    decision = apps.get_model("moderation", "Decision")
    decided = case.objects.exclude(state="open").exclude(decided_by=None)
    for row in decided.iterator(chunk_size=500):
        decision.objects.create(
            case=row, by_id=row.decided_by_id, at=row.decided_at, outcome=row.state, public_text=row.public_text, note=row.note
        )
    about_harm = report.objects.filter(reason="safeguarding").values("case_id")
    case.objects.filter(pk__in=about_harm).update(safeguarding_at=F("opened_at"), seen_at=F("decided_at"))


class Migration(migrations.Migration):
    """Decisions get rows of their own; cases about harm are for the safeguarding leads alone from now on."""

    dependencies = [("moderation", "0002_cases_to_the_bottom")]
    operations = [migrations.RunPython(keep_decisions, migrations.RunPython.noop)]
