"""The demo's share: one member's digest is planned now, so that there is a mail to look at."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from belonging.accounts import demo as people
from belonging.core.hooks import DemoContent
from belonging.notifications import services
from belonging.notifications.models import Notification
from belonging.outbox import services as outbox
from belonging.outbox.models import OutgoingEmail

DEMO_KEY = "demo"


def demo_content() -> list[DemoContent]:
    return [DemoContent("notifications", 95, _create, _connect)]


def _create() -> str:
    return "nothing to make before the other rooms stand"


def _connect() -> str:
    """Each person who signs in is told one true thing, and the school lead's digest is planned."""
    for login in ("practitioner@demo.example", "lead@demo.example"):
        person = people.member(login)
        services.notify(
            [person.pk],
            reason="welcome",
            text="Welcome back. Your digest comes on Monday mornings; change the day and hour whenever you like.",
            url="/me/notifications/settings/",
            key="demo-welcome",
        )
    lead = people.member("lead@demo.example")
    now = timezone.now()
    if not OutgoingEmail.objects.filter(user=lead, kind=services.DIGEST, key=DEMO_KEY).exists():
        outbox.plan(
            kind=services.DIGEST,
            key=DEMO_KEY,
            user=lead,
            context={"since": (now - timedelta(days=30)).isoformat(), "until": now.isoformat()},
        )
    return f"{Notification.objects.count()} notifications, one digest planned"
