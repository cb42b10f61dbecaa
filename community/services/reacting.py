"""Thanks, "this helped" and the accepted answer. Counters move in the transaction of what they count."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.accounts.models import User
from belonging.notifications.services import notify
from community.models import ExpertRequest, Post, Thank, ThankKind, Topic
from community.services.locking import again_on_deadlock, lock_post, lock_topics


def thank(user: User, post: Post) -> bool:
    """Thank for a post, or take it back; whether the person thanks now."""
    return _react(user, post, ThankKind.THANK)


def helped(user: User, post: Post) -> bool:
    """Say that a reply to a question helped, or take it back; whether it stands now."""
    return _react(user, post, ThankKind.HELPED)


@again_on_deadlock
@transaction.atomic
def _react(user: User, post: Post, kind: str) -> bool:
    """A post that was deleted or hidden in the meantime takes no new thanks."""
    topic, locked = lock_post(post.pk)
    removed, _rows = Thank.objects.filter(post=locked, user=user, kind=kind).delete()
    if not removed and (locked.is_deleted or locked.is_hidden):
        return False
    if not removed:
        Thank.objects.create(post=locked, user=user, kind=kind)
    change = -1 if removed else 1
    counter = "thank_count" if kind == ThankKind.THANK else "helped_count"
    Post.objects.filter(pk=locked.pk).update(**{counter: F(counter) + change})
    Topic.objects.filter(pk=topic.pk).update(helpful_count=F("helpful_count") + change)
    if not removed and locked.author_id != user.pk:
        text = _("%(name)s thanked you for a post") if kind == ThankKind.THANK else _("%(name)s says your reply helped")
        notify(
            [locked.author_id],
            reason="thanks",
            text=text % {"name": user.display_name},
            url=locked.get_absolute_url(),
            key=f"{kind}:{locked.pk}:{user.pk}",
            actor=user,
        )
    return not removed


@again_on_deadlock
@transaction.atomic
def accept(topic_id: int, post: Post | None, *, now: datetime | None = None) -> None:
    """Mark a post as the answer; ``None`` takes the mark away. Its author is told.

    A post that was hidden, deleted or moved to another topic in the meantime is not accepted.
    """
    topic = lock_topics([topic_id])[topic_id]
    if post is not None:
        post = Post.objects.filter(
            pk=post.pk, topic=topic, number__gt=1, hidden_at__isnull=True, deleted_at__isnull=True
        ).first()
        if post is None:
            return
    topic.accepted_post = post
    topic.accepted_at = (now or timezone.now()) if post else None
    topic.save(update_fields=["accepted_post", "accepted_at"])
    # What is decided now counts more than what a hidden post was.
    Post.objects.filter(topic=topic, was_accepted_at__isnull=False).update(was_accepted_at=None)
    if post:
        ExpertRequest.objects.waiting().filter(topic=topic).update(answered_at=topic.accepted_at)
    if post and post.author_id != topic.author_id:
        notify(
            [post.author_id],
            reason="accepted",
            text=_("Your reply was accepted as the answer to “%(topic)s”") % {"topic": topic.title},
            url=post.get_absolute_url(),
            key=f"accepted:{post.pk}",
        )
