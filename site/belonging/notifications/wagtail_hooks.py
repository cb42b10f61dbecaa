from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wagtail import hooks

from belonging.core.hooks import DueWork, MailKind, PersonalData
from belonging.notifications import demo, digest, services
from belonging.notifications.models import DigestPreference, Notification


@hooks.register("mail_kinds")
def mail_kinds() -> list[MailKind]:
    return [
        MailKind(
            services.DIGEST,
            "Digest",
            digest.still_wanted,
            digest.render,
            transactional=False,
            delivery="at_most_once",
        )
    ]


@hooks.register("due_work")
def due_work() -> list[DueWork]:
    return [
        DueWork("notifications.digests", services.plan_digests),
        DueWork("notifications.reminders", services.plan_reminders),
    ]


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    return [
        PersonalData(
            "notifications",
            ["notifications.Notification", "notifications.DigestPreference"],
            export=_export,
            erase=_erase,
        )
    ]


def _export(user: Any) -> Mapping[str, Any]:
    preference = DigestPreference.objects.filter(user=user).values("frequency", "weekday", "hour").first()
    rows = Notification.objects.of(user).values("reason", "text", "url", "created_at", "read_at")
    return {
        "digest": preference,
        "notifications": [
            {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in row.items()}
            for row in rows
        ],
    }


def _erase(user: Any) -> None:
    """The person's own rows go; what others were told stays and names "Former member"."""
    services.forget_name(user)
    Notification.objects.of(user).delete()
    DigestPreference.objects.filter(user=user).delete()


hooks.register("demo_content", demo.demo_content)
