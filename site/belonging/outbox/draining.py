"""Sending what waits: take up to twenty rows with a lease, ask again whether each is wanted, send one by one."""

from __future__ import annotations

import base64
import logging
import smtplib
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from belonging.core.hooks import MailKind, NotWanted
from belonging.core.html import one_line
from belonging.outbox import kinds, secrets, services
from belonging.outbox.models import OutgoingEmail, State, Unsubscription

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST_TRIES = 8
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
"""How long after each failed try the next comes; the last wait repeats."""


def drain(*, limit: int = 20, now: datetime | None = None) -> int:
    """Send mail that is due, at most ``limit``, and return how many rows were dealt with. Safe side by side."""
    moment = now or timezone.now()
    mark_unknown(moment)
    claim, rows = _claim(limit, moment)
    if not rows:
        return 0
    connection = get_connection(settings.OUTBOX_TRANSPORT)
    try:
        for row in rows:
            _deal_with(row, claim, connection, moment)
    finally:
        _close(connection)
    return len(rows)


def mark_unknown(now: datetime) -> int:
    """Rows left "sending" by a worker that died are shown to an administrator, not sent again by themselves."""
    return OutgoingEmail.objects.stuck(now).update(
        state=State.UNKNOWN, reason="the worker stopped while it was sending", secret_payload=None
    )


@transaction.atomic
def _claim(limit: int, now: datetime) -> tuple[uuid.UUID, list[OutgoingEmail]]:
    claim = uuid.uuid4()
    due = OutgoingEmail.objects.due(now).order_by("priority", "next_try_at", "pk")
    ids = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:limit])
    OutgoingEmail.objects.filter(pk__in=ids).update(
        state=State.CLAIMED, claim=claim, claimed_until=now + LEASE, attempts=F("attempts") + 1
    )
    return claim, list(OutgoingEmail.objects.filter(pk__in=ids).select_related("user").order_by("priority", "pk"))


def _deal_with(row: OutgoingEmail, claim: uuid.UUID, connection: BaseEmailBackend, now: datetime) -> None:
    if row.attempts > MOST_TRIES:
        _mark(row, claim, state=State.DEAD, reason=row.reason or "tried too often", secret_payload=None)
        return
    try:
        kind = kinds.find(row.kind)
        message = _message(row, kind)
    except NotWanted as refusal:
        _mark(row, claim, state=State.SKIPPED, reason=str(refusal)[:300], secret_payload=None)
        return
    except Exception as error:  # a room's renderer must not stop the mail of the others
        logger.exception("outbox: row %s could not be rendered", row.pk)
        _again(row, claim, now, f"could not be rendered: {type(error).__name__}")
        return
    if not _mark(row, claim, state=State.SENDING, subject="" if kind.secret else message.subject[:300]):
        return  # the lease ran out and another worker has it
    try:
        if not connection.send_messages([message]):
            raise OSError("the transport took no mail")
    except Exception as error:  # whatever the transport raises, the row must say so
        _failed(row, claim, now, error, connection)
        return
    _mark(row, claim, state=State.SENT, sent_at=timezone.now(), reason="", secret_payload=None)


def _failed(
    row: OutgoingEmail, claim: uuid.UUID, now: datetime, error: Exception, connection: BaseEmailBackend
) -> None:
    code = _smtp_code(error)
    logger.warning("outbox: row %s not sent: %s %s", row.pk, type(error).__name__, code or "")
    _close(connection)  # an SMTP dialogue that went wrong cannot be trusted with the next mail
    if code and 500 <= code < 600:
        _mark(row, claim, state=State.DEAD, reason=f"refused for good ({code})", secret_payload=None)
        return
    _again(row, claim, now, f"not sent: {code or type(error).__name__}")


def _again(row: OutgoingEmail, claim: uuid.UUID, now: datetime, reason: str) -> None:
    if row.attempts >= MOST_TRIES:
        _mark(row, claim, state=State.DEAD, reason=reason, secret_payload=None)
        return
    wait = WAITS[min(row.attempts, len(WAITS)) - 1]
    _mark(row, claim, state=State.FAILED, reason=reason, next_try_at=now + wait)


def _mark(row: OutgoingEmail, claim: uuid.UUID, **changes: Any) -> bool:
    """Write the outcome in a transaction of its own; False when the row is no longer this worker's."""
    return bool(OutgoingEmail.objects.filter(pk=row.pk, claim=claim).update(**changes))


def _message(row: OutgoingEmail, kind: MailKind) -> EmailMultiAlternatives:
    if row.user and (not row.user.is_active or getattr(row.user, "erased_at", None)) and not kind.secret:
        raise NotWanted("the person has left")
    if not kind.transactional and row.user_id:
        is_suspended = getattr(row.user, "is_suspended", None)
        if is_suspended and is_suspended():
            raise NotWanted("the person is suspended")
        if Unsubscription.objects.filter(user_id=row.user_id, kind=kind.name).exists():
            raise NotWanted("unsubscribed from this kind of mail")
    if row.secret_payload is not None:
        try:
            return _stored_message(row, secrets.unlock(row.secret_payload))
        except InvalidToken:
            raise NotWanted("its key is gone") from None
    if reason := kind.still_wanted(row):
        raise NotWanted(reason)
    mail = kind.render(row)
    headers = {**_headers(row), **_list_headers(row, kind), **mail.headers}
    message = EmailMultiAlternatives(subject=_one_line(mail.subject), body=mail.text, to=[row.address], headers=headers)
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _stored_message(row: OutgoingEmail, payload: Mapping[str, Any]) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=_one_line(payload["subject"]),
        body=payload["body"],
        from_email=payload["from_email"],
        to=[row.address],
        reply_to=payload["reply_to"],
        headers={**payload["headers"], **_headers(row)},
    )
    for content, mimetype in payload["alternatives"]:
        message.attach_alternative(content, mimetype)
    for name, content, mimetype in payload["attachments"]:
        message.attach(name, base64.b64decode(content), mimetype)
    return message


def _headers(row: OutgoingEmail) -> dict[str, str]:
    return {"Message-ID": row.message_id, "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def _list_headers(row: OutgoingEmail, kind: MailKind) -> dict[str, str]:
    """RFC 8058: a mail program stops a list mail by one POST, without signing in."""
    if kind.transactional or not row.user_id:
        return {}
    url = settings.BASE_URL + services.unsubscribe_url(user_id=row.user_id, kind=kind.name)
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _one_line(text: str) -> str:
    """A subject on one line: a line break in it would be a header of somebody else's making."""
    return one_line(str(text))[:300]


def _smtp_code(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        return int(next(iter(error.recipients.values()))[0])
    if isinstance(error, smtplib.SMTPResponseException):
        return int(error.smtp_code)
    return None


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        logger.info("outbox: closing the transport: %s", type(error).__name__)
