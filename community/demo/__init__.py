"""Six spaces, thirty topics and 211 posts from discussions.json."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from belonging.accounts import demo as people
from belonging.core import content
from belonging.core.html import CLEANER_VERSION, excerpt
from belonging.core.links import inline_markdown
from belonging.moderation import services as moderation
from community.models import Follow, Post, ReadState, Space, SpaceMembership, SpaceRole, Thank, Topic
from community.writing import render

FILE = Path(__file__).parent / "discussions.json"
LONDON = ZoneInfo("Europe/London")


def data() -> dict[str, Any]:
    found: dict[str, Any] = content.read(FILE)
    return found


def create() -> str:
    by_id = people.people_by_id()
    now = timezone.now()
    for position, row in enumerate(data()["spaces"]):
        closes = row.get("closes_offset_days")
        space, _made = Space.objects.get_or_create(
            slug=row["slug"],
            defaults={
                "title": row["title"],
                "visibility": row["visibility"],
                "joining": row["joining"],
                "description": row["description"],
                "prompt": row["prompt"],
                "welcome": row["welcome"],
                "event_tag": row.get("event_tag", ""),
                "strands": row["strands"],
                "position": position,
                "closes_on": timezone.localdate() + timedelta(days=closes) if closes else None,
            },
        )
        members = row["members"] if row["members"] != "all" else []
        for reference in dict.fromkeys([*row["facilitators"], *members]):
            role = SpaceRole.FACILITATOR if reference in row["facilitators"] else SpaceRole.MEMBER
            SpaceMembership.objects.get_or_create(
                space=space, user=by_id[reference], defaults={"role": role, "confirmed_at": now, "asked_at": now}
            )
    for row in data()["topics"]:
        if not Topic.objects.filter(slug=row["slug"]).exists():
            moment = _moment(row["posts"][0]["at"])
            Topic.objects.create(
                space=Space.objects.get(slug=row["space"]),
                title=row["title"],
                slug=row["slug"],
                kind=row["kind"],
                author=by_id[row["author"]],
                strands=row["strands"],
                tags=row["tags"],
                pinned=row["pinned"],
                locked=row["locked"],
                created_at=moment,
                last_post_at=moment,
            )
    return f"{Space.objects.count()} spaces, {Topic.objects.count()} topics"


def _moment(at: dict[str, Any]) -> datetime:
    day = timezone.localdate() - timedelta(days=at["days_ago"])
    return datetime.combine(day, time.fromisoformat(at["time"]), LONDON)


def connect() -> str:
    """Posts, once everything they link to is there; then what moderators did."""
    by_id = people.people_by_id()
    added = 0
    for row in data()["topics"]:
        topic = Topic.objects.get(slug=row["slug"])
        if topic.last_number == 0:
            added += _posts(topic, row, by_id)
    for space in Space.objects.all():
        counts = {
            "topic_count": Topic.objects.filter(space=space).count(),
            "member_count": SpaceMembership.objects.active().filter(space=space).count(),
        }
        Space.objects.filter(pk=space.pk).update(**counts)
    return f"{added} posts written, {Post.objects.count()} in all"


def _posts(topic: Topic, row: dict[str, Any], by_id: dict[str, Any]) -> int:
    made: dict[str, Post] = {}
    for number, entry in enumerate(row["posts"], start=1):
        source = inline_markdown(entry["body"])
        post = Post.objects.create(
            topic=topic,
            number=number,
            author=by_id[entry["author"]],
            source=source,
            html=render(source).html,
            cleaner_version=CLEANER_VERSION,
            reply_to=made.get(entry["reply_to"]) if entry["reply_to"] else None,
            created_at=_moment(entry["at"]),
            heading=topic.title if number == 1 else "",
            thank_count=len(entry["thanks"]),
        )
        made[entry["id"]] = post
        Thank.objects.bulk_create(Thank(post=post, user=by_id[reference]) for reference in entry["thanks"])
    posts = list(made.values())
    topic.last_number, topic.reply_count = len(posts), len(posts) - 1
    topic.last_post_at = posts[-1].created_at
    topic.first_words = excerpt(posts[0].html, 220)
    topic.accepted_post = made.get(row["accepted_post"]) if row["accepted_post"] else None
    topic.accepted_at = topic.accepted_post.created_at + timedelta(hours=20) if topic.accepted_post else None
    topic.helpful_count = sum(post.thank_count for post in posts)
    topic.follow_count = topic.reader_count = len({post.author_id for post in posts})
    topic.save()
    authors = {post.author_id: post.number for post in posts}
    Follow.objects.bulk_create(Follow(topic=topic, user_id=pk) for pk in authors)
    ReadState.objects.bulk_create(
        ReadState(topic=topic, user_id=pk, last_number=number) for pk, number in authors.items()
    )
    for entry in row["posts"]:
        _moderation(made[entry["id"]], entry, by_id)
    return len(posts)


def _moderation(post: Post, entry: dict[str, Any], by_id: dict[str, Any]) -> None:
    """Flags as reports; a hidden post as a moderator's decision with the words members see."""
    for flag in entry.get("flags", []):
        moderation.report(
            by_id[flag["by"]],
            kind="post",
            object_id=post.pk,
            reason=REASONS.get(flag["reason"], "other"),
            note=flag.get("note") or "",
            now=post.created_at + timedelta(minutes=flag["minutes_after"]),
        )
    state = entry["moderation"]
    if state["state"] == "hidden":
        post.refresh_from_db()
        moderation.decide_reported(
            kind="post",
            object_id=post.pk,
            by=people.member("safeguarding@demo.example"),  # it was reported as a worry about harm
            hide=True,
            public_text=state.get("public_text") or "",
            note=state.get("private_note") or "",
        )


REASONS = {"safeguarding": "safeguarding", "identifies a pupil": "identifies", "off topic": "other"}
