from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks

from audit import demo, services
from audit.models import Action, ActionState, Agreement, Judgement, Round
from belonging.core.hooks import (
    CompletionSource,
    DashboardCard,
    DemoContent,
    DigestItem,
    DigestSection,
    PersonalData,
    SchoolTab,
    StandardContent,
)
from belonging.framework import strands
from belonging.schools.models import Membership
from belonging.schools.services import my_school


@hooks.register("standard_content")
def standard_content() -> list[StandardContent]:
    return [StandardContent("audit", 50, services.load)]


@hooks.register("demo_content")
def demo_content() -> list[DemoContent]:
    return [DemoContent("audit", 80, demo.create)]


@hooks.register("school_tabs")
def school_tabs() -> list[SchoolTab]:
    return [
        SchoolTab("audit", _("Audit"), "audit:overview", 10, lambda user, school: True),
        SchoolTab("data", _("Our numbers"), "audit:data", 30, lambda user, school: True),
        SchoolTab("plan", _("Plan"), "audit:plan", 40, lambda user, school: True),
    ]


def _when(action: Action) -> str:
    late = action.days_late()
    if late:
        return ngettext("%(days)s day late", "%(days)s days late", late) % {"days": late}
    return f"{action.due_on.day} {action.due_on:%B}"


def _item(action: Action) -> DigestItem:
    info = strands.find_strand(action.strand)
    return DigestItem(
        action.title, action.get_absolute_url(), f"{info.number} {info.title}" if info else "", _when(action)
    )


@hooks.register("digest_sections")
def digest_sections(user: Any, since: datetime, until: datetime) -> list[DigestSection]:
    """The school's plan leads: what is late or due in the next fortnight."""
    schools = (
        Membership.objects.active().filter(user=user, role__in=["lead", "member"]).values_list("school_id", flat=True)
    )
    today = until.date()
    due = Action.objects.filter(school__in=list(schools))
    rows = [*due.late(today)[:3], *due.due_within(14, today=today)[:3]][:4]
    if not rows:
        return []
    url = f"/schools/{rows[0].school_id}/plan/"
    return [DigestSection(10, _("Your school’s plan"), [_item(row) for row in rows], url, _("The plan"))]


@hooks.register("dashboard_cards")
def dashboard_cards(user: Any) -> list[DashboardCard]:
    school = my_school(user)
    if school is None:
        return []
    actions = Action.objects.of_school(school.pk).exclude(state=ActionState.DROPPED)
    today = timezone.localdate()
    context = {
        "school": school,
        "done": actions.filter(state=ActionState.DONE).count(),
        "all": actions.count(),
        "late": actions.late(today).count(),
        "rows": [
            {"action": row, "late": row.days_late(today), "soon": row.is_soon(today)}
            for row in actions.unfinished().select_related("owner")[:3]
        ],
    }
    return [DashboardCard(10, _("My school’s plan"), template="audit/dashboard_card.html", context=context)]


@hooks.register("completion_sources")
def completion_sources() -> list[CompletionSource]:
    return [CompletionSource("action done", _("Finished an action"), _action_done)]


def _action_done(user: Any, since: datetime) -> bool:
    return Action.objects.filter(owner=user, state=ActionState.DONE, done_on__gte=since.date()).exists()


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    """What somebody judged and did stays with the school, under "Former member"."""
    labels = ["audit.Round", "audit.Judgement", "audit.Agreement", "audit.Action"]
    return [PersonalData("audit", labels, export=_export, erase=lambda user: None)]


def _export(user: Any) -> Mapping[str, Any]:
    return {
        "judgements": list(
            Judgement.objects.filter(judge=user).values(
                "round__label", "indicator__code", "level", "reason", "judged_at"
            )
        ),
        "agreed": Agreement.objects.filter(agreed_by=user).count(),
        "actions": list(Action.objects.filter(owner=user).values("title", "due_on", "state", "what_changed")),
        "rounds_opened": Round.objects.filter(opened_by=user).count(),
    }
