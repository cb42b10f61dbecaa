"""Who is told of a post: each person once, for the nearest reason, and only who may read the space."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from belonging.accounts.models import User
from belonging.notifications.services import notify_each
from community.models import Follow, Post, Space, SpaceMembership, Topic


def tell_of_post(post: Post, topic: Topic, *, mentioned: set[int], reply_to: Post | None = None) -> None:
    """Mentioned people, the person replied to, then followers.

    Of a first post the followers of its space, its tags and its author are told; of a reply those of the topic. Whoever
    muted the topic, the space, one of its tags or the author is left out. One query finds them all.
    """
    replied = {reply_to.author_id} if reply_to else set()
    people = _may_read(topic.space).filter(
        Q(pk__in=mentioned | replied) | Exists(_follows(post, topic).filter(user=OuterRef("pk")))
    )
    muted = Follow.objects.muted_only().filter(
        Q(topic=topic)
        | Q(space=topic.space_id)
        | Q(person=post.author_id)
        | Q(tag__in=[tag for tag in topic.tags if tag]),
        user=OuterRef("pk"),
    )
    may = set(people.filter(~Exists(muted)).values_list("pk", flat=True)) - {post.author_id}
    if not may:
        return
    url, key = post.get_absolute_url(), f"post:{post.pk}"
    values = {"name": post.author.display_name, "topic": topic.title}
    groups = [
        (may & mentioned, "mention", _("%(name)s mentioned you in “%(topic)s”")),
        ((may & replied) - mentioned, "reply", _("%(name)s replied to you in “%(topic)s”")),
        (
            may - mentioned - replied,
            "topic" if post.number > 1 else "new_topic",
            _("%(name)s replied in “%(topic)s”") if post.number > 1 else _("%(name)s started “%(topic)s”"),
        ),
    ]
    rows = [(user_id, reason, text % values) for who, reason, text in groups for user_id in sorted(who)]
    notify_each(rows, url=url, key=key, actor=post.author)


def _follows(post: Post, topic: Topic) -> models.QuerySet[Follow]:
    follows = Follow.objects.wanted()
    if post.number > 1:
        return follows.filter(topic=topic)
    return follows.filter(
        Q(space=topic.space_id) | Q(person=post.author_id) | Q(tag__in=[tag for tag in topic.tags if tag])
    )


def _may_read(space: Space) -> models.QuerySet[User]:
    people = User.objects.active()
    if space.is_private:
        people = people.filter(pk__in=SpaceMembership.objects.active().filter(space=space).values("user_id"))
    return people


def readers_among(space: Space, user_ids: set[int]) -> set[int]:
    """Those of the people who may read the space."""
    return set(_may_read(space).filter(pk__in=user_ids).values_list("pk", flat=True))


def readers_of(space: Space) -> models.QuerySet[User]:
    """Everybody who may read the space, as people who can be told or asked."""
    return _may_read(space)
