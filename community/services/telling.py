"""Who is told of a post: each person once, for the nearest reason, and only who may read the space."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from belonging.accounts.models import User
from belonging.core.prepared import Prepared
from belonging.notifications.services import notify_each
from community.models import Follow, Post, Space, SpaceMembership, Topic


def tell_of_post(post: Post, topic: Topic, *, mentioned: set[int], reply_to: Post | None = None) -> None:
    """Mentioned people, the person replied to, then followers.

    Of a first post the followers of its space, its tags and its author are told; of a reply those of the topic. Whoever
    muted the topic, the space, one of its tags or the author is left out. One query finds them all.
    """
    replied = {reply_to.author_id} if reply_to else set()
    may = _to_be_told(post, topic, mentioned | replied) - {post.author_id}
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


def _to_be_told(post: Post, topic: Topic, named: set[int]) -> set[int]:
    """Of the people that are ``named`` and of the followers, who may read it and has not muted it."""
    tags = [tag for tag in topic.tags if tag]
    values: dict[str, Any] = {f"tag_{at}": tag for at, tag in enumerate(tags)}
    values |= {f"person_{at}": pk for at, pk in enumerate(sorted(named))}
    shape = (topic.space.is_private, post.number == 1, len(tags), len(named))
    rows = _TOLD.rows(*shape, topic=topic.pk, space=topic.space_id, author=post.author_id, **values)
    return {pk for (pk,) in rows}


def _told(
    private: bool, first: bool, tags: int, named: int, *, topic: int, space: int, author: int, **more: Any
) -> Any:
    with_tag = {"tag__in": [more[f"tag_{at}"] for at in range(tags)]}
    elsewhere = Q(person=author) | Q(space=space)
    follows = Follow.objects.wanted().filter(elsewhere | Q(**with_tag) if first else Q(topic=topic))
    muted = Follow.objects.muted_only().filter(Q(topic=topic) | elsewhere | Q(**with_tag), user=OuterRef("pk"))
    # A union, not "or": so each side is found by its index and not by going through every member.
    people = follows.values("user_id")
    if named:
        people = people.union(User.objects.filter(pk__in=[more[f"person_{at}"] for at in range(named)]).values("pk"))
    return _may_read(space, private).filter(~Exists(muted), pk__in=people).order_by().values_list("pk")


_TOLD = Prepared(_told)


def _may_read(space: Space | int, private: bool) -> models.QuerySet[User]:
    people = User.objects.active()
    if private:
        people = people.filter(pk__in=SpaceMembership.objects.active().filter(space=space).values("user_id"))
    return people


def readers_among(space: Space, user_ids: set[int]) -> set[int]:
    """Those of the people who may read the space."""
    return set(_may_read(space, space.is_private).filter(pk__in=user_ids).values_list("pk", flat=True))


def readers_of(space: Space) -> models.QuerySet[User]:
    """Everybody who may read the space, as people who can be told or asked."""
    return _may_read(space, space.is_private)
