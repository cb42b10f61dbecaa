"""Which tags people use most, for suggestions."""

from __future__ import annotations

from django.core.cache import cache
from django.db import connection

from community.models import Visibility

KEPT_SECONDS = 15 * 60
MOST = 40
_NAME = "community:used-tags"
_COUNT = """
SELECT tag FROM (
  SELECT tags FROM community_topic t JOIN community_space s ON s.id = t.space_id
   WHERE NOT t.hidden AND s.visibility = ANY(%s) AND t.tags <> '{}'
   ORDER BY t.last_post_at DESC LIMIT 2000
) recent, unnest(recent.tags) tag GROUP BY tag ORDER BY count(*) DESC, tag LIMIT %s
"""


def used_tags() -> list[str]:
    """The tags used most in the newest topics that every member can read. Counted at most every quarter of an hour."""
    found = cache.get(_NAME)
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [[Visibility.OPEN.value, Visibility.MEMBERS.value], MOST])
            found = [row[0] for row in cursor.fetchall()]
        cache.set(_NAME, found, KEPT_SECONDS)
    return list(found)
