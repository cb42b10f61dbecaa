"""Every address of our own, from the URL resolver, with the things of the demo that fill its parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

NOT_OURS = ("accounts/", "admin/", "documents/", "styleguide/")
"""allauth's, Wagtail's and the style guide's addresses have tests of their own."""


def own_routes() -> list[str]:
    return sorted(set(_walk(get_resolver().url_patterns, "")))


def _walk(patterns: list[Any], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if not route.startswith(NOT_OURS) and "wagtail" not in str(getattr(pattern, "urlconf_name", "")):
                yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and not route.startswith(NOT_OURS):
            yield route
