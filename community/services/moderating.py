"""What facilitators, moderators and safeguarding leads do with a topic: pin, lock, close, bring back, move.

Each verb is one transaction, asks again under the lock whether the person may, writes a row of the audit trail (ids
only) and tells the topic's author, with the reason. For many topics call it for each: one that fails stops no other.
Splitting and merging are in ``rearranging``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from belonging.accounts.models import User
from belonging.core.errors import BelongingError
from belonging.notifications.services import notify
from belonging.trail import services as trail
from community.models import ExpertRequest, Follow, Space, SpaceMembership, Topic
from community.services.hiding import hide_topic
from community.services.locking import again_on_deadlock, lock_topics

REASON_LETTERS = 180
_TITLE_LETTERS = 60


class CannotModerate(BelongingError):
    """The topic is not there for this person, or the decision does not fit it; the message says what."""


class Decision(models.TextChoices):
    PIN = "pin", gettext_lazy("Pin it at the top of the space")
    UNPIN = "unpin", gettext_lazy("Take the pin off")
    LOCK = "lock", gettext_lazy("Lock it: nobody replies for now")
    UNLOCK = "unlock", gettext_lazy("Unlock it")
    CLOSE = "close", gettext_lazy("Close it: it is finished")
    REOPEN = "reopen", gettext_lazy("Open it again")
    RESTORE = "restore", gettext_lazy("Bring it back into sight")


NEEDS_REASON = frozenset({Decision.LOCK, Decision.CLOSE})
"""Readers see why nobody can reply."""

_DONE = {
    Decision.PIN: ("pinned", gettext_lazy("Your topic “%(title)s” was pinned.")),
    Decision.UNPIN: ("unpinned", gettext_lazy("Your topic “%(title)s” is no longer pinned.")),
    Decision.LOCK: ("locked", gettext_lazy("Your topic “%(title)s” was locked.")),
    Decision.UNLOCK: ("unlocked", gettext_lazy("Your topic “%(title)s” takes replies again.")),
    Decision.CLOSE: ("closed", gettext_lazy("Your topic “%(title)s” was closed.")),
    Decision.REOPEN: ("reopened", gettext_lazy("Your topic “%(title)s” was opened again.")),
    Decision.RESTORE: ("restored", gettext_lazy("Your topic “%(title)s” can be seen again.")),
}


@again_on_deadlock
@transaction.atomic
def decide_topic(topic_id: int, *, by: User, decision: str, reason: str = "", now: datetime | None = None) -> Topic:
    """Change the state of a topic. What it is already changes nothing and tells nobody. Raises ``CannotModerate``."""
    topic = managed([topic_id], by)[topic_id]
    changes = _changes(topic, Decision(decision), reason, now or timezone.now())
    if not changes:
        return topic
    if decision == Decision.RESTORE:
        hide_topic(topic, hidden=False)
    Topic.objects.filter(pk=topic.pk).update(**changes)
    for name, value in changes.items():
        setattr(topic, name, value)
    action, words = _DONE[Decision(decision)]
    record_and_tell(topic, by=by, action=action, words=str(words), reason=reason)
    return topic


def _changes(topic: Topic, decision: Decision, reason: str, now: datetime) -> dict[str, Any]:
    """The columns to set; nothing when the topic is so already."""
    stops = topic.locked + (topic.closed_at is not None)
    kept_reason = topic.state_reason if stops == 2 else ""
    choices: dict[Decision, tuple[bool, dict[str, Any]]] = {
        Decision.PIN: (not topic.pinned, {"pinned": True}),
        Decision.UNPIN: (topic.pinned, {"pinned": False}),
        Decision.LOCK: (not topic.locked, {"locked": True, "state_reason": reason}),
        Decision.UNLOCK: (topic.locked, {"locked": False, "state_reason": kept_reason}),
        Decision.CLOSE: (topic.closed_at is None, {"closed_at": now, "state_reason": reason}),
        Decision.REOPEN: (topic.closed_at is not None, {"closed_at": None, "state_reason": kept_reason}),
        Decision.RESTORE: (topic.hidden, {"hidden": False}),
    }
    fits, changes = choices[decision]
    return changes if fits else {}


@again_on_deadlock
@transaction.atomic
def move_topic(topic_id: int, *, by: User, to: Space, reason: str) -> Topic:
    """Move a topic to another space that the person moderates too. Raises ``CannotModerate``.

    Whoever may not read the new space loses the follow, and an expert who may not is no longer asked.
    """
    topic = managed([topic_id], by)[topic_id]
    if not Space.objects.moderated_by(by).filter(pk=to.pk).exists():
        raise CannotModerate(_("Choose a space that you look after."))
    if topic.space_id == to.pk:
        return topic
    old_id, topic.space, topic.pinned = topic.space_id, to, False
    topic.save(update_fields=["space", "pinned"])
    lost = 0
    if to.is_private:
        inside = SpaceMembership.objects.active().filter(space=to).values("user_id")
        lost = Follow.objects.filter(topic=topic, muted=False).exclude(user__in=inside).count()
        Follow.objects.filter(topic=topic).exclude(user__in=inside).delete()
        ExpertRequest.objects.waiting().filter(topic=topic, expert__isnull=False).exclude(expert__in=inside).delete()
        Topic.objects.filter(pk=topic.pk).update(follow_count=F("follow_count") - lost)
    if not topic.hidden:
        move_count(old_id, to.pk)
    may_know = Space.objects.listed_for(topic.author).filter(pk=to.pk).exists()
    place = _("“%(space)s”") % {"space": to.title} if may_know else _("another space")
    record_and_tell(
        topic,
        by=by,
        action="moved",
        words=_("Your topic “%(title)s” was moved to %(place)s."),
        values={"place": place},
        reason=reason,
        detail={"from": old_id, "to": to.pk, "follows_lost": lost},
    )
    return topic


def move_count(old_id: int, new_id: int) -> None:
    """One topic in sight goes from one space to another; their rows are locked in order of id."""
    list(Space.objects.filter(pk__in=[old_id, new_id]).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    Space.objects.filter(pk=old_id).update(topic_count=F("topic_count") - 1)
    Space.objects.filter(pk=new_id).update(topic_count=F("topic_count") + 1)


def managed(topic_ids: list[int], by: User) -> dict[int, Topic]:
    """The topics, locked. Raises ``CannotModerate`` unless the person may manage every one of them."""
    locked = lock_topics(topic_ids)
    may = set(Topic.objects.manageable_by(by).filter(pk__in=topic_ids).values_list("pk", flat=True))
    if may != set(topic_ids):
        raise CannotModerate(_("This topic is no longer there for you to change."))
    return locked


def record_and_tell(
    topic: Topic,
    *,
    by: User,
    action: str,
    words: str,
    reason: str,
    values: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """The last thing a verb does: the trail has one lock for the whole house. Nobody is told of what they did themselves."""
    entry = trail.record(action=f"community.topic.{action}", actor=by, target=topic, detail=detail)
    if topic.author_id == by.pk or not topic.author.is_active:
        return
    text = words % {"title": Truncator(topic.title).chars(_TITLE_LETTERS), **(values or {})}
    if reason:
        text = _("%(text)s Reason: %(reason)s") % {"text": text, "reason": reason}
    may_read = Topic.objects.visible_to(topic.author).shown().filter(pk=topic.pk).exists()
    url = topic.get_absolute_url() if may_read or topic.merged_into_id else "/me/notifications/"
    notify([topic.author_id], reason="moderation", text=text, url=url, key=f"topic:{topic.pk}:{entry.pk}")
