"""What was typed survives a session that has ended: kept for two hours, given back to the same person after signing in.

The way back has two halves, an id in ``next`` and the same id in a signed cookie, so that a link from somebody else
brings nothing into anybody's drafts; and the form says for whom it was made, so that the next person at a shared
machine never reads it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from belonging.core.cache import count
from community.composing import made_for
from community.services import drafts

KEPT_SECONDS = 2 * 60 * 60
MOST_BYTES = 100_000
MOST_AN_HOUR = 30
COOKIE = "typed"
_SALT = "community.keeping"
_FIELDS = frozenset({"title", "source", "token", "place", "by", "seen", "typed_at", *drafts.WORDS, *drafts.LISTS})


def keep(request: HttpRequest) -> str:
    """Keep the posted form and return where it comes back; "" when it is no form of ours or there is too much of it."""
    by, place = request.POST.get("by", ""), request.POST.get("place", "")
    if not by or not place or not request.POST.get("source", "").strip() + request.POST.get("title", "").strip():
        return ""
    fields = {name: values for name, values in request.POST.lists() if name in _FIELDS}
    if sum(len(value.encode()) for values in fields.values() for value in values) > MOST_BYTES or not _few(by):
        return ""
    key = secrets.token_urlsafe(24)
    cache.set(_name(key), fields, KEPT_SECONDS)
    return reverse("community:restore", args=[key])


def mark(request: HttpRequest, response: HttpResponse, url: str) -> None:
    """The second half of the way back."""
    key = url.rstrip("/").rsplit("/", 1)[-1]
    response.set_signed_cookie(
        COOKIE,
        key,
        salt=_SALT,
        max_age=KEPT_SECONDS,
        path="/drafts/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def kept(request: HttpRequest, key: str) -> QueryDict | None:
    """What was kept, for the person who typed it in this browser; ``None`` for anybody else and when it is too late."""
    if request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=KEPT_SECONDS) != key:
        return None
    fields = cache.get(_name(key))
    if not fields:
        return None
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data if made_for(request.user, data.get("by", "")) else None


def forget(key: str) -> None:
    cache.delete(_name(key))


def _name(key: str) -> str:
    return f"typed:{key}"


def _few(by: str) -> bool:
    """At most so many an hour for whom the form says it was made, so that nobody fills the cache."""
    return count(f"typed-by:{by[:32]}", 3600) <= MOST_AN_HOUR


def from_our_page(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of this site. Browsers send Origin with every POST."""
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(origin).netloc == request.get_host()


def keep_after_refusal(request: HttpRequest) -> str:
    """For a form with an old CSRF token: kept only when it came from our own page."""
    return keep(request) if request.method == "POST" and from_our_page(request) else ""


def writing_needs_sign_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Sends visitors to sign in, and what they posted comes back to them after that."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        url = keep(request) if request.method == "POST" else ""
        response = redirect_to_login(url or request.get_full_path())
        if url:
            mark(request, response, url)
        return response

    return cast("Callable[..., HttpResponse]", wrapped)
