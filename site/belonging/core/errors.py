"""The one family of errors that a person can meet."""

from __future__ import annotations


class BelongingError(Exception):
    """Something a person can put right; its message may be shown as it is."""


class BadContent(BelongingError):
    """A content file does not say what it should; the message names the file, the place and what is wrong."""
