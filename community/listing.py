"""A page of topics by keyset, and what the reader has seen of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from community.models import TOPICS_PAGE, ReadState, Topic


def page_of(request: HttpRequest, rows: Any) -> tuple[list[Topic], str]:
    """Twenty topics older than the ``before`` of the address (a moment and an id), and the address of the next ones."""
    cursor = _cursor(request.GET.get("before", ""))
    if cursor:
        moment, pk = cursor
        rows = rows.filter(Q(last_post_at__lt=moment) | Q(last_post_at=moment, pk__lt=pk))
    found = list(rows.newest().listed()[: TOPICS_PAGE + 1])
    if len(found) <= TOPICS_PAGE:
        return found, ""
    last = found[TOPICS_PAGE - 1]
    query = request.GET.copy()
    query["before"] = f"{last.last_post_at.isoformat()}_{last.pk}"
    return found[:TOPICS_PAGE], f"?{query.urlencode()}"


def _cursor(text: str) -> tuple[datetime, int] | None:
    moment, _sep, pk = text.partition("_")
    try:
        parsed = parse_datetime(moment.replace(" ", "+"))
    except ValueError:
        return None
    if parsed is None or parsed.tzinfo is None or not pk.isdecimal() or len(pk) > 18:
        return None
    return parsed, int(pk)


def with_read_state(user: Any, topics: list[Topic]) -> list[dict[str, Any]]:
    """Each topic with how many posts the person has not seen. One query for the page."""
    seen: dict[int, int] = {}
    if user.is_authenticated:
        seen = dict(ReadState.objects.filter(user=user, topic__in=topics).values_list("topic_id", "last_number"))
    return [
        {
            "topic": topic,
            "new": max(0, topic.last_number - seen[topic.pk]) if topic.pk in seen else 0,
            "unread": user.is_authenticated and topic.pk not in seen,
        }
        for topic in topics
    ]
