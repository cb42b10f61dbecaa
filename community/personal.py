"""What this room holds of one person, and how it lets go of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from belonging.core.hooks import PersonalData
from community import leaving
from community.models import (
    Attachment,
    Draft,
    ExpertRequest,
    Follow,
    Mention,
    Post,
    PostRevision,
    ReadState,
    SpaceMembership,
    Thank,
    Topic,
)

MODELS = [
    "community.Topic",
    "community.Post",
    "community.PostRevision",
    "community.Mention",
    "community.Thank",
    "community.Attachment",
    "community.Draft",
    "community.Follow",
    "community.FeedToken",
    "community.ReadState",
    "community.SpaceRead",
    "community.SpaceMembership",
    "community.ExpertRequest",
]


def personal_data() -> PersonalData:
    """Posts stay under "Former member"; what somebody follows, has read, thanked for and belongs to goes."""
    return PersonalData("community", MODELS, export=_export, erase=leaving.erase, files=_files)


def _export(user: Any) -> Mapping[str, Any]:
    return {
        "posts": [
            {"topic": post.topic.title, "number": post.number, "created_at": post.created_at, "text": post.source}
            for post in Post.objects.filter(author=user).select_related("topic").order_by("pk")
        ],
        "topics": list(Topic.objects.filter(author=user).values_list("title", flat=True)),
        "revisions": list(PostRevision.objects.filter(post__author=user).values("post_id", "source", "written_at")),
        "drafts": list(Draft.objects.filter(user=user).values("title", "source", "values", "saved_at")),
        "files": list(Attachment.objects.filter(owner=user).values("key", "alt", "file__name", "created_at")),
        "mentioned_in": Mention.objects.filter(user=user).count(),
        "following": list(Follow.objects.filter(user=user).values("topic__title", "space__title", "tag", "muted")),
        "read": ReadState.objects.filter(user=user).count(),
        "thanks_given": Thank.objects.filter(user=user).count(),
        "questions_to_experts": list(
            ExpertRequest.objects.filter(asked_by=user).values("topic__title", "strand", "asked_at", "answered_at")
        ),
        "asked_as_expert": list(
            ExpertRequest.objects.of_expert(user).values(
                "topic__title", "asked_at", "nudged_at", "answered_at", "passed_at"
            )
        ),
        "spaces": list(
            SpaceMembership.objects.filter(user=user).values("space__title", "role", "note", "asked_at", "confirmed_at")
        ),
    }


def _files(user: Any) -> Iterator[tuple[str, bytes]]:
    """A Markdown file for each topic with the person's own posts; nobody else's words are in it."""
    posts = Post.objects.filter(author=user, deleted_at__isnull=True).select_related("topic")
    ordered = posts.order_by("topic_id", "number").iterator(chunk_size=500)
    for _topic_id, group in groupby(ordered, key=lambda post: post.topic_id):
        own = list(group)
        topic = own[0].topic
        parts = [f"# {topic.title}\n"]
        parts += [f"## {post.number}, {post.created_at:%Y-%m-%d %H:%M} UTC\n\n{post.source}\n" for post in own]
        yield f"topics/{topic.pk}-{topic.slug}.md", "\n".join(parts).encode()
