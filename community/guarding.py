"""What moderation asks before something is posted: may this person write, how much, and does it seem to name a pupil."""

from __future__ import annotations

from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

from belonging.core.errors import BelongingError
from community.writing import Counts

_SALT = "community.guarding.warned"
UNPROCESSABLE, TOO_MANY = 422, 429


class Refused(BelongingError):
    """Not now; the message says why and until when. ``status`` is the answer's: 429 for a rate, 422 otherwise."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


def check(user: Any, action: str, *, counts: Counts | None = None) -> None:
    """Count one attempt at whatever sends words or tells others: ``action`` is one of ``POSTING_LIMITS["rates"]``.

    Raises ``Refused``. ``counts`` is what a new post holds; all else has none.
    """
    from belonging.moderation import limits
    from belonging.moderation.errors import TooMany

    try:
        limits.check_may_write(user)
        limits.check_rate(user, action)
        if counts:
            limits.check_new_member(
                user,
                links=counts.links,
                mentions=counts.mentions,
                files=counts.files,
                is_topic=action == "topic",
            )
    except TooMany as error:
        raise Refused(str(error), status=TOO_MANY) from error
    except BelongingError as error:
        raise Refused(str(error), status=UNPROCESSABLE) from error


def naming_signs(title: str, source: str) -> list[Any]:
    """What in the text seems to name a pupil, as moderation finds it; nothing found is an empty list."""
    from belonging.moderation import naming

    return list(naming.signs(f"{title}\n{source}" if title else source))


def mark_of(title: str, source: str) -> str:
    """Stands in the button "Post it as it is": it answers for this text and no other."""
    return salted_hmac(_SALT, f"{title}\x00{source}", algorithm="sha256").hexdigest()


def was_warned(mark: str, title: str, source: str) -> bool:
    return bool(mark) and constant_time_compare(mark, mark_of(title, source))
