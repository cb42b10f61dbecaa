from __future__ import annotations

from belonging.core.errors import BelongingError


class NotOpen(BelongingError):
    """The topic or space takes no posts."""


class AlreadyMember(BelongingError):
    """There is a membership or a request already."""


class NobodyThere(BelongingError):
    """No member has that handle."""


class LastFacilitator(BelongingError):
    """The space would have nobody who looks after it."""
