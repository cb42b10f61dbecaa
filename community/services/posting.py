"""Writing: a topic with its first post, a reply, a change. Numbers and counters move under a lock on the topic's row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import User
from belonging.core import html
from community.models import Attachment, Draft, ExpertRequest, Kind, Mention, Post, PostRevision, Space, Topic
from community.services.errors import NotOpen
from community.services.following import keep_place
from community.services.telling import tell_of_post
from community.writing import Written, render

FIRST_WORDS = 220


@transaction.atomic
def start_topic(
    author: User,
    space: Space,
    *,
    title: str,
    source: str,
    strands: Iterable[str] = (),
    indicators: Iterable[str] = (),
    tags: Iterable[str] = (),
    phases: Iterable[str] = (),
    kind: str = Kind.DISCUSSION,
    follow: bool = True,
    token: UUID | None = None,
    now: datetime | None = None,
) -> Topic:
    """A topic with its first post. The same ``token`` again gives back the topic there is. Raises ``NotOpen``."""
    if space.is_closed_for_posts:
        raise NotOpen(_("This space is closed. You can read it, and nobody can post."))
    sent = _already_sent(author, token)
    if sent:
        return sent.topic
    now = now or timezone.now()
    topic = Topic.objects.create(
        space=space,
        title=title,
        kind=kind,
        author=author,
        strands=list(strands),
        indicators=list(indicators),
        tags=list(tags),
        phases=list(phases),
        created_at=now,
        last_post_at=now,
    )
    _add(author, topic, source=source, written=render(source), follow=follow, token=token, now=now)
    Space.objects.filter(pk=space.pk).update(topic_count=F("topic_count") + 1)
    return topic


@transaction.atomic
def reply(
    author: User,
    topic_id: int,
    *,
    source: str,
    reply_to: Post | None = None,
    follow: bool = True,
    token: UUID | None = None,
    now: datetime | None = None,
) -> Post:
    """Add a post. Its number is given under a lock on the topic's row. The same ``token`` again gives back the post.

    Raises ``Topic.DoesNotExist`` when the author may not read the topic, ``NotOpen`` for a locked or closed topic and
    for a closed space.
    """
    written = render(source)  # before the lock: whom and what a post names is looked up while others may still reply
    topics = Topic.objects.visible_to(author).select_for_update(of=("self",)).select_related("space")
    topic = topics.get(pk=topic_id)
    sent = _already_sent(author, token)
    if sent:
        return sent
    if topic.locked or topic.hidden or topic.closed_at:
        raise NotOpen(_("This topic is locked. You can read it, and nobody can reply."))
    if topic.space.is_closed_for_posts:
        raise NotOpen(_("This space is closed. You can read it, and nobody can post."))
    post = _add(
        author,
        topic,
        source=source,
        written=written,
        reply_to=reply_to,
        follow=follow,
        token=token,
        now=now or timezone.now(),
    )
    if topic.kind == Kind.QUESTION:
        ExpertRequest.objects.waiting().filter(topic=topic, expert=author).update(answered_at=post.created_at)
    return post


def _already_sent(author: User, token: UUID | None) -> Post | None:
    return Post.objects.filter(author=author, token=token).select_related("topic").first() if token else None


def _add(
    author: User,
    topic: Topic,
    *,
    source: str,
    written: Written,
    now: datetime,
    reply_to: Post | None = None,
    follow: bool = True,
    token: UUID | None = None,
) -> Post:
    number = topic.last_number + 1
    post = Post.objects.create(
        topic=topic,
        number=number,
        author=author,
        heading=topic.title if number == 1 else "",
        source=source,
        html=written.html,
        cleaner_version=html.CLEANER_VERSION,
        reply_to=reply_to,
        created_at=now,
        token=token,
    )
    _keep_names_and_files(post, written)
    _forget_draft(author.pk, f"space:{topic.space_id}" if number == 1 else f"topic:{topic.pk}")
    new_reader, new_follower = keep_place(author, topic, number, follow=follow)
    topic.last_number, topic.last_post_at = number, now
    topic.reply_count += number > 1
    topic.reader_count += new_reader
    topic.follow_count += new_follower
    fields = ["last_number", "last_post_at", "reply_count", "reader_count", "follow_count"]
    if number == 1:
        topic.first_words = html.excerpt(written.html, FIRST_WORDS)
        fields.append("first_words")
    topic.save(update_fields=fields)
    tell_of_post(post, topic, mentioned=set(written.mentioned), reply_to=reply_to)
    return post


def _keep_names_and_files(post: Post, written: Written) -> None:
    if written.mentioned:
        Mention.objects.bulk_create([Mention(post=post, user_id=pk) for pk in written.mentioned], ignore_conflicts=True)
    if written.attached:
        Attachment.objects.unposted().filter(owner=post.author_id, key__in=written.attached).update(post=post)


def _forget_draft(author_id: int, place: str) -> None:
    """What was sent is no draft any more. One statement, in the transaction of the post."""
    Draft.objects.filter(user_id=author_id, place=place).delete()


@transaction.atomic
def edit_post(
    post_id: int, *, source: str, title: str | None = None, by: User | None = None, now: datetime | None = None
) -> Post:
    """Change a post, and with ``title`` its topic's too; what it said before is kept for moderators.

    ``by`` is the author when left out. Changing nothing marks nothing as edited.
    """
    post = Post.objects.select_for_update(of=("self",)).select_related("topic").get(pk=post_id)
    _forget_draft(by.pk if by else post.author_id, f"post:{post.pk}")
    heading = title if title is not None and post.number == 1 else post.heading
    if source == post.source and heading == post.heading:
        return post
    now = now or timezone.now()
    PostRevision.objects.create(
        post=post,
        source=post.source,
        heading=post.heading,
        written_at=post.edited_at or post.created_at,
        replaced_at=now,
        replaced_by_id=by.pk if by else post.author_id,
    )
    written = render(source)
    post.source, post.html, post.cleaner_version = source, written.html, html.CLEANER_VERSION
    post.heading, post.edited_at = heading, now
    post.save(update_fields=["source", "html", "cleaner_version", "heading", "edited_at"])
    Mention.objects.filter(post=post).exclude(user_id__in=written.mentioned).delete()
    _keep_names_and_files(post, written)
    if post.number == 1:
        first_words = html.excerpt(written.html, FIRST_WORDS)
        Topic.objects.filter(pk=post.topic_id).update(first_words=first_words, title=heading)
    return post
