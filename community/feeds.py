"""Atom feeds. The ids of feeds and entries are tag URIs, which stay when a title or the site's address changes its path."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from belonging.accounts.models import User
from community.models import FeedToken, Post, Topic

ENTRIES = 30
_TOKEN = re.compile(r"^[\w-]{20,40}$", re.ASCII)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Letters that XML 1.0 cannot hold, not even escaped; people paste them without knowing."""


@dataclass(frozen=True)
class Entry:
    id: str
    title: str
    url: str
    author: str
    published: datetime
    updated: datetime
    html: str
    tags: list[str] = field(default_factory=list)


class _Atom(Atom1Feed):
    """Whole posts as content; a feed with nothing in it has an age of its own instead of "now"."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xml:base": settings.BASE_URL + "/"}

    def latest_post_date(self) -> datetime:
        return self.feed["updated"]

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


def reader_of(token: str) -> User | None:
    """Whose feeds the token opens; nobody's when it is old, or its owner has left or may not come in."""
    if not _TOKEN.match(token):
        return None
    found = FeedToken.objects.select_related("user").filter(token=token).first()
    if found is None or not found.user.is_active or found.user.erased_at:
        return None
    is_suspended = getattr(found.user, "is_suspended", None)
    return None if is_suspended and is_suspended() else found.user


def tag_uri(path: str, born: datetime) -> str:
    return f"tag:{urlsplit(settings.BASE_URL).hostname},{born:%Y-%m-%d}:{quote(path)}"


@dataclass(frozen=True)
class Feed:
    """``path`` leads to the page, ``feed_path`` to the feed itself; ``born`` is its age while it has no entries."""

    id: str
    title: str
    path: str
    feed_path: str
    born: datetime
    entries: list[Entry]

    @property
    def updated(self) -> datetime:
        return max((entry.updated for entry in self.entries), default=self.born)

    def atom(self) -> bytes:
        """As UTF-8, the same for the same rows."""
        feed = _Atom(
            title=_xml(self.title),
            link=settings.BASE_URL + self.path,
            description=None,
            language=get_language(),
            feed_url=settings.BASE_URL + self.feed_path,
            feed_guid=self.id,
            updated=self.updated,
        )
        for entry in self.entries:
            feed.add_item(
                title=_xml(entry.title),
                link=settings.BASE_URL + entry.url,
                description=None,  # type: ignore[arg-type]
                unique_id=entry.id,
                author_name=_xml(entry.author),
                pubdate=entry.published,
                updateddate=entry.updated,
                categories=[_xml(tag) for tag in entry.tags],
                content=_xml(entry.html),
            )
        text: str = feed.writeString("utf-8")
        return text.encode()


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)


def topic_entries(topics: list[Topic]) -> list[Entry]:
    """What each topic asks, with how many have replied; one query for all. ``author`` must be there already."""
    first = {post.topic_id: post for post in Post.objects.filter(topic__in=topics, number=1)}
    return [_topic_entry(topic, first.get(topic.pk)) for topic in topics]


def _topic_entry(topic: Topic, first: Post | None) -> Entry:
    html = _content(first) if first else ""
    if topic.reply_count:
        said = ngettext("%(number)s reply", "%(number)s replies", topic.reply_count) % {"number": topic.reply_count}
        html += format_html('<p><a href="{}">{}</a></p>', topic.url_of_post(topic.last_number), said)
    updated = max(topic.last_post_at, first.edited_at) if first and first.edited_at else topic.last_post_at
    return Entry(
        tag_uri(f"/topics/{topic.pk}", topic.created_at),
        topic.title,
        topic.get_absolute_url(),
        topic.author.display_name,
        topic.created_at,
        updated,
        html,
        topic.tags,
    )


def _content(post: Post) -> str:
    """Its stored HTML; the moderators' words or none where it is hidden or deleted."""
    if post.is_hidden or post.is_deleted:
        words = _("Deleted by the author.") if post.is_deleted else _("A moderator has hidden this post.")
        return format_html("<p>{}</p>", (not post.is_deleted and post.hidden_text) or words)
    return post.html


def post_entries(topic: Topic, posts: Iterable[Post]) -> list[Entry]:
    return [
        Entry(
            tag_uri(f"/topics/{topic.pk}/posts/{post.pk}", post.created_at),
            topic.title if post.number == 1 else _("Re: %(title)s") % {"title": topic.title},
            topic.url_of_post(post.number),
            post.author.display_name,
            post.created_at,
            post.edited_at or post.created_at,
            _content(post),
        )
        for post in posts
    ]
