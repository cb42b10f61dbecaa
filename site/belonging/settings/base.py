"""What is true everywhere, at its strictest. dev, demo, test and production only add or loosen what they must."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from belonging.core import env

BASE_DIR = Path(__file__).resolve().parents[3]
LOCAL_DIR = BASE_DIR / ".local"

DEBUG = False
STYLEGUIDE = False
DEMO = False
DEMO_PASSWORD = ""
DEMO_MAIL_DIR: Path | None = None
SITE_NAME = env.text("SITE_NAME", "Belonging Commons")
BASE_URL = env.url("BASE_URL", ("http", "https"), "http://127.0.0.1:8000").rstrip("/")
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_SITE_NAME = SITE_NAME

INSTALLED_APPS = [
    "belonging.core",
    "belonging.work",
    "belonging.outbox",
    "belonging.trail",
    "belonging.files",
    "belonging.framework",
    "belonging.accounts",
    "belonging.schools",
    "belonging.notifications",
    "belonging.moderation",
    "belonging.home",
    "community",
    "resources",
    "events",
    "training",
    "questionnaire",
    "audit",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "belonging.accounts.admin_users.UsersAppConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "belonging.core.static_app.AssetsConfig",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "belonging.core.middleware.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "belonging.core.middleware.PathMiddleware",
    "belonging.core.middleware.AdminPolicyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "belonging.accounts.middleware.TimeZoneMiddleware",
    "belonging.accounts.middleware.SecondFactorMiddleware",
    "belonging.moderation.middleware.SuspensionMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "belonging.urls"
WSGI_APPLICATION = "belonging.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "belonging.home.context.site",
            ],
            "builtins": ["belonging.core.templatetags.belonging"],
        },
    },
    {  # the fragments that repeat twenty times a page, see core/hot.py
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "hot",
        "DIRS": [BASE_DIR / "templates" / "hot"],
        "OPTIONS": {"environment": "belonging.core.hot.environment", "auto_reload": False},
    },
]
FORM_RENDERER = "belonging.core.forms.SiteRenderer"

# PostgreSQL and Redis. `configure_servers` is called by each settings module with the place its addresses come from.
DATABASES: dict[str, dict[str, Any]] = {}
REDIS_URL = ""
CACHES: dict[str, dict[str, Any]] = {}
REDIS_TIMEOUT_SECONDS = 0.5


def configure_servers(database_url: str, redis_url: str) -> dict[str, Any]:
    """Settings that hold the two servers' addresses, ready for ``globals().update``."""
    database: dict[str, Any] = {
        **env.database(database_url),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "TEST": {"TEMPLATE": "template0"},
    }
    database["OPTIONS"].setdefault("connect_timeout", 5)
    # What core.prepared sends is planned once a connection, from the sixth time on, whatever its values are. A pooler that
    # lends a connection for one transaction must know prepared statements (PgBouncer 1.21 does); else
    # ?prepare_threshold=off in the address.
    if database["OPTIONS"].setdefault("prepare_threshold", 5) is not None:
        database["OPTIONS"].setdefault("options", "-c plan_cache_mode=force_generic_plan")
    return {
        "DATABASES": {"default": database},
        "REDIS_URL": redis_url,
        "CELERY_BROKER_URL": redis_url,
        "CACHES": {
            "default": {
                "BACKEND": "belonging.core.cache.RedisWithDatabaseFallback",
                "LOCATION": redis_url,
                "KEY_PREFIX": "belonging",
                "OPTIONS": {
                    "socket_timeout": REDIS_TIMEOUT_SECONDS,
                    "socket_connect_timeout": REDIS_TIMEOUT_SECONDS,
                    "retry_on_timeout": False,
                    "fallback_table": "cache_fallback",
                },
            },
        },
    }


SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "belonging.core.errors_http.csrf_failure"

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "belonging.accounts.backends.MemberBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name", "handle")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "belonging.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "belonging.accounts.forms.SignupExtraForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * 15
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_USER_DISPLAY = "belonging.accounts.names.display_name"
# A school is one address behind its router: a staff meeting may sign in at once, one account may not be guessed at.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "100/m/ip,5/300s/key",
    "signup": "60/m/ip",
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "60/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "confirm_email": "1/180s/key",
    "request_login_code": "60/m/ip,3/m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 0, most=10)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_ADAPTER = "belonging.accounts.adapter.SecondFactorAdapter"
# Reading a page writes nothing: the list of sessions shows when each began, not when it was last used.
USERSESSIONS_TRACK_ACTIVITY = False
# Staff of the admin, and whoever sees other people's school data, must have a second factor.
SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", True)

# Moderation. A claim lapses by itself; an unopened worry about harm is called out again; evidence goes after a year.
MODERATION = {"claim_hours": 2, "safeguarding_hours": 4, "evidence_days": 365}
# How much one person writes. Rates are (most, seconds); a complaint is counted by network address, all else by person.
# The limits of new members hold for their first hours, until so many of their posts have stayed.
POSTING_LIMITS: dict[str, Any] = {
    "rates": {
        "post": [(5, 60), (60, 3600)],
        "topic": [(10, 86400)],
        "edit": [(10, 60), (60, 3600)],
        "upload": [(30, 3600)],
        "report": [(10, 3600)],
        "complaint": [(10, 3600)],
        "ask": [(10, 3600), (30, 86400)],  # experts, and passing a question on
        "join": [(10, 3600), (30, 86400)],  # a space where somebody decides
        "add": [(60, 3600)],  # members to a space
        "invite": [(30, 3600), (100, 86400)],  # people to a school, by mail
        "keep": [(10, 3600)],
    },
    "new_member": {"hours": 24, "posts": 3, "topics": 2, "links": 2, "mentions": 3, "files": 1},
}

# Wagtail
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_I18N_ENABLED = False
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "english"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# Files
STATIC_URL = "/static/"
STATIC_ROOT = LOCAL_DIR / "static"
BUILT_STATIC_DIR = LOCAL_DIR / "built-static"
BUILT_STATIC_DIR.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static", BUILT_STATIC_DIR]
MEDIA_URL = "/media/"
MEDIA_ROOT = LOCAL_DIR / "media"
PRIVATE_MEDIA_ROOT = LOCAL_DIR / "private"
MEDIA_BUCKET = env.text("MEDIA_BUCKET", "")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "belonging.core.storage.SafeFileSystemStorage"},
    "private": {"BACKEND": "belonging.core.storage.PrivateFileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if MEDIA_BUCKET:
    _S3 = {
        "bucket_name": MEDIA_BUCKET,
        "endpoint_url": env.text("MEDIA_ENDPOINT_URL", "") or None,
        "region_name": env.text("MEDIA_REGION", "") or None,
        "file_overwrite": False,
        "default_acl": None,
        "querystring_auth": True,
        "querystring_expire": 300,
    }
    STORAGES["default"] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {**_S3, "location": "public"}}
    STORAGES["private"] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {**_S3, "location": "private"}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# What members attach to posts. Uploads that were never posted are swept after the hours, unless a draft names them.
UPLOADS: dict[str, Any] = {
    "most_bytes": 10 * 1024 * 1024,
    "most_unpacked_bytes": 100 * 1024 * 1024,
    "most_parts": 5000,
    "most_in_a_post": 5,
    "longest_side": 2000,
    "unposted_hours": 48,
    "types": ["pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "txt", "csv"],
}
FILE_UPLOAD_PERMISSIONS = 0o640

# Community
SPACE_QUIET_DAYS = env.number("SPACE_QUIET_DAYS", 90, least=7, most=3650)

# Words and time
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English")), ("cy", _("Cymraeg"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"  # how moments are shown to visitors; stored in UTC
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Mail: everything goes through the outbox, which sends by OUTBOX_TRANSPORT.
EMAIL_BACKEND = "belonging.outbox.backend.OutboxBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Belonging Commons <hello@localhost.localdomain>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL


def configure_mail(address: str) -> dict[str, Any]:
    """Settings of the transport that the outbox sends with, ready for ``globals().update``."""
    parts = env.email(address)
    return {
        "OUTBOX_TRANSPORT": parts["backend"],
        "EMAIL_HOST": parts.get("host", ""),
        "EMAIL_PORT": parts.get("port", 25),
        "EMAIL_HOST_USER": parts.get("user", ""),
        "EMAIL_HOST_PASSWORD": parts.get("password", ""),
        "EMAIL_USE_TLS": parts.get("tls", False),
        "EMAIL_USE_SSL": parts.get("ssl", False),
        "EMAIL_FILE_PATH": parts.get("folder"),
    }


# Celery: Redis is only a bell. The table is the truth, so results and long delays are never kept in the broker.
WORK_BELL = True
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"belonging.outbox.tasks.*": {"queue": "mail"}}
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_throttle": 1,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "health_check_interval": 30,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_VISIBILITY_TIMEOUT = 3600
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BEAT_SCHEDULE = {"tick": {"task": "belonging.work.tasks.tick", "schedule": 60.0}}
CELERY_BEAT_SCHEDULE_FILENAME = str(LOCAL_DIR / "celerybeat-schedule")

# Security headers. The member side gets no inline script or style at all; the Wagtail admin has its own policy.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": (),
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.security.DisallowedHost": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
        "allauth": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},  # it logs titles
    },
}

SENTRY_DSN = env.text("SENTRY_DSN", "")
SILENCED_SYSTEM_CHECKS: list[str] = []
