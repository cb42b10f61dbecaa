"""For pytest: fast hashing, mail in memory, servers that the test session started under .local/test/."""

from __future__ import annotations

import os

from belonging.settings.base import *  # noqa: F403
from belonging.settings.base import LOCAL_DIR, configure_servers, env

STYLEGUIDE = True
SECRET_KEY = "tests-only-tests-only-tests-only-tests-only-tests-only"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SECOND_FACTOR_REQUIRED = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEMO = True
DEMO_PASSWORD = "belonging-demo"  # noqa: S105
DEMO_MAIL_DIR = LOCAL_DIR / "test" / "mail"
MEDIA_ROOT = LOCAL_DIR / "test" / "media"
PRIVATE_MEDIA_ROOT = LOCAL_DIR / "test" / "private"
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# conftest.py starts the servers and puts their addresses in; until then these lead nowhere.
globals().update(
    configure_servers(
        env.text("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"), env.text("REDIS_URL", "redis://127.0.0.1:1/0")
    )
)
DATABASES["default"]["TEST"]["NAME"] = "test_belonging" + os.environ.get("TEST_DB_SUFFIX", "")  # noqa: F405
CACHES["default"]["KEY_PREFIX"] = "test" + os.environ.get("TEST_DB_SUFFIX", "")  # noqa: F405
OUTBOX_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
WORK_BELL = False  # tests that are about the broker turn it on
