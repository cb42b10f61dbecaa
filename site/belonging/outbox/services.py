"""Planning mail and unsubscribing. Sending stands in ``draining``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from belonging.outbox import kinds
from belonging.outbox.models import OutgoingEmail, Unsubscription
from belonging.work.bell import ring

if TYPE_CHECKING:
    from belonging.accounts.models import User

_UNSUBSCRIBE_SALT = "belonging.outbox.unsubscribe"


def plan(
    *,
    kind: str,
    key: str,
    user: User | None = None,
    address: str = "",
    context: Mapping[str, Any] | None = None,
    send_at: datetime | None = None,
    secret: bytes | None = None,
) -> bool:
    """Plan one mail, to ``address`` or to the person's own; True when it was not planned before.

    Runs in the caller's transaction: rolled back with it, so that no mail tells of what did not happen.
    Raises ``UnknownKind``.
    """
    return bool(
        plan_many(
            kind=kind,
            rows=[(key, user, address, dict(context or {}))],
            send_at=send_at or timezone.now(),
            secret=secret,
        )
    )


def plan_many(
    *,
    kind: str,
    rows: Iterable[tuple[str, User | None, str, dict[str, Any]]],
    send_at: datetime,
    secret: bytes | None = None,
) -> int:
    """Plan mails of one kind from (key, user, address, context); returns how many were new."""
    found = kinds.find(kind)
    mails = [
        OutgoingEmail(
            kind=kind,
            key=key,
            address=(address or (user.email if user else "")).strip().lower(),
            user=user,
            context=context,
            secret_payload=secret,
            priority=kinds.priority(found),
            at_most_once=found.delivery == "at_most_once",
            next_try_at=send_at,
        )
        for key, user, address, context in rows
    ]
    before = _highest()
    OutgoingEmail.objects.bulk_create(mails, ignore_conflicts=True, batch_size=1000)
    wanted = {(mail.address, mail.key) for mail in mails}
    fresh = OutgoingEmail.objects.filter(pk__gt=before, kind=kind, key__in={key for _, key in wanted})
    new = sum((address, key) in wanted for address, key in fresh.values_list("address", "key"))
    if new:
        transaction.on_commit(lambda: ring("belonging.outbox.tasks.drain_outbox"))
    return new


def _highest() -> int:
    return OutgoingEmail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def unsubscribe_token(*, user_id: int, kind: str) -> str:
    """Signed, without personal data, good for years; it can do nothing but stop one kind of mail."""
    return signing.dumps([user_id, kind], salt=_UNSUBSCRIBE_SALT, compress=False)


def read_token(token: str) -> tuple[int, str] | None:
    try:
        user_id, kind = signing.loads(token, salt=_UNSUBSCRIBE_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(user_id), str(kind)


def unsubscribe_url(*, user_id: int, kind: str) -> str:
    return reverse("outbox:unsubscribe", args=[unsubscribe_token(user_id=user_id, kind=kind)])


def unsubscribe(*, user_id: int, kind: str) -> None:
    """Idempotent: stops one kind of mail for one person."""
    Unsubscription.objects.get_or_create(user_id=user_id, kind=kind)


def subscribe(*, user_id: int, kind: str) -> None:
    Unsubscription.objects.filter(user_id=user_id, kind=kind).delete()
