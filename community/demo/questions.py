"""Questions that wait, from questions.json, and one accepted answer on its way to the library."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from belonging.accounts import demo as people
from belonging.core import content
from belonging.core.errors import BelongingError
from community import services
from community.models import Kind, Space, Topic

FILE = Path(__file__).parent / "questions.json"
LONDON = ZoneInfo("Europe/London")


def data() -> dict[str, Any]:
    found: dict[str, Any] = content.read(FILE)
    return found


def connect() -> str:
    rows = data()
    asked = sum(_question(row) for row in rows["topics"])
    kept = Topic.objects.select_related("author").filter(slug=rows["kept"]).first()
    if kept is not None:
        services.keep(kept.pk, by=kept.author)
    return f"{len(rows['topics'])} questions wait, {asked} of them newly asked of an expert"


def _question(row: dict[str, Any]) -> int:
    if Topic.objects.filter(slug=row["slug"]).exists():
        return 0
    day = timezone.localdate() - timedelta(days=row["days_ago"])
    moment = datetime.combine(day, time.fromisoformat(row["time"]), LONDON)
    author = people.member(row["author"])
    topic = services.start_topic(
        author,
        Space.objects.get(slug=row["space"]),
        title=row["title"],
        source=row["body"],
        strands=row["strands"],
        kind=Kind.QUESTION,
        now=moment,
    )
    Topic.objects.filter(pk=topic.pk).update(slug=row["slug"])
    if "ask" not in row:
        return 0
    at = moment + timedelta(minutes=row["ask"]["minutes_after"])
    made = services.ask(topic, experts=[people.member(row["ask"]["expert"])], by=author, now=at)
    if not made:
        raise BelongingError(f"The demo's question {row['slug']!r} reached nobody.")
    return len(made)
