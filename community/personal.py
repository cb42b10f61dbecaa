"""What this room holds of one person, and how it lets go of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from belonging.core.hooks import PersonalData
from community import services
from community.models import (
    Attachment,
    Draft,
    ExpertRequest,
    FeedToken,
    Follow,
    Mention,
    Post,
    PostRevision,
    ReadState,
    SpaceMembership,
    SpaceRead,
    Thank,
    ThankKind,
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
    return PersonalData("community", MODELS, export=_export, erase=_erase)


def _export(user: Any) -> Mapping[str, Any]:
    return {
        "posts": [
            {"topic": post.topic.title, "number": post.number, "created_at": post.created_at, "text": post.source}
            for post in Post.objects.filter(author=user).select_related("topic").order_by("pk")
        ],
        "topics": list(Topic.objects.filter(author=user).values_list("title", flat=True)),
        "revisions": list(PostRevision.objects.filter(post__author=user).values("post_id", "source", "written_at")),
        "drafts": list(Draft.objects.filter(user=user).values("title", "source", "saved_at")),
        "files": list(Attachment.objects.filter(owner=user).values("key", "alt", "created_at")),
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


def _erase(user: Any) -> None:
    for topic in Topic.objects.filter(follows__user=user, follows__muted=False):
        services.follow(user, topic, on=False)
    Follow.objects.filter(user=user).delete()
    Follow.objects.filter(person=user).delete()
    ReadState.objects.filter(user=user).delete()
    SpaceRead.objects.filter(user=user).delete()
    FeedToken.objects.filter(user=user).delete()
    Draft.objects.filter(user=user).delete()
    ExpertRequest.objects.filter(expert=user).delete()
    PostRevision.objects.filter(post__author=user).delete()
    for membership in SpaceMembership.objects.filter(user=user).select_related("space"):
        services.leave(user, membership.space)
    for given in Thank.objects.filter(user=user).select_related("post"):
        take_back = services.thank if given.kind == ThankKind.THANK else services.helped
        take_back(user, given.post)
