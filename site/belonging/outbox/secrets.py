"""Mail that nobody but its reader may see (confirmation, reset, sign-in code) waits encrypted."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def _fernet(secret: str | bytes) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"belonging.outbox.payload").derive(
        secret.encode() if isinstance(secret, str) else secret
    )
    return Fernet(base64.urlsafe_b64encode(key))


def _box() -> MultiFernet:
    return MultiFernet([_fernet(secret) for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]])


def lock(payload: dict[str, Any]) -> bytes:
    return _box().encrypt(json.dumps(payload).encode())


def unlock(payload: bytes | memoryview) -> dict[str, Any]:
    """Raises ``cryptography.fernet.InvalidToken`` when the key has changed without SECRET_KEY_FALLBACKS."""
    opened: dict[str, Any] = json.loads(_box().decrypt(bytes(payload)))
    return opened
