"""Somebody takes back what they wrote. The row and its number stay, so that the thread can still be read."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from belonging.accounts.models import User
from community.models import Mention, Post, PostRevision, Space, Thank, Topic
from community.services.locking import again_on_deadlock, lock_post


@again_on_deadlock
@transaction.atomic
def delete_post(post_id: int, *, by: User, now: datetime | None = None) -> Post:
    """The author deletes a post: its words are kept as a revision for moderators and nowhere else.

    A first post that nobody has answered takes its topic out of sight; one that was answered leaves its title. Twice
    changes nothing. Raises ``Post.DoesNotExist`` when somebody else wrote it.
    """
    topic, post = lock_post(post_id)
    if post.author_id != by.pk:
        raise Post.DoesNotExist
    if post.is_deleted:
        return post
    now = now or timezone.now()
    PostRevision.objects.create(
        post=post,
        source=post.source,
        heading=post.heading,
        written_at=post.edited_at or post.created_at,
        replaced_at=now,
        replaced_by=by,
    )
    Mention.objects.filter(post=post).delete()
    Thank.objects.filter(post=post).delete()
    given = post.thank_count + post.helped_count
    post.source = post.html = ""
    post.thank_count = post.helped_count = 0
    post.deleted_at = now
    post.save(update_fields=["source", "html", "thank_count", "helped_count", "deleted_at"])
    topic.helpful_count -= given
    topic.reply_count -= post.number > 1
    if topic.accepted_post_id == post.pk:
        topic.accepted_post = topic.accepted_at = None
    if post.number == 1:
        topic.first_words = ""
        if topic.reply_count == 0 and not topic.deleted_at:
            _delete_topic(topic, now)
    topic.save(
        update_fields=[
            "helpful_count", "reply_count", "accepted_post", "accepted_at", "first_words", "hidden", "pinned", "deleted_at",
        ]
    )  # fmt: skip
    return post


def _delete_topic(topic: Topic, now: datetime) -> None:
    if not topic.hidden:
        Space.objects.filter(pk=topic.space_id).update(topic_count=F("topic_count") - 1)
    topic.hidden, topic.pinned, topic.deleted_at = True, False, now
