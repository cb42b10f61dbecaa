"""Views of topics: counted in Redis when a page is read, added to the topics in batches by the clock.

A reader's page writes nothing to the database. With Redis gone a view is not counted, and nobody notices.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

KEY = "belonging:topic-views"
_TAKEN = f"{KEY}:taken"
_BATCH = 1000


def count_view(topic_id: int) -> None:
    """Remember one view; never fails."""
    try:
        client = cache.redis_client()  # type: ignore[attr-defined]
        if client is not None:
            client.hincrby(KEY, topic_id, 1)
    except (RedisError, OSError) as error:
        logger.info("views: not counted (%s)", type(error).__name__)


def store_views(now: datetime) -> int:
    """Add what was counted to the topics; returns how many topics changed.

    The counts are set aside first; what a crash left aside is stored by the next run. A crash between the commit and
    the delete counts those views twice, never loses one.
    """
    try:
        client = cache.redis_client()  # type: ignore[attr-defined]
        if client is None:
            return 0
        if not client.exists(_TAKEN) and not client.renamenx(KEY, _TAKEN):
            return 0
        counted = {int(topic): int(views) for topic, views in client.hgetall(_TAKEN).items()}
    except (RedisError, OSError) as error:
        if "no such key" not in str(error):
            logger.info("views: not stored now (%s)", type(error).__name__)
        return 0
    _add(sorted(counted.items()))
    try:
        client.delete(_TAKEN)
    except (RedisError, OSError):
        logger.warning("views: stored, and not taken out of Redis")
    return len(counted)


@transaction.atomic
def _add(counted: list[tuple[int, int]]) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(counted), _BATCH):
            part: list[tuple[int, int]] = counted[start : start + _BATCH]
            values: list[Any] = [[pk for pk, _views in part], [views for _pk, views in part]]
            cursor.execute(
                "UPDATE community_topic t SET view_count = t.view_count + v.views"
                " FROM unnest(%s::bigint[], %s::bigint[]) AS v(id, views) WHERE t.id = v.id",
                values,
            )
