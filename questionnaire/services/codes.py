"""One-time codes: made once, printed once, kept as a keyed digest."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from django.conf import settings

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ2345679"
"""No vowels, so that no word comes out; no 0, 1, 8, I, O or U, which are misread."""

LETTERS = 8
_SHAPE = re.compile(rf"^[{ALPHABET}]{{{LETTERS}}}$")


def new_code() -> str:
    """Eight letters and digits: 27 to the power of 8, about 280 thousand million."""
    return "".join(secrets.choice(ALPHABET) for _place in range(LETTERS))


def normalise(typed: str) -> str:
    """What somebody typed, in capitals and without spaces and dashes; "" when it cannot be a code."""
    text = re.sub(r"[\s\-–]", "", typed[:40]).upper()
    return text if _SHAPE.match(text) else ""


def shown(code: str) -> str:
    return f"{code[:4]}-{code[4:]}"


def digest(code: str) -> str:
    """Keyed with SECRET_KEY, so that a copy of the database does not give codes away."""
    return hmac.new(f"questionnaire.code:{settings.SECRET_KEY}".encode(), code.encode(), hashlib.sha256).hexdigest()
