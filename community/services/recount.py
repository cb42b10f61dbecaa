"""What the counters should say, worked out from the rows they count. Set by set, never topic by topic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from community.services.locking import lock_topics

_POSTS = """
SELECT p.id, p.thank_count, p.helped_count,
       count(t.id) FILTER (WHERE t.kind = 'thank'), count(t.id) FILTER (WHERE t.kind = 'helped')
FROM community_post p LEFT JOIN community_thank t ON t.post_id = p.id
WHERE p.topic_id = ANY(%(ids)s)
GROUP BY p.id
HAVING p.thank_count <> count(t.id) FILTER (WHERE t.kind = 'thank')
    OR p.helped_count <> count(t.id) FILTER (WHERE t.kind = 'helped')
ORDER BY p.id
"""

_TOPICS = """
SELECT t.id,
       t.last_number, t.reply_count, t.helpful_count, t.follow_count, t.reader_count, t.last_post_at, t.accepted_post_id,
       coalesce(p.last_number, 0), coalesce(p.reply_count, 0), coalesce(h.helpful_count, 0),
       coalesce(f.follow_count, 0), coalesce(r.reader_count, 0), coalesce(p.last_post_at, t.last_post_at),
       (SELECT a.id FROM community_post a WHERE a.id = t.accepted_post_id AND a.topic_id = t.id
           AND a.number > 1 AND a.deleted_at IS NULL AND a.hidden_at IS NULL),
       coalesce(p.posts, 0)
FROM community_topic t
LEFT JOIN (SELECT topic_id, max(number) AS last_number, count(*) AS posts, max(created_at) AS last_post_at,
                  count(*) FILTER (WHERE number > 1 AND deleted_at IS NULL) AS reply_count
           FROM community_post WHERE topic_id = ANY(%(ids)s) GROUP BY topic_id) p ON p.topic_id = t.id
LEFT JOIN (SELECT post.topic_id, count(*) AS helpful_count FROM community_thank thank
           JOIN community_post post ON post.id = thank.post_id
           WHERE post.topic_id = ANY(%(ids)s) GROUP BY post.topic_id) h ON h.topic_id = t.id
LEFT JOIN (SELECT topic_id, count(*) AS follow_count FROM community_follow
           WHERE topic_id = ANY(%(ids)s) AND NOT muted GROUP BY topic_id) f ON f.topic_id = t.id
LEFT JOIN (SELECT topic_id, count(*) AS reader_count FROM community_readstate
           WHERE topic_id = ANY(%(ids)s) GROUP BY topic_id) r ON r.topic_id = t.id
WHERE t.id = ANY(%(ids)s)
ORDER BY t.id
"""

_SPACES = """
SELECT s.id, s.topic_count, s.member_count,
       (SELECT count(*) FROM community_topic t WHERE t.space_id = s.id AND NOT t.hidden),
       (SELECT count(*) FROM community_spacemembership m WHERE m.space_id = s.id AND m.confirmed_at IS NOT NULL)
FROM community_space s
ORDER BY s.id
"""

_POST_COLUMNS = ["thank_count", "helped_count"]
_TOPIC_COLUMNS = [
    "last_number", "reply_count", "helpful_count", "follow_count", "reader_count", "last_post_at", "accepted_post_id",
]  # fmt: skip
_SPACE_COLUMNS = ["topic_count", "member_count"]


@dataclass(frozen=True)
class Difference:
    """``numbers`` of a topic is no column: its posts are not numbered 1 to n, which nobody repairs by counting."""

    table: str
    pk: int
    column: str
    stored: Any
    counted: Any

    def __str__(self) -> str:
        return f"{self.table} {self.pk} {self.column}: {self.stored} stored, {self.counted} counted"


def recount(topic_ids: Iterable[int], *, repair: bool = False) -> list[Difference]:
    """What differs for these topics and their posts; with ``repair`` it is put right, with the topics locked meanwhile."""
    ids = sorted(set(topic_ids))
    if not repair:
        return _differences(ids)
    with transaction.atomic():
        lock_topics(ids)
        found = _differences(ids)
        _repair("community_post", _POST_COLUMNS, found)
        _repair("community_topic", _TOPIC_COLUMNS, found)
    return found


def recount_spaces(*, repair: bool = False) -> list[Difference]:
    with transaction.atomic(), connection.cursor() as cursor:
        if repair:
            cursor.execute("SELECT id FROM community_space ORDER BY id FOR NO KEY UPDATE")
        cursor.execute(_SPACES)
        found = _compare("community_space", _SPACE_COLUMNS, cursor.fetchall())
        if repair:
            _repair("community_space", _SPACE_COLUMNS, found)
    return found


def _differences(ids: list[int]) -> list[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(_POSTS, {"ids": ids})
        found = _compare("community_post", _POST_COLUMNS, cursor.fetchall())
        cursor.execute(_TOPICS, {"ids": ids})
        rows = cursor.fetchall()
    found += _compare("community_topic", _TOPIC_COLUMNS, rows)
    last, posts = 1 + len(_TOPIC_COLUMNS), -1
    return found + [
        Difference("community_topic", row[0], "numbers", row[last], row[posts])
        for row in rows
        if row[last] != row[posts]
    ]


def _compare(table: str, columns: list[str], rows: list[tuple[Any, ...]]) -> list[Difference]:
    """Each row is the id, the stored values, then the counted ones, in the order of ``columns``."""
    return [
        Difference(table, row[0], column, row[1 + place], row[1 + len(columns) + place])
        for row in rows
        for place, column in enumerate(columns)
        if row[1 + place] != row[1 + len(columns) + place]
    ]


def _repair(table: str, columns: list[str], found: list[Difference]) -> None:
    """One statement for each column; the names of tables and columns are our own."""
    with connection.cursor() as cursor:
        for column in columns:
            wrong = [row for row in found if row.table == table and row.column == column]
            if wrong:
                cast = {"last_post_at": "timestamptz"}.get(column, "bigint")
                cursor.execute(
                    f"UPDATE {table} SET {column} = right_one.value"  # noqa: S608
                    f" FROM unnest(%s::bigint[], %s::{cast}[]) AS right_one(id, value) WHERE {table}.id = right_one.id",
                    [[row.pk for row in wrong], [row.counted for row in wrong]],
                )
