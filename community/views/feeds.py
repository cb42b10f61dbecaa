"""Atom feeds for readers that cannot sign in: open ones without a key, others with a person's own token.

What a feed holds is asked of the database on every fetch, with the rights the person has at that moment. No session is
opened and nothing is written; a feed asks at most four queries.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from belonging.framework import strands
from community.feeds import ENTRIES, Feed, post_entries, reader_of, tag_uri, topic_entries
from community.models import FeedToken, Post, Space, Topic

PUBLIC_SECONDS = 300
_BORN = datetime(2026, 1, 1, tzinfo=UTC)


def _reader(request: HttpRequest) -> Any:
    """Whoever the token belongs to, a visitor without one. A wrong or old token is a 404, even for open spaces."""
    if "token" not in request.GET:
        return AnonymousUser()
    user = reader_of(request.GET["token"])
    if user is None:
        raise Http404
    return user


def _answer(request: HttpRequest, feed: Feed) -> HttpResponseBase:
    body = feed.atom()
    etag, moment = quote_etag(sha256(body).hexdigest()[:32]), feed.updated
    response = HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    response["ETag"] = etag
    response["Last-Modified"] = http_date(moment.timestamp())
    if "token" in request.GET:
        patch_cache_control(response, private=True, no_cache=True)
        response["X-Robots-Tag"] = "noindex"
    else:
        patch_cache_control(response, public=True, max_age=PUBLIC_SECONDS)
    return get_conditional_response(request, etag, int(moment.timestamp()), response) or response


def _newest(topics: QuerySet[Topic]) -> list[Topic]:
    return list(topics.select_related("author").order_by("-last_post_at", "-pk")[:ENTRIES])


def _named(title: str) -> str:
    return f"{title} – {settings.SITE_NAME}"


@require_safe
def space_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The thirty topics of a space that were written in last. A space that the reader may not read is a 404."""
    space = get_object_or_404(Space.objects.visible_to(_reader(request)), slug=slug)
    topics = _newest(Topic.objects.filter(space=space).shown())
    feed = Feed(
        id=tag_uri(f"/spaces/{space.pk}", space.created_at),
        title=_named(space.title),
        path=space.get_absolute_url(),
        feed_path=request.get_full_path(),
        born=space.created_at,
        entries=topic_entries(topics),
    )
    return _answer(request, feed)


@require_safe
def topics_feed(request: HttpRequest) -> HttpResponseBase:
    """The thirty topics that were written in last, of all the reader may read; ``?tag=`` and ``?strand=`` narrow."""
    tag = request.GET.get("tag", "").replace("\x00", "").strip()[:40]
    strand = request.GET.get("strand", "")
    strand = strand if strands.find_strand(strand) else ""
    rows = Topic.objects.visible_to(_reader(request)).shown()
    if tag:
        rows = rows.filter(tags__contains=[tag])
    if strand:
        rows = rows.on_strands([strand])
    feed = Feed(
        id=tag_uri(f"/topics/{strand}/{tag}" if tag or strand else "/topics", _BORN),
        title=_named(_("Discussions: %(tag)s") % {"tag": tag} if tag else _("Discussions")),
        path=reverse("community:tag", args=[tag]) if tag else reverse("community:topics"),
        feed_path=request.get_full_path(),
        born=_BORN,
        entries=topic_entries(_newest(rows)),
    )
    return _answer(request, feed)


@require_safe
def topic_feed(request: HttpRequest, topic_id: int) -> HttpResponseBase:
    """The thirty newest posts of a topic."""
    topic = get_object_or_404(Topic.objects.visible_to(_reader(request)).shown(), pk=topic_id)
    posts = Post.objects.filter(topic=topic).select_related("author").order_by("-number")[:ENTRIES]
    feed = Feed(
        id=tag_uri(f"/topics/{topic.pk}/posts", topic.created_at),
        title=_named(topic.title),
        path=topic.get_absolute_url(),
        feed_path=request.get_full_path(),
        born=topic.created_at,
        entries=post_entries(topic, posts),
    )
    return _answer(request, feed)


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The person's own addresses, once they have made them: looking at the page writes nothing."""
    token = FeedToken.objects.filter(user=request.user).values_list("token", flat=True).first()  # type: ignore[misc]
    spaces = Space.objects.visible_to(request.user).order_by("title") if token else []
    context = {
        "everything": _address(reverse("community:topics_feed"), token or ""),
        "token": token,
        "feeds": [
            {"space": space, "url": _address(reverse("community:space_feed", args=[space.slug]), token or "")}
            for space in spaces
        ],
        "breadcrumbs": [
            {"label": _("Home"), "url": "/"},
            {"label": _("Your account"), "url": "/me/"},
            {"label": _("Addresses for a feed reader"), "url": ""},
        ],
    }
    response = render(request, "community/feeds.html", context)
    patch_cache_control(response, private=True, no_store=True)
    return response


def _address(path: str, token: str) -> str:
    return f"{settings.BASE_URL}{path}?token={token}"


@require_POST
@login_required
def renew(request: HttpRequest) -> HttpResponse:
    """Make addresses, or new ones: the old ones open nothing from now on."""
    FeedToken.renew(request.user)
    messages.success(request, _("These are your addresses. Older ones no longer work."))
    return redirect("community:feeds")
