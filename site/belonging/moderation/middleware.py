from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from belonging.moderation.models import Restriction, RestrictionKind

OPEN_PREFIXES = (
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/reauthenticate/",
    "/me/data/",
    "/moderation/appeal/",
    "/moderation/complaint/",
    "/transparency",
    "/static/",
    "/healthz",
    "/readyz",
    "/language/",
    "/i18n/",
)
"""Where a suspended person may still go: to appeal, complain, take their data, leave and sign out."""


class SuspensionMiddleware:
    """Shows a suspended person why, until when and how to appeal, and nothing else. Costs everybody else nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            and not request.path.startswith(OPEN_PREFIXES)
            and request.user.is_authenticated
            and request.user.is_suspended()
        ):
            return _suspended(request)
        return self.get_response(request)


def _suspended(request: HttpRequest) -> HttpResponse:
    rows = Restriction.objects.of(request.user).standing().filter(kind=RestrictionKind.SUSPEND)
    context = {"restrictions": rows.select_related("appeal")}
    response = render(request, "moderation/suspended.html", context, status=403)
    add_never_cache_headers(response)
    return response
