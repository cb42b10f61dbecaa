from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from wagtail import hooks

from belonging.core.hooks import DashboardCard, DigestItem, PersonalData
from belonging.moderation.models import Case, Report, may_moderate


@hooks.register("dashboard_cards")
def dashboard_cards(user: Any) -> list[DashboardCard]:
    if not may_moderate(user):
        return []
    waiting = Case.objects.open().urgent_first()[:5]
    items = [
        DigestItem(
            _("Urgent report") if case.urgent else _("Report"), "/moderation/", meta=f"{case.opened_at:%d %b %H:%M}"
        )
        for case in waiting
    ]
    empty = _("Nothing waits for you.")
    return [DashboardCard(10, _("Reports"), items, "aside", empty, _("The queue"), "/moderation/")]


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    """Reports and decisions stay for the record; they then point at "Former member"."""
    return [
        PersonalData("moderation", ["moderation.Report", "moderation.Case"], export=_export, erase=lambda user: None)
    ]


def _export(user: Any) -> Mapping[str, Any]:
    return {
        "reports_made": [
            {"reason": row.reason, "note": row.note, "created_at": row.created_at}
            for row in Report.objects.filter(reporter=user)
        ],
        "decisions_made": Case.objects.filter(decided_by=user).count(),
    }
