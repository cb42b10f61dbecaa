"""What `make demo` runs: as production does, but on plain HTTP at this machine and with known passwords."""

from __future__ import annotations

from belonging.settings.base import *  # noqa: F403
from belonging.settings.base import LOCAL_DIR, configure_mail, configure_servers, env

DEMO = True
STYLEGUIDE = True
SECRET_KEY = env.text("SECRET_KEY", "the-demo-holds-only-invented-people-and-needs-no-secret")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
DEMO_MAIL_DIR = LOCAL_DIR / "mail"
DEMO_PASSWORD = "belonging-demo"  # noqa: S105  (written on the sign-in page of the demo)

_ADDRESSES = LOCAL_DIR / "demo" / "addresses.json"
globals().update(
    configure_servers(env.server_address("DATABASE_URL", _ADDRESSES), env.server_address("REDIS_URL", _ADDRESSES))
)
globals().update(configure_mail(env.text("EMAIL_URL", f"file://{DEMO_MAIL_DIR}")))
