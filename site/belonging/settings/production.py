"""For real. Refuses to start without SECRET_KEY, ALLOWED_HOSTS and DATABASE_URL; behind TLS."""

from __future__ import annotations

from belonging.settings.base import *  # noqa: F403
from belonging.settings.base import SENTRY_DSN, configure_mail, configure_servers, env

SECRET_KEY = env.text("SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise env.BadEnvironment("SECRET_KEY is too short; use at least 50 random letters.")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"]

globals().update(
    configure_servers(
        env.url("DATABASE_URL", ("postgres", "postgresql")),
        env.url("REDIS_URL", ("redis", "rediss"), "redis://127.0.0.1:6379/0"),
    )
)
globals().update(configure_mail(env.text("EMAIL_URL", "smtp://127.0.0.1:25")))

SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env.number("TRUSTED_PROXIES", 0, most=10):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"

if SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(dsn=SENTRY_DSN, send_default_pii=False, traces_sample_rate=0.0, include_local_variables=False)
