from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks

ZONE_KEY = "time_zone"
OPEN_PREFIXES = ("/accounts/", "/static/", "/healthz", "/readyz", "/language/", "/i18n/")


class TimeZoneMiddleware:
    """Shows moments in the person's own time zone, which the session remembers so that no page asks the database for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        with timezone.override(_zone(request)):
            return self.get_response(request)


def _zone(request: HttpRequest) -> ZoneInfo | None:
    if not request.user.is_authenticated:
        return None
    name = request.session.get(ZONE_KEY)
    if name is None:
        profile = getattr(request.user, "profile", None)
        name = request.session[ZONE_KEY] = profile.time_zone if profile else settings.TIME_ZONE
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


class SecondFactorMiddleware:
    """Sends whoever needs a second factor and has none to set one up, before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            settings.SECOND_FACTOR_REQUIRED
            and settings.SESSION_COOKIE_NAME in request.COOKIES
            and not request.path.startswith(OPEN_PREFIXES)
            and request.user.is_authenticated
            and needs_second_factor(request.user)
            and not is_mfa_enabled(request.user)
        ):
            messages.warning(
                request, _("Your role sees other people’s data, so your account needs a second step. Set it up now.")
            )
            return redirect("mfa_index")
        return self.get_response(request)


def needs_second_factor(user: object) -> bool:
    """Staff of the admin; and whoever a room says sees school data of others (hook ``second_factor_required``)."""
    if getattr(user, "is_superuser", False) or getattr(user, "is_staff", False):
        return True
    if user.has_perm("wagtailadmin.access_admin"):  # type: ignore[attr-defined]
        return True
    return any(asks(user) for asks in hooks.get_hooks("second_factor_required"))
