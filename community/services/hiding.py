"""Taking posts and topics out of sight and back, as moderators decide. The words stay as evidence."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from belonging.core import html
from community.models import Post, Space, Topic
from community.services.locking import again_on_deadlock, lock_post, lock_topics


@again_on_deadlock
@transaction.atomic
def hide_post(post: Post, *, text: str = "", now: datetime | None = None) -> None:
    """Take a post out of sight, everywhere; ``text`` stands in its place and its words stay for moderators.

    It is no longer the accepted answer, and it is kept on the post that it was.
    """
    topic, locked = lock_post(post.pk)
    now = now or timezone.now()
    Post.objects.filter(pk=locked.pk).update(hidden_at=now, hidden_text=text[:300])
    if topic.accepted_post_id == locked.pk:
        Post.objects.filter(pk=locked.pk).update(was_accepted_at=topic.accepted_at or now)
        Topic.objects.filter(pk=topic.pk).update(accepted_post=None, accepted_at=None)
    if locked.number == 1:
        Topic.objects.filter(pk=topic.pk).update(first_words=text[:220])


@again_on_deadlock
@transaction.atomic
def restore_post(post: Post) -> None:
    """Bring a post back as it was: also as the answer, unless another one was accepted meanwhile."""
    topic, locked = lock_post(post.pk)
    Post.objects.filter(pk=locked.pk).update(hidden_at=None, hidden_text="", was_accepted_at=None)
    answers = topic.is_question and locked.number > 1 and not locked.is_deleted
    if locked.was_accepted_at and answers and not topic.accepted_post_id:
        Topic.objects.filter(pk=topic.pk).update(accepted_post=locked.pk, accepted_at=locked.was_accepted_at)
    if locked.number == 1:
        Topic.objects.filter(pk=topic.pk).update(first_words=html.excerpt(locked.html, 220))


@again_on_deadlock
@transaction.atomic
def hide_topic(topic: Topic, *, hidden: bool) -> None:
    """Take a whole topic with its title out of sight, or bring it back; its space counts what is in sight.

    A topic that its author deleted, or that went into another, is not brought back.
    """
    locked = lock_topics([topic.pk])[topic.pk]
    gone = locked.deleted_at is not None or locked.merged_into_id is not None
    if locked.hidden == hidden or (gone and not hidden):
        return
    Topic.objects.filter(pk=locked.pk).update(hidden=hidden)
    Space.objects.filter(pk=locked.space_id).update(topic_count=F("topic_count") + (-1 if hidden else 1))
