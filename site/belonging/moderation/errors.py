"""What moderation refuses, in words that may be shown as they are."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from belonging.core.errors import BelongingError


class NotReportable(BelongingError):
    """No room answers for this kind of thing, or it is not there."""


class NotYours(BelongingError):
    """The person does not moderate, or the case is for safeguarding leads alone."""


class OwnCase(BelongingError):
    """Nobody decides about what they wrote themselves."""


class AlreadyDecided(BelongingError):
    """Another moderator was quicker."""


class ClaimedByAnother(BelongingError):
    """Somebody else is working on the case; the claim lapses by itself."""


class NotPossible(BelongingError):
    """The case, the decision or the restriction is not in a state where this can be done."""


class CannotRestrict(BelongingError):
    """Nobody restricts themselves, an administrator, or (being a moderator) another moderator."""


class CannotAppeal(BelongingError):
    """Once for each decision, by the person it is about, while it stands."""


class OwnDecision(BelongingError):
    """Who decided first does not decide the appeal."""


class Refused(BelongingError):
    """The person may not write this now. ``again_at`` is when they may try again, or ``None``: after a change, or never.

    ``status`` is that of the answer.
    """

    status: ClassVar[int] = 422

    def __init__(self, message: str, *, again_at: datetime | None = None) -> None:
        super().__init__(message)
        self.again_at = again_at


class Silenced(Refused):
    """The person reads and cannot write."""


class TooMany(Refused):
    """The person (or the address) did this too often in a short time."""

    status = 429


class NewMemberLimit(Refused):
    """In the first day a post holds less than later."""
