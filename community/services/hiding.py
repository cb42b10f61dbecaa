"""Taking posts and topics out of sight and back, as moderators decide. The words stay as evidence."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from belonging.core import html
from community.models import Post, Topic


@transaction.atomic
def hide_post(post: Post, *, text: str = "", now: datetime | None = None) -> None:
    """Take a post out of sight, everywhere; ``text`` stands in its place and its words stay for moderators."""
    topic = Topic.objects.select_for_update().get(pk=post.topic_id)
    Post.objects.filter(pk=post.pk).update(hidden_at=now or timezone.now(), hidden_text=text[:300])
    Topic.objects.filter(pk=topic.pk, accepted_post=post.pk).update(accepted_post=None, accepted_at=None)
    if post.number == 1:
        Topic.objects.filter(pk=topic.pk).update(first_words=text[:220])


@transaction.atomic
def restore_post(post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(hidden_at=None, hidden_text="")
    if post.number == 1:
        Topic.objects.filter(pk=post.topic_id).update(first_words=html.excerpt(post.html, 220))


def hide_topic(topic: Topic, *, hidden: bool) -> None:
    """Take a whole topic with its title out of sight, or bring it back."""
    Topic.objects.filter(pk=topic.pk).update(hidden=hidden)
