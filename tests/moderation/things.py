"""What the tests of moderation share: a post, a report about it, and the people who decide."""

from __future__ import annotations

from typing import Any

from belonging.accounts.models import MODERATORS, SAFEGUARDING_LEADS, User
from belonging.moderation import services
from belonging.moderation.models import Case
from community import services as community
from community.models import Post
from tests.people import person, space


def moderator(name: str = "") -> User:
    return person(name, groups=(MODERATORS,))


def lead(name: str = "") -> User:
    return person(name, groups=(SAFEGUARDING_LEADS,))


def administrator() -> User:
    return person(is_superuser=True, is_staff=True)


def post_by(author: User | None = None, words: str = "Some words") -> Post:
    topic = community.start_topic(author or person("Writer"), space(), title="A question", source=words)
    return Post.objects.get(topic=topic)


def reported(post: Post | None = None, *, reason: str = "unkind", by: User | None = None, **fields: Any) -> Case:
    post = post or post_by()
    return services.report(by or person(), kind="post", object_id=post.pk, reason=reason, **fields)
