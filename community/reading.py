"""What a person has not read yet, space by space: one query, the same cost whatever they have read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from belonging.core.prepared import Prepared, fetch
from community.models import Space, Visibility
from community.models.spaces import read_floor
from community.one import Administrator, Visitor, shape_of

MOST_UNREAD = 20
"""Unread topics of a space are counted no further; more are shown as "20+"."""

MOST_BESIDE = 10

_SPACES = """
SELECT s.id, s.slug, s.title, s.visibility, s.topic_count, c.read_at, s.closed_at, s.closes_on, u.unread
  FROM community_space s
  LEFT JOIN community_spaceread r ON r.space_id = s.id AND r.user_id = %s
  CROSS JOIN LATERAL (SELECT greatest(r.read_at, %s) AS read_at) c
  CROSS JOIN LATERAL (
    SELECT count(*) AS unread FROM (
      SELECT 1 FROM community_topic t
        LEFT JOIN community_readstate seen ON seen.topic_id = t.id AND seen.user_id = %s
        LEFT JOIN community_follow f ON f.topic_id = t.id AND f.user_id = %s AND f.muted
       WHERE t.space_id = s.id AND NOT t.hidden AND t.last_post_at > c.read_at
         AND coalesce(seen.last_number, 0) < t.last_number AND f.id IS NULL
       LIMIT %s
    ) fresh
  ) u
 WHERE s.id IN ({visible})
 ORDER BY s.position, s.title
"""


@dataclass(frozen=True, slots=True)
class SpaceEntry:
    """A readable space in a list. ``unread`` is "" where nothing is new, else "7" or "20+"."""

    pk: int
    slug: str
    title: str
    is_private: bool
    topic_count: int
    read_at: datetime | None
    unread: str

    @property
    def url(self) -> str:
        return f"/spaces/{self.slug}/"


def spaces_of(user: Any, *, now: datetime | None = None) -> list[SpaceEntry]:
    """The spaces whose topics the person may read, in order; for a member with what is unread. One query."""
    if not user.is_authenticated:
        rows = _OPEN.rows()
        return [SpaceEntry(pk, slug, title, False, count, None, "") for pk, slug, title, count in rows]
    sql, values = _VISIBLE.sql(shape_of(user), **({} if user.is_superuser else {"user": user}))
    floor = read_floor(user, now=now)
    rows = fetch(_SPACES.format(visible=sql), [user.pk, floor, user.pk, user.pk, MOST_UNREAD, *values])
    return [
        SpaceEntry(
            pk, slug, title, visibility in {Visibility.CLOSED, Visibility.CONFIDENTIAL}, count, read_at, _words(unread)
        )
        for pk, slug, title, visibility, count, read_at, _closed, _closes, unread in rows
    ]  # fmt: skip


_OPEN = Prepared(
    lambda: (
        Space.objects.visible_to(Visitor)
        .order_by("position", "title")
        .values_list("pk", "slug", "title", "topic_count")
    )
)
_VISIBLE = Prepared(lambda who, user=Administrator: Space.objects.visible_to(user).order_by().values("pk"))


def beside(spaces: list[SpaceEntry]) -> list[SpaceEntry]:
    """The ten that stand beside a list: those with something new first, else in their own order."""
    return sorted(spaces, key=lambda space: not space.unread)[:MOST_BESIDE]


def _words(unread: int) -> str:
    if not unread:
        return ""
    return f"{MOST_UNREAD}+" if unread >= MOST_UNREAD else str(unread)
