"""For writing code: DEBUG on, plain HTTP, the demo's servers unless DATABASE_URL and REDIS_URL are set."""

from __future__ import annotations

from belonging.settings.base import *  # noqa: F403
from belonging.settings.base import LOCAL_DIR, configure_mail, configure_servers, env

DEBUG = True
STYLEGUIDE = True
SECRET_KEY = env.text("SECRET_KEY", "not-secret-and-only-for-development")
ALLOWED_HOSTS = ["*"]
SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
DEMO_MAIL_DIR = LOCAL_DIR / "mail"
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

_ADDRESSES = LOCAL_DIR / "demo" / "addresses.json"
globals().update(
    configure_servers(env.server_address("DATABASE_URL", _ADDRESSES), env.server_address("REDIS_URL", _ADDRESSES))
)
globals().update(configure_mail(env.text("EMAIL_URL", f"file://{DEMO_MAIL_DIR}")))
