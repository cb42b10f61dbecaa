"""Response headers that every page carries."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

ADMIN_PREFIX = "/admin/"
PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
# Wagtail's admin and its preview need inline styles and scripts and frame themselves; members never get this policy.
ADMIN_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "media-src": [SELF],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "object-src": [NONE],
    "manifest-src": [SELF],
}


class SecurityHeadersMiddleware:
    """Permissions-Policy everywhere; under /admin/ framing that Wagtail can live with."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("X-Frame-Options", "SAMEORIGIN" if request.path.startswith(ADMIN_PREFIX) else "DENY")
        return response


class PathMiddleware:
    """What comes in can be stored: a path without a NUL, which PostgreSQL takes none of, and words in UTF-8.

    Our forms are sent in UTF-8. Whoever names another charset could send half a character (a lone surrogate), which no
    page and no database takes; so what is named is not believed, and what is no UTF-8 is replaced.
    Stands below django-csp, so that the page that says so has a policy as well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:
            raise BadRequest("NUL in the path")
        if request.encoding:
            request.encoding = "utf-8"
        return self.get_response(request)


class AdminPolicyMiddleware:
    """Stands below django-csp and hands it the admin's policy for the admin's pages and for Wagtail's previews."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(ADMIN_PREFIX) or getattr(request, "is_preview", False):
            response._csp_replace = ADMIN_POLICY  # type: ignore[attr-defined]
        return response
