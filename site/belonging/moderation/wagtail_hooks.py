from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from wagtail import hooks

from belonging.core.hooks import DashboardCard, DemoContent, DigestItem, DueWork, MailKind, PersonalData
from belonging.moderation import demo, handling, limits, retention, telling
from belonging.moderation.models import Appeal, Case, Complaint, Decision, Report, Restriction, may_moderate


@hooks.register("dashboard_cards")
def dashboard_cards(user: Any) -> list[DashboardCard]:
    if not may_moderate(user):
        return []
    items = [
        DigestItem(
            _("Urgent report") if case.urgent else _("Report"),
            telling.case_url(case),
            meta=f"{case.opened_at:%d %b %H:%M}",
        )
        for case in Case.objects.moderated_by(user).open().urgent_first()[:5]
    ]
    empty = _("Nothing waits for you.")
    return [DashboardCard(10, _("Reports"), items, "aside", empty, _("The queue"), "/moderation/")]


@hooks.register("may_write")
def may_write(user: Any, action: str) -> None:
    """For rooms below this one: counts the attempt, raises a ``BelongingError`` whose words can be shown."""
    limits.check_may_write(user)
    limits.check_rate(user, action)


@hooks.register("mail_kinds")
def mail_kinds() -> list[MailKind]:
    return [
        MailKind(
            telling.WAITING, "Safeguarding report waits", telling.waiting_still_wanted, telling.render_waiting,
            exempt_from_caps=True,
        ),
        MailKind(telling.ANSWER, "Answer to a complaint", telling.answer_still_wanted, telling.render_answer),
    ]  # fmt: skip


@hooks.register("due_work")
def due_work() -> list[DueWork]:
    return [
        DueWork("moderation.escalate_unopened", handling.escalate_unopened),
        DueWork("moderation.retention", retention.let_go),
    ]


@hooks.register("demo_content")
def demo_content() -> list[DemoContent]:
    return [DemoContent("moderation", 65, demo.create, demo.connect)]


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    """Reports and decisions stay for the record; they then point at "Former member", and words about the person go."""
    labels = ["Report", "Case", "Decision", "Complaint", "Restriction", "Appeal"]
    return [PersonalData("moderation", [f"moderation.{label}" for label in labels], _export, retention.forget)]


def _export(user: Any) -> Mapping[str, Any]:
    """Never who reported, nor moderators' notes: those are about others."""
    hidden = Decision.objects.filter(case__author=user, outcome="hidden")
    restrictions = Restriction.objects.of(user)
    return {
        "reports_made": list(Report.objects.filter(reporter=user).values("reason", "note", "created_at")),
        "complaints": list(
            Complaint.objects.filter(user=user).values("about", "words", "email", "created_at", "answer", "answered_at")
        ),
        "hidden_of_yours": list(hidden.values("at", "public_text", "warning", "undone_at")),
        "restrictions": list(restrictions.values("kind", "reason", "made_at", "until", "lifted_at", "lift_reason")),
        "appeals": list(Appeal.objects.filter(person=user).values("words", "made_at", "state", "answer", "decided_at")),
        "decisions_made": Decision.objects.filter(by=user).count(),
    }
