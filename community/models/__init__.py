"""Spaces, topics and posts, and what people keep of them. Import from here; the modules divide it by subject."""

from community.models.asking import ExpertRequest, ExpertRequestQuerySet
from community.models.drafts import Draft, DraftQuerySet
from community.models.posts import (
    POSTS_PAGE,
    Attachment,
    AttachmentQuerySet,
    Mention,
    Post,
    PostQuerySet,
    PostRevision,
    Thank,
    ThankKind,
)
from community.models.reading import FeedToken, Follow, FollowQuerySet, ReadState, SpaceRead
from community.models.spaces import (
    Joining,
    Space,
    SpaceMembership,
    SpaceMembershipQuerySet,
    SpaceQuerySet,
    SpaceRole,
    Visibility,
    is_moderator,
    opens_up,
)
from community.models.topics import TOPICS_PAGE, Kind, Phase, Topic, TopicQuerySet

__all__ = [
    "POSTS_PAGE",
    "TOPICS_PAGE",
    "Attachment",
    "AttachmentQuerySet",
    "Draft",
    "DraftQuerySet",
    "ExpertRequest",
    "ExpertRequestQuerySet",
    "FeedToken",
    "Follow",
    "FollowQuerySet",
    "Joining",
    "Kind",
    "Mention",
    "Phase",
    "Post",
    "PostQuerySet",
    "PostRevision",
    "ReadState",
    "Space",
    "SpaceMembership",
    "SpaceMembershipQuerySet",
    "SpaceQuerySet",
    "SpaceRead",
    "SpaceRole",
    "Thank",
    "ThankKind",
    "Topic",
    "TopicQuerySet",
    "Visibility",
    "is_moderator",
    "opens_up",
]
