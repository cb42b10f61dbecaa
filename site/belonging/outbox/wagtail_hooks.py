from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wagtail import hooks

from belonging.core.hooks import DueWork, Mail, MailKind, MailRow, NotWanted, PersonalData
from belonging.outbox import draining
from belonging.outbox.models import OutgoingEmail, Unsubscription
from belonging.work.bell import ring


def _always(row: MailRow) -> str:
    return ""


def _gone(row: MailRow) -> Mail:
    raise NotWanted("its text was wiped")


@hooks.register("mail_kinds")
def mail_kinds() -> list[MailKind]:
    """Mail that arrives ready-made through Django's mail backend."""
    return [
        MailKind("account", "Account mail", _always, _gone, exempt_from_caps=True, secret=True),
        MailKind("direct", "Mail from Django or Wagtail", _always, _gone, exempt_from_caps=True, secret=True),
    ]


@hooks.register("due_work")
def due_work() -> list[DueWork]:
    return [DueWork("outbox.drain", _ring), DueWork("outbox.mark_unknown", draining.mark_unknown)]


def _ring(now: datetime) -> int:
    due = OutgoingEmail.objects.due(now).exists()
    if due:
        ring("belonging.outbox.tasks.drain_outbox")
    return int(due)


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    return [
        PersonalData("outbox", ["outbox.OutgoingEmail", "outbox.Unsubscription"], export=_export, erase=_erase),
    ]


def _export(user: Any) -> Mapping[str, Any]:
    return {
        "mail": [mail.as_dict() for mail in OutgoingEmail.objects.filter(user=user).order_by("pk")],
        "unsubscribed_from": list(Unsubscription.objects.filter(user=user).values_list("kind", flat=True)),
    }


def _erase(user: Any) -> None:
    """Mail rows go, those to the person's address too: a ledger of mail is not worth keeping a name for."""
    OutgoingEmail.objects.filter(user=user).delete()
    OutgoingEmail.objects.filter(address=user.email.lower()).delete()
    Unsubscription.objects.filter(user=user).delete()
