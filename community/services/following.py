"""How far somebody has read, what they follow, what they have muted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Subquery
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from belonging.accounts.models import User
from community.models import Follow, ReadState, Space, SpaceRead, Topic
from community.services.locking import again_on_deadlock, lock_topics

_KEEP_PLACE = """
WITH place AS (
  INSERT INTO community_readstate (user_id, topic_id, last_number) VALUES (%(user)s, %(topic)s, %(number)s)
  ON CONFLICT (user_id, topic_id) DO UPDATE
     SET last_number = greatest(community_readstate.last_number, excluded.last_number)
  RETURNING (xmax = 0) AS fresh
), following AS (
  INSERT INTO community_follow (user_id, topic_id, tag, muted)
  SELECT %(user)s, %(topic)s, '', false WHERE %(follow)s
  ON CONFLICT (topic_id, user_id) DO NOTHING
  RETURNING 1
)
SELECT (SELECT fresh FROM place), EXISTS (SELECT 1 FROM following)
"""


def keep_place(user: User, topic: Topic, number: int, *, follow: bool) -> tuple[bool, bool]:
    """One statement for a reply: the writer has read up to ``number`` and may follow.

    Returns whether they are a new reader and a new follower; the caller, who holds the topic's lock, moves the counters.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_PLACE, {"user": user.pk, "topic": topic.pk, "number": number, "follow": follow})
        fresh, following = cursor.fetchone()
    return bool(fresh), bool(following)


def mark_seen(user: User, topic: Topic, number: int) -> None:
    """The highest number wins, whatever the order of requests. Nobody has read further than the topic goes.

    The topic's row is locked for a new reader only, before the place is kept, as everybody else does it.
    """
    furthest = Topic.objects.filter(pk=topic.pk).values("last_number")[:1]
    kept = ReadState.objects.filter(user=user, topic=topic)
    if not kept.update(last_number=Least(Greatest("last_number", number), Subquery(furthest))):
        _first_place(user, topic, number)


def mark_unread_from(user: User, topic: Topic, number: int) -> None:
    """Come back to post ``number`` later: it and what follows count as unread."""
    before = max(0, number - 1)
    if not ReadState.objects.filter(user=user, topic=topic).update(last_number=before):
        _first_place(user, topic, before)


@again_on_deadlock
@transaction.atomic
def _first_place(user: User, topic: Topic, number: int) -> None:
    locked = lock_topics([topic.pk]).get(topic.pk)
    if locked is None:
        return
    fresh, _following = keep_place(user, locked, min(number, locked.last_number), follow=False)
    if fresh:
        Topic.objects.filter(pk=locked.pk).update(reader_count=F("reader_count") + 1)


def mark_all_read(user: User, spaces: Any, *, now: datetime | None = None) -> None:
    """Everything posted so far in the spaces counts as seen: one row for each space, none for topics or posts."""
    now = now or timezone.now()
    rows = [SpaceRead(user=user, space_id=pk, read_at=now) for pk in spaces.values_list("pk", flat=True)]
    SpaceRead.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "space"], update_fields=["read_at"]
    )


@again_on_deadlock
@transaction.atomic
def follow(user: User, topic: Topic, *, on: bool) -> None:
    """Follow a topic or stop; following takes muting back. The counter moves with it."""
    locked = lock_topics([topic.pk])[topic.pk]
    before = Follow.objects.filter(topic=locked, user=user).first()
    followed = before is not None and not before.muted
    if on and before:
        Follow.objects.filter(pk=before.pk).update(muted=False)
    elif on:
        Follow.objects.create(topic=locked, user=user)
    elif followed and before:
        before.delete()
    if on != followed:
        Topic.objects.filter(pk=locked.pk).update(follow_count=F("follow_count") + (1 if on else -1))


@again_on_deadlock
@transaction.atomic
def mute(user: User, topic: Topic, *, on: bool) -> None:
    """Hear nothing more of a topic, or take that back; a muted topic is not followed."""
    locked = lock_topics([topic.pk])[topic.pk]
    before = Follow.objects.filter(topic=locked, user=user).first()
    if not on:
        Follow.objects.filter(topic=locked, user=user, muted=True).delete()
        return
    if before and not before.muted:
        Topic.objects.filter(pk=locked.pk).update(follow_count=F("follow_count") - 1)
    Follow.objects.update_or_create(topic=locked, user=user, defaults={"muted": True})


FOLLOW, MUTE, NONE = "follow", "mute", "none"
LEVELS = frozenset({FOLLOW, MUTE, NONE})


def set_topic_level(user: User, topic: Topic, *, level: str) -> None:
    """Follow a topic, mute it or neither; ``level`` is "follow", "mute" or "none"."""
    if level == MUTE:
        mute(user, topic, on=True)
    elif level == FOLLOW:
        follow(user, topic, on=True)
    else:
        mute(user, topic, on=False)
        follow(user, topic, on=False)


def change_level(mine: Follow, *, level: str) -> None:
    """The same for whatever one row of a person's list is about."""
    if mine.topic:
        set_topic_level(mine.user, mine.topic, level=level)
    else:
        follow_other(mine.user, space=mine.space, person=mine.person, tag=mine.tag, level=level)


def follow_other(
    user: User, *, space: Space | None = None, person: User | None = None, tag: str = "", level: str
) -> None:
    """Follow or mute a space, a person or a tag; ``level`` is "follow", "mute" or "none"."""
    target: dict[str, Any] = {"space": space} if space else {"person": person} if person else {"tag": tag}
    if level == "none":
        Follow.objects.filter(user=user, **target).delete()
    else:
        Follow.objects.update_or_create(user=user, **target, defaults={"muted": level == "mute"})
