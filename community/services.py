from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import User
from belonging.core import html
from belonging.core.errors import BelongingError
from belonging.notifications.services import notify
from community.models import Follow, Post, ReadState, Space, SpaceMembership, SpaceRole, Thank, Topic, Visibility
from community.writing import Written, render


class NotOpen(BelongingError):
    """The topic or space takes no posts."""


class AlreadyMember(BelongingError):
    """There is a membership or a request already."""


@transaction.atomic
def start_topic(
    author: User,
    space: Space,
    *,
    title: str,
    source: str,
    strands: Iterable[str] = (),
    tags: Iterable[str] = (),
    kind: str = "discussion",
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
        tags=list(tags),
        created_at=now,
        last_post_at=now,
    )
    _add(author, topic, source=source, token=token, now=now)
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

    Raises ``NotOpen`` for a locked topic or a closed space.
    """
    topic = Topic.objects.select_for_update(of=("self",)).select_related("space").get(pk=topic_id)
    sent = _already_sent(author, token)
    if sent:
        return sent
    if topic.locked:
        raise NotOpen(_("This topic is locked. You can read it, and nobody can reply."))
    if topic.space.is_closed_for_posts:
        raise NotOpen(_("This space is closed. You can read it, and nobody can post."))
    return _add(author, topic, source=source, reply_to=reply_to, follow=follow, token=token, now=now or timezone.now())


def _already_sent(author: User, token: UUID | None) -> Post | None:
    return Post.objects.filter(author=author, token=token).select_related("topic").first() if token else None


def _add(
    author: User,
    topic: Topic,
    *,
    source: str,
    now: datetime,
    reply_to: Post | None = None,
    follow: bool = True,
    token: UUID | None = None,
) -> Post:
    written = render(source)
    number = topic.last_number + 1
    post = Post.objects.create(
        topic=topic,
        number=number,
        author=author,
        source=source,
        html=written.html,
        cleaner_version=html.CLEANER_VERSION,
        reply_to=reply_to,
        created_at=now,
        token=token,
    )
    topic.last_number, topic.reply_count, topic.last_post_at = number, number - 1, now
    fields = ["last_number", "reply_count", "last_post_at"]
    if number == 1:
        topic.first_words = html.excerpt(written.html, 220)
        fields.append("first_words")
    topic.save(update_fields=fields)
    Space.objects.filter(pk=topic.space_id).update(last_post_at=now)
    if follow:
        Follow.objects.bulk_create([Follow(topic=topic, user=author)], ignore_conflicts=True)
    mark_seen(author, topic, number)
    _tell(post, topic, written, reply_to)
    return post


def _tell(post: Post, topic: Topic, written: Written, reply_to: Post | None) -> None:
    """Mentioned people, the person replied to, then followers: each once, and only who may read the space."""
    name = post.author.display_name
    url = topic.url_of_post(post.number)
    mentioned = set(written.mentioned)
    replied = {reply_to.author_id} if reply_to else set()
    followers = set(Follow.objects.filter(topic=topic).values_list("user_id", flat=True)) if post.number > 1 else set()
    may = readers_among(topic.space, mentioned | replied | followers) - {post.author_id}
    key = f"post:{post.pk}"
    values = {"name": name, "topic": topic.title}
    notify(
        may & mentioned, reason="mention", text=_("%(name)s mentioned you in “%(topic)s”") % values, url=url, key=key
    )
    notify(
        (may & replied) - mentioned,
        reason="reply",
        text=_("%(name)s replied to you in “%(topic)s”") % values,
        url=url,
        key=key,
    )
    rest = may - mentioned - replied
    notify(rest, reason="topic", text=_("%(name)s replied in “%(topic)s”") % values, url=url, key=key)


def readers_among(space: Space, user_ids: set[int]) -> set[int]:
    """Those of the people who may read the space."""
    people = User.objects.active().filter(pk__in=user_ids)
    if space.is_private:
        members = SpaceMembership.objects.active().filter(space=space).values("user_id")
        people = people.filter(pk__in=members)
    return set(people.values_list("pk", flat=True))


@transaction.atomic
def edit_post(post_id: int, *, source: str, now: datetime | None = None) -> Post:
    post = Post.objects.select_for_update(of=("self",)).select_related("topic").get(pk=post_id)
    written = render(source)
    post.source, post.html, post.cleaner_version = source, written.html, html.CLEANER_VERSION
    post.edited_at = now or timezone.now()
    post.save(update_fields=["source", "html", "cleaner_version", "edited_at"])
    if post.number == 1:
        Topic.objects.filter(pk=post.topic_id).update(first_words=html.excerpt(written.html, 220))
    return post


@transaction.atomic
def thank(user: User, post: Post) -> bool:
    """Thank for a post, or take it back; whether the person thanks now. The counter moves in the same transaction."""
    locked = Post.objects.select_for_update().get(pk=post.pk)
    removed, _rows = Thank.objects.filter(post=locked, user=user).delete()
    if not removed:
        Thank.objects.create(post=locked, user=user)
    Post.objects.filter(pk=locked.pk).update(thank_count=F("thank_count") + (-1 if removed else 1))
    if not removed and locked.author_id != user.pk:
        notify(
            [locked.author_id],
            reason="thanks",
            text=_("%(name)s thanked you for a post") % {"name": user.display_name},
            url=locked.topic.url_of_post(locked.number),
            key=f"thank:{locked.pk}:{user.pk}",
        )
    return not removed


def follow(user: User, topic: Topic, *, on: bool) -> None:
    if on:
        Follow.objects.bulk_create([Follow(topic=topic, user=user)], ignore_conflicts=True)
    else:
        Follow.objects.filter(topic=topic, user=user).delete()


@transaction.atomic
def accept(topic_id: int, post: Post | None) -> None:
    """Mark a post as the answer; ``None`` takes the mark away. Its author is told."""
    topic = Topic.objects.select_for_update().get(pk=topic_id)
    topic.accepted_post = post
    topic.save(update_fields=["accepted_post"])
    if post and post.author_id != topic.author_id:
        notify(
            [post.author_id],
            reason="accepted",
            text=_("Your reply was accepted as the answer to “%(topic)s”") % {"topic": topic.title},
            url=topic.url_of_post(post.number),
            key=f"accepted:{post.pk}",
        )


def mark_seen(user: User, topic: Topic, number: int) -> None:
    """The highest number wins, whatever the order of requests."""
    seen, created = ReadState.objects.get_or_create(user=user, topic=topic, defaults={"last_number": number})
    if not created and seen.last_number < number:
        ReadState.objects.filter(pk=seen.pk, last_number__lt=number).update(last_number=number)


@transaction.atomic
def hide_post(post: Post, *, text: str = "", now: datetime | None = None) -> None:
    """Take a post out of sight, everywhere; ``text`` stands in its place and its words stay for moderators."""
    Post.objects.filter(pk=post.pk).update(hidden_at=now or timezone.now(), hidden_text=text[:300])
    Topic.objects.filter(pk=post.topic_id, accepted_post=post.pk).update(accepted_post=None)
    if post.number == 1:
        Topic.objects.filter(pk=post.topic_id).update(first_words=text[:220])


@transaction.atomic
def restore_post(post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(hidden_at=None, hidden_text="")
    if post.number == 1:
        Topic.objects.filter(pk=post.topic_id).update(first_words=html.excerpt(post.html, 220))


def hide_topic(topic: Topic, *, hidden: bool) -> None:
    """Take a whole topic with its title out of sight, or bring it back."""
    Topic.objects.filter(pk=topic.pk).update(hidden=hidden)


@transaction.atomic
def join(user: User, space: Space, *, now: datetime | None = None) -> SpaceMembership:
    """Join an open or members' space at once; ask a closed one's facilitators. Raises ``AlreadyMember``."""
    now = now or timezone.now()
    at_once = space.visibility in {Visibility.OPEN, Visibility.MEMBERS}
    try:
        with transaction.atomic():
            membership = SpaceMembership.objects.create(
                space=space, user=user, asked_at=now, confirmed_at=now if at_once else None
            )
    except IntegrityError:
        raise AlreadyMember(_("You have asked already, or you are a member.")) from None
    if not at_once:
        facilitators = SpaceMembership.objects.active().filter(space=space, role=SpaceRole.FACILITATOR)
        values = {"name": user.display_name, "space": space.title}
        notify(
            facilitators.values_list("user_id", flat=True),
            reason="space",
            text=_("%(name)s asks to join %(space)s") % values,
            url=space.get_absolute_url(),
            key=f"space:{space.pk}:{user.pk}",
        )
    return membership


@transaction.atomic
def decide_request(membership_id: int, *, confirm: bool, now: datetime | None = None) -> None:
    """A facilitator's answer to somebody who asked. A request that is gone changes nothing."""
    membership = (
        SpaceMembership.objects.select_for_update().asked().select_related("space").filter(pk=membership_id).first()
    )
    if membership is None:
        return
    if not confirm:
        membership.delete()
        return
    membership.confirmed_at = now or timezone.now()
    membership.save(update_fields=["confirmed_at"])
    notify(
        [membership.user_id],
        reason="space",
        text=_("You are a member of %(space)s now") % {"space": membership.space.title},
        url=membership.space.get_absolute_url(),
        key=f"space-in:{membership.pk}",
    )


def leave(user: User, space: Space) -> None:
    SpaceMembership.objects.filter(space=space, user=user).delete()


def is_member(user: Any, space: Space) -> bool:
    return SpaceMembership.objects.active().filter(space=space, user=user).exists()
