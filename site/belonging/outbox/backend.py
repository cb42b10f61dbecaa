"""Django's mail backend: whatever Django, allauth or Wagtail sends goes into the outbox, encrypted while it waits."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from belonging.outbox import secrets, services

KIND_HEADER = "X-Belonging-Kind"
DEFAULT_KIND = "direct"


class OutboxBackend(BaseEmailBackend):
    """Plans one row for each recipient. Nothing is sent here, so a slow mail server never holds up a request."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            kind = message.extra_headers.pop(KIND_HEADER, DEFAULT_KIND)
            payload = secrets.lock(_as_json(message))
            for address in dict.fromkeys(message.recipients()):
                services.plan(kind=kind, key=uuid.uuid4().hex, address=_bare(address), secret=payload)
        return len(email_messages)


def _bare(address: str) -> str:
    return parseaddr(address)[1]


def _as_json(message: EmailMessage) -> dict[str, Any]:
    attachments = []
    for attachment in message.attachments:
        name, content, mimetype = attachment if isinstance(attachment, tuple) else (None, b"", None)
        data = content.encode() if isinstance(content, str) else bytes(content)
        attachments.append([name, base64.b64encode(data).decode(), mimetype])
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "from_email": message.from_email,
        "reply_to": list(message.reply_to),
        "headers": {key: str(value) for key, value in message.extra_headers.items()},
        "alternatives": [[str(part[0]), part[1]] for part in getattr(message, "alternatives", [])],
        "attachments": attachments,
    }
