from __future__ import annotations

from belonging.core.errors import BelongingError


class NotOpen(BelongingError):
    """The topic or space takes no posts."""


class AlreadyMember(BelongingError):
    """There is a membership or a request already."""
