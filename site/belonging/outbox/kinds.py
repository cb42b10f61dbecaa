"""The kinds of mail, gathered from all rooms."""

from __future__ import annotations

from belonging.core.errors import BelongingError
from belonging.core.hooks import MailKind, gather

SECRET_PRIORITY, TRANSACTIONAL_PRIORITY, LIST_PRIORITY = 0, 3, 7


class UnknownKind(BelongingError):
    """No room has registered this kind of mail."""


def all_kinds() -> dict[str, MailKind]:
    return {kind.name: kind for kind in gather("mail_kinds")}


def find(name: str) -> MailKind:
    try:
        return all_kinds()[name]
    except KeyError:
        raise UnknownKind(f"No room knows the kind of mail {name!r}.") from None


def priority(kind: MailKind) -> int:
    if kind.secret:
        return SECRET_PRIORITY
    return TRANSACTIONAL_PRIORITY if kind.transactional else LIST_PRIORITY
