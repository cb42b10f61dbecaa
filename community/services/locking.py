"""One order of locks, so that nobody waits for somebody who waits for them: topics in order of id, then posts, then spaces.

The lock is ``FOR NO KEY UPDATE``: rows that only point at a topic (a follow, a read state) are added beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected

from belonging.core.prepared import Prepared
from community.models import Post, Topic
from community.one import TOPIC_FIELDS

P = ParamSpec("P")
R = TypeVar("R")
TRIES = 4


class _Moved(Exception):
    """The post went to another topic while we waited for the first one."""


def lock_topics(topic_ids: Iterable[int]) -> dict[int, Topic]:
    """By id alone: a row found through another table would be lost if it changed while we waited for it."""
    wanted = set(topic_ids)
    if len(wanted) == 1:  # every reply locks one: the SQL is made once
        rows = _ONE.rows(pk=wanted.pop())
        return {topic.pk: topic for topic in (Topic.from_db("default", TOPIC_FIELDS, row) for row in rows)}
    topics = Topic.objects.filter(pk__in=wanted).order_by("pk")
    return {topic.pk: topic for topic in topics.select_for_update(no_key=True)}


_ONE = Prepared(lambda pk: Topic.objects.filter(pk=pk).select_for_update(no_key=True).values_list(*TOPIC_FIELDS))


def lock_post(post_id: int) -> tuple[Topic, Post]:
    """The topic's row, then the post's. A post that is moved meanwhile is looked for again, with nothing held.

    Raises ``Post.DoesNotExist``.
    """
    while True:
        topic_id = Post.objects.values_list("topic_id", flat=True).get(pk=post_id)
        try:
            with transaction.atomic():
                topic = lock_topics([topic_id])[topic_id]
                post = Post.objects.select_for_update(no_key=True).get(pk=post_id)
                if post.topic_id != topic_id:
                    raise _Moved
        except _Moved:
            continue
        post.topic = topic
        return topic, post


def again_on_deadlock(verb: Callable[P, R]) -> Callable[P, R]:
    """Try a whole verb again when PostgreSQL took it to break a deadlock; inside somebody else's transaction it cannot."""

    @wraps(verb)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        for _attempt in range(TRIES - 1):
            try:
                return verb(*args, **kwargs)
            except OperationalError as error:
                if connection.in_atomic_block or not isinstance(error.__cause__, DeadlockDetected):
                    raise
        return verb(*args, **kwargs)

    return tried
