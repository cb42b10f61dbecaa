"""What the type checker reads: no server needs to run for it."""

from __future__ import annotations

from belonging.settings.base import *  # noqa: F403
from belonging.settings.base import configure_servers

SECRET_KEY = "types"  # noqa: S105
DEMO = True
DEMO_PASSWORD = "belonging-demo"  # noqa: S105
OUTBOX_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
globals().update(configure_servers("postgres://types@127.0.0.1/types", "redis://127.0.0.1:6379/0"))
