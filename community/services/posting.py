"""Writing: a topic with its first post, a reply, a change. Numbers and counters move under a lock on the topic's row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, Subquery, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import User
from belonging.core import html
from belonging.core.prepared import Prepared
from community.models import Attachment, Draft, ExpertRequest, Kind, Mention, Post, PostRevision, Space, Topic
from community.one import SPACE_FIELDS, shape_of
from community.services.errors import NotOpen
from community.services.following import keep_place
from community.services.locking import again_on_deadlock, lock_post, lock_topics
from community.services.telling import tell_of_post
from community.writing import Written, render

FIRST_WORDS = 220


class _Merged(Exception):
    """The topic went into another, whose id is the argument."""


def start_topic(author: User, space: Space, *, token: UUID | None = None, **values: Any) -> Topic:
    """A topic with its first post; the keywords are those of ``_start_topic``.

    The same ``token`` again gives back the topic there is, also at the same moment. Raises ``NotOpen``.
    """
    try:
        return _start_topic(author, space, token=token, **values)
    except IntegrityError:
        sent = _already_sent(author, token)
        if sent is None:
            raise
        return sent.topic


@again_on_deadlock
@transaction.atomic
def _start_topic(
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


def reply(author: User, topic_id: int, *, token: UUID | None = None, **values: Any) -> Post:
    """Add a post; the keywords are those of ``_reply``. The same ``token`` again gives back the post there is, also at
    the same moment. A reply to a topic that has gone into another is posted there.

    Raises ``Topic.DoesNotExist`` when the author may not read the topic, ``NotOpen`` for a locked or closed topic and
    for a closed space.
    """
    while True:
        try:
            return _reply(author, topic_id, token=token, **values)
        except _Merged as elsewhere:
            topic_id = elsewhere.args[0]
        except IntegrityError:
            sent = _already_sent(author, token)
            if sent is None:
                raise
            return sent


@again_on_deadlock
@transaction.atomic
def _reply(
    author: User,
    topic_id: int,
    *,
    source: str,
    reply_to: Post | None = None,
    follow: bool = True,
    token: UUID | None = None,
    now: datetime | None = None,
) -> Post:
    """The number is given under a lock on the topic's row; then one query says whether the author may read its space,
    wherever it has been moved by now, and whether the post has been sent already."""
    written = render(source)  # before the lock: whom and what a post names is looked up while others may still reply
    topic = lock_topics([topic_id]).get(topic_id)
    found = _about(author, topic, token) if topic else []
    if topic is None or not found:
        raise Topic.DoesNotExist
    *values, sent_id, author_was_asked = found[0]
    topic.space = Space.from_db("default", SPACE_FIELDS, values)
    if sent_id:
        return Post.objects.select_related("topic").get(pk=sent_id)
    if topic.merged_into_id:
        raise _Merged(topic.merged_into_id)
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
    if author_was_asked:
        _asked(topic_id, author).update(answered_at=post.created_at)
    return post


def _about(author: User, topic: Topic, token: UUID | None) -> list[tuple[Any, ...]]:
    given = {"token": token} if token else {}
    shape = (shape_of(author), token is not None)
    return _ABOUT.rows(*shape, topic=topic.pk, author=author, space=topic.space_id, **given)


def _about_reply(
    who: str, has_token: bool, *, topic: int, author: User, space: int, token: UUID | None = None
) -> models.QuerySet[Any]:
    """The space, if the author may read it; the post that this form has become already; whether the author was asked."""
    sent: Any = Value(None, output_field=models.BigIntegerField())
    if has_token:
        sent = Subquery(Post.objects.filter(author=author, token=token).values("pk")[:1])
    spaces = Space.objects.visible_to(author).filter(pk=space).order_by()
    annotated = spaces.annotate(sent_id=sent, author_was_asked=Exists(_asked(topic, author)))
    return annotated.values_list(*SPACE_FIELDS, "sent_id", "author_was_asked")


_ABOUT = Prepared(_about_reply)


def _asked(topic_id: int, author: User) -> Any:
    return ExpertRequest.objects.waiting().filter(topic=topic_id, expert=author)


def was_sent(author: Any, token: UUID | None) -> bool:
    """Whether the form with this token has become a post already."""
    return _already_sent(author, token) is not None


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
    keep_names_and_files(post, written)
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


def keep_names_and_files(post: Post, written: Written, *, anew: bool = False) -> None:
    """Keep whom and what the post names; ``anew``: and nobody whom it no longer names. Nobody is told."""
    if anew:
        Mention.objects.filter(post=post).exclude(user_id__in=written.mentioned).delete()
    if written.mentioned:
        Mention.objects.bulk_create([Mention(post=post, user_id=pk) for pk in written.mentioned], ignore_conflicts=True)
    if written.attached:
        Attachment.objects.unposted().filter(owner=post.author_id, key__in=written.attached).update(post=post)


def _forget_draft(author_id: int, place: str) -> None:
    """What was sent is no draft any more. One statement, in the transaction of the post."""
    Draft.objects.filter(user_id=author_id, place=place).delete()


@again_on_deadlock
@transaction.atomic
def edit_post(
    post_id: int, *, source: str, title: str | None = None, by: User | None = None, now: datetime | None = None
) -> Post:
    """Change a post, and with ``title`` its topic's too; what it said before is kept for moderators.

    ``by`` is the author when left out. Changing nothing marks nothing as edited; a deleted post is not changed.
    """
    _topic, post = lock_post(post_id)
    _forget_draft(by.pk if by else post.author_id, f"post:{post.pk}")
    heading = title if title is not None and post.number == 1 else post.heading
    if post.is_deleted or (source == post.source and heading == post.heading):
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
    keep_names_and_files(post, written, anew=True)
    if post.number == 1:
        first_words = html.excerpt(written.html, FIRST_WORDS)
        Topic.objects.filter(pk=post.topic_id).update(first_words=first_words, title=heading)
    return post
